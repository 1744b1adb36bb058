"""Reading boundaries from GeoJSON: boroughs, the outline of London, wards and town centres."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from geo.errors import UnacceptableShape
from geo.geojson import AREAS, read_shape
from geo.places.authorities import authority, authority_meant
from geo.places.entries import Entry, Kind, Read, Skipped
from geo.places.errors import WrongFile
from geo.places.reading import Feature, Layout, features, too_long
from geo.shapes import Shape

# London Plan 2021, Annex 1. Publishers add "Centre" to some: "District" and "District Centre" are one class.
CENTRE_CLASSES = ("International", "Metropolitan", "Major", "District", "Local", "Neighbourhood", "CAZ retail cluster")
MAX_VERTICES = 500_000  # the most detailed borough of Boundary-Line has some 30,000
OUTLINE_KEY = "greater-london"  # there is one outline, whoever drew it

# GLA and ONS names: GSS_CODE, LAD23CD, LB_GSS_CD, WD18NM and their kin.
_BOROUGH_CODE, _BOROUGH_NAME = r"gss|gss_code|code|lad\d\dcd", r"name|lad\d\dnm"
_WARD_CODE, _WARD_NAME = r"gss|gss_code|code|wd\d\dcd", r"name|wd\d\dnm"
BOROUGHS = Layout(what="a GeoJSON file of London boroughs", needed={"gss": _BOROUGH_CODE, "name": _BOROUGH_NAME})
OUTLINE = Layout(what="a GeoJSON file with the one outline of London", needed={}, welcome={"gss": _BOROUGH_CODE})
WARDS = Layout(
    what="a GeoJSON file of London wards",
    needed={"gss": _WARD_CODE, "name": _WARD_NAME},
    welcome={"borough_gss": r"borough_gss|lb_gss_cd|lad\d\dcd", "borough": r"borough|lad\d\dnm"},
)
TOWN_CENTRES = Layout(
    what="a GeoJSON file of town centres",
    needed={"layerreference": "layerreference", "sitename": "sitename", "classification": "classification"},
    welcome={"borough": "borough"},
)


@dataclass(frozen=True)
class _Named:
    """What an entry is apart from where it is."""

    key: str
    name: str
    borough: str | None = None
    category: str | None = None


def read_boroughs(file: IO[bytes], *, source: str | None = None) -> Read:
    """The boroughs of a GeoJSON FeatureCollection whose features have a GSS code (E09...) and a name."""
    return _read(file, BOROUGHS, Kind.BOROUGH, source or "London boroughs", _borough)


def read_outline(file: IO[bytes], *, source: str | None = None) -> Read:
    """The one outline of London, Thames included; raises WrongFile when the file has several features."""
    found = list(features(file, OUTLINE))
    if len(found) != 1 or found[0].values.get("gss", "").startswith("E09"):
        seen = f"{len(found)} features" if len(found) != 1 else f"the borough {found[0].values['gss']}"
        raise WrongFile(OUTLINE.what, expected=["one polygon"], missing=["a single outline"], found=seen)
    for feature in found:
        yield _entry(feature, Kind.OUTLINE, source or "London outline", _Named(OUTLINE_KEY, "Greater London"))


def read_wards(file: IO[bytes], *, source: str | None = None) -> Read:
    """The wards of a GeoJSON FeatureCollection whose features have a GSS code (E05...), and mostly their borough's."""
    return _read(file, WARDS, Kind.WARD, source or "London wards", _ward)


def read_town_centres(file: IO[bytes], *, source: str | None = None) -> Read:
    """The town centres of the London Plan, with their class (see CENTRE_CLASSES) and the borough that plans them."""
    return _read(file, TOWN_CENTRES, Kind.TOWN_CENTRE, source or "London Plan town centres", _town_centre)


def centre_class(text: str) -> str | None:
    """The London Plan's class that a publisher means; None for "Unclassified" and what is no class.

    >>> centre_class("District Centre"), centre_class("Unclassified")
    ('District', None)
    """
    plain = re.sub(r" centre$", "", text.casefold())
    return next((known for known in CENTRE_CLASSES if known.casefold() == plain), None)


def _read(file: IO[bytes], layout: Layout, kind: Kind, source: str, named: Callable[[Feature], _Named]) -> Read:
    for feature in features(file, layout):
        about = named(feature)
        yield _skipped(feature, about) or _entry(feature, kind, source, about)


def _skipped(feature: Feature, about: _Named) -> Skipped | None:
    if not about.key or not about.name:
        return Skipped(feature.row, "no code or no name")
    if too_long(about.key, about.name):
        return Skipped(feature.row, "a name too long to be one")
    return None


def _entry(feature: Feature, kind: Kind, source: str, about: _Named) -> Entry | Skipped:
    shape = _area(feature.geometry)
    if isinstance(shape, str):
        return Skipped(feature.row, shape)
    return Entry(
        row=feature.row,
        kind=kind,
        key=about.key,
        name=about.name,
        shape=shape,
        source=source,
        borough=about.borough,
        category=about.category,
    )


def _area(geometry: Any) -> Shape | str:
    """The polygon or multipolygon, or in a sentence why it is none."""
    if geometry is None:
        return "no geometry"
    try:
        return read_shape(geometry, kinds=AREAS, max_vertices=MAX_VERTICES)
    except UnacceptableShape as error:
        return str(error)


def _borough(feature: Feature) -> _Named:
    gss = feature.values["gss"]
    if not gss.startswith("E09"):
        raise WrongFile(BOROUGHS.what, expected=["codes E09..."], missing=["such a code"], found=gss[:20])
    known = authority(gss)
    return _Named(gss, known.name if known else feature.values["name"], borough=gss)


def _ward(feature: Feature) -> _Named:
    gss = feature.values["gss"]
    if not gss.startswith("E05"):
        raise WrongFile(WARDS.what, expected=["codes E05..."], missing=["such a code"], found=gss[:20])
    values = feature.values
    return _Named(gss, values["name"], borough=_stated(values.get("borough_gss", ""), values.get("borough", "")))


def _town_centre(feature: Feature) -> _Named:
    values = feature.values
    return _Named(
        values["layerreference"],
        values["sitename"],
        borough=_stated(values.get("borough", "")),
        category=centre_class(values["classification"]),
    )


def _stated(*texts: str) -> str | None:
    # The code if it is one of ours, else the name: publishers leave one or the other blank.
    known = next((found for text in texts if (found := authority_meant(text))), None)
    return known.gss if known else None
