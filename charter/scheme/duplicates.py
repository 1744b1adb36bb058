"""Signatures that may repeat an earlier one: judged the same and merged into it, or different and left alone."""

from functools import partial
from typing import Any
from uuid import UUID

from charter.events import note_event
from charter.outbox import overtake_letters
from charter.register import Desk, end_contact
from charter.scheme import notes
from charter.scheme.errors import DecidedMeanwhile, NoSuchPair
from charter.scheme.letters import JOINED, letter_joined
from charter.signing import IN_REGISTER
from charter.year.writing import concerned, write_to_all
from migrations.database import execute, fetch, fetch_value, lock, transaction

MAY_STAND_FOR_BOTH = (*IN_REGISTER, "lapsed")


async def different(pair_id: UUID, *, by: str, desk: Desk) -> None:
    """The two are two; nobody is told, and nothing else changes. Raises NoSuchPair, DecidedMeanwhile."""
    async with transaction():
        pair = await _open_pair(pair_id)
        await _decide(pair["number"], "distinct", by=by, desk=desk)
        await note_event("found-distinct", of="possible_duplicate", id=pair_id, by=by, at=desk.now)


async def merge(pair_id: UUID, *, reason: str, by: str, desk: Desk) -> UUID:
    """The newer signature repeats the earlier one: its premises go over, its people are told and forgotten.

    They gain nothing by it: whoever signs in a venue's name must not come to hold that venue's desk. Gives the id of
    the earlier one. Raises NotDone, NoSuchPair, DecidedMeanwhile.
    """
    notes.check_texts(reason=reason)
    async with transaction():
        pair = await _open_pair(pair_id)
        newer, older = await _two(pair)
        if older["state"] not in MAY_STAND_FOR_BOTH or newer["state"] == "withdrawn":
            raise DecidedMeanwhile
        moved = await _move_premises(newer["number"], older["number"])
        await _let_go(newer, older, desk)
        await _turn_to(newer["number"], older["number"], by=by, desk=desk)
        await _decide(pair["number"], "merged", by=by, desk=desk)
        for signatory in (newer, older):
            await notes.keep_note(signatory["number"], reason, kind=notes.MERGE, by=by, desk=desk)
        into, other = str(older["id"]), str(newer["id"])
        await note_event(
            "merged", of="signatory", id=newer["id"], by=by, at=desk.now, into=into, premises=moved, was=newer["state"]
        )
        await note_event("merged-in", of="signatory", id=older["id"], by=by, at=desk.now, other=other, premises=moved)
    return older["id"]  # type: ignore[no-any-return]


async def _open_pair(id: UUID) -> dict[str, Any]:
    """The pair, so that nobody else judges it meanwhile."""
    found = await lock("select number, signatory, other, decision from possible_duplicate where id = $1", id)
    if not found:
        raise NoSuchPair
    if found[0]["decision"] is not None:
        raise DecidedMeanwhile
    return found[0]


async def _two(pair: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The newer and the older, both locked in one order, so that two who judge related pairs never wait in a ring."""
    rows = await lock(
        "select number, id, name, reference, state from signatory where number in ($1, $2) order by number",
        pair["signatory"],
        pair["other"],
    )
    by_number = {row["number"]: row for row in rows}
    return by_number[pair["signatory"]], by_number[pair["other"]]


async def _move_premises(newer: int, older: int) -> int:
    """Give the older what it has not yet; the same place twice stays behind. Uses premises_place_mac."""
    there = {row["place_mac"] for row in await fetch("select place_mac from premises where signatory = $1", older)}
    rows = await fetch("select number, place_mac from premises where signatory = $1 order by sequence", newer)
    last = await fetch_value("select max(sequence) from premises where signatory = $1", older)
    after = -1 if last is None else int(last)
    # Places written before places were compared have no hash: they go over, and the champion closes what is double.
    moving = [row["number"] for row in rows if row["place_mac"] is None or row["place_mac"] not in there]
    for place, number in enumerate(moving, start=after + 1):
        await execute("update premises set signatory = $2, sequence = $3 where number = $1", number, older, place)
    return len(moving)


async def _let_go(newer: dict[str, Any], older: dict[str, Any], desk: Desk) -> None:
    """Withdraw the newer in favour of the older. Its pledges and history stay with its row: nothing is lost."""
    await overtake_letters(signatory=newer["number"], kinds=None, now=desk.now)
    make = partial(letter_joined, concerned=concerned(newer, desk), into=older["reference"])
    await write_to_all(newer["number"], make, kind=JOINED, desk=desk)
    people = await fetch("select number from contact where signatory = $1 and ended_on is null", newer["number"])
    for person in people:
        await end_contact(person["number"], desk)
    await execute(
        "update signatory set state = 'withdrawn', merged_into = $2, review_due_on = null, champion_since = null, "
        "champion_gone_on = null, suspended_from = null where number = $1",
        newer["number"],
        older["number"],
    )


async def _turn_to(newer: int, older: int, *, by: str, desk: Desk) -> None:
    """Whatever else was like the newer is compared with the older from now on."""
    pairs = await lock(
        "select number, signatory, other from possible_duplicate where decision is null "
        "and (signatory = $1 or other = $1) order by number",
        newer,
    )
    for pair in pairs:
        partner = pair["other"] if pair["signatory"] == newer else pair["signatory"]
        if partner == older:
            continue
        known = await fetch_value(
            "select 1 from possible_duplicate where (signatory = $1 and other = $2) or (signatory = $2 and other = $1)",
            partner,
            older,
        )
        if known:
            await _decide(pair["number"], "merged", by=by, desk=desk)
            continue
        later, earlier = max(partner, older), min(partner, older)
        await execute(
            "update possible_duplicate set signatory = $2, other = $3 where number = $1", pair["number"], later, earlier
        )


async def _decide(number: int, decision: str, *, by: str, desk: Desk) -> None:
    await execute(
        "update possible_duplicate set decision = $2, decided_at = $3, decided_by = $4 where number = $1",
        number,
        decision,
        desk.now,
        by,
    )
