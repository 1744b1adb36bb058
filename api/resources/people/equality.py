"""What an auditor tells of herself, and that she wants to be forgotten."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.roles import Principal
from audits.people import equality
from audits.people.equality import Telling
from audits.people.erasure import ErasureReceipt, Forgetting, erase
from audits.people.questions import QuestionSet, Told, question_set
from migrations.sealing import Seal


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """That her answers are safe here, and to how many questions; what they are is not read back."""

    question_set: str
    answered: int


@get("/api/equality-questions/{version:str}", tags=["people"], summary="One version of the equality questions")
async def get_equality_questions(version: FromPath[str]) -> QuestionSet:
    """Every version ever published is here, and stays acceptable."""
    return question_set(version)


@put("/api/auditors/me/equality", tags=["people"], summary="Tell of yourself, as much as you like")
async def put_equality(
    data: JSONBody[Told], who: NamedDependency[Principal], now: NamedDependency[datetime], seal: NamedDependency[Seal]
) -> Kept:
    """In place of what you told before. It is only ever counted together with the answers of others."""
    await equality.tell(data, Telling(by=who.caller, now=now, seal=seal, key=uuid4()))
    return Kept(question_set=data.question_set, answered=len(data.answers))


@delete("/api/auditors/me/equality", tags=["people"], summary="Take back what you told of yourself")
async def delete_equality(
    who: NamedDependency[Principal], now: NamedDependency[datetime], seal: NamedDependency[Seal]
) -> None:
    """204, also where there is nothing."""
    await equality.take_back(by=who.caller, now=now, seal=seal)


@delete("/api/auditors/me", status_code=200, tags=["people"], summary="Be forgotten")
async def delete_me(
    who: NamedDependency[Principal], now: NamedDependency[datetime], seal: NamedDependency[Seal]
) -> ErasureReceipt:
    """Once: afterwards your token is unknown, and 401 says that it was done. Nothing can bring it back."""
    return await erase(UUID(who.id), Forgetting(now=now, seal=seal, new_id=uuid4))


EQUALITY = [get_equality_questions, put_equality, delete_equality, delete_me]
