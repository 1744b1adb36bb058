"""Handing in what an auditor says alone; nobody reads it here again, herself included."""

from uuid import UUID

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.sending import SENDING
from api.roles import Principal
from audits import responses as commands
from audits.responses import Response as PersonalResponse
from audits.responses import ResponseReceipt, Sending

ONE_RESPONSE = "/api/responses/{response_id:uuid}"


@put(ONE_RESPONSE, dependencies=SENDING, tags=["responses"], summary="Hand in a personal response")
async def put_response(
    response_id: FromPath[UUID], data: JSONBody[PersonalResponse], sending: NamedDependency[Sending]
) -> Response[ResponseReceipt]:
    """201 the first time, 200 for the same again, 409 for another; one per auditor and stop."""
    receipt, first = await commands.receive_response(response_id, data, sending)
    return Response(receipt, status_code=201 if first else 200)


@get(f"{ONE_RESPONSE}/receipt", tags=["responses"], summary="What is safe here of your response")
async def get_response_receipt(response_id: FromPath[UUID], who: NamedDependency[Principal]) -> ResponseReceipt:
    """Your own only; it says that the response is here, not what it says."""
    return await commands.response_receipt(response_id, by=who.caller)


RESPONSES = [put_response, get_response_receipt]
