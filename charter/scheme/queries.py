"""What is asked at the scheme's desk: what waits, which signatures are alike, and everything of one signatory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import NoSuchSignatory
from charter.scheme.errors import NoSuchPair
from geo.places.queries import folded
from migrations.database import fetch, fetch_one, fetch_value, snapshot
from migrations.sealing import CannotUnseal, Seal

MAX_SHOWN = 200
UNREADABLE = "(This cannot be read with the present key.)"
SHORT = "signatory.id, reference, name, sector, state, applied_at, signed_on, last_confirmed_on, review_due_on"
OPEN = "from possible_duplicate where decision is null"
# One row for the whole overview; every count has an index, and the register is 10,000 rows. Typed for SQLite.
WAITING = f"""
select
    (select count(*) from signatory where state = 'held') as held,
    (select min(applied_at) from signatory where state = 'held') as "held_since [TIMESTAMPTZ]",
    (select count(*) {OPEN}) as duplicates,
    (select min(noticed_at) {OPEN}) as "duplicates_since [TIMESTAMPTZ]",
    (select count(*) from signatory where state = 'applied') as applied,
    (select min(applied_at) from signatory where state = 'applied') as "applied_since [TIMESTAMPTZ]",
    (select count(*) from signatory where state = 'review_due') as review_due,
    (select min(review_due_on) from signatory where state = 'review_due') as "review_due_since [DATE]",
    (select count(*) from signatory where state = 'lapsed') as lapsed,
    (select min(review_due_on) from signatory where state = 'lapsed') as "lapsed_since [DATE]",
    (select count(*) from signatory where state = 'suspended') as suspended,
    (select count(*) from signatory) as everybody
"""  # noqa: S608 (ours)


class Short(msgspec.Struct, frozen=True, kw_only=True):
    """A signatory as lists at the desk show it."""

    id: UUID
    reference: str
    name: str
    sector: str
    state: str
    applied_at: datetime
    signed_on: date | None
    last_confirmed_on: date | None
    review_due_on: date | None
    held_because: str | None = None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Signatories that were looked for, at most MAX_SHOWN; `more` is whether there are others."""

    signatories: Sequence[Short]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two signatures that may be one; the earlier is `other`."""

    id: UUID
    reasons: Sequence[str]
    noticed_at: datetime
    decision: str | None
    signatory: Short
    other: Short


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note with what it says; `by` is a principal's or a contact's id."""

    at: datetime
    by: str
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class File:
    """Everything that the desk may see of a signatory; no person's name but in notes."""

    row: dict[str, Any]
    premises: Sequence[dict[str, Any]]
    pledges: Sequence[dict[str, Any]]
    people: Sequence[dict[str, Any]]
    events: Sequence[dict[str, Any]]
    notes: Sequence[Note]
    premises_count: int


async def waiting() -> dict[str, Any]:
    """How much waits at the desk, and since when. One query."""
    row = await fetch_one(WAITING)
    assert row is not None
    return dict(row)


async def in_state(state: str) -> Found:
    """Signatories in a state, those that have waited longest first. Uses signatory_state."""
    order = "applied_at" if state in ("held", "applied") else "review_due_on"
    rows = await fetch(
        f"select {SHORT}, held_because from signatory where state = $1 "  # noqa: S608 (ours)
        f"order by {order}, number limit {MAX_SHOWN + 1}",
        state,
    )
    return _found(rows)


async def search(q: str, *, state: str | None, borough: str | None) -> Found:
    """Signatories in any state by a part of their name, or by their reference; by name."""
    conditions, args = ["true"], []
    if q.strip():
        args += [f"%{_plain(folded(q.strip()))}%", q.strip().upper()]
        conditions.append("(folded like $1 escape '!' or reference = $2)")
    if state:
        args.append(state)
        conditions.append(f"state = ${len(args)}")
    if borough:
        args.append(borough)
        there = "select 1 from premises where premises.signatory = signatory.number and borough"
        conditions.append(f"exists ({there} = ${len(args)})")
    rows = await fetch(
        f"select {SHORT}, held_because from signatory where {' and '.join(conditions)} "  # noqa: S608 (ours)
        f"order by folded, number limit {MAX_SHOWN + 1}",
        *args,
    )
    return _found(rows)


async def open_pairs() -> list[Pair]:
    """Pairs that nobody judged yet, the oldest first. Two queries. Uses possible_duplicate_open."""
    async with snapshot():
        pairs = await fetch(
            "select id, reasons, noticed_at, decision, signatory, other from possible_duplicate "
            "where decision is null order by noticed_at, number limit $1",
            MAX_SHOWN,
        )
        return await _pairs(pairs)


async def pair(id: UUID) -> tuple[Pair, dict[UUID, list[dict[str, Any]]]]:
    """One pair, and the premises of both by the id of each. Raises NoSuchPair."""
    async with snapshot():
        rows = await fetch(
            "select id, reasons, noticed_at, decision, signatory, other from possible_duplicate where id = $1", id
        )
        if not rows:
            raise NoSuchPair
        premises = {number: await _premises(number) for number in (rows[0]["signatory"], rows[0]["other"])}
        found = (await _pairs(rows))[0]
    return found, {
        found.signatory.id: premises[rows[0]["signatory"]],
        found.other.id: premises[rows[0]["other"]],
    }


async def file_of(id: UUID, *, seal: Seal) -> File:
    """A signatory's whole file in seven queries, however much there is. Raises NoSuchSignatory."""
    async with snapshot():
        row = await fetch_one(
            "select signatory.*, earlier.id as merged_id, earlier.reference as merged_reference from signatory "
            "left join signatory as earlier on earlier.number = signatory.merged_into where signatory.id = $1",
            id,
        )
        if row is None:
            raise NoSuchSignatory
        number = row["number"]
        return File(
            row=row,
            premises=await _premises(number),
            premises_count=await fetch_value("select count(*) from premises where signatory = $1", number),
            pledges=await fetch(
                "select pledge, state, statement, evidence_on from kept_pledge where signatory = $1 order by pledge",
                number,
            ),
            people=await fetch(
                "select id, role, confirmed_at, named_at, ended_on from contact where signatory = $1 order by number",
                number,
            ),
            events=await fetch(
                "select at, actor, action, detail from charter_event where subject = 'signatory' and subject_id = $1 "
                "order by number desc limit $2",
                str(id),
                MAX_SHOWN,
            ),
            notes=[_note(note, seal) for note in await _notes(number)],
        )


async def _notes(number: int) -> list[dict[str, Any]]:
    return await fetch(
        "select id, at, by, kind, sealed from scheme_note where signatory = $1 order by number desc", number
    )


def _note(row: dict[str, Any], seal: Seal) -> Note:
    try:
        content = seal.open(row["sealed"], table="scheme_note", column="sealed", row=str(row["id"]))
    except CannotUnseal:
        # One spoilt note must not hide the rest of the file.
        return Note(at=row["at"], by=row["by"], kind=row["kind"], text=UNREADABLE)
    return Note(at=row["at"], by=row["by"], kind=row["kind"], text=msgspec.json.decode(content, type=str))


async def _premises(number: int) -> list[dict[str, Any]]:
    return await fetch(
        "select name, address, postcode, borough, listed from premises where signatory = $1 order by sequence limit $2",
        number,
        MAX_SHOWN,
    )


async def _pairs(rows: Sequence[dict[str, Any]]) -> list[Pair]:
    numbers = sorted({row[end] for row in rows for end in ("signatory", "other")})
    if not numbers:
        return []
    places = ", ".join(f"${place}" for place in range(1, len(numbers) + 1))
    found = await fetch(
        f"select number, {SHORT} from signatory where number in ({places})",  # noqa: S608 (ours)
        *numbers,
    )
    short = {row["number"]: _short(row) for row in found}
    return [
        Pair(
            id=row["id"],
            reasons=msgspec.json.decode(row["reasons"], type=list[str]),
            noticed_at=row["noticed_at"],
            decision=row["decision"],
            signatory=short[row["signatory"]],
            other=short[row["other"]],
        )
        for row in rows
    ]


def _found(rows: Sequence[dict[str, Any]]) -> Found:
    return Found(signatories=[_short(row) for row in rows[:MAX_SHOWN]], more=len(rows) > MAX_SHOWN)


def _short(row: dict[str, Any]) -> Short:
    return Short(**{name: row[name] for name in Short.__struct_fields__ if name in row})


def _plain(text: str) -> str:
    """The text with LIKE's own signs as plain letters."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
