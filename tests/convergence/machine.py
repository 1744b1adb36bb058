"""Phones, a network that drops, repeats, reorders and lies, and a server that is killed, as rules to be tried."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.audits.phones import IN_BRIXTON, a_jpeg
from tests.convergence.phones import Json, Phone, Request, Saved, content_of, ids_in
from tests.convergence.service import Killable, Rows
from tests.journeys.walks import Picture, stop, walk

PHONES = 3
HOUR_S = 3600
ROUNDS = 40  # a phone that has not sent all by then never will
Fate = st.sampled_from(["answered", "answered", "answer lost", "twice", "dropped", "delayed"])
Which = st.integers(0, 999)
Photos = st.lists(st.sampled_from(["good", "good", "broken", "lost"]), max_size=2)
PORTAL = (200, None)  # what a hotel's network answers to everything: its page to log in


class Syncing(RuleBasedStateMachine):
    """Whatever happens on the way, what the server holds in the end is what one clean sync would have left."""

    server: ClassVar[Killable]
    phone: ClassVar[type[Phone]] = Phone

    def __init__(self) -> None:
        super().__init__()
        self.lead = self.server.run(self.server.service.staff("lead", str(uuid4())))
        self.programme, self.phones = self._joined()
        self.made: dict[str, tuple[int, Saved]] = {}  # every walk, and whose phone made it
        self.said: dict[str, tuple[int, Json]] = {}  # every response
        self.under_way: list[Request] = []
        self.reviewed: list[str] = []
        self.insisted: list[Request] = []  # other content that came after a review
        self.revoked: dict[int, tuple[datetime, set[str], set[str]]] = {}  # when; complete and answered before

    @rule(of=Which, stops=st.integers(1, 2), photos=Photos)
    def walks(self, of: int, stops: int, photos: list[str]) -> None:
        """An auditor ends a walk; of its photos some are no picture, and some were lost on the phone."""
        phone, began = self._phone(of), self.server.clock() - timedelta(hours=2 if of % 3 else 0)
        at = [(began + timedelta(minutes=5 * number)).isoformat() for number in range(stops + 1)]
        visited = [stop(number, at=at[number], where=IN_BRIXTON, note=f"Lamp {of}") for number in range(1, stops + 1)]
        taken = [Picture(str(uuid4()), b"no picture" if kind == "broken" else a_jpeg(of)) for kind in photos]
        body = walk(self.programme, visited, started=began.isoformat(), ended=at[-1], cut_short_reason="as walked")
        body["photos"] = [photo.in_manifest(visited[0]["id"]) for photo in taken]
        body["clock_ahead_s"] = (0, 5 * HOUR_S, -30 * 60)[of % PHONES]
        lost = {photo.id for photo, kind in zip(taken, photos, strict=True) if kind == "lost"}
        saved = Saved(str(uuid4()), body, [photo for photo in taken if photo.id not in lost], sorted(lost))
        phone.walks[saved.id] = saved
        self.made[saved.id] = (phone.number, saved)

    @precondition(lambda self: self.made)
    @rule(of=Which, about=Which, feeling=st.integers(0, 3))
    def says_alone(self, of: int, about: int, feeling: int) -> None:
        """An auditor says how a stop felt, whoever's walk it was and whether or not that has come."""
        phone, (_, saved) = self._phone(of), self._walk(about)
        where = {"walk_id": saved.id, "stop_id": saved.body["stops"][about % len(saved.body["stops"])]["id"]}
        if not any(who == phone.number and said["stop_id"] == where["stop_id"] for who, said in self.said.values()):
            id_, said = str(uuid4()), {**where, "scores": {"feeling": feeling}, "note": "mine"}
            phone.responses[id_] = said
            self.said[id_] = (phone.number, said)

    @precondition(lambda self: any(phone.waiting() for phone in self.phones))
    @rule(of=Which, nth=Which, fate=Fate)
    def sends(self, of: int, nth: int, fate: str) -> None:
        """A phone sends one of the things that it has, and the network does with it what it likes."""
        waiting = [request for phone in self.phones for request in phone.waiting()]
        self._meets(waiting[(of + nth) % len(waiting)], fate)

    @rule(of=Which, fates=st.lists(Fate, min_size=3, max_size=6))
    def syncs(self, of: int, fates: list[str]) -> None:
        """A phone has a signal for a moment."""
        for fate in fates:
            for request in self._phone(of).waiting()[:1]:
                self._meets(request, fate)

    @rule(of=Which)
    def joins_a_hotel_s_network(self, of: int) -> None:
        """Everything that a phone sends is answered by the page to log in, and nothing of it arrives."""
        for request in self._phone(of).waiting():
            request.on_answer(*PORTAL)

    @precondition(lambda self: self.under_way)
    @rule(nth=Which)
    def arrives_late(self, nth: int) -> None:
        """What was delayed, or sent a second time, arrives after other things."""
        self._deliver(self.under_way.pop(nth % len(self.under_way)))

    @rule(nth=Which)
    def race(self, nth: int) -> None:
        """Everything that waits anywhere is sent at once, some of it twice."""
        requests = [request for phone in self.phones for request in phone.waiting()[:4]]
        requests += requests[: nth % 3]
        answers = self.server.run(self._at_once(requests))
        for request, answer in zip(requests, answers, strict=True):
            request.on_answer(*answer)

    @precondition(lambda self: any(phone.waiting() for phone in self.phones))
    @rule(nth=Which, turns=st.integers(0, 12))
    def the_server_dies(self, nth: int, turns: int) -> None:
        """In the middle of a request."""
        waiting = [request for phone in self.phones for request in phone.waiting()]
        self.server.killed_during(self._over(waiting[nth % len(waiting)]), turns)

    @rule(of=Which)
    def a_phone_dies(self, of: int) -> None:
        """And is switched on again: what it saved is there, answers that were on their way are not."""
        dead = self._phone(of)
        self.under_way = [request for request in self.under_way if request.phone is not dead]

    @precondition(lambda self: self.made)
    @rule(about=Which)
    def insists(self, about: int) -> None:
        """A phone sends other content under the id of an acknowledged walk; it is told that the first stands."""
        number, saved = self._walk(about)
        if saved.id in saved.sent and self._may_bring(number, saved):
            body = {**saved.body, "cut_short_reason": f"other {about % 4}"}
            request = Request(self.phones[number], "PUT", f"/api/walks/{saved.id}", _ignored, body=body)
            status, _ = self._deliver(request)
            assert status == 409, status
            if saved.id in self.reviewed:
                self.insisted.append(request)

    @precondition(lambda self: self.made)
    @rule(about=Which)
    def is_reviewed(self, about: int) -> None:
        """The lead accepts a walk, if all of it has come."""
        _, saved = self._walk(about)
        if saved.id not in self.reviewed and self._review(saved.id) == 200:
            self.reviewed.append(saved.id)

    @precondition(lambda self: len(self.revoked) < PHONES - 1)
    @rule(of=Which)
    def is_lost(self, of: int) -> None:
        """A phone is lost and signed out at once; whoever has it may still bring what was walked before."""
        phone = self._phone(of)
        if phone.number in self.revoked:
            return
        self.server.clock.move(minutes=1)
        complete = {id_ for id_, (number, _) in self.made.items() if number == phone.number and self._is_complete(id_)}
        held = {str(row[0]) for row in self.server.held(self.programme)["response"]}
        self.revoked[phone.number] = (self.server.clock(), complete, held)
        self.server.run(self._revoke(phone))
        self.server.clock.move(hours=1)

    def teardown(self) -> None:
        """The network heals, every phone sends what it has, and the server holds what one clean sync leaves."""
        for request in self.under_way:
            self._deliver(request)
        self._settle(self.phones)
        dirty = _comparable(self.server.held(self.programme), {}, self.phones)

        clean = self._clean()

        assert dirty == clean, {what: _apart(dirty[what], clean[what]) for what in dirty if dirty[what] != clean[what]}

    def _clean(self) -> dict[str, Rows]:
        """What one clean sync leaves: the same things under other ids, each sent once and in order."""
        programme, phones = self._joined()
        new = {id_: str(uuid5(NAMESPACE_URL, id_)) for id_ in self._ids()} | {self.programme: programme}
        for phone, dirty in zip(phones, self.phones, strict=True):
            mine = [saved for number, saved in self.made.values() if number == phone.number]
            said = {id_: body for id_, (number, body) in self.said.items() if number == phone.number}
            if dirty.number in self.revoked:
                _, complete, answered = self.revoked[dirty.number]
                self._sync(phone, [saved for saved in mine if saved.id in complete], new)
                self._say(phone, {id_: body for id_, body in said.items() if id_ in answered}, new)
                self.server.run(self._revoke(phone))
                mine = [saved for saved in mine if saved.id not in complete and self._may_bring(phone.number, saved)]
                said = {}
            self._sync(phone, mine, new)
            self._say(phone, said, new)
        for id_ in self.reviewed:
            assert self._review(new[id_]) == 200
        for request in self.insisted:
            self._deliver(_renamed(request, phones[request.phone.number], new))
        back = {UUID(there): UUID(here) for here, there in new.items()}
        return _comparable(self.server.held(programme), back, phones)

    def _sync(self, phone: Phone, walks: Iterable[Saved], new: dict[str, str]) -> None:
        for saved in walks:
            photos = [Picture(new[photo.id], photo.content) for photo in saved.photos]
            again = Saved(new[saved.id], _rewritten(saved.body, new), photos, [new[id_] for id_ in saved.without])
            phone.walks[again.id] = again
            self._settle([phone])

    def _say(self, phone: Phone, said: dict[str, Json], new: dict[str, str]) -> None:
        phone.responses = {new[id_]: _rewritten(body, new) for id_, body in said.items()}
        self._settle([phone])

    def _settle(self, phones: list[Phone]) -> None:
        """Deliver everything, until no phone has anything to send."""
        for _ in range(ROUNDS):
            waiting = [request for phone in phones for request in phone.waiting()]
            if not waiting:
                return
            for request in waiting:
                request.on_answer(*self._deliver(request))
        raise AssertionError(f"still on a phone: {[(r.method, r.path) for r in waiting]}")

    def _joined(self) -> tuple[str, list[Phone]]:
        programme, joined = self.server.run(self.server.programme(self.lead, PHONES))
        return programme, [
            self.phone(number, {"Authorization": f"Bearer {one['token']}"}, one["auditor_id"])
            for number, one in enumerate(joined)
        ]

    def _phone(self, of: int) -> Phone:
        return self.phones[of % PHONES]

    def _walk(self, about: int) -> tuple[int, Saved]:
        return list(self.made.values())[about % len(self.made)]

    def _may_bring(self, number: int, saved: Saved) -> bool:
        """Whether the walk began before its phone was signed out."""
        began = datetime.fromisoformat(saved.body["started_at"])
        return number not in self.revoked or began < self.revoked[number][0]

    def _ids(self) -> Iterable[str]:
        for _, saved in self.made.values():
            yield from ids_in(saved)
        yield from self.said

    def _meets(self, request: Request, fate: str) -> None:
        """What becomes of a request on its way."""
        if fate in ("delayed", "twice"):
            self.under_way.append(request)
        if fate in ("answered", "twice", "answer lost"):
            answer = self._deliver(request)
            if fate != "answer lost":
                request.on_answer(*answer)

    def _deliver(self, request: Request) -> tuple[int, Json | None]:
        return self.server.run(self._over(request))

    async def _over(self, request: Request) -> tuple[int, Json | None]:
        answer = await request.over(self.server.http, self.server.clock())
        assert answer.status_code < 500, answer.text
        return answer.status_code, content_of(answer)

    async def _at_once(self, requests: list[Request]) -> list[tuple[int, Json | None]]:
        return await asyncio.gather(*(self._over(request) for request in requests))

    def _review(self, walk_id: str) -> int:
        async def review() -> int:
            url, decision = f"/api/walks/{walk_id}/review", {"decision": "accepted", "reason": "seen"}
            return (await self.server.http.post(url, headers=self.lead, json=decision)).status_code

        return self.server.run(review())

    def _is_complete(self, walk_id: str) -> bool:
        rows = self.server.held(self.programme)["walk"]
        return any(str(row[0]) == walk_id and row[2] != "incomplete" for row in rows)

    async def _revoke(self, phone: Phone) -> None:
        whose = {"auditor_id": phone.auditor_id}
        answer = await self.server.http.post("/api/devices/revoke", headers=self.lead, json=whose)
        assert answer.status_code == 200, answer.text


def _apart(dirty: Rows, clean: Rows) -> dict[str, Rows]:
    """Which rows only one of the two syncs left."""
    return {
        "dirty": [row for row in dirty if row not in clean],
        "clean": [row for row in clean if row not in dirty],
    }


def _rewritten(body: Any, new: dict[str, str]) -> Any:
    """The same content with every id of ours replaced."""
    if isinstance(body, dict):
        return {key: _rewritten(value, new) for key, value in body.items()}
    if isinstance(body, list):
        return [_rewritten(value, new) for value in body]
    return new.get(body, body) if isinstance(body, str) else body


def _ignored(_: int, __: Json | None) -> None:
    """Nobody waits for the answer."""


def _renamed(request: Request, phone: Phone, new: dict[str, str]) -> Request:
    path = "/".join(new.get(part, part) for part in request.path.split("/"))
    return Request(phone, request.method, path, request.on_answer, body=_rewritten(request.body, new))


def _comparable(held: dict[str, Rows], back: dict[UUID, UUID], phones: list[Phone]) -> dict[str, Rows]:
    """Rows under the dirty sync's ids, auditors by their number, in the order of their content."""
    auditors = {phone.auditor_id: phone.number for phone in phones}

    def same(value: object) -> object:
        if isinstance(value, UUID):
            return str(auditors.get(str(value), back.get(value, value)))
        return round(value, 3) if isinstance(value, float) else value

    return {what: sorted((tuple(map(same, row)) for row in rows), key=repr) for what, rows in held.items()}
