"""Child processes that develop photos, so that a bomb can only kill itself, and the queue before them.

Each child lives long, knows no secret, holds no file, and is replaced when it hangs, dies or has grown. Whatever
happens in it, the answer is two clean pictures or a refusal: nothing is ever kept undeveloped.
"""

import asyncio
import logging
import os
import resource
import socket
import struct
import subprocess
import sys
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from audits.errors import DarkroomBusy, PhotoOfAnotherKind, PhotoRefused, PhotoTooLarge
from audits.photos import Painted, paint

WORKERS = 2
# Wall clock; a child's own limit of CPU time is shorter, so that only a starved machine comes to this one.
DEVELOP_TIMEOUT_S = 20.0
START_TIMEOUT_S = 10.0
QUEUE_TIMEOUT_S = 20.0
# What may be in memory: a photo of the largest size for each child, or dozens of usual ones.
WAITING_BYTES = 32_000_000
RECYCLE_ABOVE_KIB = 250_000
# Two JPEGs within 1,600 and 320 pixels cannot be longer; a child that says so was turned against us.
MAX_REPLY_BYTES = 12_000_000
CHUNK_BYTES = 262_144
# One more try in a new child: the first may have been killed for its neighbour's sake.
TRIES = 2
# A child lives within these. 50 megapixels of RGB are 200 MB in Pillow; WebP's decoder holds a picture four times,
# so that a WebP above some 30 megapixels is refused for its memory. The largest JPEG or PNG takes 1.5 s.
CHILD_MEMORY_BYTES = 590_000_000
CHILD_CPU_S = 8
NICENESS = 5
READY = b"\x06"
REQUEST = struct.Struct(">III")  # lengths of the media type and of the bytes, and how many boxes are covered
BOX = struct.Struct(">HHHH")  # left, top, right, bottom in pixels of the larger picture
REPLY = struct.Struct(">BIIIII")  # verdict, width, height, lengths of large and small, peak memory in KiB
# A verdict is a place in this list; a refusal's sentence travels where the large picture would.
VERDICTS = (None, PhotoRefused, PhotoOfAnotherKind, PhotoTooLarge)
PACKAGE_ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-E", "-s", "-m", "audits.darkroom.children")
COME_AGAIN = "Many photos are coming in just now. Nothing was lost; send this one again in a few seconds."
CANNOT_BE_OPENED = "This photo could not be opened safely. Take or export it again."

Content = bytes | bytearray
Boxes = Sequence[tuple[int, int, int, int]]
Waited = TypeVar("Waited")
logger = logging.getLogger("night_safety.darkroom")


class ChildGone(Exception):
    """A child stopped before it answered, or answered nonsense."""


class Child:
    """One process that paints photos, and the socket to it."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it; blocks for some milliseconds. In a session of its own: Ctrl-C must not end it in mid-photo."""
        self.fit = True
        self._socket, theirs = socket.socketpair()
        self._writer: asyncio.StreamWriter | None = None
        quiet = subprocess.DEVNULL
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own command, nothing from outside
                command,
                stdin=theirs.fileno(),
                stdout=quiet,
                stderr=quiet,
                env={},
                cwd=PACKAGE_ROOT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process id, for those who measure it."""
        return self._process.pid

    async def greet(self) -> None:
        """Wait until it is ready; raises ChildGone if it never is, which is an installation's fault, not a photo's."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._socket)
        if await self._reader.read(1) != READY:
            raise ChildGone

    async def develop(self, content: Content, media_type: str, covers: Boxes) -> Painted:
        """Have one photo painted; raises what the child says of it, or ChildGone when it says nothing.

        Until it has answered in full it is not `fit` for another photo.
        """
        self.fit = False
        try:
            await self._send(content, media_type.encode(), covers)
            verdict, width, height, *lengths, peak_kib = REPLY.unpack(await self._reader.readexactly(REPLY.size))
            if verdict >= len(VERDICTS) or sum(lengths) > MAX_REPLY_BYTES:
                raise ChildGone
            large, small = [await self._reader.readexactly(length) for length in lengths]
        except (OSError, EOFError) as silence:
            raise ChildGone from silence
        self.fit = peak_kib <= RECYCLE_ABOVE_KIB
        if refusal := VERDICTS[verdict]:
            raise refusal(large.decode())
        return Painted(large, small, width, height)

    async def _send(self, content: Content, kind: bytes, covers: Boxes) -> None:
        assert self._writer is not None
        boxes = b"".join(BOX.pack(*box) for box in covers)
        self._writer.write(REQUEST.pack(len(kind), len(content), len(covers)) + kind + boxes)
        # In pieces, so that the socket's buffer never holds a second copy of a large photo.
        for start in range(0, len(content), CHUNK_BYTES):
            self._writer.write(memoryview(content)[start : start + CHUNK_BYTES])
            await self._writer.drain()

    async def end(self) -> None:
        """Kill it, for it holds nothing worth keeping, and wait until the process is gone."""
        self._process.kill()
        if self._writer is None:
            self._socket.close()
        else:
            self._writer.close()
        await asyncio.to_thread(self._process.wait)


class Darkroom:
    """A few children and the queue before them; open it with `async with`.

    develop() may be called by any number of tasks of the loop that opened it.
    """

    def __init__(
        self, *, workers: int = WORKERS, command: Sequence[str] = COMMAND, timeout_s: float = DEVELOP_TIMEOUT_S
    ) -> None:
        self._workers, self._command, self._timeout_s = workers, command, timeout_s
        self._children: set[Child] = set()
        self._waiting_bytes = 0

    async def __aenter__(self) -> Self:
        # The child used last is used next, so that a quiet service keeps one warm and starts no second.
        self._idle: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._room = asyncio.Condition()
        for _ in range(self._workers):
            self._idle.put_nowait(None)
        return self

    async def __aexit__(self, *_: object) -> None:
        for child in list(self._children):
            await self._dismiss(child)

    @property
    def pids(self) -> list[int]:
        """The process ids of the children that run now."""
        return [child.pid for child in self._children]

    @asynccontextmanager
    async def room_for(self, bytes_: int) -> AsyncIterator[None]:
        """Wait until so many bytes may be read into memory; raises DarkroomBusy where that takes too long."""
        async with self._room:
            await self._patiently(self._room.wait_for(lambda: self._waiting_bytes + bytes_ <= WAITING_BYTES))
            self._waiting_bytes += bytes_
        try:
            yield
        finally:
            self._waiting_bytes -= bytes_
            async with self._room:
                self._room.notify_all()

    async def develop(self, content: Content, media_type: str, covers: Boxes = ()) -> Painted:
        """Two clean pictures of a photo, see `audits.photos.paint`; `covers` are painted over in both.

        Raises PhotoRefused or its kin for what cannot become a photo, a child's death over it included, and
        DarkroomBusy where the machine, not the photo, is at fault.
        """
        for _ in range(TRIES):
            async with self._child() as child:
                try:
                    async with asyncio.timeout(self._timeout_s):
                        return await child.develop(content, media_type, covers)
                except ChildGone:
                    continue
                except TimeoutError:
                    raise DarkroomBusy(COME_AGAIN) from None
        raise PhotoRefused(CANNOT_BE_OPENED)

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[Child]:
        idle = await self._patiently(self._idle.get())
        try:
            idle = idle or await self._start()
            yield idle
        finally:
            # The place is given back first: waiting for a process to be gone may be interrupted.
            kept = idle if idle is not None and idle.fit else None
            self._idle.put_nowait(kept)
            if idle is not None and kept is None:
                await self._dismiss(idle)

    async def _start(self) -> Child:
        child = Child(self._command)
        self._children.add(child)
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await child.greet()
        except (ChildGone, OSError, TimeoutError) as fault:
            await self._dismiss(child)
            logger.error("A child of the darkroom does not start; no photo can be taken in.", exc_info=fault)
            raise DarkroomBusy(COME_AGAIN) from None
        except asyncio.CancelledError:
            # A phone that hung up while it started must not leave one that nobody knows.
            await self._dismiss(child)
            raise
        return child

    async def _dismiss(self, child: Child) -> None:
        self._children.discard(child)
        await child.end()

    @staticmethod
    async def _patiently(waiting: Awaitable[Waited]) -> Waited:
        try:
            async with asyncio.timeout(QUEUE_TIMEOUT_S):
                return await waiting
        except TimeoutError:
            raise DarkroomBusy(COME_AGAIN) from None


def main() -> None:
    """Be the child: develop what comes in on file descriptor 0, a socket, until it closes."""
    door = socket.socket(fileno=0)
    asked = door.makefile("rb")
    _stay_small()
    door.sendall(READY)
    while len(header := asked.read(REQUEST.size)) == REQUEST.size:
        door.sendall(_develop(asked, *REQUEST.unpack(header)))


def _stay_small() -> None:
    """Take away what a decoder turned against us would want: memory, files, a core dump; and give way to others."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Painting fills every core of a small machine; whoever hands in a walk meanwhile is answered first.
    os.nice(NICENESS)


def _develop(asked: BinaryIO, media_type_length: int, content_length: int, cover_count: int) -> bytes:
    """The framed reply to one request."""
    spent_s = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent_s + CHILD_CPU_S, resource.RLIM_INFINITY))
    media_type = asked.read(media_type_length).decode()
    covers = list(BOX.iter_unpack(asked.read(BOX.size * cover_count)))
    try:
        large, small, width, height = paint(asked.read(content_length), media_type, covers)
        verdict = 0
    except PhotoRefused as refusal:
        verdict, large, small, width, height = VERDICTS.index(type(refusal)), str(refusal).encode(), b"", 0, 0
    return REPLY.pack(verdict, width, height, len(large), len(small), _peak_kib()) + large + small


def _peak_kib() -> int:
    """The most memory that this process has held; getrusage would tell its parent's, from before it was born."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
