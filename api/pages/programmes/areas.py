"""The area of a new programme as its form gives it: a place that is known, a file, or what was drawn or pasted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import msgspec

from api.pages.kit.forms import Form, whole_number
from geo.errors import UnacceptableShape
from geo.gpx import read_gpx
from geo.places.queries import KnownPlace, areas_named, folded, place
from geo.places.reading import tidy
from geo.shapes import geometry_in, to_geojson

# Where each way of giving an area is asked for, and so where what is wrong with it is said.
ASKED_AT = {"known": "place", "file": "file", "drawn": "geojson", "kept": "at"}
MOST_NAMED = 20  # places to choose from; more are found by a longer name
NOT_JSON = "This is neither GeoJSON nor GPX. Export the area as GeoJSON, or a route as GPX, and choose it again."


@dataclass(frozen=True)
class Given:
    """An area as GeoJSON (WGS 84), the place it was named by, and what is doubtful about the file it came in."""

    geojson: dict[str, Any]
    name: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """What an area may be chosen from, where its name says several."""

    places: Sequence[KnownPlace] = ()


async def area_given(form: Form, content: bytes) -> Given | Choices:
    """The area that the form means, or what to choose from; what is wrong with it is refused at its field."""
    match form.text("at"):
        case "known":
            return await _known(form)
        case "file":
            return await _in_file(form, content)
        case "drawn":
            return _written(form, form.text("geojson"), "geojson", "Draw the area on the map, or paste its GeoJSON.")
        case "kept":
            return _written(form, form.text("area"), "at", "Give the area once more.")
        case _:
            form.refuse("at", "Choose how you want to give the area")
            return Choices()


async def _known(form: Form) -> Given | Choices:
    chosen, text = whole_number(form.text("place_number")), tidy(form.text("place"))
    if chosen is not None and (found := await place(chosen)):
        return _of(found)
    if not text:
        form.refuse("place", "Enter a borough, town centre or ward, such as Brixton")
        return Choices()
    named = await areas_named(text, limit=MOST_NAMED + 1)
    exact = [one for one in named if folded(one.name) == folded(text)]
    if len(exact) == 1 or len(named) == 1:
        return _of((exact or named)[0])
    if named:
        form.refuse("place", "Several places are called so. Choose one of them below")
    else:
        form.refuse("place", "No borough, town centre or ward is called so here. Check its name, or give a file")
    return Choices(named[:MOST_NAMED])


def _of(found: KnownPlace) -> Given:
    return Given(to_geojson(found.shape), name=found.name)


async def _in_file(form: Form, content: bytes) -> Given | Choices:
    if not content:
        form.refuse("file", "Choose a GeoJSON or GPX file")
        return Choices()
    # GPX is XML, and GeoJSON is JSON: the first sign tells, whatever the file is called.
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _written(form, content.decode("utf-8-sig", errors="replace"), "file", "Choose a file with an area in it")
    try:
        route = await asyncio.to_thread(read_gpx, content)
    except UnacceptableShape as refused:
        form.refuse("file", str(refused))
        return Choices()
    return Given(to_geojson(route.line), doubts=tuple(doubt.sentence for doubt in route.doubts))


def _written(form: Form, text: str, field: str, absent: str) -> Given | Choices:
    if not text.strip():
        form.refuse(field, absent)
        return Choices()
    try:
        found = geometry_in(msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError):
        form.refuse(field, NOT_JSON)
        return Choices()
    except UnacceptableShape as refused:
        form.refuse(field, str(refused))
        return Choices()
    if not isinstance(found, dict):
        form.refuse(field, "The file holds no area. Give a GeoJSON Polygon, MultiPolygon or LineString.")
        return Choices()
    return Given(found)


def width_typed(form: Form) -> float | None:
    """The full width of a line in metres; None where none was given. A number that is no width is refused later."""
    text = form.text("width_m").strip().lower().removesuffix("metres").removesuffix("m").strip()
    if not text:
        return None
    try:
        return float(text) if "inf" not in text and "nan" not in text else inf
    except ValueError:
        form.refuse("width_m", "Enter the width as a number of metres, such as 60")
        return None
