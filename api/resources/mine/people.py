"""The people of an organisation, for programs: hand-over, deputy, leaving. The answer never tells who is known."""

from uuid import UUID

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.mine.acting import ACTING
from charter.keeping import people
from charter.keeping.members import Member
from charter.register import Desk
from charter.signing import Contact

HAND_OVER, DEPUTY = "/api/charter/mine/hand-over", "/api/charter/mine/deputy"
LETTER = "/api/charter/mine/people/{person_id:uuid}/letter"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A letter is on its way; whoever gets it takes the role by confirming."""

    role: str
    state: str = "asked"


@post(HAND_OVER, status_code=202, dependencies=ACTING, tags=["desk"], summary="Name the next champion")
async def hand_over(data: JSONBody[Contact], by: NamedDependency[Member], desk: NamedDependency[Desk]) -> Asked:
    """The old champion stays until the new one confirms; the same answer whether or not the address is known."""
    await people.hand_over(by, data, desk=desk)
    return Asked(role="champion")


@post(DEPUTY, status_code=202, dependencies=ACTING, tags=["desk"], summary="Name the champion's deputy")
async def name_deputy(data: JSONBody[Contact], by: NamedDependency[Member], desk: NamedDependency[Desk]) -> Asked:
    """She takes the role by confirming her own letter; the same answer whether or not the address is known."""
    await people.name_deputy(by, data, desk=desk)
    return Asked(role="deputy")


@delete(DEPUTY, dependencies=ACTING, tags=["desk"], summary="Let the deputy go")
async def remove_deputy(by: NamedDependency[Member], desk: NamedDependency[Desk]) -> None:
    """At once; her name and address are erased."""
    await people.remove_deputy(by, desk=desk)


@post(LETTER, status_code=202, dependencies=ACTING, tags=["desk"], summary="Send somebody who was named a new link")
async def ask_again(person_id: FromPath[UUID], by: NamedDependency[Member], desk: NamedDependency[Desk]) -> None:
    """The links that she was sent before are over."""
    await people.ask_again(by, person_id, desk=desk)


@post("/api/charter/mine/leave", status_code=204, dependencies=ACTING, tags=["desk"], summary="Leave one's role")
async def leave(by: NamedDependency[Member], desk: NamedDependency[Desk]) -> None:
    """As champion or deputy, at once; pledge 1 lapses after 30 days without a champion."""
    await people.leave(by, desk=desk)


HANDLERS = [hand_over, name_deputy, remove_deputy, ask_again, leave]
