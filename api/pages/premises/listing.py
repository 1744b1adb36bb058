"""The list of an organisation's premises: searched, and read page by page."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from api.pages.kit.known_places import borough_named
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.keeping.members import Member
from charter.keeping.queries import at_desk
from charter.pledges import SECTORS
from charter.premises.hours import in_words
from charter.premises.queries import Searched, how_many, premises_of
from charter.premises.rows import Kept
from migrations.sealing import Seal

PREMISES = "/desk/{signatory_id:uuid}/premises"
A_PAGE = 50
LAST_PLACE = 2**31 - 1  # of premises in their order; no column holds more
SAVED = {
    "added": "The premises were added.",
    "changed": "The premises were changed.",
    "closed": "The premises were closed. They are no longer in the register.",
    "taken": "All rows of your spreadsheet were taken.",
}


@get(PREMISES, include_in_schema=False)
async def show(
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    seal: NamedDependency[Seal],
    q: Annotated[str, QueryParameter(description="Part of a name, address, postcode or reference.")] = "",
    after: Annotated[int, QueryParameter(description="Where the page before ended.", ge=-1, le=LAST_PLACE)] = -1,
    saved: Annotated[str, QueryParameter(description="What was just done.")] = "",
) -> Template:
    """Unlisted ones too, which only the organisation's own people see."""
    by = await member_for(who, signatory_id)
    q = q.replace("\0", "")  # which no keyboard has and no database takes
    searched = Searched(text=q, after=after, limit=A_PAGE)
    found = _shown(await premises_of(by.signatory, searched, seal=seal), q)
    said = {"back": f"/desk/{signatory_id}", "banner": SAVED.get(saved), "counted": await how_many(by.signatory)}
    return Template("premises/listing.html", context={**await around(by), **said, **found})


def _shown(found: list[Kept], q: str) -> dict[str, Any]:
    page = found[:A_PAGE]
    return {
        "q": q,
        "places": [(one, borough_named(one.borough), in_words(one.premises.opening_hours)) for one in page],
        "next": _next(q, page) if len(found) > A_PAGE else "",
    }


def _next(q: str, page: list[Kept]) -> str:
    return "?" + urlencode({"q": q, "after": page[-1].sequence})


async def around(by: Member) -> dict[str, Any]:
    """What every page of these shows: whose premises they are, where their list is, and what its sector does."""
    desk = await at_desk(by)
    page = f"/desk/{desk.id}/premises"
    return {"desk": desk, "page": page, "back": page, "listed": SECTORS[desk.sector].listed}


HANDLERS = [show]
