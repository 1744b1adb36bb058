"""Evidence for programs: hotspots as they stand now, and editions, which never change."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import FromPath, JSONBody, QueryParameter

from api.roles import Principal
from api.settings import Settings
from audits.photo_store.store import PhotoStore
from audits.reports import queries
from audits.reports.contents import Audience
from audits.reports.editions import NewEdition, Press, hand_out, make_edition
from audits.reports.files.as_html import POLICY
from audits.reports.gathered import Order
from audits.reports.queries import EditionFacts, FileFacts, HotspotsAsked
from audits.reports.sections import Leg
from migrations.sealing import Seal

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
OfProgramme = Annotated[UUID | None, QueryParameter(description="One programme; without it all that you may see.")]
OfFactor = Annotated[str, QueryParameter(max_length=40, description="A factor, such as lighting; needed.")]
OfLeg = Annotated[Leg, QueryParameter(description="The leg in the light, or the one after dark.")]
OfSide = Annotated[Literal["50", "150"], QueryParameter(description="The hexagons' sides in metres; 150 to overlook.")]
FromNight = Annotated[str | None, QueryParameter(name="from", description="The first night; group factors only.")]
ToNight = Annotated[str | None, QueryParameter(name="to", description="The last night; group factors only.")]


class EditionWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an edition is to be about; without `as_of` it takes in every walk that counts now."""

    title: Title
    programme_ids: list[UUID]
    audience: Audience
    from_on: date | None = msgspec.field(default=None, name="from")
    to_on: date | None = msgspec.field(default=None, name="to")
    as_of: Instant | None = None


class FileShown(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an edition, and the SHA-256 of its bytes in hex."""

    name: str
    media_type: str
    bytes: int
    sha256: str


class EditionShown(msgspec.Struct, frozen=True, kw_only=True):
    """An edition; `data_sha256` is the same whenever it is made from the same data; `withdrawal` says why it was."""

    id: UUID
    title: str
    audience: Audience
    state: Literal["making", "ready", "failed", "withdrawn"]
    method_version: str
    from_on: date | None = msgspec.field(name="from")
    to_on: date | None = msgspec.field(name="to")
    as_of: datetime
    programme_ids: Sequence[UUID]
    data_sha256: str | None
    made_at: datetime
    failure: str | None
    withdrawn_at: datetime | None
    withdrawal: str | None
    files: Sequence[FileShown]


@get("/api/hotspots", tags=["evidence"], summary="What is known of every visited place on one factor")
async def get_hotspots(
    who: NamedDependency[Principal],
    factor: OfFactor,
    programme_id: OfProgramme = None,
    leg: OfLeg = "dark",
    cells: OfSide = "50",
    from_night: FromNight = None,
    to_night: ToNight = None,
) -> Response[bytes]:
    """A GeoJSON FeatureCollection of hexagons in WGS 84, each tested or not; what few people said is withheld."""
    period = {"from_on": _night("from", from_night), "to_on": _night("to", to_night)}
    asked = HotspotsAsked(factor=factor, leg=leg, programme_id=programme_id, side_m=int(cells), **period)
    found = await queries.hotspots(asked, caller=who.caller)
    return Response(msgspec.json.encode(found), media_type="application/geo+json")


@post("/api/editions", tags=["evidence"], summary="Make an edition: frozen evidence with its files")
async def post_edition(
    data: JSONBody[EditionWanted],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    photo_store: NamedDependency[PhotoStore],
    seal: NamedDependency[Seal],
    settings: NamedDependency[Settings],
) -> EditionShown:
    """Answers when it is ready. A public one takes accepted walks of closed programmes, in whole months."""
    facts = {name: getattr(data, name) for name in ("title", "audience", "from_on", "to_on", "as_of")}
    new = NewEdition(id=uuid4(), order=Order(**facts), programme_ids=tuple(data.programme_ids))
    press = Press(photo_store=photo_store, seal=seal, public_delay_days=settings.public_delay_days)
    made = await make_edition(new, press, by=who.caller, now=now)
    return shown(made, await queries.files_of(made))


@get("/api/editions/{edition_id:uuid}", tags=["evidence"], summary="One edition and its files")
async def get_edition(edition_id: FromPath[UUID], who: NamedDependency[Principal]) -> EditionShown:
    """404 where it is absent, or not yours; everybody may see a public edition that is ready."""
    found = await queries.edition(edition_id, caller=who.caller)
    return shown(found, await queries.files_of(found))


@get("/api/editions/{edition_id:uuid}/{name:str}", tags=["evidence"], summary="One file of an edition")
async def get_edition_file(
    edition_id: FromPath[UUID],
    name: FromPath[str],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    photo_store: NamedDependency[PhotoStore],
) -> Response[bytes]:
    """One of those that the edition lists; reading what is not public is noted in the trail."""
    file = await hand_out(edition_id, name, caller=who.caller, now=now)
    # The framework names the charset of text itself.
    kind = file.media_type.partition(";")[0]
    return Response(await photo_store.get(file.sha256), media_type=kind, headers=_headers(file))


def _headers(file: FileFacts) -> dict[str, str]:
    """The report for screens opens, under a policy of its own; whatever else is a file to keep."""
    is_page = file.name == "report.html"
    disposition = "inline" if is_page else "attachment"
    headers = {"Content-Disposition": f'{disposition}; filename="{file.name}"', "ETag": f'"{file.sha256}"'}
    return headers | ({"Content-Security-Policy": POLICY} if is_page else {})


def _night(name: str, text: str | None) -> date | None:
    """A day of the query; read here because the framework would name our parameter and not the query's."""
    try:
        return None if text is None else msgspec.convert(text, date)
    except msgspec.ValidationError:
        raise _unreadable(name, "Give a day as in 2026-10-31.") from None


def _unreadable(name: str, message: str) -> ValidationException:
    return ValidationException(extra=[{"key": name, "message": message}])


def shown(facts: EditionFacts, files: Sequence[FileFacts]) -> EditionShown:
    """An edition as clients see it."""
    fields: dict[str, Any] = {name: getattr(facts, name) for name in EditionShown.__struct_fields__ if name != "files"}
    return EditionShown(**fields, files=[msgspec.convert(file, FileShown, from_attributes=True) for file in files])


EVIDENCE = [get_hotspots, post_edition, get_edition, get_edition_file]
