"""Interrupted, repeated and reordered syncs end like one clean sync; and three bugs that would break it are caught."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from audits import submissions
from audits.errors import WalkDiffers
from audits.responses import Sending
from audits.submissions import Received
from audits.walks import Walk
from migrations.database import execute, fetch_value, transaction
from tests.convergence.machine import Syncing
from tests.convergence.phones import DeletesWhenPosted, Phone
from tests.convergence.service import Killable

right = submissions.receive_walk
AT_MOST = 300  # runs until a bug is found; it ends with the first that finds it


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Killable]:
    """The service, on a fresh database."""
    started = Killable(database_url, tmp_path)
    yield started
    started.end()


def tried(server: Killable, runs: int, steps: int, phone: type[Phone] = Phone, *, anew: bool = False) -> None:
    """Try so many runs of so many steps, the same each time or new ones; raises what the first that diverges raises."""
    machine = type("Machine", (Syncing,), {"server": server, "phone": phone})
    # Not shrunk: what is found is read off its own steps, and shrinking a hundred requests takes minutes.
    chosen = settings(max_examples=runs, stateful_step_count=steps, phases=[Phase.generate], deadline=None)
    run_state_machine_as_test(
        machine, settings=settings(chosen, derandomize=not anew, database=None, suppress_health_check=list(HealthCheck))
    )


def test_whatever_happens_ends_like_one_clean_sync(server: Killable) -> None:
    """Drops, repetitions, delays, races, lying networks, deaths of phones and server, reviews, lost phones."""
    tried(server, runs=12, steps=20)


async def last_write_wins(walk_id: UUID, walk: Walk, sending: Sending) -> Received:
    """The bug: other content under a walk's id takes its place."""
    try:
        return await right(walk_id, walk, sending)
    except WalkDiffers:
        async with transaction():
            await execute("update walk set cut_short_reason = $1 where id = $2", walk.cut_short_reason, walk_id)
        raise


async def not_idempotent(walk_id: UUID, walk: Walk, sending: Sending) -> Received:
    """The bug: a walk that comes again is stored again."""
    if await fetch_value("select number from walk where id = $1", walk_id) is None:
        return await right(walk_id, walk, sending)
    stops = tuple(msgspec.structs.replace(stop, id=uuid4()) for stop in walk.stops)
    again = msgspec.structs.replace(walk, stops=stops, photos=())
    stored = await right(uuid4(), again, sending)
    return replace(stored, receipt=msgspec.structs.replace(stored.receipt, walk_id=walk_id))


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("bug", [last_write_wins, not_idempotent])
def test_a_server_that_keeps_the_wrong_thing_is_caught(
    server: Killable, bug: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rules find it."""
    monkeypatch.setattr(submissions, "receive_walk", bug)

    with pytest.raises(AssertionError):
        tried(server, runs=AT_MOST, steps=20)


@pytest.mark.only_on("sqlite")
def test_a_phone_that_deletes_when_a_post_was_answered_is_caught(server: Killable) -> None:
    """A hotel's page to log in answers 200 to everything."""
    with pytest.raises(AssertionError):
        tried(server, runs=AT_MOST, steps=20, phone=DeletesWhenPosted)
