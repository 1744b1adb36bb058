"""Gathering what an edition is computed from, at one moment of the database."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audits.actions.queries import issues_of
from audits.people.queries import anybody_told, profile
from audits.queries import ProgrammeFacts
from audits.reports import disclosure
from audits.reports.beside import Beside, Signed, by_name, felt_of, not_counted, notes_of, photos_of
from audits.reports.cells import Hub
from audits.reports.evidence import Field, Said, Scope, agreed, counted_walks, field_of, said_alone
from audits.reports.gathered import Gathered, Order
from audits.reports.queries import FACTORS
from charter.queries import Stands, listed_in
from geo.places.entries import Kind
from geo.places.queries import KnownPlace, places_in_box
from geo.shapes import Shape, bounds, from_metres, in_metres, simplified, united
from geo.spatial_index import Box
from migrations.database import snapshot
from migrations.sealing import Seal

GATHER_TIMEOUT_S = 60.0
AROUND_M = 400.0  # hubs, boroughs and signatories so far around the areas are told of
BOROUGH_TOLERANCE_M = 5.0
# Where people arrive and wait; entrances and single stops would crowd the map.
STATIONS = frozenset({"RLY", "MET", "BST", "FER"})


async def gather(order: Order, programmes: Sequence[ProgrammeFacts], scope: Scope, *, seal: Seal) -> Gathered:
    """All that an edition is computed from, read at one moment."""
    async with snapshot(GATHER_TIMEOUT_S):
        field = await field_of(scope)
        left_out = disclosure.why_left_out(counted=await counted_walks(scope), taken=len(field.walks))
        spoken_of = [key for key, factor in FACTORS.items() if not (left_out and factor.mode == "personal")]
        said = {key: await _said(scope, field, key) for key in spoken_of}
        window = _window([found.area for found in programmes])
        around = await places_in_box(*window, kinds=(Kind.HUB, Kind.BOROUGH))
        beside = await _beside(order, scope, field, window)
        public = order.audience == "public"
        ids = [found.id for found in programmes]
        issues = await issues_of(ids, published=public, until=scope.to_on if public else None)
        alone = {} if left_out else await _alone(scope, field, seal)
    return Gathered(
        order=order,
        programmes=programmes,
        field=field,
        said=said,
        hubs=_hubs(around),
        boroughs=_boroughs(around),
        left_out=left_out,
        beside=replace(beside, issues=issues, **alone),
    )


async def _alone(scope: Scope, field: Field, seal: Seal) -> dict[str, Any]:
    """What women said alone beside scores, and what they told of themselves: of whole programmes only."""
    told = await profile(scope.programmes, seal=seal, states=scope.states) if await anybody_told() else None
    return {"felt": await felt_of(scope, field), "profile": told}


async def _beside(order: Order, scope: Scope, field: Field, window: Box) -> Beside:
    """Notes only within the GLA; photos and the register for everybody."""
    states = await not_counted(scope)
    return Beside(
        notes=await notes_of(scope, field) if order.audience == "gla" else (),
        photos=await photos_of(scope, field),
        signed=sorted(map(_signed, await listed_in(window)), key=by_name),
        quarantined=states.get("quarantined", 0),
        received=states.get("received", 0),
        rejected=states.get("rejected", 0),
    )


def _signed(stands: Stands) -> Signed:
    at = in_metres(stands.location)
    return Signed(
        easting_m=round(at.x, 1),
        northing_m=round(at.y, 1),
        name=stands.name,
        sector=stands.sector,
        premises=stands.place,
        last_confirmed_on=stands.last_confirmed_on,
    )


async def _said(scope: Scope, field: Field, key: str) -> Said:
    return await (said_alone if FACTORS[key].mode == "personal" else agreed)(scope, field, key)


def _window(areas: Sequence[Shape]) -> Box:
    return bounds(from_metres(in_metres(united(areas)).envelope.buffer(AROUND_M)))


def _hubs(around: Sequence[KnownPlace]) -> list[Hub]:
    """Stations with their names, in an order that does not depend on when they were imported."""
    stations = [place for place in around if place.kind is Kind.HUB and place.category in STATIONS]
    there = [(in_metres(place.shape), place.name) for place in stations]
    return sorted({(round(at.x, 1), round(at.y, 1), name) for at, name in there})


def _boroughs(around: Sequence[KnownPlace]) -> list[Shape]:
    found = sorted((place for place in around if place.kind is Kind.BOROUGH), key=lambda place: place.key)
    return [simplified(place.shape, BOROUGH_TOLERANCE_M) for place in found]
