"""What is asked of the evidence: hotspots now, editions and their files, each as far as the caller may see."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.errors import EditionWithdrawn, EvidenceNotAcceptable, FieldError, NoSuchEdition
from audits.instrument import VERSION_1, Factor
from audits.queries import LAST, VISIBLE, Caller, programme, sight
from audits.reports.cells import findings_of
from audits.reports.contents import Audience, Finding
from audits.reports.disclosure import GLA
from audits.reports.evidence import Scope
from audits.reports.files.as_geojson import feature_collection
from audits.reports.live import live_scores
from audits.reports.sections import Leg
from geo.hotspots import METHOD, METHOD_VERSION, Scores
from migrations.database import fetch, fetch_one, fetch_tuples, snapshot

FACTORS = {factor.key: factor for factor in VERSION_1.factors}
READ_AT_ONCE = 200
Hers = frozenset[UUID] | None  # programmes; None: every one
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
    if facts is None or not _may_see(facts, await _hers(caller)):
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


async def editions(*, caller: Caller, before: int | None = None, limit: int) -> list[EditionFacts]:
    """The editions that the caller may see, newest first, older than the one numbered `before`; for the staff."""
    async with snapshot():
        hers = await _hers(caller)
        found: list[EditionFacts] = []
        while len(found) < limit and (older := await _older(before)):
            found += [one for one in older if _may_see(one, hers)]
            before = older[-1].number
    return found[:limit]


async def earlier_editions(of: EditionFacts, *, limit: int) -> list[EditionFacts]:
    """What an edition may be set beside: earlier ready ones of the same programmes for the same audience, newest first.

    Whoever may see the one may see the others. None while the edition itself is not ready.
    """
    if of.state != "ready":
        return []
    rows = await fetch(
        f"""
        select {EDITION} from edition
        where edition.number < $1 and audience = $2 and programme_ids = $3 and state = 'ready'
        order by edition.number desc limit $4
        """,  # noqa: S608 - our text
        of.number,
        of.audience,
        ids_kept(of.programme_ids),
        limit,
    )
    return [_facts(row) for row in rows]


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


def ids_kept(programme_ids: Iterable[UUID]) -> str:
    """The programmes of an edition as its row names them: one text for one set of programmes."""
    return msgspec.json.encode(sorted(map(str, set(programme_ids)))).decode()


async def _older(before: int | None) -> list[EditionFacts]:
    rows = await fetch(
        f"select {EDITION} from edition where edition.number < $1 "  # noqa: S608 - our text
        f"order by edition.number desc limit {READ_AT_ONCE}",
        LAST if before is None else before,
    )
    return [_facts(row) for row in rows]


async def is_hers(facts: EditionFacts, caller: Caller) -> bool:
    """Whether she sees all there is, or leads, and may see, every programme of the edition."""
    return _is_hers(facts, await _hers(caller))


async def _hers(caller: Caller) -> Hers:
    """The programmes whose evidence is the caller's: a lead's; none of anybody else; None: every one there is."""
    if caller.sees_all:
        return None
    if not caller.lead:
        return frozenset()
    rows = await fetch_tuples(f"select programme.id from programme where {VISIBLE}", *sight(caller))  # noqa: S608 - our text
    return frozenset(row[0] for row in rows)


def _is_hers(facts: EditionFacts, hers: Hers) -> bool:
    return hers is None or (bool(hers) and hers.issuperset(facts.programme_ids))


def _may_see(facts: EditionFacts, hers: Hers) -> bool:
    """Everybody sees what is public and was ready; staff see what is theirs."""
    return (facts.audience == "public" and facts.state in ("ready", "withdrawn")) or _is_hers(facts, hers)
