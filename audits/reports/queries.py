"""What is asked of the evidence: hotspots now, editions and their files, each as far as the caller may see."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.errors import EditionWithdrawn, EvidenceNotAcceptable, FieldError, NoSuchEdition
from audits.instrument import VERSION_1, Factor
from audits.queries import VISIBLE, Caller, programme, sight
from audits.reports.cells import findings_of
from audits.reports.contents import Audience, Finding
from audits.reports.disclosure import GLA
from audits.reports.evidence import Scope
from audits.reports.files.as_geojson import feature_collection
from audits.reports.live import live_scores
from audits.reports.sections import Leg
from geo.hotspots import METHOD, METHOD_VERSION, Scores
from migrations.database import fetch, fetch_one, fetch_tuples, fetch_value, snapshot

FACTORS = {factor.key: factor for factor in VERSION_1.factors}
MOST_LISTED = 1_000
READ_TIMEOUT_S = 30.0  # a million scores take seconds to read


@dataclass(frozen=True, kw_only=True)
class HotspotsAsked:
    """Which hotspots: of one programme or of all that the caller may see; both ends of the period included."""

    factor: str
    leg: Leg = "dark"
    programme_id: UUID | None = None
    side_m: int = 50
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class EditionFacts:
    """An edition as it is kept."""

    number: int
    id: UUID
    title: str
    audience: Audience
    state: str
    method_version: str
    from_on: date | None
    to_on: date | None
    as_of: datetime
    programme_ids: tuple[UUID, ...]
    data_sha256: str | None
    made_at: datetime
    failure: str | None
    step: str | None = None
    withdrawn_at: datetime | None = None
    withdrawal: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """A file of an edition: its key in the photo store is its SHA-256."""

    name: str
    media_type: str
    sha256: str
    bytes: int


EDITION = (
    "edition.number, edition.id, edition.title, edition.audience, edition.state, edition.method_version, "
    "edition.from_on, edition.to_on, edition.as_of, edition.programme_ids, edition.data_sha256, edition.made_at, "
    "edition.failure, edition.step, edition.withdrawn_at, edition.withdrawal"
)


async def hotspots(asked: HotspotsAsked, *, caller: Caller) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of every visited cell, each tested or not.

    Raises NoSuchProgramme, and EvidenceNotAcceptable for what would say too much about few people.
    """
    factor = _factor(asked)
    async with snapshot(READ_TIMEOUT_S):
        programmes = await _programmes(asked.programme_id, caller)
        scope = Scope(programmes=programmes, from_on=asked.from_on, to_on=asked.to_on)
        scores = await live_scores(scope, factor, dark=asked.leg == "dark")
    findings = await asyncio.to_thread(_findings, asked, scores)
    about = {"factor": asked.factor, "leg": asked.leg}
    return {**feature_collection(findings, method=METHOD, version=str(METHOD_VERSION)), **about}


async def edition(edition_id: UUID, *, caller: Caller) -> EditionFacts:
    """The edition, if the caller may see it; raises NoSuchEdition."""
    found = await fetch_one(f"select {EDITION} from edition where edition.id = $1", edition_id)  # noqa: S608 - our text
    facts = _facts(found) if found else None
    if facts is None or not await _may_see(facts, caller):
        raise NoSuchEdition("There is no such edition, or it is not yours to see.")
    return facts


async def edition_of_hers(edition_id: UUID, *, caller: Caller) -> EditionFacts:
    """The edition, if its programmes are all the caller's to see; that all may read it gives nobody a say in it.

    Raises NoSuchEdition.
    """
    facts = await edition(edition_id, caller=caller)
    if not await is_hers(facts, caller):
        raise NoSuchEdition("There is no such edition, or it is not yours to change.")
    return facts


async def editions(*, caller: Caller, limit: int) -> list[EditionFacts]:
    """The newest editions that the caller may see, whatever their state; for the staff."""
    rows = await fetch(f"select {EDITION} from edition order by number desc limit {MOST_LISTED}")  # noqa: S608 - our text
    found = map(_facts, rows)
    return [one for one in found if await _may_see(one, caller)][:limit]


async def files_of(facts: EditionFacts) -> list[FileFacts]:
    """The files of an edition, by name; none while it is not ready."""
    rows = await fetch(
        "select name, media_type, sha256, bytes from edition_file where edition = $1 order by name", facts.number
    )
    return [FileFacts(**row) for row in rows]


async def file_of(facts: EditionFacts, name: str) -> FileFacts:
    """One file of a ready edition; raises NoSuchEdition, and EditionWithdrawn where it was."""
    if facts.state == "withdrawn":
        raise EditionWithdrawn(f"It was withdrawn: {facts.withdrawal} Ask for the edition that takes its place.")
    found = next((file for file in await files_of(facts) if file.name == name), None)
    if found is None or facts.state != "ready":
        raise NoSuchEdition("There is no such file in this edition. Its page lists those that there are.")
    return found


def _factor(asked: HotspotsAsked) -> Factor:
    factor = FACTORS.get(asked.factor)
    if factor is None:
        message = f"There is no such factor. Choose one of {', '.join(FACTORS)}."
        raise EvidenceNotAcceptable(message, [FieldError("factor", message)])
    period = [name for name, limit in (("from", asked.from_on), ("to", asked.to_on)) if limit is not None]
    if factor.mode == "personal" and period:
        message = "What women said alone is shown for whole programmes only. Leave the dates out."
        raise EvidenceNotAcceptable(message, [FieldError(name, message) for name in period])
    return factor


async def _programmes(programme_id: UUID | None, caller: Caller) -> tuple[int, ...]:
    if programme_id is not None:
        return ((await programme(programme_id, caller=caller)).number,)
    rows = await fetch_tuples(
        f"select programme.number from programme where {VISIBLE} order by programme.number",  # noqa: S608 - our text
        *sight(caller),
    )
    return tuple(row[0] for row in rows)


def _findings(asked: HotspotsAsked, scores: Scores) -> Sequence[Finding]:
    return findings_of(scores, factor=asked.factor, leg=asked.leg, rule=GLA, side_m=asked.side_m)


def _facts(found: dict[str, Any]) -> EditionFacts:
    ids = tuple(UUID(programme_id) for programme_id in msgspec.json.decode(found.pop("programme_ids")))
    return EditionFacts(**found, programme_ids=ids)


async def _may_see(facts: EditionFacts, caller: Caller) -> bool:
    """Everybody sees what is public and was ready; staff see what is theirs."""
    if facts.audience == "public" and facts.state in ("ready", "withdrawn"):
        return True
    return await is_hers(facts, caller)


async def is_hers(facts: EditionFacts, caller: Caller) -> bool:
    """Whether she sees all there is, or leads, and may see, every programme of the edition."""
    if caller.sees_all:
        return True
    if not caller.lead:
        return False
    places = ", ".join(f"${place}" for place in range(4, 4 + len(facts.programme_ids)))
    seen = await fetch_value(
        f"select count(*) from programme where {VISIBLE} and programme.id in ({places})",  # noqa: S608 - our text
        *sight(caller),
        *facts.programme_ids,
    )
    return bool(seen == len(facts.programme_ids))
