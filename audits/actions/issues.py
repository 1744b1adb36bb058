"""Questions of the staff about issues and what is done about them, each answered as far as the caller may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.actions.comparing import Change, Places, StopSeen, baseline, changes, why_not
from audits.actions.errors import NoSuchIssue, NoSuchRecommendation
from audits.actions.stops import stops_at, stops_numbered
from audits.queries import LAST, OPERATOR, VISIBLE, Caller, sight
from migrations.database import fetch, fetch_one, snapshot

Found = dict[str, Any]

ISSUE = """
    issue.number, issue.id, programme.id as programme_id, programme.name as programme, programme.number as of,
    issue.kind, issue.title, issue.description, issue.place, issue.factors, issue.causes, issue.state,
    issue.raised_at, issue.raised_by, issue.withdrawn_at, issue.version
"""
RECOMMENDATION = """
    recommendation.number, recommendation.id, recommendation.issue, issue.id as issue_id, recommendation.action,
    recommendation.body_kind, recommendation.body, recommendation.due_on, recommendation.written_at,
    recommendation.written_by, recommendation.state, recommendation.answer, recommendation.answered_on,
    recommendation.answered_by, recommendation.answer_reason, recommendation.done_on, recommendation.done_note,
    recommendation.version
"""
FROM_ISSUE = "from issue join programme on programme.number = issue.programme"
FROM_RECOMMENDATION = """
    from recommendation join issue on issue.number = recommendation.issue
    join programme on programme.number = recommendation.programme
"""
# A recommendation that somebody still waits for and whose day is over; its argument is London's today.
LATE = "recommendation.state in ('waiting', 'accepted') and recommendation.due_on < ${}"
# An issue of which one recommendation is like that; by recommendation_issue.
WITH = "exists (select 1 from recommendation where recommendation.issue = issue.number and {})"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list of issues or recommendations is narrowed by; None means whatever.

    `body` is a kind of body, `overdue_on` London's today where only what is late is wanted. Those after the row
    numbered `before`, which is older the further one pages.
    """

    programme_id: UUID | None = None
    kind: str | None = None
    body: str | None = None
    state: str | None = None
    overdue_on: date | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """A recommendation with all that came of it. Persons of the staff are ids; `answered_by` is a role."""

    number: int
    id: UUID
    issue: int
    issue_id: UUID
    action: str
    body_kind: str
    body: str
    due_on: date
    written_at: datetime
    written_by: str
    state: str
    answer: str | None
    answered_on: date | None
    answered_by: str | None
    answer_reason: str | None
    done_on: date | None
    done_note: str | None
    version: int
    photos: tuple["Pictured", ...] = ()

    def overdue(self, today: date) -> bool:
        """Whether somebody still waits for it, and its day is over."""
        return self.state in ("waiting", "accepted") and self.due_on < today


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """A picture that shows that something was done."""

    id: UUID
    caption: str
    width: int
    height: int
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Raised:
    """An issue as it stands. `of` is its programme's number; `raised_by` an id of the staff."""

    number: int
    id: UUID
    programme_id: UUID
    programme: str
    of: int
    kind: str
    title: str
    description: str
    place: str
    factors: tuple[str, ...]
    causes: tuple[str, ...]
    state: str
    raised_at: datetime
    raised_by: str
    withdrawn_at: datetime | None
    version: int
    recommendations: tuple[Recommended, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Later:
    """A later stop that was linked to an issue; `why_not` says why it cannot be compared, None where it can."""

    stop: StopSeen
    why_not: str | None


@dataclass(frozen=True, kw_only=True)
class WholeIssue:
    """An issue with the stops that it was raised from, those walked later, and what changed in its factors."""

    issue: Raised
    stops: tuple[StopSeen, ...]
    later: tuple[Later, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One change: who of the staff did what, when and why, and what was said; of a recommendation, its id."""

    at: datetime
    by: str
    action: str
    reason: str | None
    said: dict[str, Any]
    recommendation_id: UUID | None


async def issues(asked: Asked, *, caller: Caller) -> list[Raised]:
    """Issues of the programmes that the caller may see, newest first, each with its recommendations."""
    where, args = _narrowed(asked, caller, of="issue")
    async with snapshot():
        rows = await fetch(
            f"select {ISSUE} {FROM_ISSUE} where {where} order by issue.number desc limit ${len(args) + 1}",
            *args,
            asked.limit,
        )
        below = await recommended([row["number"] for row in rows])
    return [as_raised(row, below.get(row["number"], ())) for row in rows]


async def issue(issue_id: UUID, *, caller: Caller) -> WholeIssue:
    """One issue with all that belongs to it. Raises NoSuchIssue where there is none, or it is not the caller's."""
    async with snapshot():
        row = await fetch_one(
            f"select {ISSUE} {FROM_ISSUE} where issue.id = $4 and {VISIBLE}",
            *sight(caller),
            issue_id,
        )
        if row is None:
            raise NoSuchIssue
        below = await recommended([row["number"]])
        found = as_raised(row, below.get(row["number"], ()))
        return (await whole([found]))[0]


async def whole_issues_of(programme: int) -> list[WholeIssue]:
    """Every issue of the programme of this number, with all that belongs to it; whose it is was asked before."""
    async with snapshot():
        rows = await fetch(
            f"select {ISSUE} {FROM_ISSUE} where issue.programme = $1 order by issue.number",
            programme,
        )
        below = await recommended([row["number"] for row in rows])
        return await whole([as_raised(row, below.get(row["number"], ())) for row in rows])


async def recommendations(asked: Asked, *, caller: Caller) -> list[Recommended]:
    """Recommendations of the programmes that the caller may see, newest first; `kind` is their issue's."""
    where, args = _narrowed(asked, caller, of="recommendation")
    async with snapshot():
        rows = await fetch(
            f"select {RECOMMENDATION} {FROM_RECOMMENDATION} where {where} "
            f"order by recommendation.number desc limit ${len(args) + 1}",
            *args,
            asked.limit,
        )
        return await _with_photos(rows)


async def recommendation(recommendation_id: UUID, *, caller: Caller) -> Recommended:
    """One recommendation. Raises NoSuchRecommendation where there is none, or it is not the caller's to see."""
    async with snapshot():
        rows = await fetch(
            f"select {RECOMMENDATION} {FROM_RECOMMENDATION} where recommendation.id = $4 and {VISIBLE}",
            *sight(caller),
            recommendation_id,
        )
        if not rows:
            raise NoSuchRecommendation
        return (await _with_photos(rows))[0]


async def history(issue_id: UUID, *, caller: Caller) -> list[Happened]:
    """Every change of an issue and of what is recommended about it, the newest first. Raises NoSuchIssue."""
    async with snapshot():
        found = await issue(issue_id, caller=caller)
        rows = await fetch(
            "select action_change.at, action_change.by, action_change.action, action_change.reason, "
            "action_change.said, recommendation.id as recommendation_id from action_change "
            "left join recommendation on recommendation.number = action_change.recommendation "
            "where action_change.issue = $1 order by action_change.number desc",
            found.issue.number,
        )
    return [Happened(**{**row, "said": msgspec.json.decode(row["said"])}) for row in rows]


async def stops_for_again(found: WholeIssue, *, caller: Caller) -> list[Later]:
    """Stops at the issue's places that are not part of it yet and the caller may see, with what speaks against them.

    The newest nights first, in any programme: whoever walks again may do so years later.
    """
    places = Places.of(found.stops)
    there = await stops_at(places.cells, places.planned, caller=caller)
    known = {stop.number for stop in found.stops} | {later.stop.number for later in found.later}
    done_on = last_done(found.issue)
    candidates = [stop for stop in reversed(there) if stop.number not in known]
    later = [stop for stop in candidates if done_on is None or stop.night_of >= done_on]
    return [Later(stop=stop, why_not=why_not(stop, places, done_on=done_on)) for stop in later]


def last_done(raised: Raised) -> date | None:
    """The day on which the last of what was recommended was done; None where nothing is."""
    return max((one.done_on for one in raised.recommendations if one.done_on), default=None)


def _narrowed(asked: Asked, caller: Caller, *, of: str) -> tuple[str, list[Any]]:
    """The condition of a list, and its arguments; $1 to $3 are what the caller may see."""
    args: list[Any] = [*sight(caller), asked.before]
    where = [VISIBLE, f"{of}.number < coalesce(cast($4 as bigint), {LAST})"]
    on_recommendation = "recommendation.body_kind = ${}"
    if of == "issue":
        on_recommendation = WITH.format(on_recommendation)
    late = WITH.format(LATE) if of == "issue" else LATE
    for value, condition in (
        (asked.programme_id, "programme.id = ${}"),
        (asked.kind, "issue.kind = ${}"),
        (asked.body, on_recommendation),
        (asked.state, f"{of}.state = ${{}}"),
        (asked.overdue_on, f"issue.state <> 'withdrawn' and {late}"),
    ):
        if value is not None:
            args.append(value)
            where.append(condition.format(len(args)))
    return " and ".join(where), args


async def recommended(issue_numbers: Sequence[int]) -> dict[int, tuple[Recommended, ...]]:
    """The recommendations of each issue, by due date."""
    if not issue_numbers:
        return {}
    rows = await fetch(
        f"select {RECOMMENDATION} {FROM_RECOMMENDATION} "
        f"where recommendation.issue in ({numbered(issue_numbers)}) "
        "order by recommendation.due_on, recommendation.number"
    )
    found: dict[int, list[Recommended]] = defaultdict(list)
    for one in await _with_photos(rows):
        found[one.issue].append(one)
    return {number: tuple(ones) for number, ones in found.items()}


async def _with_photos(rows: Sequence[Found]) -> list[Recommended]:
    pictures: dict[int, list[Pictured]] = defaultdict(list)
    if rows:
        for row in await fetch(
            "select recommendation, id, caption, width, height, added_at from done_photo "  # noqa: S608
            f"where recommendation in ({numbered([row['number'] for row in rows])}) order by number"
        ):
            pictures[row.pop("recommendation")].append(Pictured(**row))
    return [Recommended(**row, photos=tuple(pictures[row["number"]])) for row in rows]


async def whole(raised: Sequence[Raised]) -> list[WholeIssue]:
    """Each issue with its stops and changes; a few queries however many issues there are."""
    if not raised:
        return []
    held, linked = await _stops_of("issue_stop", raised), await _stops_of("re_audit_stop", raised)
    stops = await stops_numbered(number for numbers in [*held.values(), *linked.values()] for number in numbers)
    # What was there before is asked once for all: every stop at any place of an issue that was walked again.
    walked = [one for one in raised if linked[one.number]]
    places = {one.number: Places.of([stops[number] for number in held[one.number]]) for one in raised}
    before = await stops_at(
        (cell for one in walked for cell in places[one.number].cells),
        (planned for one in walked for planned in places[one.number].planned),
        caller=OPERATOR,
    )
    return [
        _one_whole(
            one,
            [stops[number] for number in held[one.number]],
            [stops[number] for number in linked[one.number]],
            [stop for stop in before if stop.of == one.of],
        )
        for one in raised
    ]


def _one_whole(
    raised: Raised, held: Sequence[StopSeen], linked: Sequence[StopSeen], before: Sequence[StopSeen]
) -> WholeIssue:
    places, done_on = Places.of(held), last_done(raised)
    later = [Later(stop=stop, why_not=why_not(stop, places, done_on=done_on)) for stop in linked]
    after = [one.stop for one in later if one.why_not is None]
    first = min((one.done_on for one in raised.recommendations if one.done_on), default=date.min)
    earlier = baseline(before, places, first_done_on=first)
    return WholeIssue(
        issue=raised,
        stops=tuple(sorted(held, key=_by_place)),
        later=tuple(sorted(later, key=lambda one: _by_place(one.stop))),
        changes=changes(raised.factors, places, before=earlier, after=after) if later else (),
    )


def _by_place(stop: StopSeen) -> tuple[Any, ...]:
    """Cell by cell, so that a map's numbers lie together, and in each by night."""
    return stop.cell or (0, 0), stop.night_of, str(stop.walk_id), stop.sequence


async def _stops_of(table: str, raised: Sequence[Raised]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in await fetch(
        f"select issue, stop from {table} where issue in ({numbered([one.number for one in raised])})"  # noqa: S608
    ):
        found[row["issue"]].append(row["stop"])
    return found


def as_raised(row: Found, recommended: tuple[Recommended, ...]) -> Raised:
    factors, causes = msgspec.json.decode(row["factors"]), msgspec.json.decode(row["causes"])
    return Raised(**{**row, "factors": tuple(factors), "causes": tuple(causes)}, recommendations=recommended)


def numbered(numbers: Iterable[int]) -> str:
    """Row numbers of our own, written into a statement: a list may be longer than a statement takes arguments."""
    return ", ".join(str(int(number)) for number in numbers)
