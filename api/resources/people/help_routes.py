"""Where to find help, for phones that keep it for when there is no signal."""

from datetime import datetime
from uuid import uuid4

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.roles import Principal
from audits.people.help_routes import HelpRoutes, NewHelpRoutes
from audits.people.publishing import publish_help
from audits.people.queries import help_routes


@get("/api/help-routes", tags=["people"], summary="Where to find help")
async def get_help_routes() -> HelpRoutes:
    """The routes in force, the most urgent first; `confirmed` is false where its operator has not said it is right."""
    return await help_routes()


@post("/api/help-routes", tags=["people"], summary="Publish new help routes")
async def post_help_routes(
    data: JSONBody[NewHelpRoutes], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> HelpRoutes:
    """All of them, in place of those before: what is left out is not shown any more."""
    return await publish_help(data, id=uuid4(), by=who.id, now=now)


HELP = [get_help_routes, post_help_routes]
