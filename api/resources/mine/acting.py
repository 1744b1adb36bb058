"""Who acts, and for which organisation, as every handler of the desk is told."""

from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from api.roles import Principal
from charter.errors import NotYourOrganisation
from charter.keeping.members import Member, member_of


async def acting(
    who: NamedDependency[Principal],
    signatory: Annotated[
        UUID | None, QueryParameter(description="Which organisation, for whoever acts for several: its id.")
    ] = None,
) -> Member:
    """The caller as she acts for the organisation. Raises NotYourOrganisation, WhichOrganisation."""
    return await member_for(who, signatory)


async def member_for(who: Principal, signatory: UUID | None) -> Member:
    """The same, where a page's own address names the organisation."""
    if who.email_mac is None:
        raise NotYourOrganisation
    return await member_of(signatory, email_mac=who.email_mac)


ACTING = {"by": Provide(acting)}
