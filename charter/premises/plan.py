"""What a spreadsheet of premises would do: which rows are new, which change a place that is there, which do nothing.

A row is a place that is there if it has its reference, or else its name and address as people spell them. Rows never
close a place: what a spreadsheet leaves out stays.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from charter.doubts.likeness import likeness, place_likeness
from charter.errors import FieldError
from charter.premises.hours import open_at_night
from charter.premises.rows import Kept
from charter.premises.sheet import SheetRow, one_line, tidied
from charter.signing import MAX_PREMISES, Premises
from geo.places.queries import folded

Key = tuple[str, str]
T = TypeVar("T")
SAID = 3  # rows named in a sentence


@dataclass(frozen=True, kw_only=True)
class Change:
    """A row that changes a place that is there, and what it is then."""

    row: int
    before: Kept
    premises: Premises

    @property
    def shows(self) -> bool:
        """Whether a place that nobody could find would be shown from now on."""
        return self.premises.listed is True and self.before.premises.listed is False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the rows would do, or what keeps all of them from doing it."""

    added: Sequence[SheetRow]
    changed: Sequence[Change]
    unchanged: int
    problems: Sequence[FieldError]


def planned(rows: Sequence[SheetRow], existing: Sequence[Kept]) -> Plan:
    """Hold the rows of a spreadsheet against the premises that are there."""
    problems = [*_repeated(rows, existing)]
    matches = _matched(rows, existing)
    added = [row for row in rows if row.row not in matches]
    changes = [_change(row, matches[row.row]) for row in rows if row.row in matches]
    changed = [change for change in changes if tidied(change.premises) != tidied(change.before.premises)]
    if len(existing) + len(added) > MAX_PREMISES:
        message = f"With these you would have {len(existing) + len(added):,} premises; at most {MAX_PREMISES:,} can be."
        problems.append(FieldError("rows", message))
    return Plan(added=added, changed=changed, unchanged=len(changes) - len(changed), problems=problems)


def worth_a_look(plan: Plan, existing: Sequence[Kept]) -> list[str]:
    """What may be meant, and may be a slip: a sentence each, with the rows."""
    by_place = {_place(one.premises): one.premises for one in existing}
    renamed = [row.row for row in plan.added if _place(row.premises) in by_place]
    shown = [change.row for change in plan.changed if change.shows]
    by_day = [
        row.row for row in plan.added if row.premises.opening_hours and not open_at_night(row.premises.opening_hours)
    ]
    said = (
        (shown, "would show premises that are unlisted now"),
        (renamed, "HAVE the address of premises that you have under another name, and would be added beside them"),
        (by_day, "HAVE opening hours that do not touch the night, 6pm to 6am"),
    )
    return [
        f"{rows_named(rows)} {what.replace('HAVE', 'has' if len(rows) == 1 else 'have')}."
        for rows, what in said
        if rows
    ]


def rows_named(rows: Sequence[int]) -> str:
    """Rows as a sentence begins with them.

    >>> rows_named([7]), rows_named([7, 9]), rows_named([2, 3, 4, 5, 6])
    ('Row 7', 'Rows 7 and 9', 'Rows 2, 3, 4 and 2 others')
    """
    if len(rows) == 1:
        return f"Row {rows[0]}"
    more = len(rows) - SAID
    named = [str(row) for row in rows[:SAID]]
    last = f"{more} other{'s' if more > 1 else ''}" if more > 0 else named.pop()
    return f"Rows {', '.join(named)} and {last}"


def _change(row: SheetRow, before: Kept) -> Change:
    """An empty cell leaves what is there."""
    said, was = row.premises, before.premises
    premises = msgspec.structs.replace(
        said,
        listed=was.listed if said.listed is None else said.listed,
        opening_hours=said.opening_hours or was.opening_hours,
        own_reference=said.own_reference or was.own_reference,
    )
    return Change(row=row.row, before=before, premises=premises)


def _matched(rows: Sequence[SheetRow], existing: Sequence[Kept]) -> dict[int, Kept]:
    """The place that each row is, by the row; in two rounds, for a reference says more than a name."""
    matches: dict[int, Kept] = {}
    for key in (_reference, _key):
        waiting = _grouped(existing, key, lambda one: one.premises)
        taken = {one.id for one in matches.values()}
        for row in rows:
            if row.row in matches or (meant := key(row.premises)) is None:
                continue
            free = (
                one for one in waiting.get(meant, ()) if one.id not in taken and _may_be(row.premises, one.premises)
            )
            if (found := next(free, None)) is not None:
                matches[row.row] = found
                taken.add(found.id)
    return matches


def _may_be(row: Premises, kept: Premises) -> bool:
    # Two units at one address under one name are told apart by their references alone.
    return None in (_reference(row), _reference(kept)) or _reference(row) == _reference(kept)


def _repeated(rows: Sequence[SheetRow], existing: Sequence[Kept]) -> Iterator[FieldError]:
    """Rows that say one place twice, each of them named, so that it does not matter which came first."""
    for column, key, what in (("own_reference", _reference, "reference"), ("name", _key, "name and address")):
        there = _grouped(existing, key, lambda one: one.premises)
        for meant, group in _grouped(rows, key, lambda row: row.premises).items():
            # What the interface took twice may also be sent twice: a download is taken back as it is.
            if len(group) <= max(1, len(there.get(meant, ()))) or (column == "name" and _told_apart(group)):
                continue
            numbers = sorted(row.row for row in group)
            for row in group:
                others = rows_named([number for number in numbers if number != row.row]).lower()
                message = f"Row {row.row}: the same {what} stands in {others}. Leave one out."
                yield FieldError(f"{row.field}.{column}", message)


def _told_apart(group: Sequence[SheetRow]) -> bool:
    references = [_reference(row.premises) for row in group]
    return None not in references and len(set(references)) == len(references)


def _grouped(
    places: Iterable[T], key: Callable[[Premises], Hashable], of: Callable[[T], Premises]
) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for place in places:
        if (meant := key(of(place))) is not None:
            groups[meant].append(place)
    return groups


def _reference(premises: Premises) -> str | None:
    return folded(one_line(premises.own_reference or "")) or None


def _key(premises: Premises) -> Key:
    return likeness(premises.name), _place(premises)


def _place(premises: Premises) -> str:
    return place_likeness(premises.address, premises.postcode)
