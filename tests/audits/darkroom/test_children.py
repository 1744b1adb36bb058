"""A bomb can only kill itself: children hang, die and grow, and the darkroom goes on."""

import asyncio
import os
import resource
import signal
import sys
from pathlib import Path

import pytest
from PIL import Image

from audits.darkroom import children
from audits.darkroom.children import CHILD_MEMORY_BYTES, Darkroom
from audits.errors import DarkroomBusy, PhotoOfAnotherKind, PhotoRefused, PhotoTooLarge
from audits.photos import kind_of
from tests.audits.pictures import corners, encoded, files, seen

MB = 1_000_000
JPEG = "image/jpeg"


def a_darkroom_of(program: str, **how: float) -> Darkroom:
    """A darkroom whose children run another program, on the socket that is their standard input."""
    ready = f"import os, socket, sys, time; door = socket.socket(fileno=0); door.sendall({children.READY!r}); "
    return Darkroom(workers=1, command=(sys.executable, "-c", ready + program), **how)  # type: ignore[arg-type]


def status_of(pid: int, name: str) -> int:
    """A number of kilobytes in /proc/<pid>/status."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def is_gone(pid: int) -> bool:
    """Whether no such process is left, not even a dead one that nobody has asked after."""
    return not Path(f"/proc/{pid}").exists()


async def test_a_photo_is_developed(darkroom: Darkroom) -> None:
    """As `paint` would, and by a child that stays for the next one."""
    first = await darkroom.develop(encoded(corners(2000, 1500)), JPEG)
    pids = darkroom.pids
    await darkroom.develop(bytearray(encoded(corners())), JPEG)

    assert (first.width, first.height) == seen(first.large).size == (1600, 1200)
    assert darkroom.pids == pids and len(pids) == 1


async def test_many_photos_share_two_children(darkroom: Darkroom) -> None:
    """Each gets its own picture back."""
    sizes = [(40 + n, 30) for n in range(24)]
    painted = await asyncio.gather(*(darkroom.develop(encoded(corners(*size)), JPEG) for size in sizes))

    assert [(two.width, two.height) for two in painted] == sizes
    assert len(darkroom.pids) == 2


@pytest.mark.parametrize(
    ("content", "stated", "refusal"),
    [
        (encoded(corners()), "image/png", PhotoOfAnotherKind),
        (encoded(corners())[:500], JPEG, PhotoRefused),
        (encoded(Image.new("1", (10_000, 5_001)), "image/png"), "image/png", PhotoTooLarge),
    ],
)
async def test_refusals_come_through_as_they_are(
    darkroom: Darkroom, content: bytes, stated: str, refusal: type[PhotoRefused]
) -> None:
    """With their class and sentence, and the child goes on."""
    with pytest.raises(refusal, match=r"\.$") as told:
        await darkroom.develop(content, stated)

    assert type(told.value) is refusal and len(darkroom.pids) == 1


async def test_every_hostile_image_leaves_the_server_as_it_was(darkroom: Darkroom, shared_data: Path) -> None:
    """84 files under their own and under another name: a child stays under 600 MB, the parent does not grow."""
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_kib = 0
    for file in files(shared_data, "hostile_images"):
        for stated in {kind_of(file.read_bytes()) or JPEG, JPEG}:
            try:
                await darkroom.develop(file.read_bytes(), stated)
            except PhotoRefused as refusal:
                assert str(refusal).endswith(".")
            peak_kib = max([peak_kib, *(status_of(pid, "VmHWM") for pid in darkroom.pids)])

    assert peak_kib * 1024 < 600 * MB
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 100_000


async def test_the_largest_photo_fits_into_a_child(darkroom: Darkroom) -> None:
    """50 megapixels with transparency, 200 MB in memory: painted, and the child that has grown is replaced."""
    large = encoded(Image.new("RGBA", (10_000, 5_000), (9, 9, 9, 128)), "image/png", compress_level=1)
    painted = await darkroom.develop(large, "image/png")
    after = darkroom.pids

    assert (painted.width, painted.height) == (1600, 800)
    assert after == []


async def test_a_photo_that_takes_too_much_memory_is_refused(darkroom: Darkroom) -> None:
    """WebP's decoder holds 50 megapixels four times."""
    content = encoded(Image.new("RGBA", (8_000, 6_000)), "image/webp", lossless=True, method=0)

    with pytest.raises(PhotoTooLarge, match="memory"):
        await darkroom.develop(content, "image/webp")
    assert (await darkroom.develop(encoded(corners()), JPEG)).width == 80


async def test_a_child_has_little_and_knows_nothing(darkroom: Darkroom) -> None:
    """Its memory is bounded, its environment empty; it holds a socket, three silent streams and no file of ours."""
    await darkroom.develop(encoded(corners()), JPEG)
    (pid,) = darkroom.pids
    limits = Path(f"/proc/{pid}/limits").read_text(encoding="ascii")
    opened = {str(link.readlink()).partition(":")[0] for link in Path(f"/proc/{pid}/fd").iterdir()}

    assert Path(f"/proc/{pid}/environ").read_bytes() == b""
    assert f"Max address space         {CHILD_MEMORY_BYTES}" in limits and "Max file size             0" in limits
    assert opened <= {"socket", "/dev/null", "anon_inode"}


async def test_a_child_that_dies_is_replaced(darkroom: Darkroom) -> None:
    """Killed between two photos or in the midst of one: nobody notices."""
    await darkroom.develop(encoded(corners()), JPEG)
    (pid,) = darkroom.pids
    os.kill(pid, signal.SIGKILL)

    assert (await darkroom.develop(encoded(corners()), JPEG)).width == 80
    assert darkroom.pids != [pid]


@pytest.mark.parametrize("program", ["door.recv(1); os.abort()", "door.recv(1); door.sendall(b'\\xff' * 21)"])
async def test_a_photo_that_kills_its_child_twice_is_refused(program: str) -> None:
    """Or makes it talk nonsense: nothing is kept undeveloped."""
    async with a_darkroom_of(program) as darkroom:
        with pytest.raises(PhotoRefused, match="opened safely"):
            await darkroom.develop(b"bomb", JPEG)
        assert darkroom.pids == []


async def test_a_child_that_hangs_is_killed() -> None:
    """The photo may come again: a decoder that spins is ended by its own limit long before."""
    async with a_darkroom_of("time.sleep(60)", timeout_s=0.2) as darkroom:
        with pytest.raises(DarkroomBusy):
            await darkroom.develop(b"photo", JPEG)
        assert darkroom.pids == []


async def test_a_child_that_never_starts_is_not_the_photo_s_fault() -> None:
    """A broken installation refuses no photo for good."""
    async with Darkroom(workers=1, command=(sys.executable, "-c", "raise SystemExit(1)")) as darkroom:
        for _ in range(2):
            with pytest.raises(DarkroomBusy):
                await darkroom.develop(encoded(corners()), JPEG)


async def test_a_phone_that_hangs_up_costs_nothing(darkroom: Darkroom) -> None:
    """The half-developed photo's child goes, its place does not."""
    large = encoded(Image.effect_noise((4000, 3000), 90).convert("RGB"), "image/png", compress_level=1)
    for _ in range(3):
        task = asyncio.create_task(darkroom.develop(large, "image/png"))
        await asyncio.sleep(0.15)
        task.cancel()
        await asyncio.wait([task])

    assert (await asyncio.gather(*(darkroom.develop(encoded(corners()), JPEG) for _ in range(4))))[3].width == 80
    assert len(darkroom.pids) <= 2


async def test_a_phone_that_hangs_up_before_its_child_is_ready_leaves_no_child() -> None:
    """A machine that starts processes slowly would otherwise fill with them."""
    async with Darkroom(workers=1, command=(sys.executable, "-c", "import time; time.sleep(60)")) as darkroom:
        task = asyncio.create_task(darkroom.develop(encoded(corners()), JPEG))
        while not darkroom.pids:
            await asyncio.sleep(0.01)
        (child,) = darkroom.pids
        task.cancel()
        await asyncio.wait([task])
        assert darkroom.pids == [] and is_gone(child)


async def test_nobody_is_left_when_it_closes() -> None:
    """No child, no zombie; with a photo in hand, too."""
    async with Darkroom() as darkroom:
        await asyncio.gather(*(darkroom.develop(encoded(corners()), JPEG) for _ in range(4)))
        pids = darkroom.pids

    assert len(pids) == 2 and all(is_gone(pid) for pid in pids)


async def test_room_in_memory_is_given_in_turn(darkroom: Darkroom) -> None:
    """Two of the largest photos at once, then the next; what was given back is there again."""
    inside, most = 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with darkroom.room_for(15 * MB):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(10)))

    assert (most, inside) == (2, 0)
