"""Where a stop is: as it counts, as its phone had it, and the corrections between."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.actions.acting import ACTING, EDITING, Why, tagged
from audits.actions.keeping import Acting
from audits.reviewing.moved import StopPlaced, stop_placed
from audits.reviewing.moving import move_stop, move_stop_back
from audits.reviewing.placing import Correction
from geo.shapes import Point, to_geojson

ONE = "/api/stops/{stop_id:uuid}/position"
Place = dict[str, Any]


class MoveShown(msgspec.Struct, frozen=True, kw_only=True):
    """A correction: where the stop was before, null where it had no place, and where it was put."""

    was: Place | None
    became: Place | None
    reason: str
    at: datetime
    by: str


class StopPositionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A stop's location as it counts in evidence, and as its phone sent it; null where it has none."""

    stop_id: UUID
    walk_id: UUID
    location: Place | None
    original: Place | None
    corrections: list[MoveShown]


@get(ONE, dependencies=ACTING, tags=["review"], summary="Where a stop is, and where its phone had it")
async def stop_position(stop_id: FromPath[UUID], acting: NamedDependency[Acting]) -> Response[StopPositionShown]:
    """With every correction, the first of them first."""
    return await _shown(stop_id, acting)


@put(ONE, dependencies=EDITING, tags=["review"], summary="Move a stop to where it was in truth")
async def correct_stop_position(
    stop_id: FromPath[UUID], data: JSONBody[Correction], acting: NamedDependency[Acting]
) -> Response[StopPositionShown]:
    """In the audit area or within 100 m of it, with a reason. Evidence counts it there from now on."""
    await move_stop(stop_id, data, acting=acting)
    return await _shown(stop_id, acting)


@post(f"{ONE}/undo", dependencies=EDITING, status_code=200, tags=["review"], summary="Put a stop back")
async def undo_stop_position(
    stop_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[StopPositionShown]:
    """To where its phone had it; nowhere, if that was too far outside the area to be kept."""
    await move_stop_back(stop_id, data.reason, acting=acting)
    return await _shown(stop_id, acting)


async def _shown(stop_id: UUID, acting: Acting) -> Response[StopPositionShown]:
    found = await stop_placed(stop_id, caller=acting.by)
    return Response(_as_shown(found), headers=tagged(found.version))


def _as_shown(found: StopPlaced) -> StopPositionShown:
    moves = [
        MoveShown(was=_place(one.was), became=_place(one.became), reason=one.reason, at=one.at, by=one.by)
        for one in found.moves
    ]
    return StopPositionShown(
        stop_id=found.id,
        walk_id=found.walk_id,
        location=_place(found.location),
        original=_place(found.original),
        corrections=moves,
    )


def _place(at: Point | None) -> Place | None:
    return None if at is None else to_geojson(at)


STOPS = [stop_position, correct_stop_position, undo_stop_position]
