"""The register's trail is a chain of its own: what is changed in it is found, and the audits' says nothing of it."""

from uuid import uuid4

import pytest

from audits.events import TRAIL as AUDITS
from charter.events import TRAIL, note_event
from migrations.database import ConstraintViolated, execute, transaction
from migrations.trail.linking import link_events
from migrations.trail.verifying import verify_trail
from tests.audits.builders import NOW
from tests.audits.phones import SEAL


async def happened(count: int) -> None:
    """So many events of the register, linked."""
    for _ in range(count):
        async with transaction():
            await note_event("contacts-read", of="signatory", id=uuid4(), by="desk", at=NOW, purpose="A complaint")
    await link_events(TRAIL, seal=SEAL, now=NOW)


async def tampered(statement: str) -> None:
    """What somebody does who can write to the database, and has not the key."""
    async with transaction():
        await execute(statement)


async def test_a_change_of_the_register_s_trail_is_found(database: str) -> None:
    """And an event that was linked cannot be deleted."""
    await happened(3)
    whole = await verify_trail(TRAIL, seal=SEAL)
    with pytest.raises(ConstraintViolated):
        await tampered("delete from charter_event where number = 2")
    await tampered("update charter_event set actor = 'nobody' where number = 2")
    found = await verify_trail(TRAIL, seal=SEAL)

    assert whole.whole and whole.links == 3
    assert found.faults == ["The event of link 2 says something else than when it was linked."]
    assert (await verify_trail(AUDITS, seal=SEAL)).links == 0


async def test_a_link_of_one_trail_is_none_of_the_other(database: str) -> None:
    """Its HMAC is of another purpose: what was done in the one cannot be made to have been done in the other."""
    await happened(1)
    columns = "at, actor, action, subject, subject_id, detail"
    await tampered(f"insert into audit_event (number, {columns}) select number, {columns} from charter_event")
    await tampered("insert into trail_link select * from charter_link")
    await tampered("insert into trail_head select * from charter_head")

    assert (await verify_trail(AUDITS, seal=SEAL)).faults == ["Link 1 was changed, or made without our key."]
