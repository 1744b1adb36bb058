"""What a phone does: it keeps what was walked until a receipt says that it is safe, and sends the rest."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.journeys.walks import Picture

Json = dict[str, Any]
OVER = ("received", "quarantined", "accepted", "rejected")


@dataclass
class Saved:
    """A walk on a phone: its content, its photos, and which of them an answer has acknowledged."""

    id: str
    body: Json
    photos: list[Picture]
    without: list[str]
    sent: set[str] = field(default_factory=set)
    completed: bool = False


@dataclass(frozen=True)
class Request:
    """One request on its way, and what its phone does with the answer; the answer may never come."""

    phone: "Phone"
    method: str
    path: str
    on_answer: Callable[[int, Json | None], None]
    body: Json | None = None
    photo: Picture | None = None

    async def over(self, http: httpx.AsyncClient, now: datetime) -> httpx.Response:
        """Send it; a walk says by the phone's clock when."""
        headers = self.phone.headers
        if self.photo is not None:
            content, more = self.photo.content, self.photo.headers
            return await http.put(self.path, headers=headers | more, content=content)
        body = self.body
        if body is not None and "clock_ahead_s" in body:
            sent = now + timedelta(seconds=body["clock_ahead_s"])
            body = {key: value for key, value in body.items() if key != "clock_ahead_s"}
            body["client_sent_at"] = sent.isoformat()
        return await http.request(self.method, self.path, headers=headers, json=body)


@dataclass
class Phone:
    """One auditor's phone. Its storage survives being killed; what is on its way does not."""

    number: int
    headers: dict[str, str]
    auditor_id: str
    walks: dict[str, Saved] = field(default_factory=dict)
    responses: dict[str, Json] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)  # responses that an answer has acknowledged
    refused: set[str] = field(default_factory=set)  # what it may not bring any more, having been signed out

    def waiting(self) -> list[Request]:
        """What it would send next, in the order of importance: walks, responses, photos, completions, receipts."""
        walks = [walk for walk in self.walks.values() if walk.id not in self.refused]
        requests = [self._walk(walk) for walk in walks if walk.id not in walk.sent]
        requests += [self._response(id_) for id_ in self.responses if id_ not in self.refused]
        for walk in walks:
            unsent = [photo for photo in walk.photos if photo.id not in walk.sent]
            requests += [self._photo(walk, photo) for photo in unsent]
            if not unsent and walk.id in walk.sent:
                requests.append(self._receipt(walk) if walk.completed else self._completion(walk))
        return requests

    def _walk(self, walk: Saved) -> Request:
        def on_answer(status: int, answer: Json | None) -> None:
            if status in (200, 201) and answer is not None and answer.get("walk_id") == walk.id:
                walk.sent.add(walk.id)
            self._signed_out(walk.id, status, answer)

        return Request(self, "PUT", f"/api/walks/{walk.id}", on_answer, body=walk.body)

    def _photo(self, walk: Saved, photo: Picture) -> Request:
        def on_answer(status: int, answer: Json | None) -> None:
            # What cannot become a photo is told in the receipt, and need not be sent again.
            if answer is not None and status in (200, 201, 413, 415, 422):
                walk.sent.add(photo.id)

        return Request(self, "PUT", f"/api/photos/{photo.id}", on_answer, photo=photo)

    def _completion(self, walk: Saved) -> Request:
        def on_answer(status: int, answer: Json | None) -> None:
            if answer is not None and status in (200, 409):
                # Whatever it says, the receipt says it better: it is asked next.
                walk.completed = True
            elif answer is not None and status in (401, 404):
                # Whether it may bring the walk at all is told when it sends that.
                walk.sent.clear()

        url = f"/api/walks/{walk.id}/complete"
        return Request(self, "POST", url, on_answer, body={"without": walk.without})

    def _receipt(self, walk: Saved) -> Request:
        def on_answer(status: int, answer: Json | None) -> None:
            if status in (401, 404) and answer is not None:
                walk.sent.clear()
                walk.completed = False
            if status != 200 or answer is None or answer.get("walk_id") != walk.id:
                return
            if answer["state"] in OVER:
                self.walks.pop(walk.id, None)
            else:
                walk.completed = False
                walk.sent -= set(answer["missing_photos"])

        return Request(self, "GET", f"/api/walks/{walk.id}/receipt", on_answer)

    def _response(self, id_: str) -> Request:
        def on_put(status: int, answer: Json | None) -> None:
            if status in (200, 201) and answer is not None and answer.get("response_id") == id_:
                self.answered.add(id_)
            self._signed_out(id_, status, answer)

        def on_receipt(status: int, answer: Json | None) -> None:
            if status == 200 and answer is not None and answer.get("response_id") == id_:
                self.responses.pop(id_, None)
            elif status == 404 and answer is not None:
                self.answered.discard(id_)
            self._signed_out(id_, status, answer)

        if id_ in self.answered:
            return Request(self, "GET", f"/api/responses/{id_}/receipt", on_receipt)
        return Request(self, "PUT", f"/api/responses/{id_}", on_put, body=self.responses[id_])

    def _signed_out(self, id_: str, status: int, answer: Json | None) -> None:
        if status == 401 and answer is not None:
            self.refused.add(id_)


class DeletesWhenPosted(Phone):
    """The bug: its copy goes when a POST was answered, whoever answered it."""

    def _completion(self, walk: Saved) -> Request:
        right = super()._completion(walk)

        def on_answer(status: int, answer: Json | None) -> None:
            right.on_answer(status, answer)
            if status == 200:
                self.walks.pop(walk.id, None)

        return Request(self, "POST", right.path, on_answer, body=right.body)


def content_of(answer: httpx.Response) -> Json | None:
    """The JSON object of an answer; None where it is something else, as a hotel's page to log in is."""
    try:
        content = json.loads(answer.text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def ids_in(saved: Saved) -> Iterator[str]:
    """Every id that this walk's content has made."""
    yield saved.id
    yield from (stop["id"] for stop in saved.body["stops"])
    yield from (photo["id"] for photo in saved.body["photos"])
