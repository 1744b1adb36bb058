"""Editions that wait for the worker: made once, once more where a worker died, and then given up."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from audits.errors import EditionNotReady
from audits.photo_store.folder import FolderPhotoStore
from audits.queries import OPERATOR
from audits.reports import editions as making
from audits.reports.editions import ABANDONED_AFTER, NewEdition, Press, give_up
from audits.reports.gathered import Order
from audits.reports.life import waiting
from audits.reports.life.waiting import CUT_OFF, LEASE, make_next_edition, order_edition
from audits.reports.queries import editions, files_of
from tests.audits.builders import NOW, a_programme
from tests.audits.phones import SEAL


@pytest.fixture
def press(tmp_path: Path) -> Press:
    """A press with a store of its own."""
    return Press(photo_store=FolderPhotoStore(tmp_path / "photos"), seal=SEAL, public_delay_days=14)


async def an_order(press: Press) -> NewEdition:
    """An order that waits."""
    programme = await a_programme()
    new = NewEdition(id=uuid4(), order=Order(title="Waiting", audience="gla"), programme_ids=(programme.id,))
    await order_edition(new, press, by=OPERATOR, now=NOW)
    return new


async def test_two_workers_make_it_once(database: str, press: Press) -> None:
    """One takes it, the other finds nothing to do."""
    await an_order(press)

    assert sorted(await asyncio.gather(*(make_next_edition(press, now=NOW) for _ in range(2)))) == [False, True]
    assert [one.state for one in await editions(caller=OPERATOR, limit=5)] == ["ready"]


# Another process, which stops where the files are set: everything was gathered and computed, and nothing is kept yet.
DOOMED = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from audits.photo_store.folder import FolderPhotoStore
from audits.reports import editions
from audits.reports.editions import Press
from audits.reports.life.waiting import make_next_edition
from migrations.database import open_database
from tests.audits.phones import SEAL

async def hangs(*_):
    print("setting", flush=True)
    await asyncio.sleep(60)

async def work(url, folder, now):
    press = Press(photo_store=FolderPhotoStore(Path(folder)), seal=SEAL, public_delay_days=14)
    async with open_database(url):
        await make_next_edition(press, now=datetime.fromisoformat(now))

editions.set_files = hangs
asyncio.run(work(*sys.argv[1:]))
"""


async def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_makes_it(
    database: str, database_url: str, press: Press, tmp_path: Path
) -> None:
    """By kill -9: no file and no half edition, and after the lease it is whole."""
    await an_order(press)
    doomed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DOOMED, database_url, str(tmp_path / "photos"), NOW.isoformat()), stdout=PIPE
    )
    assert doomed.stdout is not None and await doomed.stdout.readline() == b"setting\n"
    doomed.send_signal(signal.SIGKILL)
    await doomed.wait()
    (left,) = await editions(caller=OPERATOR, limit=5)
    files = await files_of(left)
    early = await make_next_edition(press, now=NOW + LEASE - timedelta(seconds=1))
    late = await make_next_edition(press, now=NOW + LEASE + timedelta(seconds=1))
    (made,) = await editions(caller=OPERATOR, limit=5)

    assert (left.state, files, early, late) == ("making", [], False, True)
    assert made.state == "ready" and len(await files_of(made)) == 7


async def test_what_two_workers_died_of_fails_with_a_sentence(
    database: str, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before its lease is over, and no third worker tries."""
    await an_order(press)

    async def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    second = NOW + LEASE + timedelta(seconds=1)
    with monkeypatch.context() as killed:
        killed.setattr(waiting, "set_edition", dies)
        for now in (NOW, second):
            with pytest.raises(KeyboardInterrupt):
                await make_next_edition(press, now=now)
    early = await make_next_edition(press, now=second + LEASE - timedelta(seconds=1))
    before = [one.state for one in await editions(caller=OPERATOR, limit=5)]
    late = await make_next_edition(press, now=second + LEASE + timedelta(seconds=1))
    after = (await editions(caller=OPERATOR, limit=5))[0]

    assert (early, before, late) == (False, ["making"], False)
    assert after.state == "failed" and after.failure and "make it again" in after.failure


async def test_a_worker_that_is_stopped_hands_its_order_back(
    database: str, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that starts anew makes it at once: nobody waits for a lease, and nothing has failed."""
    await an_order(press)

    async def hangs(*_: object) -> None:
        await asyncio.sleep(60)

    with monkeypatch.context() as slow, suppress(TimeoutError):
        slow.setattr(making, "set_files", hangs)
        await asyncio.wait_for(make_next_edition(press, now=NOW), 1)
    (waits,) = await editions(caller=OPERATOR, limit=5)

    assert (waits.state, waits.step) == ("making", None)
    assert await make_next_edition(press, now=NOW)


async def test_an_order_that_waits_long_is_not_given_up_by_the_next(database: str, press: Press) -> None:
    """A worker that was down for hours finds every order that came meanwhile."""
    await an_order(press)
    programme = await a_programme()
    later = NewEdition(id=uuid4(), order=Order(title="Later", audience="gla"), programme_ids=(programme.id,))
    await order_edition(later, press, by=OPERATOR, now=NOW + 2 * ABANDONED_AFTER)

    assert [one.state for one in await editions(caller=OPERATOR, limit=5)] == ["making", "making"]


async def test_what_was_given_up_does_not_become_ready(
    database: str, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever read that it failed may have ordered it again; a slow worker's result is dropped, without a file."""
    await an_order(press)
    finish = making._finish

    async def late(new: NewEdition, *rest: Any, **named: Any) -> None:
        await give_up(new.id, CUT_OFF)
        await finish(new, *rest, **named)

    monkeypatch.setattr(making, "_finish", late)
    with pytest.raises(EditionNotReady):
        await make_next_edition(press, now=NOW)
    found = (await editions(caller=OPERATOR, limit=5))[0]

    assert (found.state, found.failure, await files_of(found)) == ("failed", CUT_OFF, [])


async def test_what_is_ready_cannot_be_given_up(database: str, press: Press) -> None:
    """Nor what was withdrawn: a fault that comes after the end undoes nothing."""
    new = await an_order(press)
    await make_next_edition(press, now=NOW)
    await give_up(new.id, CUT_OFF)

    assert [one.state for one in await editions(caller=OPERATOR, limit=5)] == ["ready"]
