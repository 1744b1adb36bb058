"""The charter for programs: what it says, signing and confirming it, and the public register."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from api.limits import network_of
from api.resources.downloads import Download, begin
from api.resources.paging import Cursor, Limit, Page, next_url
from api.settings import Settings
from charter import narrowing, queries, register
from charter.as_files import as_csv, as_geojson, as_point
from charter.doubts.bursts import BURST_MAC
from charter.narrowing import Sought
from charter.pledges import SECTORS
from charter.queries import Entry, lines
from charter.register import Arrival, Desk, Receipt
from charter.signing import Signature
from charter.wordings import current_wording


class PledgeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge in the words that are signed, and what shows that it is kept."""

    number: int
    text: str
    evidence: str


class SectorShown(msgspec.Struct, frozen=True, kw_only=True):
    """A sector's key, to send, and its label, to read."""

    key: str
    label: str


class CharterShown(msgspec.Struct, frozen=True, kw_only=True):
    """The version that is signed now."""

    version: str
    pledges: list[PledgeShown]
    sectors: list[SectorShown]


class Token(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the letter's link holds after its #, or the code that was pasted."""

    token: str


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The signatory's state now."""

    state: str


class PlaceShown(msgspec.Struct, frozen=True, kw_only=True):
    """One of a signatory's premises; an unlisted one shows its borough only."""

    name: str | None
    postcode: str | None
    borough: str | None
    location: dict[str, Any] | None


class SignatoryShown(msgspec.Struct, frozen=True, kw_only=True):
    """A signatory as the public sees it: never a person, an address or a telephone."""

    id: UUID
    reference: str
    name: str
    sector: str
    boroughs: list[str]
    premises: list[PlaceShown]
    charter_version: str
    signed_on: date | None
    last_confirmed_on: date | None
    state: str


def filters(
    q: Annotated[str | None, QueryParameter(description="Part of an organisation's or a listed place's name.")] = None,
    borough: Annotated[str | None, QueryParameter(description="GSS code of a borough with premises.")] = None,
    sector: Annotated[str | None, QueryParameter(description="A sector's key.")] = None,
    bbox: Annotated[str | None, QueryParameter(description="west,south,east,north in degrees (WGS 84).")] = None,
) -> Sought:
    """What the register is narrowed by, in a list as in a file."""
    return narrowing.sought(q, borough, sector, bbox)


NARROWED = {"sought": Provide(filters, sync_to_thread=False)}


@get("/api/charter", tags=["charter"], summary="The charter as it is signed now")
async def get_charter() -> CharterShown:
    """The pledges with what shows that each is kept, and the sectors to choose from."""
    wording = await current_wording()
    return CharterShown(
        version=wording.version,
        pledges=[PledgeShown(number=p.number, text=p.text, evidence=p.evidence) for p in wording.pledges],
        sectors=[SectorShown(key=sector.key, label=sector.label) for sector in SECTORS.values()],
    )


@post("/api/charter/signatures", status_code=202, tags=["charter"], summary="Sign the charter")
async def sign(
    request: Request[Any, Any, Any],
    data: JSONBody[Signature],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Receipt:
    """Takes the signature as applied and writes letters to have it confirmed; alike whoever has signed before."""
    # Where bursts of requests are not slowed, bursts of signatures are not held.
    network = network_of(request, purpose=BURST_MAC) if settings.limits else None
    return await register.sign(data, desk=desk, came=Arrival(network=network))


@post("/api/charter/confirmations", status_code=200, tags=["charter"], summary="Confirm what a letter asks")
async def confirm(data: JSONBody[Token], desk: NamedDependency[Desk]) -> Confirmed:
    """A token works once; 410 for one that was used or superseded, has run out, or was never given."""
    return Confirmed(state=(await register.confirm(data.token, desk=desk)).state)


@get("/api/charter/signatories", dependencies=NARROWED, tags=["charter"], summary="The public register, by name")
async def list_signatories(
    request: Request[Any, Any, Any], sought: NamedDependency[Sought], limit: Limit = 100, cursor: Cursor = None
) -> Page[SignatoryShown]:
    """Signatories that are active or due for review and agreed to be listed."""
    found = await queries.signatories(sought, limit=limit, cursor=cursor)
    return Page(
        items=[shown(entry) for entry in found.entries], next=next_url(request, found.next) if found.next else None
    )


@get("/api/charter/signatories.csv", dependencies=NARROWED, tags=["charter"], summary="The public register as CSV")
async def signatories_csv(sought: NamedDependency[Sought]) -> Download:
    """A row a premises, or one without. An apostrophe stands before text that a spreadsheet could calculate."""
    return await begin(as_csv(lines(sought)), name="signatories.csv", media_type="text/csv; header=present")


@get(
    "/api/charter/signatories.geojson",
    dependencies=NARROWED,
    tags=["charter"],
    summary="The public register as GeoJSON",
)
async def signatories_geojson(sought: NamedDependency[Sought]) -> Download:
    """A feature a premises, or one without; only listed places have a geometry."""
    return await begin(as_geojson(lines(sought)), name="signatories.geojson", media_type="application/geo+json")


@get("/api/charter/signatories/{signatory_id:uuid}", tags=["charter"], summary="One signatory")
async def get_signatory(signatory_id: FromPath[UUID]) -> SignatoryShown:
    """Lapsed and withdrawn ones too, so that a sign on a wall can be looked up; 404 for a hidden one."""
    return shown(await queries.signatory(signatory_id))


def shown(entry: Entry) -> SignatoryShown:
    """A signatory as the contract writes it."""
    return SignatoryShown(
        id=entry.id,
        reference=entry.reference,
        name=entry.name,
        sector=entry.sector,
        boroughs=entry.boroughs,
        premises=[
            PlaceShown(
                name=place.name,
                postcode=place.postcode,
                borough=place.borough,
                location=as_point(place.location) if place.location else None,
            )
            for place in entry.premises
        ],
        charter_version=entry.charter_version,
        signed_on=entry.signed_on,
        last_confirmed_on=entry.last_confirmed_on,
        state=entry.state,
    )


CHARTER = [
    get_charter,
    sign,
    confirm,
    list_signatories,
    signatories_csv,
    signatories_geojson,
    get_signatory,
]
