"""Handing in a walk: the first and the last of three idempotent steps, and the receipt."""

from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.sending import SENDING
from api.roles import Principal
from audits import submissions
from audits.responses import Sending
from audits.submissions import Receipt
from audits.walks import Walk

ONE_WALK = "/api/walks/{walk_id:uuid}"


class Completion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything was sent, but these photos, which will not come."""

    without: list[UUID] = []


@put(ONE_WALK, dependencies=SENDING, tags=["walks"], summary="Hand in a walk")
async def put_walk(
    walk_id: FromPath[UUID], data: JSONBody[Walk], sending: NamedDependency[Sending]
) -> Response[Receipt]:
    """201 the first time, 200 for the same content again, 409 for other content; the answer is the receipt."""
    received = await submissions.receive_walk(walk_id, data, sending)
    return Response(received.receipt, status_code=201 if received.first else 200)


@post(f"{ONE_WALK}/complete", status_code=200, dependencies=SENDING, tags=["walks"], summary="Complete a walk")
async def complete_walk(
    walk_id: FromPath[UUID], sending: NamedDependency[Sending], data: JSONBody[Completion | None] = None
) -> Receipt:
    """All was sent but the photos named in `without`; 409 while others are missing."""
    without = data.without if data else []
    return await submissions.complete_walk(walk_id, without=without, sending=sending)


@get([ONE_WALK, f"{ONE_WALK}/receipt"], tags=["walks"], summary="What is safe here of your walk")
async def get_receipt(walk_id: FromPath[UUID], who: NamedDependency[Principal]) -> Receipt:
    """A phone deletes its copy when this shows any state but `incomplete`."""
    return await submissions.receipt(walk_id, by=who.caller, revoked_at=who.device_revoked_at)


WALKS = [put_walk, complete_walk, get_receipt]
