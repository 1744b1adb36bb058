"""What is asked of the register of places: which borough, what is near, which hubs are known."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike

import geo.geometry  # noqa: F401 (teaches the database about shapes, before it is opened)
from geo.places.borough_map import BoroughMap
from geo.places.entries import Kind
from geo.shapes import Point, Shape, bounds, box, from_metres, in_metres
from geo.spatial_index import where_box
from migrations.database import fetch, fetch_one, fetch_tuples

MAX_AT_POSTCODE = 8  # to choose from
MAX_NEAR = 1_000  # more neighbours than any page or report shows
SELECT = "SELECT place.number, kind, key, name, borough, category, address, postcode, source, shape FROM place"
SELECT_KEY = "SELECT key FROM place"
TFL_STOP_AREA = re.compile(r"^(9[1-4]0)G")


@dataclass(frozen=True, kw_only=True)
class KnownPlace:
    """A place of the register; `shape` in WGS 84, longitude first, `borough` a GSS code."""

    number: int
    kind: Kind
    key: str
    name: str
    borough: str | None
    category: str | None
    address: str | None
    postcode: str | None
    source: str
    shape: Shape

    @property
    def location(self) -> Point:
        """The place itself, or a point on it where it is an area."""
        return self.shape.point_on_surface()


@dataclass(frozen=True)
class NearPlace:
    """A place and how far away its nearest part is, in metres."""

    place: KnownPlace
    distance_m: float


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a list of places is narrowed by; None means whatever. `box` is west, south, east, north in degrees."""

    kind: Kind | None = None
    text: str | None = None
    borough: str | None = None
    category: str | None = None
    box: tuple[float, float, float, float] | None = None


# The last map that was read, under the fingerprints of its boundaries: another process may import new ones any time,
# so each question asks for those (34 short rows) and reads the shapes again only when they differ.
_maps: dict[tuple[tuple[str, ...], ...], BoroughMap] = {}


async def borough_map() -> BoroughMap:
    """The boroughs as they are in the register now."""
    stamp = tuple(
        await fetch_tuples(
            "SELECT kind, key, fingerprint FROM place WHERE kind IN ('borough', 'outline') ORDER BY kind, key"
        )
    )
    if stamp not in _maps:
        read = await _read_map()
        _maps.clear()
        _maps[stamp] = read
    return _maps[stamp]


async def borough_of(place: Point) -> str | None:
    """The GSS code of the borough that `place` (WGS 84) is in; on the Thames the nearest; None outside London.

    Without imported boroughs the answer is None.
    """
    return (await boroughs_of([place.x], [place.y]))[0]


async def boroughs_of(lons: ArrayLike, lats: ArrayLike) -> list[str | None]:
    """The GSS codes for many places in degrees (WGS 84), by the same rule as borough_of."""
    return (await borough_map()).boroughs_of(lons, lats)


async def place(number: int) -> KnownPlace | None:
    """The place of that number."""
    row = await fetch_one(f"{SELECT} WHERE number = $1", number)
    return _known(row) if row else None


async def place_keyed(kind: Kind, key: str) -> KnownPlace | None:
    """The place of that kind with its source's own id (GSS code, ATCO code); a hub also by TfL's spelling."""
    found = await fetch_one(f"{SELECT} WHERE kind = $1 AND key = $2", kind.value, key)
    if found is None and kind is Kind.HUB and naptan_code(key) != key:
        return await place_keyed(kind, naptan_code(key))
    return _known(found) if found else None


async def places(sought: Sought, *, after: int = 0, limit: int = 100) -> list[KnownPlace]:
    """Places with a number above `after`, in the order of their numbers; uses place_by_kind, or the spatial index.

    A text is found anywhere in a name, whatever its case and accents.
    """
    where = ["place.number > $1"]
    args: list[object] = [after, limit]
    for condition, value in _conditions(sought):
        args.append(value)
        where.append(condition.format(f"${len(args)}"))
    if sought.box:
        where.append(where_box("place", "shape", len(args) + 1))
        args.extend(sought.box)
    sql = f"{SELECT} WHERE {' AND '.join(where)} ORDER BY place.number LIMIT $2"
    return [_known(row) for row in await fetch(sql, *args)]


async def places_in_box(
    west: float, south: float, east: float, north: float, *, kinds: Iterable[Kind] = ()
) -> list[KnownPlace]:
    """Every place that touches the box (degrees), of the given kinds or of any, in the order of their numbers.

    Raises EmptyGeometry for a box that is upside down.
    """
    window = box(west, south, east, north)
    within = await _in_bounds((west, south, east, north), kinds)
    touching = shapely.intersects(np.array([found.shape for found in within], dtype=object), window)
    return [found for found, touches in zip(within, touching, strict=True) if touches]


async def places_near(place: Point, metres: float, *, kinds: Iterable[Kind] = ()) -> list[NearPlace]:
    """The places within so many metres of `place`, the nearest first, at most MAX_NEAR."""
    # In metres on the grid, which has no place for New York or the pole: nothing of ours is near those.
    there = in_metres(place)
    if not (math.isfinite(there.x) and math.isfinite(there.y) and 0 < metres < math.inf):
        return []
    within = await _in_bounds(bounds(from_metres(there.buffer(metres))), kinds)
    if not within:
        return []
    planar = [in_metres(found.shape) for found in within]
    away_m = shapely.distance(np.array(planar, dtype=object), there).tolist()
    near = [NearPlace(found, away) for found, away in zip(within, away_m, strict=True) if away <= metres]
    return sorted(near, key=lambda one: (one.distance_m, one.place.number))[:MAX_NEAR]


async def venues_at(postcode: str) -> list[KnownPlace]:
    """The venues of a postcode, as people write it, by name: a postcode is one side of one street.

    Reads the venues, some 5 ms for London's 4,000 pubs.
    """
    plain = "".join(postcode.split()).upper()
    rows = await fetch(
        f"{SELECT} WHERE kind = 'venue' AND postcode = $1 ORDER BY folded, place.number LIMIT $2",
        f"{plain[:-3]} {plain[-3:]}",
        MAX_AT_POSTCODE,
    )
    return [_known(row) for row in rows]


async def town_centres() -> list[KnownPlace]:
    """Every town centre, by name."""
    rows = await fetch(f"{SELECT} WHERE kind = 'town_centre' ORDER BY folded, place.number")
    return [_known(row) for row in rows]


async def hubs_of(stop_types: Iterable[str]) -> list[KnownPlace]:
    """Every hub of these NaPTAN stop types, by name; reads the hubs, some 30 ms for London's 22,000."""
    wanted = sorted(stop_types)
    rows = await fetch(
        f"{SELECT} WHERE kind = 'hub' AND category IN ({_placeholders(wanted)}) ORDER BY folded, place.number", *wanted
    )
    return [_known(row) for row in rows]


async def areas_named(text: str, *, limit: int) -> list[KnownPlace]:
    """Boroughs, town centres and wards with the words of `text` in their name, those called exactly so first."""
    rows = await fetch(
        f"{SELECT} WHERE kind IN ('borough', 'town_centre', 'ward') AND folded LIKE $1 ESCAPE '!' "
        "ORDER BY CASE WHEN folded = $2 THEN 0 ELSE 1 END, length(folded), folded, place.number LIMIT $3",
        # Between words there may be anything: publishers write St. James's, and people St James.
        "".join(map(_anywhere, text.split())),
        folded(text),
        limit,
    )
    return [_known(row) for row in rows]


async def hub_known(code: str) -> bool:
    """Whether a hub of that ATCO code was imported; TfL's 940G... and 910G... stand for 9400... and 9100...."""
    return code in await hubs_known([code])


async def hubs_known(codes: Iterable[str]) -> frozenset[str]:
    """Those of `codes`, as they were written, whose hubs were imported; see hub_known."""
    meant = {code: naptan_code(code) for code in codes}
    if not meant:
        return frozenset()
    keys = sorted(set(meant.values()))
    rows = await fetch(f"{SELECT_KEY} WHERE kind = 'hub' AND key IN ({_placeholders(keys)})", *keys)
    known = {row["key"] for row in rows}
    return frozenset(code for code, key in meant.items() if key in known)


def naptan_code(code: str) -> str:
    """NaPTAN's code for the stop that TfL writes as its stop area.

    >>> naptan_code("940GZZLUBXN"), naptan_code("490000287N")
    ('9400ZZLUBXN', '490000287N')
    """
    return TFL_STOP_AREA.sub(r"\g<1>0", code.strip())


def folded(text: str) -> str:
    """`text` as it is searched: lower case, without accents, typographic apostrophes made plain.

    >>> folded("Café O’Neill")
    "cafe o'neill"
    """
    # Unicode's caseless matching (D146): taking letters apart can leave capitals, and lowering them can join letters.
    apart = text.replace("’", "'")
    for _ in range(2):
        apart = unicodedata.normalize("NFKD", apart.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


async def _read_map() -> BoroughMap:
    rows = await fetch_tuples(
        "SELECT kind, key, shape FROM place WHERE kind IN ('borough', 'outline') ORDER BY kind, key"
    )
    boroughs = [(key, shape) for kind, key, shape in rows if kind == Kind.BOROUGH]
    outline = next((shape for kind, _, shape in rows if kind == Kind.OUTLINE), None)
    return BoroughMap([key for key, _ in boroughs], [shape for _, shape in boroughs], outline)


async def _in_bounds(box_of: tuple[float, float, float, float], kinds: Iterable[Kind]) -> list[KnownPlace]:
    """Places whose bounds meet the box; uses the spatial index."""
    wanted = [kind.value for kind in kinds]
    of_kind = f"AND kind IN ({_placeholders(wanted, first=5)}) " if wanted else ""
    sql = f"{SELECT} WHERE {where_box('place', 'shape')} {of_kind}ORDER BY place.number"
    return [_known(row) for row in await fetch(sql, *box_of, *wanted)]


def _conditions(sought: Sought) -> Iterator[tuple[str, str]]:
    """Conditions with a gap for the placeholder, and the value that goes there."""
    for column, value in (("kind", sought.kind), ("borough", sought.borough), ("category", sought.category)):
        if value is not None:
            yield f"{column} = {{}}", str(value)
    if sought.text:
        yield "folded LIKE {} ESCAPE '!'", _anywhere(sought.text)


def _known(row: dict[str, Any]) -> KnownPlace:
    return KnownPlace(**{**row, "kind": Kind(row["kind"])})


def _placeholders(values: Sequence[object], *, first: int = 1) -> str:
    return ", ".join(f"${place}" for place in range(first, first + len(values)))


# The exclamation mark escapes, because the backslash would be an escape in PostgreSQL and plain in SQLite.
def _anywhere(text: str) -> str:
    """A LIKE pattern for the folded text, which may hold the pattern's own signs."""
    plain = re.sub(r"([!%_])", r"!\1", folded(text))
    return f"%{plain}%"
