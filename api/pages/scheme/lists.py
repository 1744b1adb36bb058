"""What waits at the desk, signatories of any state, and the whole register as files."""

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.scheme.words import STATES, WHY_HELD, age, row
from api.resources.downloads import Download, begin
from api.roles import Principal
from charter.register import Desk
from charter.scheme.queries import in_state, search, waiting
from charter.scheme.whole import as_csv, as_xlsx, note_reading
from geo.places.authorities import AUTHORITIES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What waits, in the order in which somebody should look: its key, what it is called, and where it is dealt with.
QUEUES = (
    ("held", "Held signatures", "/scheme/held"),
    ("duplicates", "Possible duplicates", "/scheme/duplicates"),
    ("applied", "Waiting for confirmation", "/scheme/signatories?standing=applied"),
    ("review_due", "Review due", "/scheme/signatories?standing=review_due"),
    ("lapsed", "Lapsed", "/scheme/signatories?standing=lapsed"),
)


BOROUGHS = {authority.gss: authority.name for authority in AUTHORITIES}
CHOICES: dict[str, Any] = {"states": STATES, "boroughs": BOROUGHS, "why": WHY_HELD}


@get("/scheme", include_in_schema=False)
async def overview(desk: NamedDependency[Desk]) -> Template:
    """What waits, with counts and the oldest of each, and the way to everything else."""
    found = await waiting()
    queues = [
        {"label": label, "address": address, "count": found[key], "oldest": age(found[f"{key}_since"], desk.now)}
        for key, label, address in QUEUES
    ]
    context = {"queues": queues, "suspended": found["suspended"], "everybody": found["everybody"]}
    return Template("scheme/overview.html", context=context)


@get("/scheme/signatories", include_in_schema=False)
async def list_signatories(
    desk: NamedDependency[Desk],
    q: Annotated[str, QueryParameter(description="Part of a name, or a reference.")] = "",
    standing: Annotated[str, QueryParameter(description="A state.")] = "",
    borough: Annotated[str, QueryParameter(description="GSS code of a borough with premises.")] = "",
) -> Template:
    """Signatories in any state; those of one state alone come by how long they have waited."""
    plain = q.replace("\0", "")
    known = standing if standing in STATES else ""
    there = borough if borough in BOROUGHS else None
    waiting_longest = known and not plain and not there
    found = await (in_state(known) if waiting_longest else search(plain, state=known or None, borough=there))
    rows = [row(one, desk.now) for one in found.signatories]
    asked = {"q": plain, "state": known, "borough": borough}
    return Template("scheme/signatories.html", context={**asked, **CHOICES, "rows": rows, "more": found.more})


@get("/scheme/register", include_in_schema=False)
async def register_page() -> Template:
    """The whole register to take home, and what is in it."""
    return Template("scheme/register.html")


@get("/scheme/register.xlsx", include_in_schema=False)
async def register_xlsx(who: NamedDependency[Principal], desk: NamedDependency[Desk]) -> Download:
    """Every signatory of every state as a workbook; that it was read is an event."""
    await note_reading("xlsx", by=who.id, desk=desk)
    return await begin(as_xlsx(), name="register.xlsx", media_type=XLSX)


@get("/scheme/register.csv", include_in_schema=False)
async def register_csv(who: NamedDependency[Principal], desk: NamedDependency[Desk]) -> Download:
    """The same, a row a premises; that it was read is an event."""
    await note_reading("csv", by=who.id, desk=desk)
    return await begin(as_csv(), name="register.csv", media_type="text/csv; header=present")


HANDLERS = [overview, list_signatories, register_page, register_xlsx, register_csv]
