"""The tables of the audits hold only what can be true, on both databases."""

from typing import Any
from uuid import uuid4

import pytest

from audits import tables
from audits.tables import Device, GroupScore, Programme, Stop, Walk, WalkProblem
from migrations.database import ConstraintViolated, Row, execute, fetch_value, transaction
from tests.audits.builders import NOW, a_problem, a_programme, a_stop, a_walk, an_auditor, keep

ROWS = [row for row in vars(tables).values() if isinstance(row, type) and issubclass(row, Row) and row is not Row]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row._meta.tablename))
def test_every_column_has_its_sentence(row: type[Row]) -> None:
    """A reader of the tables needs no other data dictionary; and nothing is filled in silently."""
    columns = [column for column in row._meta.columns if not column._meta.primary_key]

    assert [c._meta.name for c in columns if not (c._meta.help_text or "").endswith(".")] == []
    assert [c._meta.name for c in columns if c.get_default_value() is not None] == []  # type: ignore[no-untyped-call]


def score(stop: Stop, **said: Any) -> GroupScore:
    """A group score at that stop."""
    where = {"programme": stop.programme, "walk": stop.walk, "stop": stop.number}
    return GroupScore(**where, **{"factor": "lighting", "value": None, "answer": None, **said})


@pytest.mark.parametrize(
    "said", [{"value": 4}, {"value": -1}, {"answer": "maybe"}, {}, {"value": 0, "answer": "cannot_tell"}]
)
async def test_a_score_is_on_the_scale_or_an_answer(database: str, said: dict[str, Any]) -> None:
    """Never off the scale, never both, never neither: cannot_tell is not 0."""
    stop = await a_stop(await a_walk(await a_programme()))

    with pytest.raises(ConstraintViolated) as violated:
        await keep(score(stop, **said))
    assert violated.value.name.startswith("group_score_")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"state": "lost"}, "walk_state_known"),
        ({"state": "accepted", "reviewed_at": None}, "walk_reviewed_since"),
        ({"state": "received", "completed_at": None}, "walk_complete_since"),
        ({"leg": "dusk"}, "walk_leg_known"),
        ({"group_size": 0}, "walk_group_size_some"),
    ],
)
async def test_a_walk_contradicts_nothing(database: str, changes: dict[str, Any], name: str) -> None:
    """The constraint that says so is named on both databases."""
    programme = await a_programme()

    with pytest.raises(ConstraintViolated) as violated:
        await a_walk(programme, **changes)
    assert violated.value.name == name


async def test_a_flagged_note_cannot_stand_open(database: str) -> None:
    """Whoever forgets to seal a disclosure is refused."""
    walk = await a_walk(await a_programme())

    with pytest.raises(ConstraintViolated) as violated:
        await a_stop(walk, note="he followed us", note_flagged=True)
    assert violated.value.name == "stop_flagged_note_sealed"


async def test_a_phone_is_in_use_once(database: str) -> None:
    """Its id may stand beside any number of revoked tokens, and one that is not."""
    device_id = uuid4()
    auditor = await an_auditor(device_id=device_id)
    revoked = Device(auditor=auditor.auditor, device_id=device_id, token_hash="a", created_at=NOW, revoked_at=NOW)
    await keep(revoked)

    with pytest.raises(ConstraintViolated):
        await an_auditor(device_id=device_id)
    assert await Device.count().where(Device.device_id == device_id) == 2


async def test_parts_go_with_their_walk(database: str) -> None:
    """A deleted walk leaves no stop, score or problem behind."""
    walk = await a_walk(await a_programme())
    await keep(score(await a_stop(walk), value=2))
    await a_problem(walk)

    async with transaction():
        await Walk.delete().where(Walk.number == walk.number)

    for part in (Stop, GroupScore, WalkProblem):
        assert await part.count() == 0


async def test_a_walked_programme_cannot_be_deleted(database: str) -> None:
    """What was walked for it would have no place any more."""
    walk = await a_walk(await a_programme())

    with pytest.raises(ConstraintViolated):
        async with transaction():
            await Programme.delete().where(Programme.number == walk.programme)
    assert await Walk.count() == 1


async def test_a_walk_outlives_its_auditor(database: str) -> None:
    """Deleting her severs her from what she walked, which stays."""
    programme = await a_programme()
    auditor = await an_auditor(programme)
    walk = await a_walk(programme, auditor=auditor.auditor, device=auditor.device)

    async with transaction():
        await execute("delete from device where auditor = $1", auditor.auditor)
        await execute("delete from auditor where number = $1", auditor.auditor)

    assert await fetch_value("select count(*) from walk where number = $1 and auditor is null", walk.number) == 1
    assert await fetch_value("select count(*) from membership") == 0
