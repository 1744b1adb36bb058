"""Eight phones that hand in whole walks as fast as they are answered; in a process of its own, as `load` is."""

import http.client
import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.journeys.walks import picture, stop, walk

Durations = dict[str, list[float]]
OVER = ("received", "quarantined")


class Line:
    """One phone's connection, which speaks for the auditor whose token it was given last."""

    def __init__(self, port: int, durations: Durations) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._token, self._durations = dict[str, str](), durations

    def speak_for(self, token: str) -> "Line":
        """From now on."""
        self._token = {"Authorization": f"Bearer {token}"}
        return self

    def send(self, what: str, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        """Send one request, note how long its answer took, and give what it says; a busy darkroom is asked again."""
        while True:
            began = time.perf_counter()
            self._connection.request(method, path, body, headers | self._token)
            answer = self._connection.getresponse()
            content = answer.read()
            if answer.status == 503:
                time.sleep(1)
                continue
            assert answer.status in (200, 201), (answer.status, content)
            self._durations[what].append(time.perf_counter() - began)
            return json.loads(content)  # type: ignore[no-any-return]


def hand_in(line: Line, programme: str, order: dict[str, Any], photo: bytes) -> str:
    """One walk, its photos and its completion; gives its id once a receipt says that it is safe."""
    began, as_json = datetime.now(UTC) - timedelta(hours=2), {"Content-Type": "application/json"}
    at = [(began + timedelta(minutes=5 * n)).isoformat() for n in range(order["stops"] + 1)]
    lon, lat = order["where"]
    stops = [stop(n, at=at[n], where=(lon + n * 1e-4, lat)) for n in range(1, order["stops"] + 1)]
    pictures = [picture(photo + uuid4().bytes) for _ in range(order["photos"])]
    body = walk(
        programme, stops, started=at[0], ended=at[-1], leg="light", client_sent_at=datetime.now(UTC).isoformat()
    )
    body["photos"] = [one.in_manifest(stops[n]["id"]) for n, one in enumerate(pictures)]
    walk_id = str(uuid4())
    line.send("walk", "PUT", f"/api/walks/{walk_id}", json.dumps(body).encode(), as_json)
    for one in pictures:
        line.send("photo", "PUT", f"/api/photos/{one.id}", one.content, one.headers)
    line.send("complete", "POST", f"/api/walks/{walk_id}/complete", b"{}", as_json)
    return walk_id


def phone(number: int, order: dict[str, Any], durations: Durations, lost: list[str]) -> None:
    """Walks for each programme in turn; afterwards every one that was acknowledged is looked for."""
    try:
        walk_all_night(number, order, durations, lost)
    except Exception as fault:  # told by whoever started us
        lost.append(f"phone {number}: {fault!r}")


def walk_all_night(number: int, order: dict[str, Any], durations: Durations, lost: list[str]) -> None:
    """What one phone does."""
    photo = Path(order["photo"]).read_bytes()
    mine = range(number, order["walks"], order["phones"])
    line, walks = Line(order["port"], durations), []
    for n in mine:
        programme, tokens = order["programmes"][n % len(order["programmes"])]
        walks.append((tokens[number], hand_in(line.speak_for(tokens[number]), programme, order, photo)))
    for token, walk_id in walks:
        receipt = line.speak_for(token).send("receipt", "GET", f"/api/walks/{walk_id}/receipt", None, {})
        if receipt["state"] not in OVER or receipt["missing_photos"] or receipt["refused_photos"]:
            lost.append(walk_id)


def main() -> None:
    """Read the order from standard input, run it, and write durations and what was lost to standard output as JSON."""
    order = json.load(sys.stdin)
    durations: Durations = {"walk": [], "photo": [], "complete": [], "receipt": []}
    lost: list[str] = []
    threads = [threading.Thread(target=phone, args=(n, order, durations, lost)) for n in range(order["phones"])]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"durations": durations, "lost": lost, "wall_s": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
