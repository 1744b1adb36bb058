"""A Safety Action Plan as it is read: line by line, defects before design moves, by responsible body and due date.

The public's plan is made here too, so that no page or file of it ever holds more: whole months, cells of 150 m, and
only issues that enough people on enough nights stand behind, of walks that are old enough.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Literal

import msgspec

from audits.actions.comparing import StopSeen
from audits.actions.issues import Raised, Recommended, WholeIssue
from geo.crs import Metres
from geo.grid import GRID_150, OVERVIEW_SIDE_M, cell_id

Audience = Literal["staff", "public"]
PUBLIC_MIN_PEOPLE, PUBLIC_MIN_NIGHTS = 5, 2
NOTHING_YET = ""  # an issue about which nothing is recommended yet has no body and no due date


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do, or an issue about which nothing is recommended yet (`body` and `due` are empty then).

    `due`, `answered` and `done` are days (2026-11-08), or months (2026-11) for the public. `cells` name the 150 m
    hexagons of the issue's stops, `longitude` and `latitude` (WGS 84) are in their middle; `seen` says what was seen
    there later. The public's lines have no `issue_id`, position, `answered_by`, `done_note` or `description`.
    """

    issue_id: str | None
    kind: str
    title: str
    place: str
    description: str
    cells: tuple[str, ...]
    longitude: str
    latitude: str
    action: str
    body_kind: str
    body: str
    due: str
    overdue: bool
    state: str
    answered: str
    answered_by: str
    answer_reason: str
    done: str
    done_note: str
    photos: int
    seen: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A programme's plan; `left_out` says that the public does not see all of it."""

    programme: str
    audience: Audience
    lines: tuple[PlanLine, ...]
    left_out: bool = False


def staff_plan(programme: str, issues: Iterable[WholeIssue], *, today: date, labels: dict[str, str]) -> Plan:
    """The plan as staff and responsible bodies read it; `labels` are the factors', `today` London's."""
    lines = [line for whole in _standing(issues) for line in _lines(whole, today=today, labels=labels)]
    return Plan(programme=programme, audience="staff", lines=_arranged(lines))


def public_plan(programme: str, issues: Iterable[WholeIssue], *, today: date, delay: timedelta) -> Plan:
    """The plan as everybody may read it.

    An issue is in it when the accepted walks behind it that are older than `delay` had at least five people and two
    nights: then no line is about one group on one night.
    """
    standing = list(_standing(issues))
    shown = [whole for whole in standing if _enough(_old(whole.stops, today=today, delay=delay))]
    lines = [
        _for_public(line, _old(whole.stops, today=today, delay=delay))
        for whole in shown
        for line in _lines(whole, today=today, labels={})
    ]
    return Plan(programme=programme, audience="public", lines=_arranged(lines), left_out=len(shown) < len(standing))


def by_body(lines: Sequence[PlanLine]) -> dict[str, list[PlanLine]]:
    """The lines of each body, in their order."""
    found: dict[str, list[PlanLine]] = {}
    for line in lines:
        found.setdefault(line.body, []).append(line)
    return found


def _standing(issues: Iterable[WholeIssue]) -> Iterable[WholeIssue]:
    return (whole for whole in issues if whole.issue.state != "withdrawn")


def _lines(whole: WholeIssue, *, today: date, labels: dict[str, str]) -> list[PlanLine]:
    standing: list[Recommended | None] = [one for one in whole.issue.recommendations if one.state != "withdrawn"]
    return [_line(whole, one, today, labels) for one in standing or [None]]


def _line(whole: WholeIssue, one: Recommended | None, today: date, labels: dict[str, str]) -> PlanLine:
    raised: Raised = whole.issue
    return PlanLine(
        issue_id=str(raised.id),
        kind=raised.kind,
        title=raised.title,
        place=raised.place,
        description=raised.description,
        cells=_cells(whole.stops),
        longitude=_middle(stop.longitude for stop in whole.stops),
        latitude=_middle(stop.latitude for stop in whole.stops),
        action=one.action if one else NOTHING_YET,
        body_kind=one.body_kind if one else NOTHING_YET,
        body=one.body if one else NOTHING_YET,
        due=one.due_on.isoformat() if one else NOTHING_YET,
        overdue=bool(one and one.overdue(today)),
        state=one.state if one else raised.state,
        answered=one.answered_on.isoformat() if one and one.answered_on else "",
        answered_by=(one.answered_by or "") if one else "",
        answer_reason=(one.answer_reason or "") if one else "",
        done=one.done_on.isoformat() if one and one.done_on else "",
        done_note=(one.done_note or "") if one else "",
        photos=len(one.photos) if one else 0,
        seen=tuple(_seen(whole, labels)) if one and one.done_on else (),
    )


def _seen(whole: WholeIssue, labels: dict[str, str]) -> Iterable[str]:
    """What was seen later, with n; never called an effect."""
    for change in whole.changes:
        label = labels.get(change.factor, change.factor)
        if change.why_not:
            yield f"{label}: {change.why_not}"
            continue
        yield (
            f"{label}: {change.before} before ({_stood_behind(change.stops_before, change.walks_before)}), "
            f"{change.after} after ({_stood_behind(change.stops_after, change.walks_after)})"
        )


def _stood_behind(stops: int, walks: int) -> str:
    return f"{stops} {'stop' if stops == 1 else 'stops'} on {walks} {'walk' if walks == 1 else 'walks'}"


def _for_public(line: PlanLine, old: Sequence[StopSeen]) -> PlanLine:
    return msgspec.structs.replace(
        line,
        issue_id=None,
        description="",
        cells=_cells(old),
        longitude="",
        latitude="",
        due=line.due[:7],
        answered=line.answered[:7],
        answered_by="",
        done=line.done[:7],
        done_note="",
        photos=0,
        seen=(),
    )


def _old(stops: Iterable[StopSeen], *, today: date, delay: timedelta) -> list[StopSeen]:
    return [stop for stop in stops if stop.walk_state == "accepted" and stop.night_of + delay < today]


def _enough(stops: Sequence[StopSeen]) -> bool:
    people = max((stop.group_size for stop in stops), default=0)
    return people >= PUBLIC_MIN_PEOPLE and len({stop.night_of for stop in stops}) >= PUBLIC_MIN_NIGHTS


def _cells(stops: Iterable[StopSeen]) -> tuple[str, ...]:
    """The 150 m cells of the stops, by name."""
    placed = [(s.easting_m, s.northing_m) for s in stops if s.easting_m is not None and s.northing_m is not None]
    if not placed:
        return ()
    cells = GRID_150.cells_at(Metres.of([east for east, _ in placed], [north for _, north in placed]))
    return tuple(sorted({cell_id(OVERVIEW_SIDE_M, q, r) for q, r in cells}))


def _middle(degrees: Iterable[float | None]) -> str:
    """The mean to a metre or so; empty where no stop has a place."""
    known = [one for one in degrees if one is not None]
    return f"{fmean(known):.5f}" if known else ""


def _arranged(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """Defects first; by body, what nobody was asked for last; by due date."""
    return tuple(sorted(lines, key=lambda line: (line.kind, not line.body, line.body.casefold(), line.due, line.title)))
