"""Keeping a pledge: what a champion says of it, every change of it kept, and what time makes of it."""

from datetime import date, datetime
from typing import Any

import msgspec

from charter.errors import ChangedMeanwhile, NoSuchPledge, NotYourOrganisation, OrganisationWithdrew
from charter.events import WORKER, note_event
from charter.keeping.at_desk import NOT_BEGUN, Kept
from charter.keeping.evidence import (
    EVIDENCED,
    LAPSED,
    PLEDGES,
    Evidence,
    Facts,
    Keeping,
    check,
    evidence_on,
    lapses,
    read_evidence,
)
from charter.keeping.members import Member
from charter.keeping.queries import kept_of
from charter.signing import london_date
from migrations.database import claim, execute, fetch_value, lock, transaction

PORTION = 100  # pledges that lapse in one transaction, so that requests have their turn between two
HAS_CHAMPION = (
    "select 1 from contact where signatory = $1 and role = 'champion' and confirmed_at is not null and ended_on is null"
)
# The statement and the evidence of a pledge that lapsed stay, as what was true before. Uses kept_pledge_refresh.
OVERDUE = """
select kept_pledge.number, kept_pledge.pledge, kept_pledge.state, kept_pledge.evidence, signatory.id, signatory.number
    as signatory, signatory.champion_gone_on
from kept_pledge join signatory on signatory.number = kept_pledge.signatory
where kept_pledge.refresh_due_on < $1 and kept_pledge.state = 'evidenced'
    and signatory.state in ('active', 'review_due', 'lapsed')
order by kept_pledge.number limit $2
"""


async def keep_pledge(by: Member, pledge: int, keeping: Keeping, *, version: int, now: datetime) -> Kept:
    """Say how the pledge is kept from now on; what was said before stays in its history.

    `version` is that of what she saw. The same again changes nothing and leaves no trace. Raises NoSuchPledge,
    EvidenceUnreadable, PledgeNotAcceptable, ChangedMeanwhile, OrganisationWithdrew, NotYourOrganisation.
    """
    if pledge not in PLEDGES:
        raise NoSuchPledge
    evidence = read_evidence(pledge, keeping.evidence)
    async with transaction():
        await locked(by)
        before = await kept_of(by, pledge)
        if before.version != version:
            raise ChangedMeanwhile
        check(pledge, keeping, evidence, await _facts(by, pledge, now))
        after = _after(pledge, keeping, evidence, now)
        if _content(after) == _content(before):
            return before
        await _write(by, after)
        await note_event(
            "pledge-kept",
            of="signatory",
            id=by.signatory_id,
            by=str(by.id),
            at=now,
            pledge=pledge,
            was=before.state,
            state=after.state,
        )
        return msgspec.structs.replace(after, version=await _filed(by.signatory, after, who=str(by.id)))


async def lapse_pledges(*, now: datetime) -> int:
    """Let pledges lapse whose training was to be refreshed and was not; gives how many. Again, it adds nothing."""
    lapsed = 0
    while some := await _lapse_portion(now):
        lapsed += some
    return lapsed


async def locked(by: Member) -> dict[str, Any]:
    """Her organisation, which nobody else changes before the transaction ends.

    Raises OrganisationWithdrew, and NotYourOrganisation where she left it while this request waited its turn.
    """
    found = await lock(
        "select number, id, name, reference, state, champion_gone_on from signatory where number = $1", by.signatory
    )
    stands = await fetch_value("select 1 from contact where number = $1 and ended_on is null", by.number)
    if not found or stands is None:
        raise NotYourOrganisation
    if found[0]["state"] == "withdrawn":
        raise OrganisationWithdrew
    return found[0]


async def _facts(by: Member, pledge: int, now: datetime) -> Facts:
    files = await fetch_value(
        "select count(*) from evidence_file where signatory = $1 and pledge = $2", by.signatory, pledge
    )
    has_champion = await fetch_value(HAS_CHAMPION, by.signatory) is not None
    return Facts(day=london_date(now), has_champion=has_champion, files=int(files))


def _after(pledge: int, keeping: Keeping, evidence: Evidence, now: datetime) -> Kept:
    return Kept(
        pledge=pledge,
        state=keeping.state,
        statement=keeping.statement,
        evidence=evidence,
        evidence_on=evidence_on(pledge, keeping, evidence),
        changed_at=now,
        version=NOT_BEGUN,
    )


def _content(kept: Kept) -> tuple[Any, ...]:
    """What makes two of them the same, whenever they were written."""
    return kept.state, kept.statement, kept.evidence, kept.evidence_on


async def _write(by: Member, kept: Kept) -> None:
    refresh: date | None = getattr(kept.evidence, "refresh_on", None)
    await execute(
        "insert into kept_pledge (signatory, pledge, state, statement, evidence, evidence_on, refresh_due_on, "
        "changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (signatory, pledge) do update set "
        "state = excluded.state, statement = excluded.statement, evidence = excluded.evidence, "
        "evidence_on = excluded.evidence_on, refresh_due_on = excluded.refresh_due_on, "
        "changed_at = excluded.changed_at",
        by.signatory,
        kept.pledge,
        kept.state,
        kept.statement,
        msgspec.json.encode(kept.evidence).decode(),
        kept.evidence_on,
        refresh,
        kept.changed_at,
    )


async def _filed(signatory: int, kept: Kept, *, who: str) -> int:
    """Add it to the pledge's history; its number there is the version of what now stands."""
    return int(
        await fetch_value(
            "insert into pledge_change (signatory, pledge, at, by, state, statement, evidence, evidence_on) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8) returning number",
            signatory,
            kept.pledge,
            kept.changed_at,
            who,
            kept.state,
            kept.statement,
            msgspec.json.encode(kept.evidence).decode(),
            kept.evidence_on,
        )
    )


async def _lapse_portion(now: datetime) -> int:
    today = london_date(now)
    async with transaction():
        overdue = await claim(OVERDUE, today, PORTION)
        for row in overdue:
            evidence = read_evidence(row["pledge"], msgspec.json.decode(row["evidence"]))
            gone_on = row["champion_gone_on"]
            assert lapses(row["pledge"], row["state"], evidence, today=today, champion_gone_on=gone_on)
            await _lapse(row, now)
    return len(overdue)


async def _lapse(row: dict[str, Any], now: datetime) -> None:
    await execute("update kept_pledge set state = $2, changed_at = $3 where number = $1", row["number"], LAPSED, now)
    await execute(
        "insert into pledge_change (signatory, pledge, at, by, state, statement, evidence, evidence_on) "
        "select signatory, pledge, changed_at, $2, state, statement, evidence, evidence_on from kept_pledge "
        "where number = $1",
        row["number"],
        WORKER,
    )
    pledge = row["pledge"]
    await note_event("pledge-lapsed", of="signatory", id=row["id"], by=WORKER, at=now, pledge=pledge, was=EVIDENCED)
