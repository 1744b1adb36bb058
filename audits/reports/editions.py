"""Making an edition: gather in one moment, compute, keep the files, then say that it is ready; or say why not.

The files are made from the contents alone and are kept under the hash of their bytes before any row names them, so
an edition is whole or it is not there. What a fault leaves behind are files that nobody names, which are swept.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from audits.errors import AuditError, EditionNotAcceptable, FieldError
from audits.events import note_event
from audits.nights import LONDON
from audits.photo_store import PhotoStore
from audits.queries import Caller, ProgrammeFacts, programme
from audits.reports import disclosure
from audits.reports.as_csv import stops_csv
from audits.reports.as_geojson import hotspots_geojson
from audits.reports.as_pdf import set_report
from audits.reports.cells import Hub
from audits.reports.compose import Gathered, Order, by_content, compose
from audits.reports.contents import Contents, data_sha256
from audits.reports.evidence import ACCEPTED, COUNTED, Field, Said, Scope, agreed, counted_walks, field_of, said_alone
from audits.reports.queries import FACTORS, EditionFacts, FileFacts, edition, file_of
from geo.hotspots import METHOD_VERSION
from geo.places.entries import Kind
from geo.places.queries import KnownPlace, places_in_box
from geo.shapes import Shape, bounds, from_metres, in_metres, simplified, united
from migrations.database import execute, execute_many, fetch_value, snapshot, transaction

GATHER_TIMEOUT_S = 60.0
MAX_PROGRAMMES = 100
AROUND_M = 300.0  # hubs and boroughs so far around the areas are on the map
BOROUGH_TOLERANCE_M = 5.0
# Where people arrive and wait; entrances and single stops would crowd the map.
STATIONS = frozenset({"RLY", "MET", "BST", "FER"})
MEDIA_TYPES = {
    "report.pdf": "application/pdf",
    "hotspots.geojson": "application/geo+json",
    "stops.csv": "text/csv; charset=utf-8",
}
# Longer than any edition takes: one that is still being made after that was cut off with its process.
ABANDONED_AFTER = timedelta(hours=1)
FAULT = "It could not be made. The fault is ours and was logged; make it again."

STEPS = ("Gathering the walks", "Looking for hotspots", "Setting the files", "Keeping the files")
Told = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Press:
    """What editions are made with: where files are kept, how old public nights must be, and who hears of progress."""

    photo_store: PhotoStore
    public_delay_days: int
    told: Told = lambda step: None


@dataclass(frozen=True, kw_only=True)
class NewEdition:
    """What is asked for; `id` is the edition's own."""

    id: UUID
    order: Order
    programme_ids: tuple[UUID, ...]


async def make_edition(new: NewEdition, press: Press, *, by: Caller, now: datetime) -> EditionFacts:
    """Make an edition and all its files; the same data, order and `as_of` give the same bytes.

    Raises EditionNotAcceptable or NoSuchProgramme before anything is written. Any later fault is raised too, after
    the edition was marked as failed with a sentence.
    """
    if new.order.as_of and new.order.as_of > now:
        message = "That moment is still to come. Leave as_of out to take every walk that counts now."
        raise EditionNotAcceptable(message, [FieldError("as_of", message)])
    programmes = await _programmes(new, by=by)
    scope = _scope(new.order, programmes, today=now.astimezone(LONDON).date(), press=press)
    await _begin(new, by=by, now=now)
    try:
        contents, files = await _made(new.order, programmes, scope, press)
        press.told(STEPS[3])
        keys = [await press.photo_store.put(content) for _, content in files]
        kept = [
            FileFacts(name=name, media_type=MEDIA_TYPES[name], sha256=key, bytes=len(content))
            for (name, content), key in zip(files, keys, strict=True)
        ]
        await _finish(new, contents, kept, by=by, now=now)
    except BaseException as fault:
        with suppress(Exception):
            await _fail(new, str(fault) if isinstance(fault, AuditError) else FAULT)
        raise
    return await edition(new.id, caller=replace(by, sees_all=True))


async def hand_out(edition_id: UUID, name: str, *, caller: Caller, now: datetime) -> FileFacts:
    """The file of an edition that the caller may read; reading what is not public is noted in the trail.

    Raises NoSuchEdition.
    """
    facts = await edition(edition_id, caller=caller)
    file = await file_of(facts, name)
    if facts.audience == "gla":
        async with transaction():
            await note_event("edition read", of="edition", id=facts.id, by=caller.id, at=now, file=name)
    return file


def files_made(contents: Contents) -> list[tuple[str, bytes]]:
    """Every file of an edition, by name; takes a core for a while, so run it in a thread."""
    files = [("report.pdf", set_report(contents)), ("hotspots.geojson", hotspots_geojson(contents))]
    return files if contents.audience == "public" else [*files, ("stops.csv", stops_csv(contents.stops))]


async def _programmes(new: NewEdition, *, by: Caller) -> list[ProgrammeFacts]:
    ids = sorted(set(new.programme_ids))
    if not 1 <= len(ids) <= MAX_PROGRAMMES:
        message = f"Name between 1 and {MAX_PROGRAMMES} programmes."
        raise EditionNotAcceptable(message, [FieldError("programme_ids", message)])
    if not new.order.title.strip() or len(new.order.title) > 200:
        message = "Give the edition a title of 1 to 200 characters."
        raise EditionNotAcceptable(message, [FieldError("title", message)])
    return by_content([await programme(programme_id, caller=by) for programme_id in ids])


def _scope(order: Order, programmes: Sequence[ProgrammeFacts], *, today: date, press: Press) -> Scope:
    """Which walks count for this audience; raises EditionNotAcceptable."""
    numbers = tuple(found.number for found in programmes)
    if order.from_on and order.to_on and order.from_on > order.to_on:
        message = "The period ends before it begins. Turn the dates round."
        raise EditionNotAcceptable(message, [FieldError("to", message)])
    if order.audience == "gla":
        return Scope(programmes=numbers, states=COUNTED, from_on=order.from_on, to_on=order.to_on, as_of=order.as_of)
    newest = disclosure.newest_public_night(today, delay_days=press.public_delay_days)
    _check_public(order, programmes, newest)
    return Scope(
        programmes=numbers, states=ACCEPTED, from_on=order.from_on, to_on=order.to_on or newest, as_of=order.as_of
    )


def _check_public(order: Order, programmes: Sequence[ProgrammeFacts], newest: date) -> None:
    disclosure.check_whole_months(order.from_on, order.to_on)
    if any(found.state != "closed" for found in programmes):
        message = "A public edition needs closed programmes. Close them first."
        raise EditionNotAcceptable(message, [FieldError("programme_ids", message)])
    if order.to_on and order.to_on > newest:
        message = f"Nights after {newest:%d %B %Y} are not old enough to be public. End the edition earlier."
        raise EditionNotAcceptable(message, [FieldError("to", message)])


async def _made(
    order: Order, programmes: Sequence[ProgrammeFacts], scope: Scope, press: Press
) -> tuple[Contents, list[tuple[str, bytes]]]:
    press.told(STEPS[0])
    gathered = await gather(order, programmes, scope)
    press.told(STEPS[1])
    contents = await asyncio.to_thread(compose, gathered)
    press.told(STEPS[2])
    return contents, await asyncio.to_thread(files_made, contents)


async def gather(order: Order, programmes: Sequence[ProgrammeFacts], scope: Scope) -> Gathered:
    """All that an edition is computed from, read at one moment."""
    async with snapshot(GATHER_TIMEOUT_S):
        field = await field_of(scope)
        left_out = disclosure.why_left_out(counted=await counted_walks(scope), taken=len(field.walks))
        spoken_of = [key for key, factor in FACTORS.items() if not (left_out and factor.mode == "personal")]
        said = {key: await _said(scope, field, key) for key in spoken_of}
        window = _window([found.area for found in programmes])
        around = await places_in_box(*window, kinds=(Kind.HUB, Kind.BOROUGH))
    return Gathered(
        order=order,
        programmes=programmes,
        field=field,
        said=said,
        hubs=_hubs(around),
        boroughs=_boroughs(around),
        left_out=left_out,
    )


async def _said(scope: Scope, field: Field, key: str) -> Said:
    return await (said_alone if FACTORS[key].mode == "personal" else agreed)(scope, field, key)


def _window(areas: Sequence[Shape]) -> tuple[float, float, float, float]:
    return bounds(from_metres(in_metres(united(areas)).envelope.buffer(AROUND_M)))


def _hubs(around: Sequence[KnownPlace]) -> list[Hub]:
    """Stations with their names, in an order that does not depend on when they were imported."""
    stations = [place for place in around if place.kind is Kind.HUB and place.category in STATIONS]
    there = [(in_metres(place.shape), place.name) for place in stations]
    return sorted({(round(at.x, 1), round(at.y, 1), name) for at, name in there})


def _boroughs(around: Sequence[KnownPlace]) -> list[Shape]:
    found = sorted((place for place in around if place.kind is Kind.BOROUGH), key=lambda place: place.key)
    return [simplified(place.shape, BOROUGH_TOLERANCE_M) for place in found]


async def _begin(new: NewEdition, *, by: Caller, now: datetime) -> None:
    """Write that it is being made, and give up what a killed process left unfinished."""
    async with transaction():
        await execute(
            "update edition set state = 'failed', failure = $1 where state = 'making' and made_at < $2",
            "The service stopped while it was made. Make it again.",
            now - ABANDONED_AFTER,
        )
        await execute(
            """
            insert into edition (id, title, audience, state, method_version, from_on, to_on, as_of, programme_ids,
                                 made_at, made_by)
            values ($1, $2, $3, 'making', $4, $5, $6, $7, $8, $9, $10)
            """,
            new.id,
            new.order.title,
            new.order.audience,
            str(METHOD_VERSION),
            new.order.from_on,
            new.order.to_on,
            new.order.as_of or now,
            msgspec.json.encode(sorted(map(str, set(new.programme_ids)))).decode(),
            now,
            by.id,
        )


async def _finish(new: NewEdition, contents: Contents, kept: Sequence[FileFacts], *, by: Caller, now: datetime) -> None:
    async with transaction():
        number = await fetch_value("select number from edition where id = $1", new.id)
        await execute_many(
            "insert into edition_file (edition, name, media_type, sha256, bytes) values ($1, $2, $3, $4, $5)",
            [(number, file.name, file.media_type, file.sha256, file.bytes) for file in kept],
        )
        await execute(
            "update edition set state = 'ready', as_of = $1, data_sha256 = $2 where id = $3",
            contents.as_of,
            data_sha256(contents),
            new.id,
        )
        await note_event("edition made", of="edition", id=new.id, by=by.id, at=now, audience=contents.audience)


async def _fail(new: NewEdition, why: str) -> None:
    async with transaction():
        await execute("update edition set state = 'failed', failure = $1 where id = $2", why, new.id)
