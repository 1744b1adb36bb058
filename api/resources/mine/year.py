"""The year, for programs: reviewing it, and withdrawing."""

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.resources.mine.acting import ACTING
from charter.keeping.members import Member
from charter.register import Desk
from charter.year import leaving, reviewing
from charter.year.leaving import Withdrawal
from charter.year.letters import WITHDRAWN
from charter.year.reviewing import Looked, Reviewed


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """The signatory's state from now on."""

    state: str = WITHDRAWN


@post("/api/charter/mine/review", status_code=200, dependencies=ACTING, tags=["charter"], summary="Review the year")
async def review_year(by: NamedDependency[Member], data: JSONBody[Looked], desk: NamedDependency[Desk]) -> Reviewed:
    """Confirms another twelve months from today, whether the review was early, in time or late; reinstates."""
    return await reviewing.review(by, data, desk=desk)


@post(
    "/api/charter/mine/withdrawal", status_code=200, dependencies=ACTING, tags=["charter"], summary="Leave the charter"
)
async def withdraw(by: NamedDependency[Member], data: JSONBody[Withdrawal], desk: NamedDependency[Desk]) -> Withdrawn:
    """Withdraws the organisation and forgets everybody who stood for it; the way back is to sign again."""
    await leaving.withdraw(by, data, desk=desk)
    return Withdrawn()


YEAR = [review_year, withdraw]
