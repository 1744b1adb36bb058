"""An organisation's own premises for programs: one by one with their ETags, and whole as a CSV both ways."""

import asyncio
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from api.problems import IfMatchMissing
from api.resources.paging import Cursor, Limit, Page, number_in, page
from api.roles import Principal
from api.wire import WrongKind
from charter.errors import PremisesNotAcceptable
from charter.keeping.members import Member, member_of
from charter.premises import commands, queries
from charter.premises.plan import planned, worth_a_look
from charter.premises.queries import Searched
from charter.premises.rows import Kept
from charter.premises.sheet import Sheet, read_sheet, write_sheet
from charter.register import Desk
from charter.signing import MAX_ERRORS, OpeningHours, Premises
from migrations.sealing import Seal, new_token

ALL = "/api/charter/mine/premises"
ONE = "/api/charter/mine/premises/{premises_id:uuid}"
SHEET = "/api/charter/mine/premises.csv"
# 5,000 rows of 300 bytes are half of it; more is no list of premises.
MAX_SHEET_BYTES = 3_000_000


class PremisesShown(msgspec.Struct, frozen=True, kw_only=True):
    """Premises as whoever acts for the organisation sees them, unlisted ones too."""

    id: UUID
    listed: bool
    name: str
    address: str
    postcode: str
    borough: str | None
    location: dict[str, Any]
    opening_hours: tuple[OpeningHours, ...]
    own_reference: str | None


class SheetTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What a CSV did, and what its sender should look at."""

    added: int
    changed: int
    unchanged: int
    warnings: list[str]


async def acting(
    who: NamedDependency[Principal],
    signatory: Annotated[
        UUID | None, QueryParameter(description="Which organisation, for whoever has several.")
    ] = None,
) -> Member:
    """Whoever calls, as she acts for the organisation."""
    return await member_of(signatory, email_mac=who.email_mac or b"")


def at_desk(request: Request[Any, Any, Any]) -> Desk:
    """What a command needs from the world."""
    state = request.app.state
    base_url = state.settings.base_url
    return Desk(now=state.clock(), seal=state.seal, base_url=base_url, new_id=uuid4, new_token=new_token)


def etag_seen(request: Request[Any, Any, Any]) -> str:
    """The state that an edit was made of. Raises IfMatchMissing."""
    sent = request.headers.get("if-match", "").strip()
    if not sent:
        raise IfMatchMissing
    return sent.removeprefix("W/").strip('"')


ACTING = {"by": Provide(acting), "desk": Provide(at_desk, sync_to_thread=False)}


@get(ALL, dependencies=ACTING, tags=["mine"], summary="One's own premises, in their order")
async def list_premises(
    request: Request[Any, Any, Any],
    by: NamedDependency[Member],
    seal: NamedDependency[Seal],
    q: Annotated[str, QueryParameter(description="Part of a name, address, postcode or reference.")] = "",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[PremisesShown]:
    """Unlisted ones too."""
    after = number_in(cursor)
    searched = Searched(text=q, after=-1 if after is None else after, limit=limit)
    found = await queries.premises_of(by.signatory, searched, seal=seal)
    return page(request, found, limit=limit, number=lambda one: one.sequence, show=shown)


@post(ALL, dependencies=ACTING, tags=["mine"], summary="Add premises")
async def add_premises(
    data: JSONBody[Premises], by: NamedDependency[Member], desk: NamedDependency[Desk]
) -> Response[PremisesShown]:
    """The borough is found from the position; without `listed`, as the organisation's sector has it."""
    return _told(await commands.add_premises(data, by=by, desk=desk), status_code=201)


@get(ONE, dependencies=ACTING, tags=["mine"], summary="One of one's own premises")
async def get_premises(
    premises_id: FromPath[UUID], by: NamedDependency[Member], seal: NamedDependency[Seal]
) -> Response[PremisesShown]:
    """With the ETag that an edit names as seen."""
    return _told(await queries.one_premises_of(by.signatory, premises_id, seal=seal))


@put(ONE, dependencies=ACTING, tags=["mine"], summary="Change or move premises")
async def put_premises(
    request: Request[Any, Any, Any],
    premises_id: FromPath[UUID],
    data: JSONBody[Premises],
    by: NamedDependency[Member],
    desk: NamedDependency[Desk],
) -> Response[PremisesShown]:
    """All of what they are; without `listed` that stays as it is. Send the ETag as If-Match."""
    etag = etag_seen(request)
    return _told(await commands.change_premises(premises_id, data, etag=etag, by=by, desk=desk))


@delete(ONE, dependencies=ACTING, tags=["mine"], summary="Close premises")
async def close_premises(
    request: Request[Any, Any, Any],
    premises_id: FromPath[UUID],
    by: NamedDependency[Member],
    desk: NamedDependency[Desk],
) -> None:
    """For good: only that it was done is kept. Send the ETag as If-Match."""
    await commands.close_premises(premises_id, etag=etag_seen(request), by=by, desk=desk)


@get(SHEET, dependencies=ACTING, media_type="text/csv", tags=["mine"], summary="One's own premises as CSV")
async def premises_csv(by: NamedDependency[Member], seal: NamedDependency[Seal]) -> Response[bytes]:
    """What POST takes back as it is. An apostrophe stands before text that a spreadsheet could calculate."""
    kept = await queries.all_premises_of(by.signatory, seal=seal)
    return as_download(await asyncio.to_thread(write_sheet, kept), name="premises.csv")


@post(
    SHEET,
    status_code=200,
    dependencies=ACTING,
    request_max_body_size=MAX_SHEET_BYTES,
    tags=["mine"],
    summary="Add and change premises by a CSV",
)
async def post_premises_csv(
    request: Request[Any, Any, Any], by: NamedDependency[Member], desk: NamedDependency[Desk]
) -> SheetTaken:
    """All rows or none; what is wrong is named by row and column. Rows that are there already change or do nothing."""
    if request.content_type[0] != "text/csv":
        raise WrongKind("Send CSV, with Content-Type: text/csv.")
    sheet = await readable_sheet(await request.body())
    existing = await queries.all_premises_of(by.signatory, seal=desk.seal)
    warnings = [*sheet.warnings, *worth_a_look(planned(sheet.rows, existing), existing)]
    done = await commands.take_rows(sheet.rows, by=by, desk=desk)
    return SheetTaken(added=done.added, changed=done.changed, unchanged=done.unchanged, warnings=warnings)


async def readable_sheet(content: bytes) -> Sheet:
    """The CSV, read beside everybody else's requests. Raises UnreadableSheet, PremisesNotAcceptable."""
    sheet = await asyncio.to_thread(read_sheet, content)
    if sheet.problems:
        raise PremisesNotAcceptable(sheet.problems[:MAX_ERRORS])
    return sheet


def as_download(text: str, *, name: str) -> Response[bytes]:
    """A CSV to keep; nobody but who asked for it does."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def shown(kept: Kept) -> PremisesShown:
    """Premises as the contract writes them."""
    premises = kept.premises
    return PremisesShown(
        id=kept.id,
        listed=premises.listed is True,
        name=premises.name,
        address=premises.address,
        postcode=premises.postcode,
        borough=kept.borough,
        location={"type": "Point", "coordinates": list(premises.location.coordinates[:2])},
        opening_hours=premises.opening_hours,
        own_reference=premises.own_reference,
    )


def _told(kept: Kept, *, status_code: int = 200) -> Response[PremisesShown]:
    return Response(shown(kept), status_code=status_code, headers={"ETag": f'"{kept.etag}"'})


PREMISES = [
    list_premises,
    add_premises,
    get_premises,
    put_premises,
    close_premises,
    premises_csv,
    post_premises_csv,
]
