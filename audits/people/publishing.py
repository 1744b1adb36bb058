"""New versions of the help routes: published as a whole, never edited."""

from datetime import datetime
from uuid import UUID

import msgspec

from audits.events import note_event
from audits.people.help_routes import HelpRoutes, NewHelpRoutes, check_help, next_version
from audits.people.queries import help_routes
from migrations.database import execute, transaction


async def publish_help(new: NewHelpRoutes, *, id: UUID, by: str, now: datetime) -> HelpRoutes:
    """From now on these are the help routes; `id` is the trail's. Raises HelpNotAcceptable."""
    check_help(new)
    async with transaction():
        # Two who publish at once: the version's own constraint lets one of them in.
        version = next_version((await help_routes()).version, new.dated)
        await execute(
            "insert into help_published (version, dated, routes, published_at, published_by) "
            "values ($1, $2, $3, $4, $5)",
            *(version, new.dated, msgspec.json.encode(new.routes).decode(), now, by),
        )
        await note_event("published", of="help routes", id=id, by=by, at=now, version=version)
    return HelpRoutes(version=version, dated=new.dated, routes=new.routes)
