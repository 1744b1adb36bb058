"""What stands on a place's own page: stops day and night, photos, what groups wrote, and signatories within reach.

A place is its hexagons and their neighbours, as its estimate is.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from audits.instrument import VERSION_1
from audits.reports.beside import Noted, Taken
from audits.reports.contents import Place
from audits.reports.evidence import NOT_ASKED, Integers
from audits.reports.gathered import Gathered
from audits.reports.sections import Leg, Nearby, PlacePhoto, Quote, Strip
from geo.crs import Metres
from geo.grid import GRIDS, Cells, neighbours

GROUP_FACTORS = tuple(factor.key for factor in VERSION_1.factors if factor.mode == "group")
PHOTOS, QUOTES = 4, 5  # of one place, so that it stays one page
LONGEST_QUOTE = 400
WITHIN_M = 400  # five minutes on foot
AtStop = TypeVar("AtStop", Noted, Taken)
Where = dict[str, Integers]  # the places in the field of the stops at each place on the map


def stops_at(gathered: Gathered, places: Sequence[Place]) -> Where:
    """The stops at each place, by its label."""
    stops, grid = gathered.field.stops, GRIDS[gathered.rule.side_m]
    located = np.flatnonzero(stops.located)
    cells = list(grid.cells_at(Metres(stops.places.easting[located], stops.places.northing[located])))
    at: dict[tuple[int, int], list[int]] = {}
    for stop, cell in zip(located.tolist(), cells, strict=True):
        at.setdefault(cell, []).append(stop)
    return {
        place.label: np.array(sorted(s for cell in around(place) for s in at.get(cell, ())), dtype=np.int64)
        for place in places
    }


def around(place: Place) -> set[tuple[int, int]]:
    """A place's cells with their neighbours."""
    cells = Cells.of(place.cells)
    return {*cells, *neighbours(cells)}


def strips(gathered: Gathered, where: Where) -> Iterable[Strip]:
    """What groups agreed at each place, by leg; stop by stop that is known to the GLA anyway, and to nobody else."""
    if gathered.rule.audience != "gla":
        return
    dark = gathered.field.walks.dark[gathered.field.stops.walk]
    scored = {factor: _by_stop(gathered, factor) for factor in GROUP_FACTORS}
    for label, stops in where.items():
        for factor, values in scored.items():
            here, in_the_dark = values[stops], dark[stops]
            by_dark, by_light = _levels(here[in_the_dark]), _levels(here[~in_the_dark])
            if any(by_dark) or any(by_light):
                yield Strip(place=label, factor=factor, dark=by_dark, light=by_light)


def _by_stop(gathered: Gathered, factor: str) -> Integers:
    """The score of every stop, below 0 where there is none."""
    said = gathered.said[factor]
    values = np.full(len(gathered.field.stops), NOT_ASKED, dtype=np.int64)
    values[said.stop] = said.value
    return values


def _levels(values: Integers) -> tuple[int, int, int, int]:
    counts = np.bincount(values[values >= 0], minlength=4).tolist()
    return counts[0], counts[1], counts[2], counts[3]


def photos(gathered: Gathered, where: Where) -> Iterable[PlacePhoto]:
    """A few checked photos of each place, those after dark first; one picture is shown once."""
    shown: set[str] = set()
    by_stop = _grouped(gathered.beside.photos)
    for label, stops in where.items():
        found = [photo for stop in stops.tolist() for photo in by_stop.get(stop, ()) if photo.key not in shown]
        found.sort(key=lambda photo: _leg(gathered, photo.stop) != "dark")
        for photo in found[:PHOTOS]:
            shown.add(photo.key)
            yield PlacePhoto(place=label, key=photo.key, caption=photo.caption, leg=_leg(gathered, photo.stop))


def quotes(gathered: Gathered, where: Where) -> Iterable[Quote]:
    """A few notes of each place, those after dark first, without any mark of who wrote them."""
    by_stop = _grouped(gathered.beside.notes)
    for label, stops in where.items():
        notes = [note for stop in stops.tolist() for note in by_stop.get(stop, ())]
        found = {note.text: _leg(gathered, note.stop) for note in notes}
        ordered = sorted(found.items(), key=lambda said: (said[1] != "dark", said[0]))
        for text, leg in ordered[:QUOTES]:
            yield Quote(place=label, text=_short(text), leg=leg)


def _grouped(found: Sequence[AtStop]) -> dict[int, list[AtStop]]:
    by_stop: dict[int, list[AtStop]] = {}
    for one in found:
        by_stop.setdefault(one.stop, []).append(one)
    return by_stop


def _leg(gathered: Gathered, stop: int) -> Leg:
    return "dark" if gathered.field.walks.dark[gathered.field.stops.walk[stop]] else "light"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def signatories(gathered: Gathered, places: Sequence[Place]) -> Iterable[Nearby]:
    """The charter's signatories within 400 m of each place, the nearest first."""
    signed = gathered.beside.signed
    there = np.array([(one.easting_m, one.northing_m) for one in signed], dtype=np.float64).reshape(-1, 2)
    for place in places:
        away_m = np.hypot(*(there - [place.easting_m, place.northing_m]).T)
        for number in np.argsort(away_m, kind="stable").tolist():
            if away_m[number] > WITHIN_M:
                break
            one = signed[number]
            yield Nearby(
                place=place.label,
                name=one.name,
                sector=one.sector,
                premises=one.premises,
                distance_m=int(round(float(away_m[number]), -1)),
                last_confirmed_on=one.last_confirmed_on,
            )
