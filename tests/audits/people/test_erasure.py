"""Being forgotten: what goes, what stays and leads to nobody, and that nothing is left in the file."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from audits.people.equality import tell
from audits.people.erasure import ERASED, ErasureReceipt, Forgetting, erase, forget_late_comers, mac_of
from audits.people.errors import NobodyToErase
from audits.people.questions import CURRENT, Told
from migrations.database import fetch, fetch_value, sqlite_path
from tests.audits.builders import NOW, a_stop, a_walk
from tests.audits.people.test_equality import telling
from tests.audits.phones import SEAL, Phone, a_jpeg, a_response
from tests.journeys.walks import Picture

CANARY = "the blue door by the yard"
FORGETTING = Forgetting(now=NOW, seal=SEAL, new_id=uuid4)


async def walked(phone: Phone) -> tuple[UUID, UUID]:
    """A walk with note and photo, her response with a note, her equality answers; gives the ids of both."""
    picture = Picture(str(uuid4()), a_jpeg())
    body = phone.body_with(picture)
    body["stops"][0] |= {"note": CANARY, "causes": ["glare"]}
    body["photos"][0]["caption"] = CANARY
    walk_id, response_id = uuid4(), uuid4()
    await phone.put_walk(walk_id, body)
    await phone.put_photo(picture)
    await phone.complete(walk_id)
    await phone.put_response(a_response(walk_id, body["stops"][0]["id"], note=CANARY), response_id)
    await tell(Told(question_set=CURRENT, answers={"age": "75_over"}), telling(phone.by))
    return walk_id, response_id


async def erased(phone: Phone) -> ErasureReceipt:
    """She asks to be forgotten."""
    return await erase(UUID(phone.by.id), FORGETTING)


async def everything() -> Iterator[tuple[str, object]]:
    """Every text and id in every table of the audits, with where it stands."""
    tables = ("auditor", "device", "membership", "walk", "stop", "response", "photo", "audit_event", "erasure")
    rows = [(table, row) for table in tables for row in await fetch(f"select * from {table}")]
    return ((f"{table}.{column}", value) for table, row in rows for column, value in row.items())


async def test_scores_stay_and_nothing_leads_to_her(phone: Phone) -> None:
    """Neither her id, nor her response's, nor what she wrote is anywhere; the receipt counts what went."""
    _, response_id = await walked(phone)
    held = a_response(uuid4(), str(uuid4()))
    await phone.put_response(held)
    receipt = await erased(phone)
    gone = {phone.by.id, str(response_id), CANARY}

    assert [(where, value) for where, value in await everything() if str(value) in gone] == []
    assert receipt.erased.notes == 2 and receipt.erased.captions == 1 and receipt.erased.held == 1
    assert (receipt.erased.devices, receipt.erased.programmes, receipt.walks_severed) == (1, 1, 1)
    assert receipt.erased.equality_answers and not await fetch("select key from equality_answers")
    assert await fetch_value("select count(*) from personal_score") == 4
    assert await fetch_value("select count(*) from group_score") > 0
    assert {row["actor"] for row in await fetch("select actor from audit_event where subject = 'walk'")} == {ERASED}


async def test_a_peer_stays_as_she_was(phone: Phone, peer: Phone) -> None:
    """Erasing one leaves the notes, phones and answers of another alone."""
    await walked(phone)
    walk_id, response_id = await walked(peer)
    await erased(phone)

    assert await fetch_value("select note from stop join walk on walk.number = stop.walk where walk.id = $1", walk_id)
    assert await fetch_value("select sealed from response where id = $1", response_id)
    assert await fetch_value("select count(*) from equality_answers") == 1
    assert await fetch_value("select count(*) from device") == 1


async def test_once_forgotten_there_is_nobody(phone: Phone) -> None:
    """Erasing again finds nobody; that it was done is remembered without saying who she was."""
    await erased(phone)
    with pytest.raises(NobodyToErase):
        await erased(phone)

    assert [row["auditor_mac"] for row in await fetch("select auditor_mac from erasure")] == [
        mac_of(UUID(phone.by.id), SEAL)
    ]


async def test_what_was_on_its_way_is_severed_too(phone: Phone) -> None:
    """A walk that came in a moment after she was forgotten, by a request that had begun before."""
    await erased(phone)
    walk = await a_walk(phone.programme, auditor=phone.by.auditor, cut_short_reason=CANARY)
    await a_stop(walk, note=CANARY)
    first, second = await forget_late_comers(FORGETTING), await forget_late_comers(FORGETTING)

    assert (first, second) == (1, 0)
    assert await fetch_value("select count(*) from walk where auditor is null and cut_short_reason is null") == 1
    assert await fetch_value("select count(*) from stop where note is null") == 1


@pytest.mark.only_on("sqlite")
async def test_nothing_of_her_is_left_in_the_file_or_its_log(phone: Phone, database_url: str) -> None:
    """Found there before, and not after: her id, as text and as bytes, and what she wrote."""
    await walked(phone)
    path = sqlite_path(database_url)
    traces = (CANARY.encode(), phone.by.id.encode(), UUID(phone.by.id).hex.encode())
    before = content(path)
    await erased(phone)

    assert [trace in before for trace in traces][:2] == [True, True]
    assert [trace for trace in traces if trace in content(path)] == []


def content(path: Path) -> bytes:
    """All bytes of the database, its log included."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
