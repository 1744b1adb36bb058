"""Where a stop may be moved to, and what follows for its cell and for the route that was kept."""

from collections.abc import Sequence

import msgspec

from audits.errors import FieldError
from audits.review import MAX_REASON_LENGTH
from audits.reviewing.errors import CorrectionNotAcceptable
from audits.walks import FAR_OUTSIDE_M, Place, PointAt
from geo.crs import Degrees, to_metres
from geo.grid import GRID_50
from geo.shapes import Point, Shape, distance_outside_m, narrow_route, point

TOO_FAR = f"This is over {FAR_OUTSIDE_M:.0f} m outside the audit area. Choose a place in the area or beside it."


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a stop was in truth, a Point in WGS 84, and how the reviewer knows."""

    location: PointAt
    reason: str


def check_correction(correction: Correction, area: Shape) -> Place:
    """The place to move a stop to. Raises CorrectionNotAcceptable where the walk itself would have lost it.

    A stop over 100 m outside keeps no location when it arrives, so none is given it afterwards either.
    """
    longitude, latitude = correction.location.coordinates[:2]
    errors = reasons_against(correction.reason)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        errors.append(FieldError("location", "Longitude is within 180 degrees and latitude within 90, in this order."))
    elif distance_outside_m(there := point(longitude, latitude), area) > FAR_OUTSIDE_M:
        errors.append(FieldError("location", TOO_FAR))
    if errors:
        raise CorrectionNotAcceptable("This stop cannot be moved as it was asked. See errors.", errors)
    return place_at(there)


def check_why(reason: str) -> None:
    """Whether `reason` says something. Raises CorrectionNotAcceptable."""
    if errors := reasons_against(reason):
        raise CorrectionNotAcceptable(errors[0].message, errors)


def reasons_against(reason: str) -> list[FieldError]:
    """What is wrong with a reason: nothing said, or too much."""
    if not reason.strip():
        return [FieldError("reason", "Say how you know, so that whoever reads this later understands it.")]
    if len(reason) > MAX_REASON_LENGTH:
        return [FieldError("reason", f"Say it in at most {MAX_REASON_LENGTH} characters.")]
    return []


def place_at(location: Point) -> Place:
    """The place with its metres and its 50 m cell, as an arriving walk's stop gets them."""
    metres = to_metres(Degrees.of([location.x], [location.y]))
    ((q, r),) = GRID_50.cells_at(metres)
    east, north = float(metres.easting[0]), float(metres.northing[0])
    return Place(location=location, easting_m=east, northing_m=north, cell_q=int(q), cell_r=int(r))


def original_of(moves: Sequence[tuple[Point | None, bool | None]], now_at: Point | None) -> Point | None:
    """Where the phone had a stop: each move is where it was before, and whether a later version of the phone made it.

    >>> original_of([], None), original_of([(None, None)], point(0, 51))
    (None, None)
    """
    places = [*(was for was, _ in moves), now_at]
    return places[max((number for number, (_, by_phone) in enumerate(moves, start=1) if by_phone), default=0)]


def route_between(route: Shape | None, stops: Sequence[Point]) -> Shape | None:
    """What may stay of a walk's route when its located stops, in their order, are now these; never more than before.

    What lies before the first stop or after the last is somebody's way from home or back to it.
    """
    if route is None or len(stops) < 2:
        return None
    return narrow_route(route, stops)
