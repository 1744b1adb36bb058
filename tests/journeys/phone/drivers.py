"""Firefox and WebKitGTK by what they listen to: W3C WebDriver's commands, over Marionette's socket or over HTTP."""

import json
import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.server import free_port

START_S = 60.0
# A Firefox that says where it is, and asks nobody.
HERE = 'data:application/json,{"location": {"lat": 51.463, "lng": -0.115}, "accuracy": 8}'
PREFERENCES = {"permissions.default.geo": 1, "geo.provider.testing": True, "geo.provider.network.url": HERE}


class Refused(Exception):
    """The browser could not do what it was told: no such element yet, or one that cannot be clicked."""


class Driver(ABC):
    """One page of a browser."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go to an address."""

    @abstractmethod
    def script(self, source: str) -> Any:
        """What a function body returns in the page."""

    @abstractmethod
    def find(self, xpath: str) -> str:
        """The reference of the first element there; raises Refused."""

    @abstractmethod
    def click(self, element: str) -> None:
        """Click an element; raises Refused."""

    @abstractmethod
    def type(self, element: str, text: str) -> None:
        """Type into an element; a path chooses a file."""


class Marionette(Driver):
    """Firefox: each message is its length, a colon and JSON."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.incoming = connection.makefile("rb")
        self.number = 0
        self._heard()
        self._say("WebDriver:NewSession", capabilities={})

    def open(self, url: str) -> None:
        self._say("WebDriver:Navigate", url=url)

    def script(self, source: str) -> Any:
        return self._say("WebDriver:ExecuteScript", script=source, args=[])["value"]

    def find(self, xpath: str) -> str:
        return reference(self._say("WebDriver:FindElement", using="xpath", value=xpath)["value"])

    def click(self, element: str) -> None:
        self._say("WebDriver:ElementClick", id=element)

    def type(self, element: str, text: str) -> None:
        self._say("WebDriver:ElementSendKeys", id=element, text=text)

    def _say(self, command: str, **parameters: Any) -> Any:
        self.number += 1
        said = json.dumps([0, self.number, command, parameters]).encode()
        self.connection.sendall(f"{len(said)}:".encode() + said)
        _, _, error, value = self._heard()
        if error:
            raise Refused(f"{error['error']}: {error['message']}")
        return value

    def _heard(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.incoming.read(1)
        return json.loads(self.incoming.read(int(length[:-1])))


class WebDriver(Driver):
    """WebKitGTK: each command is a request to its driver."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=START_S)
        session = self._say("/session", capabilities={})["sessionId"]
        self.http.base_url = httpx.URL(f"{address}/session/{session}")

    def open(self, url: str) -> None:
        self._say("/url", url=url)

    def script(self, source: str) -> Any:
        return self._say("/execute/sync", script=source, args=[])

    def find(self, xpath: str) -> str:
        return reference(self._say("/element", using="xpath", value=xpath))

    def click(self, element: str) -> None:
        self._say(f"/element/{element}/click")

    def type(self, element: str, text: str) -> None:
        self._say(f"/element/{element}/value", text=text)

    def _say(self, path: str, **parameters: Any) -> Any:
        answer = self.http.post(path, json=parameters)
        value = answer.json()["value"]
        if answer.is_error:
            raise Refused(f"{value['error']}: {value['message']}")
        return value


def reference(element: dict[str, str]) -> str:
    """What an element is called in later commands."""
    return next(iter(element.values()))


@contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    """Firefox without a window, on a profile of its own in `folder`."""
    port = free_port()
    preferences = {**PREFERENCES, "marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (folder / "user.js").write_text("".join(lines))
    words = ["firefox-esr", "--headless", "--marionette", "--profile", str(folder)]
    with running(words, {"HOME": str(folder)}), connected(port) as connection:
        yield Marionette(connection)


@contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    """WebKitGTK's small browser on a display that nobody sees."""
    port = free_port()
    with running(["Xvfb", "-displayfd", "1", "-screen", "0", "480x900x24", "-nolisten", "tcp"]) as xvfb:
        assert xvfb.stdout
        display = f":{xvfb.stdout.readline().decode().strip()}"
        with running(["WebKitWebDriver", f"--port={port}"], {"HOME": str(folder), "DISPLAY": display}):
            connected(port).close()
            yield WebDriver(f"http://127.0.0.1:{port}")


@contextmanager
def running(words: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A program, killed at the end with all that it started."""
    process = subprocess.Popen(
        words,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def connected(port: int) -> socket.socket:
    """A connection to who will soon listen there."""
    began = time.monotonic()
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=START_S)
        except ConnectionRefusedError:
            if time.monotonic() - began > START_S:
                raise
            time.sleep(0.1)
