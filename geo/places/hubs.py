"""Reading transport hubs from NaPTAN, the Department for Transport's CSV of every station and stop in Britain."""

from collections.abc import Mapping
from typing import IO

from shapely.geometry import Point

from geo.places.entries import Entry, Kind, Read, Skipped
from geo.places.positions import Position, degrees_of, located, metres_of, nowhere
from geo.places.reading import Layout, Line, csv_lines, too_long

NAPTAN = Layout(
    what="a NaPTAN file of stops (CSV)",
    needed={
        "atcocode": "atcocode",
        "commonname": "commonname",
        "stoptype": "stoptype",
        "status": "status",
        "easting": "easting",
        "northing": "northing",
        "longitude": "longitude",
        "latitude": "latitude",
    },
    welcome={"street": "street", "indicator": "indicator", "locality": "localityname", "grid": "gridtype"},
)

# NaPTAN Guide for Data Managers, stop types. A walk scores where people arrive and wait.
STATIONS: dict[str, str] = {
    "RLY": "rail station",
    "RSE": "rail station entrance",
    "MET": "tube, tram or light rail station",
    "TMU": "tube, tram or light rail entrance",
    "BST": "bus or coach station",
    "BCE": "bus or coach station entrance",
    "FER": "pier or ferry terminal",
    "FTD": "pier or ferry entrance",
    "LCB": "cable car station",
    "LSE": "cable car entrance",
    "AIR": "airport entrance",
}
STOPS: dict[str, str] = {
    "BCT": "bus stop",
    "BCS": "bus or coach station bay",
    "BCQ": "bus or coach stop without a fixed bay",
    "TXR": "taxi rank",
    "STR": "shared taxi rank",
}
HUB_TYPES = STATIONS | STOPS

# Platforms, berths and gates repeat their station, metres away, once for each track.
PLATFORMS = frozenset({"PLT", "RPL", "LPL", "FBT", "GAT"})
ACTIVE = frozenset({"active", "act"})  # the second in exports of before 2020


def read_hubs(file: IO[bytes], *, source: str | None = None) -> Read:
    """The active stations, entrances, stops and ranks of a NaPTAN file, in its order.

    `source` defaults to NaPTAN and the area that the ATCO code begins with ("NaPTAN 910"). Raises WrongFile,
    UnreadableFile or FileTooLarge.
    """
    for found in located(csv_lines(file, NAPTAN), _position):
        yield found if isinstance(found, Skipped) else _hub(*found, source)


def _hub(line: Line, point: Point, source: str | None) -> Entry:
    code = line.values["atcocode"]
    return Entry(
        row=line.row,
        kind=Kind.HUB,
        key=code,
        name=line.values["commonname"],
        shape=point,
        source=source or f"NaPTAN {code[:3]}",
        category=line.values["stoptype"],
        address=_address(line.values),
    )


def _position(line: Line) -> Position | Skipped:
    if why := _reason_to_skip(line.values):
        return Skipped(line.row, why)
    # Only the Irish grid's metres mean another place; a blank grid type is Great Britain's.
    metres = None if line.values.get("grid") == "IrishOS" else metres_of(line)
    # Both positions are in the file, 20 to 104 m apart for some thirty stops; phones compare with the degrees.
    return degrees_of(line) or metres or nowhere(line)


def _reason_to_skip(stop: Mapping[str, str]) -> str | None:
    if stop["status"].casefold() not in ACTIVE:
        return f"not active ({stop['status'][:20] or 'no status'})"
    if stop["stoptype"] in PLATFORMS:
        return f"a platform, berth or gate ({stop['stoptype']}): its station counts"
    if stop["stoptype"] not in HUB_TYPES:
        return f"an unknown type of stop ({stop['stoptype'][:10]})"
    if not stop["atcocode"] or not stop["commonname"]:
        return "no code or no name"
    if too_long(stop["atcocode"], stop["commonname"], _address(stop) or ""):
        return "a name too long to be one"
    return None


def _address(stop: Mapping[str, str]) -> str | None:
    """Where at the place it is: "Stop Q, Bath Road, Burnham"; NaPTAN writes - for none."""
    parts = (stop.get(name, "") for name in ("indicator", "street", "locality"))
    return ", ".join(part for part in parts if part not in ("", "-", "---")) or None
