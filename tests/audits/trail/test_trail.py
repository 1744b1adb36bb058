"""The trail is a chain: whatever is changed, taken out or put in is found, and erasing somebody breaks nothing."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audits.events import TRAIL, note_event
from audits.people.erasure import Forgetting, erase, would_erase
from migrations.database import ConstraintViolated, execute, fetch, fetch_value, transaction
from migrations.sealing import Seal
from migrations.trail.chain import Head
from migrations.trail.linking import AT_ONCE, NEAR, SETTLED, link_events, link_late_events
from migrations.trail.verifying import TrailChecked, verify_trail
from tests.audits.builders import NOW
from tests.audits.phones import SEAL, Phone, a_response

FORGETTING = Forgetting(now=NOW, seal=SEAL, new_id=uuid4)
SOMETHING_ELSE = "update audit_event set actor = 'somebody else' where number = "


async def happened(count: int = 1, *, linked: bool = True) -> None:
    """So many events, each in a transaction of its own."""
    for _ in range(count):
        async with transaction():
            await note_event("accepted", of="walk", id=uuid4(), by="lead", at=NOW, reason="It was right.")
    if linked:
        await link_events(TRAIL, seal=SEAL, now=NOW)


async def verified(**asked: Any) -> TrailChecked:
    """What a check finds."""
    return await verify_trail(TRAIL, seal=SEAL, **asked)


async def tampered(*statements: str) -> None:
    """What somebody does who can write to the database, and has not the key."""
    async with transaction():
        for statement in statements:
            await execute(statement)


async def test_a_trail_that_was_left_alone_is_whole(database: str) -> None:
    """From the first event on; what is not linked yet waits, and linking twice links once."""
    empty = await verified()
    await happened(3)
    await happened(2, linked=False)
    waiting = await verified()
    linked = [await link_events(TRAIL, seal=SEAL, now=NOW) for _ in range(2)]
    found = await verified()

    assert empty.whole and (empty.links, str(empty.head)) == (0, "0:")
    assert waiting.whole and (waiting.links, waiting.waiting) == (3, 2)
    assert linked == [2, 0] and found.whole and (found.links, found.waiting, found.head.position) == (5, 0, 5)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ([SOMETHING_ELSE + "2"], "event of link 2 says something else"),
        (
            ["update audit_event set at = '2020-01-01 00:00:00+00:00' where number = 3"],
            "event of link 3 says something",
        ),
        ([SOMETHING_ELSE + "2", "update trail_link set salt = null where number = 2"], "event 2 says is not covered"),
        (["delete from trail_link where number = 2"], "Links are missing between 1 and 3"),
        (["delete from trail_link where number = 4"], "does not end where its head says"),
        (["update trail_link set commitment = mac where number = 2"], "Link 2 was changed"),
        (["update trail_link set cause = 'erased' where number = 2"], "Link 2 was changed"),
        (["update trail_head set position = 3 where number = 1"], "does not end where its head says"),
        (
            [
                "insert into trail_link (number, event, cause, salt, commitment, linked_at, mac) "
                "select 5, event, cause, salt, commitment, linked_at, mac from trail_link where number = 4",
                "update trail_head set position = 5 where number = 1",
            ],
            "Link 5 was changed",
        ),
    ],
)
async def test_tampering_is_found(database: str, statements: list[str], said: str) -> None:
    """With an event, with a link, with both, or with the end."""
    await happened(4)
    await tampered(*statements)
    found = await verified()

    assert not found.whole and any(said in fault for fault in found.faults), found.faults


async def test_an_event_that_was_linked_cannot_be_deleted(database: str) -> None:
    """The database itself refuses; with its link gone, the gap is found."""
    await happened(3)

    with pytest.raises(ConstraintViolated):
        await tampered("delete from audit_event where number = 2")
    await tampered("delete from trail_link where number = 2", "delete from audit_event where number = 2")
    assert not (await verified()).whole


async def test_cutting_off_the_end_is_found_by_who_wrote_the_head_down(database: str) -> None:
    """Links, events and head put back to an earlier day: the chain alone cannot know."""
    await happened(2)
    early = (await verified()).head
    await happened(2)
    late = (await verified()).head
    await tampered(
        "delete from trail_link where number > 2",
        "delete from audit_event where number > 2",
        "update trail_head set position = 2, mac = (select mac from trail_link where number = 2) where number = 1",
    )

    assert (await verified()).whole and (await verified(expect=Head.read(str(early)))).whole
    assert "what was written down was link 4" in (await verified(expect=late)).faults[0]
    other = Head(2, b"another")
    assert "not the one that was written down" in (await verified(expect=other)).faults[0]


async def test_a_chain_made_with_another_key_is_none(database: str) -> None:
    """Whoever makes all of it anew, consistently, lacks the key."""
    await happened(2, linked=False)
    await link_events(TRAIL, seal=Seal(b"another key of thirty-two bytes or more"), now=NOW)

    assert [fault[:6] for fault in (await verified()).faults] == ["Link 1", "Link 2"]


async def test_erasing_her_breaks_nothing_and_leaves_nothing_to_try(phone: Phone) -> None:
    """The salts of what was said of her are gone, so that a guess of her id cannot be checked against the chain."""
    walk_id, stop = uuid4(), phone.body()
    await phone.put_walk(walk_id, stop)
    await phone.complete(walk_id)
    await phone.put_response(a_response(walk_id, stop["stops"][0]["id"]))
    await happened(1)
    await happened(1, linked=False)
    before = await verified()
    await would_erase(UUID(phone.by.id), FORGETTING)
    asked = await verified()
    await erase(UUID(phone.by.id), FORGETTING)
    found = await verified()
    await link_events(TRAIL, seal=SEAL, now=NOW)
    scrubbed = await fetch_value("select count(*) from trail_link where salt is null")
    again = await fetch_value("select count(*) from trail_link where cause = 'erased' and salt is not null")

    assert before.whole and asked.whole and asked.links == before.links
    assert found.whole and (found.erased, scrubbed, again) == (3, 3, 3)
    after = await verified()
    assert after.whole and after.waiting == 0


async def test_an_erasure_is_no_way_to_change_others(phone: Phone) -> None:
    """What was scrubbed is covered again: changing it afterwards is found like any other change."""
    await phone.put_walk(uuid4(), phone.body())
    await link_events(TRAIL, seal=SEAL, now=NOW)
    await erase(UUID(phone.by.id), FORGETTING)
    scrubbed = await fetch_value("select event from trail_link where cause = 'erased'")
    await tampered(f"{SOMETHING_ELSE}{scrubbed}")

    assert "says something else" in (await verified()).faults[0]


async def test_linkers_take_turns(database: str) -> None:
    """Eight at once, while events are written: one chain without a gap, each event once."""
    await happened(30, linked=False)
    await asyncio.gather(*(link_events(TRAIL, seal=SEAL, now=NOW) for _ in range(8)), happened(5))
    await link_events(TRAIL, seal=SEAL, now=NOW)
    found = await verified()

    assert found.whole and (found.links, found.waiting) == (35, 0)


async def test_an_event_that_appears_out_of_turn_is_linked_later(database: str) -> None:
    """On PostgreSQL a number may be given long before its transaction ends; the hourly chore finds it."""
    await happened(1)
    insert = "insert into audit_event (number, at, actor, action, subject, subject_id) values "
    row = f"'{NOW.isoformat()}', 'lead', 'accepted', 'walk', 'x')"
    await tampered(f"{insert} ({NEAR + 500}, {row}")
    await link_events(TRAIL, seal=SEAL, now=NOW)
    await tampered(f"{insert} (2, {row}")
    passed_over = await link_events(TRAIL, seal=SEAL, now=NOW)
    found = await link_late_events(TRAIL, seal=SEAL, now=NOW + SETTLED / 2)

    assert (passed_over, found) == (0, 1)
    assert (await verified()).whole


async def test_many_events_are_linked_in_portions(database: str) -> None:
    """As when a service of some years gets its chain; those from before it are told apart."""
    rows = [(NOW - timedelta(days=400), "lead", "accepted", "walk", str(uuid4()), None) for _ in range(AT_ONCE + 5)]
    async with transaction():
        for row in rows:
            await execute(
                "insert into audit_event (at, actor, action, subject, subject_id, detail) values ($1,$2,$3,$4,$5,$6)",
                *row,
            )
    linked = await link_late_events(TRAIL, seal=SEAL, now=NOW)
    found = await verified()
    newest = await verified(newest=10)

    assert linked == len(rows) == found.links == found.late
    assert found.whole and newest.whole and newest.links == 10
    assert await fetch("select position from trail_head") == [{"position": len(rows)}]
