"""What there is to raise an issue from: suggestions of low scores that lie together, and stops to tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from api.pages.actions.words import BANDS, LEGS, labels_of, stop_named
from audits.actions.comparing import StopSeen
from audits.actions.stops import MAX_LISTED, StopsAsked, stops_to_choose
from audits.actions.suggesting import LOW, Suggestion, suggestions
from audits.instrument import instrument
from audits.queries import ProgrammeFacts
from geo.places.entries import Kind
from geo.places.queries import places_near
from geo.shapes import point

MAX_SUGGESTED_FROM = 5_000  # stops that are read for suggestions: a large programme's newest
NEAR_M = 300.0  # a hub further away does not tell where a place is


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Of which programme, which stops are shown, as the address says (empty means whatever), and whether ticked."""

    programme: UUID | None = None
    leg: str = ""
    factor: str = ""
    cause: str = ""
    cell: str = ""
    tick: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.leg or self.factor or self.cause or self.cell)


async def stops_chosen(of: ProgrammeFacts, choice: Choice) -> list[StopSeen]:
    """The stops to tick, newest nights first, as many as one page holds."""
    questions = instrument(of.instrument_version)
    asked = StopsAsked(
        programme=of.number,
        leg=choice.leg if choice.leg in LEGS else None,
        factor=choice.factor if choice.factor in questions.keys("group") else None,
        cause=choice.cause if choice.cause in questions.open_causes() else None,
    )
    found = await stops_to_choose(asked, limit=MAX_SUGGESTED_FROM if choice.cell else MAX_LISTED)
    return [stop for stop in found if not choice.cell or _cell(stop) == choice.cell][:MAX_LISTED]


async def suggested(of: ProgrammeFacts) -> list[dict[str, Any]]:
    """Low scores and causes after dark that lie together, each as a line with the address that ticks its stops."""
    stops = await stops_to_choose(
        StopsAsked(programme=of.number, leg="dark"),
        limit=MAX_SUGGESTED_FROM,
    )
    found = suggestions(stops, instrument(of.instrument_version))
    places = {stop.cell: await place_words([stop]) for one in found for stop in one.stops[:1]}
    return [_suggestion(of, one, places[one.stops[0].cell]) for one in found]


def _suggestion(of: ProgrammeFacts, one: Suggestion, place: str) -> dict[str, Any]:
    asked = {
        "programme": of.id,
        "leg": "dark",
        "cause" if one.is_cause else "factor": one.about,
        "cell": _cell(one.stops[0]),
        "tick": "all",
    }
    stops, walks = len(one.stops), one.walks
    said = "ticked" if one.is_cause else "scored 0 or 1"
    times = f"{stops} {'stop' if stops == 1 else 'stops'} of {walks} {'walk' if walks == 1 else 'walks'}"
    return {"text": f"{one.label} {said} after dark at {times}", "place": place, "href": f"?{urlencode(asked)}"}


def _cell(stop: StopSeen) -> str:
    return f"{stop.cell[0]}:{stop.cell[1]}" if stop.cell else ""


def listed(stops: Sequence[StopSeen], version: int) -> list[dict[str, Any]]:
    """The stops as boxes to tick: night and place in the walk, and beneath what was low there."""
    labels = labels_of(version)
    return [
        {
            "value": str(stop.id),
            "text": f"{number}. {stop_named(stop)}",
            "hint": {"text": _low(stop, labels)},
        }
        for number, stop in enumerate(stops, start=1)
    ]


def _low(stop: StopSeen, labels: dict[str, str]) -> str:
    low = [
        f"{labels.get(factor, factor)} {score}"
        for factor, score in sorted(stop.scores.items())
        if isinstance(score, int) and score <= LOW
    ]
    causes = [labels.get(cause, cause).lower() for cause in stop.causes]
    return (
        f"{BANDS.get(stop.sun_band or '', 'light not known').capitalize()}. {', '.join(low + causes) or 'Nothing low'}."
    )


async def begun(of: ProgrammeFacts, stops: Sequence[StopSeen], choice: Choice) -> dict[str, Any]:
    """What the form says before anything was typed: what the choice was about."""
    asked = instrument(of.instrument_version)
    factor = next((one for one in asked.factors if one.key == choice.factor and one.mode == "group"), None)
    scores = [score for stop in stops if isinstance(score := stop.scores.get(choice.factor), int)]
    worst = factor.scale[min(scores)] if factor and scores else ""
    cause = next((chip.label for chip in asked.causes if chip.key == choice.cause and not chip.personal), "")
    return {
        "title": f"{factor.label}: {worst}" if factor and worst else cause,
        "factors": [factor.key] if factor else [],
        "causes": [choice.cause] if cause else [],
        "place": await place_words(stops) if choice.cell else "",
    }


async def place_words(stops: Sequence[StopSeen]) -> str:
    """Where a stop is, from the nearest hub that was imported; empty where none is near."""
    placed = next((stop for stop in stops if stop.longitude is not None and stop.latitude is not None), None)
    if placed is None or placed.longitude is None or placed.latitude is None:
        return ""
    near = await places_near(point(placed.longitude, placed.latitude), NEAR_M, kinds=[Kind.HUB])
    if not near:
        return ""
    away_m = round(near[0].distance_m, -1)
    return f"Near {near[0].place.name}" if away_m < 30 else f"{away_m:.0f} m from {near[0].place.name}"
