"""What an edition says, computed from what was gathered: no clock, no database, no chance, so always the same."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np

from audits.instrument import INSTRUMENTS, VERSION_1, Factor
from audits.queries import ProgrammeFacts
from audits.reports import disclosure
from audits.reports.cells import findings_of, places_of
from audits.reports.chapters import at_places, followed, people, together, walked
from audits.reports.contents import (
    HOTSPOT_LEG,
    Contents,
    Coverage,
    Finding,
    Ground,
    Levels,
    Programme,
    Ring,
    StopRow,
)
from audits.reports.disclosure import Tally
from audits.reports.evidence import CANNOT_TELL, NOT_APPLICABLE, NOT_ASKED, Field, Said, Stops, of_enough, scores_of
from audits.reports.gathered import Gathered
from audits.reports.sections import Leg
from geo.crs import to_degrees
from geo.grid import GRID_50, GRIDS, cell_id
from geo.hotspots import METHOD, METHOD_VERSION
from geo.shapes import Shape, in_metres, to_geojson, united

LEGS: tuple[Leg, ...] = ("dark", "light")
FACTORS = VERSION_1.factors
OPEN_CAUSES = frozenset().union(*(known.open_causes() for known in INSTRUMENTS.values()))
WORDS = {NOT_ASKED: None, CANNOT_TELL: "cannot_tell", NOT_APPLICABLE: "not_applicable"}
GROUND_DECIMALS = 1  # of a metre, on the map


def compose(gathered: Gathered) -> Contents:
    """What the edition says; takes as long as the method does, so run it in a thread."""
    order, rule = gathered.order, gathered.rule
    findings = tuple(_findings(gathered))
    places = places_of(findings, gathered.hubs)
    where = at_places.stops_at(gathered, places)
    return Contents(
        title=order.title,
        audience=order.audience,
        as_of=as_of(gathered),
        from_on=order.from_on,
        to_on=order.to_on,
        method=METHOD,
        method_version=str(METHOD_VERSION),
        programmes=tuple(_programme(found, whole_months=rule.audience == "public") for found in gathered.programmes),
        coverage=_coverage(gathered),
        levels=tuple(_levels(gathered)),
        findings=findings,
        places=places,
        stops=tuple(_stop_rows(gathered)) if rule.audience == "gla" else (),
        ground=_ground(gathered),
        left_out=gathered.left_out,
        visits=tuple(walked.visits(gathered)),
        walk_next=tuple(walked.next_walks(gathered)),
        strips=tuple(at_places.strips(gathered, where)),
        photos=tuple(at_places.photos(gathered, where)),
        quotes=tuple(at_places.quotes(gathered, where)),
        falling=tuple(together.falling(gathered)),
        presences=tuple(together.presences(gathered)),
        signatories=tuple(at_places.signatories(gathered, places)),
        profile=tuple(people.profile_rows(gathered)),
        differences=tuple(people.differences(gathered)),
        actions=tuple(followed.actions(gathered, places)),
        evaluation=followed.evaluation(gathered),
        quality=walked.quality(gathered, findings),
    )


def as_of(gathered: Gathered) -> datetime:
    """The moment up to which walks count; for the public no finer than a month (see Order)."""
    if gathered.order.as_of is not None:
        return gathered.order.as_of
    ends, nights = gathered.field.walks.ended_at, gathered.field.walks.night_of
    if not ends:
        return _midnight(min((programme.opens_on for programme in gathered.programmes), default=date.min))
    if gathered.rule.audience == "public":
        return disclosure.month_over(max(nights))
    return max(ends)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _programme(found: ProgrammeFacts, *, whole_months: bool) -> Programme:
    """A programme by its days, or, for the public, by the months that hold them."""
    return Programme(
        name=found.name,
        opens_on=found.opens_on.replace(day=1) if whole_months else found.opens_on,
        closes_on=disclosure.month_end(found.closes_on) if whole_months else found.closes_on,
        instrument_version=found.instrument_version,
    )


def _findings(gathered: Gathered) -> Iterable[Finding]:
    """Every factor after dark: the leg that hotspots are about."""
    for factor in _spoken_of(gathered):
        scores = scores_of(gathered.field, gathered.said[factor.key], dark=True)
        yield from findings_of(scores, factor=factor.key, leg=HOTSPOT_LEG, rule=gathered.rule)


def _spoken_of(gathered: Gathered) -> list[Factor]:
    return [factor for factor in FACTORS if factor.key in gathered.said]


def _levels(gathered: Gathered) -> Iterable[Levels]:
    for factor in _spoken_of(gathered):
        for leg in LEGS:
            if tally := _tally(gathered, factor, leg):
                yield disclosure.levels(tally, rule=gathered.rule)


def _tally(gathered: Gathered, factor: Factor, leg: Leg) -> Tally | None:
    """How one factor was scored on one leg; None where nobody was asked."""
    field, said = gathered.field, gathered.said[factor.key]
    here = said.chosen(field.walks.dark[field.stops.walk[said.stop]] == (leg == "dark"))
    if not len(here.value):
        return None
    needed = gathered.rule.people_needed(factor.key)
    scored = of_enough(field, here.scored(), needed)
    alike = of_enough(field, scored, needed, by_level=True)
    walk = field.stops.walk[scored.stop]
    counts = np.bincount(alike.value, minlength=4).tolist()
    people = [_people(field, alike.chosen(alike.value == level)) for level in range(4)]
    return Tally(
        factor=factor.key,
        label=factor.label,
        personal=factor.mode == "personal",
        leg=leg,
        counts=(counts[0], counts[1], counts[2], counts[3]),
        people=(people[0], people[1], people[2], people[3]),
        all_people=_people(field, scored),
        nights=len({field.walks.night_of[order] for order in np.unique(walk).tolist()}),
        unanswered=int(len(here.value) - len(here.scored().value)),
    )


def _people(field: Field, said: Said) -> int:
    """How many women stand behind scores; for what groups agreed at least the largest group."""
    if said.person is not None:
        return len(np.unique(said.person))
    return int(field.walks.group_size[field.stops.walk[said.stop]].max(initial=0))


def _coverage(gathered: Gathered) -> Coverage:
    walks, rule = gathered.field.walks, gathered.rule
    seconds = sum((end - start).total_seconds() for start, end in zip(walks.started_at, walks.ended_at, strict=True))
    walked, once = _walked(gathered.field, rule.side_m)
    first, last = _nights(gathered)
    return Coverage(
        first_night=first,
        last_night=last,
        walks=disclosure.about(len(walks), rule=rule),
        outings=disclosure.about(len(np.unique(walks.outing)), rule=rule),
        nights=disclosure.about(len(set(walks.night_of)), rule=rule),
        hours=disclosure.about(round(seconds / 3600, 1), rule=rule),
        stops=disclosure.about(len(gathered.field.stops), rule=rule),
        people=_participation(gathered),
        cut_short=disclosure.about(int(walks.cut_short.sum()), rule=rule),
        cells_walked=walked,
        cells_walked_once=once if rule.audience == "gla" else None,
        # A street narrower than a hexagon holds the middle of few, and what was walked is there all the same.
        cells_in_area=max(walked, cells_in([programme.area for programme in gathered.programmes], rule.side_m)),
    )


def _participation(gathered: Gathered) -> str:
    """How many women said something alone, as wide as may be said, in programmes where enough of them did."""
    if gathered.left_out:
        return "not shown"
    alone = [said for said in gathered.said.values() if said.person is not None]
    counted = [of_enough(gathered.field, said, gathered.rule.min_people) for said in alone]
    people = max((_people(gathered.field, said) for said in counted), default=0)
    return disclosure.band(people) or ("fewer than 5" if len(gathered.field.walks) else "none")


def _nights(gathered: Gathered) -> tuple[date | None, date | None]:
    """The first and the last night; for the public the months that hold them."""
    nights = gathered.field.walks.night_of
    if not nights:
        return None, None
    first, last = min(nights), max(nights)
    return (first.replace(day=1), disclosure.month_end(last)) if gathered.rule.audience == "public" else (first, last)


def _walked(field: Field, side_m: int) -> tuple[int, int]:
    """How many cells have a stop, and how many of them on one walk only."""
    located = field.stops.located
    if not located.any():
        return 0, 0
    places = field.stops.places
    cells = GRIDS[side_m].cells_at(type(places)(places.easting[located], places.northing[located]))
    visits = np.unique(np.stack([cells.q, cells.r, field.stops.walk[located]]), axis=1)
    _, walks = np.unique(visits[:2], axis=1, return_counts=True)
    return len(walks), int((walks == 1).sum())


def cells_in(areas: Sequence[Shape], side_m: int) -> int:
    """How many cells have their centre in one of the areas."""
    if not areas:
        return 0
    return len(GRIDS[side_m].cells_inside(united(areas)))


def _stop_rows(gathered: Gathered) -> Iterable[StopRow]:
    """Every stop, numbered within its programme in the order of its content."""
    field = gathered.field
    scores = list(zip(*(_column(gathered, factor) for factor in FACTORS if factor.mode == "group"), strict=True))
    degrees = to_degrees(field.stops.places)
    programmes = field.walks.programme[field.stops.walk]
    first = {number: place for place, number in reversed(list(enumerate(programmes.tolist())))}
    has_place = field.stops.located.tolist()
    for place, (number, walk) in enumerate(zip(programmes.tolist(), field.stops.walk.tolist(), strict=True)):
        located = has_place[place]
        yield StopRow(
            programme=gathered.programmes[number].name,
            stop_no=place - first[number] + 1,
            night_of=field.walks.night_of[walk],
            leg="dark" if field.walks.dark[walk] else "light",
            sun_band=field.stops.sun_band[place],
            longitude=round(float(degrees.lon[place]), 6) if located else None,
            latitude=round(float(degrees.lat[place]), 6) if located else None,
            cell=_cell(field.stops, place),
            hub=field.stops.hub[place],
            scores=scores[place],
            presences=field.stops.presences[place],
            causes=tuple(cause for cause in json.loads(field.stops.causes[place]) if cause in OPEN_CAUSES),
        )


def _column(gathered: Gathered, factor: Factor) -> list[int | str | None]:
    """What was said of one factor at each stop."""
    said = gathered.said[factor.key]
    codes = np.full(len(gathered.field.stops), NOT_ASKED, dtype=np.int64)
    codes[said.stop] = said.value
    return [WORDS.get(code, code) for code in codes.tolist()]


def _cell(stops: Stops, place: int) -> str | None:
    cell = stops.cell[place]
    return None if cell is None else cell_id(GRID_50.side_m, *cell)


def _ground(gathered: Gathered) -> Ground:
    routes = gathered.field.walks.routes if gathered.rule.audience == "gla" else []
    return Ground(
        area=tuple(ring for programme in gathered.programmes for ring in rings_of(programme.area)),
        boroughs=tuple(ring for borough in gathered.boroughs for ring in rings_of(borough)),
        walks=tuple(ring for route in routes if route is not None for ring in rings_of(route)),
        hubs=tuple(gathered.hubs),
    )


def rings_of(shape: Shape) -> list[Ring]:
    """The rings or lines of a shape in British National Grid metres."""
    return list(_rings(to_geojson(in_metres(shape))["coordinates"]))


def _rings(coordinates: Any) -> Iterable[Ring]:
    if coordinates and isinstance(coordinates[0][0], int | float):
        yield tuple((round(x, GROUND_DECIMALS), round(y, GROUND_DECIMALS)) for x, y in coordinates)
        return
    for part in coordinates:
        yield from _rings(part)
