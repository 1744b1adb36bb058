"""The cable between us and PostgreSQL, which may freeze or be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit


@dataclass
class Wire:
    """Passes bytes both ways between a port of its own and a server."""

    host: str
    port: int
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    tasks: "set[asyncio.Task[object]]" = field(default_factory=set)

    def freeze(self) -> None:
        """Let nothing through, and say nothing."""
        self.flowing.clear()

    def thaw(self) -> None:
        """Let everything through again."""
        self.flowing.set()

    def cut(self) -> None:
        """Break every connection."""
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what one client and the server say."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        with suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection(self.host, self.port)
            self.writers += [writer, far_writer]
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(65_536):
                await self.flowing.wait()
                writer.write(said)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the server of `url`, and the address of the same database through it, without TLS."""
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "127.0.0.1", parts.port or 5432)
    wire.thaw()
    server = await asyncio.start_server(wire.serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    try:
        yield wire, urlunsplit(parts._replace(netloc=f"{user}127.0.0.1:{port}", query="sslmode=disable"))
    finally:
        server.close()
        wire.thaw()
        wire.cut()
        if wire.tasks:
            await asyncio.wait(wire.tasks)
