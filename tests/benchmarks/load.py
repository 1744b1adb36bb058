"""Phones that submit as fast as they are answered, in a process of their own so that the server's CPU is its own."""

import http.client
import json
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.journeys.walks import picture, stop, walk


def one_stop(programme: str, where: tuple[float, float], photo: bytes) -> list[tuple[str, str, bytes, dict[str, str]]]:
    """The two requests of an acknowledged stop with its photo: the walk with its 11 factors, and the bytes."""
    now = datetime.now(UTC).isoformat()
    mine = picture(photo + uuid4().bytes)
    visited = stop(1, at=now, where=where)
    manifest = [mine.in_manifest(visited["id"])]
    body = walk(programme, [visited], started=now, ended=now, leg="light", photos=manifest)
    return [
        ("PUT", f"/api/walks/{uuid4()}", json.dumps(body).encode(), {"Content-Type": "application/json"}),
        ("PUT", f"/api/photos/{mine.id}", mine.content, mine.headers),
    ]


def phone(order: dict[str, Any], token: str, photo: bytes, durations: list[float], barrier: threading.Barrier) -> None:
    """One connection: prepared requests, sent one after the other."""
    stops = [one_stop(order["programme"], tuple(order["where"]), photo) for _ in range(order["stops"])]
    connection = http.client.HTTPConnection("127.0.0.1", order["port"], timeout=60)
    connection.connect()
    barrier.wait()
    for requests in stops:
        began = time.perf_counter()
        for method, path, body, headers in requests:
            connection.request(method, path, body, {**headers, "Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status == 201, content
        durations.append(time.perf_counter() - began)


def main() -> None:
    """Read the order from standard input, run it, and write durations and times to standard output as JSON."""
    order = json.load(sys.stdin)
    with open(order["photo"], "rb") as file:  # noqa: PTH123 - a script that imports little
        photo = file.read()
    durations: list[float] = []
    barrier = threading.Barrier(len(order["tokens"]) + 1)
    phones = [
        threading.Thread(target=phone, args=(order, token, photo, durations, barrier)) for token in order["tokens"]
    ]
    for thread in phones:
        thread.start()
    barrier.wait()
    began, cpu = time.perf_counter(), time.process_time()
    for thread in phones:
        thread.join()
    wall = time.perf_counter() - began
    json.dump({"durations": durations, "wall_s": wall, "client_cpu_s": time.process_time() - cpu}, sys.stdout)


if __name__ == "__main__":
    main()
