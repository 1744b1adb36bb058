"""A front before the server, as a bad network is: a test says which request is cut off half way, or never answered."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from tests.journeys.server import Server

LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
KEPT_OPEN = re.compile(rb"(?i)\r\nconnection: [^\r]*")


@dataclass(frozen=True)
class Fault:
    """What befalls the first request that begins so: half of it comes through, or all of it and no answer back."""

    request: str
    befalls: Literal["cut off", "unanswered"]


@dataclass
class Front:
    """Passes requests on, one a connection; `strikes` is called at each fault, `seen` tells what came through whole."""

    server: Server
    faults: list[Fault]
    strikes: Callable[[], None]
    address: str = ""
    seen: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request from a browser."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            writer.write(await self.answer(head, body))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # either side went away
        finally:
            writer.close()

    async def answer(self, head: bytes, body: bytes) -> bytes:
        """The server's answer, or none where a fault befell the request."""
        fault = self._fault(head.decode("latin1"))
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        writer.write(KEPT_OPEN.sub(b"\r\nConnection: close", head))
        writer.write(body[: len(body) // 2] if fault and fault.befalls == "cut off" else body)
        await writer.drain()
        got = b"" if fault and fault.befalls == "cut off" else await reader.read()
        writer.close()
        if not fault:
            return got
        self.strikes()
        return b""

    def _fault(self, request: str) -> Fault | None:
        found = next((fault for fault in self.faults if request.startswith(fault.request)), None)
        if found:
            self.faults.remove(found)
        if not found or found.befalls == "unanswered":
            self.seen.append(request.split(" HTTP/")[0])
        return found


@asynccontextmanager
async def fronted(server: Server, faults: list[Fault], strikes: Callable[[], None]) -> AsyncIterator[Front]:
    """The server behind a front at an address of its own."""
    front = Front(server, faults, strikes)
    listening = await asyncio.start_server(front.serve, "127.0.0.1", 0, limit=2**20)
    front.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield front
