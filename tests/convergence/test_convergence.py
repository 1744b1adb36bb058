"""Interrupted, repeated and reordered syncs end like one clean sync; and three bugs that would break it are caught."""

from collections.abc import Callable, Iterator
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
AT_MOST = 1_000  # runs until a bug is found; it ends with the first that finds it, mostly within fifty
DIVERGED = r"'(walk|stop)'"  # what the clean sync left otherwise


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


def other_content_after_the_first(run: Syncing) -> None:
    """A phone is told that the first stands, and so it must."""
    run.syncs(of=0, fates=["answered"])
    run.insists(about=0)


def a_walk_arrives_twice(run: Syncing) -> None:
    """Its second copy comes after it was acknowledged."""
    run.syncs(of=0, fates=["twice"])
    run.arrives_late(nth=0)


def a_hotel_answers_what_ends_a_walk(run: Syncing) -> None:
    """The walk has come, but not the word that it is whole."""
    run.syncs(of=0, fates=["answered"])
    run.joins_a_hotel_s_network(of=0)


STORIES = [other_content_after_the_first, a_walk_arrives_twice, a_hotel_answers_what_ends_a_walk]
Story = Callable[[Syncing], None]


def told(story: Story, server: Killable, *, phone: type[Phone] = Phone) -> None:
    """Walk once, let that happen, and compare; raises what `tried` raises."""
    run = type("Machine", (Syncing,), {"server": server, "phone": phone})()
    run.walks(of=0, stops=1, photos=[])
    story(run)
    run.teardown()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("story", STORIES)
def test_what_catches_a_bug_ends_well_without_it(server: Killable, story: Story) -> None:
    """So that it is the bug that is caught."""
    told(story, server)

    assert server.run(fetch_value("select count(*) from walk")) == 2  # the dirty sync's, and the clean one's


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("bug", "story"), [(last_write_wins, other_content_after_the_first), (not_idempotent, a_walk_arrives_twice)]
)
def test_a_server_that_keeps_the_wrong_thing_is_caught(
    server: Killable, bug: object, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same comparison finds it, told what happens, and at random."""
    monkeypatch.setattr(submissions, "receive_walk", bug)

    with pytest.raises(AssertionError, match=DIVERGED):
        told(story, server)
    with pytest.raises(AssertionError):
        tried(server, runs=AT_MOST, steps=20)


@pytest.mark.only_on("sqlite")
def test_a_phone_that_deletes_when_a_post_was_answered_is_caught(server: Killable) -> None:
    """A hotel's page to log in answers 200 to everything."""
    with pytest.raises(AssertionError, match=DIVERGED):
        told(a_hotel_answers_what_ends_a_walk, server, phone=DeletesWhenPosted)
    with pytest.raises(AssertionError):
        tried(server, runs=AT_MOST, steps=20, phone=DeletesWhenPosted)
