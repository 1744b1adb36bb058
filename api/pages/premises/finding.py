"""Finding premises among the venues that are known, which saves typing an address."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from api.pages.kit.forms import Form
from api.pages.kit.known_places import MAX_SOUGHT, choices, named
from api.pages.premises.listing import PREMISES, around
from api.resources.mine.acting import member_for
from api.roles import Principal
from geo.places.entries import Kind


@get(f"{PREMISES}/find", include_in_schema=False)
async def find(
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    name: Annotated[str, QueryParameter(description="Part of a venue's name.")] = "",
) -> Template:
    """A search by name; whichever is chosen begins the form."""
    by, sought = await member_for(who, signatory_id), name.replace("\0", "")[:MAX_SOUGHT]
    found = choices(await named(sought, Kind.VENUE))
    context = await around(by) | {"form": Form({"name": sought}), "sought": sought, "found": found}
    return Template("premises/find.html", context=context)


HANDLERS = [find]
