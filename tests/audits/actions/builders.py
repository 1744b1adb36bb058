"""Stops with places and scores, issues and recommendations, made from plain facts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from audits.actions.content import AnswerSaid, DoneSaid, IssueSaid, RecommendationSaid
from audits.actions.issues import issue, recommendation
from audits.actions.keeping import Acting
from audits.actions.raising import raise_issue
from audits.actions.recommending import recommend
from audits.queries import Caller, ProgrammeFacts
from audits.tables import GroupScore, Stop, Walk
from geo.crs import Degrees, to_metres
from geo.grid import GRID_50
from geo.shapes import point
from tests.audits.builders import LEAD, NOW, a_stop, a_walk, keep

ARCH = (-0.1146, 51.4626)  # under the railway in Brixton
TODAY = date(2026, 10, 25)


async def a_placed_stop(
    walk: Walk, at: tuple[float, float] = ARCH, scores: dict[str, int | str] | None = None, **changes: Any
) -> Stop:
    """A stop of that walk after dark, where it was and with what the group scored."""
    there = to_metres(Degrees.of(*at))
    ((q, r),) = GRID_50.cells_at(there)
    facts: dict[str, Any] = {
        "location": point(*at),
        "easting_m": float(there.easting[0]),
        "northing_m": float(there.northing[0]),
        "cell_q": q,
        "cell_r": r,
        "sun_band": "night",
    }
    stop = await a_stop(walk, **{**facts, **changes})
    for factor, score in ({"lighting": 0} if scores is None else scores).items():
        value, answer = (None, score) if isinstance(score, str) else (score, None)
        row = {"programme": walk.programme, "walk": walk.number, "stop": stop.number, "factor": factor}
        await keep(GroupScore(**row, value=value, answer=answer))
    return stop


async def walked(programme: ProgrammeFacts, night_of: date, *scores: dict[str, int | str], **changes: Any) -> Walk:
    """An accepted walk of that night with a stop under the arch for each of the scores."""
    facts: dict[str, Any] = {"state": "accepted", "night_of": night_of, **changes}
    walk = await a_walk(programme, **facts)
    for sequence, scored in enumerate(scores, start=1):
        await a_placed_stop(walk, scores=scored, sequence=sequence)
    return walk


def acting(version: int | None = None, *, by: Caller = LEAD, now: datetime = NOW) -> Acting:
    """Somebody acts this morning."""
    return Acting(by=by, now=now, version=version)


def an_issue(*stops: Stop, **changes: Any) -> IssueSaid:
    """What a lead says of a dead lamp."""
    facts: dict[str, Any] = {
        "kind": "defect",
        "title": "Two lamps out under the arch",
        "place": "Atlantic Road, under the railway",
        "factors": ["lighting"],
        "stop_ids": [stop.id for stop in stops],
    }
    return IssueSaid(**{**facts, **changes})


def to_do(**changes: Any) -> RecommendationSaid:
    """What she recommends to the borough."""
    facts: dict[str, Any] = {
        "action": "Replace both lamps",
        "body_kind": "borough",
        "body": "Lambeth Council",
        "due_on": date(2026, 11, 8),
    }
    return RecommendationSaid(**{**facts, **changes})


ACCEPTED = AnswerSaid(answer="accepted", answered_on=TODAY, answered_by="Head of Highways")
REFUSED = AnswerSaid(answer="refused", answered_on=TODAY, answered_by="Head of Highways", reason="No budget")
DONE = DoneSaid(done_on=TODAY, note="Both lamps lit; the officer went there at 22:00.")


async def raised(programme: ProgrammeFacts, **changes: Any) -> UUID:
    """An issue from one stop under the arch, raised by the lead."""
    walk = await a_walk(programme, state="accepted")
    stop, id = await a_placed_stop(walk), uuid4()
    await raise_issue(programme.id, an_issue(stop, **changes), id=id, acting=acting())
    return id


async def recommended(issue_id: UUID, **changes: Any) -> UUID:
    """A recommendation about it."""
    id = uuid4()
    await recommend(issue_id, to_do(**changes), id=id, acting=acting())
    return id


async def states(issue_id: UUID, recommendation_id: UUID, *, by: Caller = LEAD) -> tuple[str, str]:
    """The states of an issue and of one of its recommendations."""
    whole, one = await issue(issue_id, caller=by), await recommendation(recommendation_id, caller=by)
    return whole.issue.state, one.state
