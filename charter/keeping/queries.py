"""What is asked at an organisation's desk: how its pledges stand, what shows it, who acts, what happened."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import NoSuchEvidenceFile, NoSuchPledge
from charter.events import WORKER
from charter.keeping.at_desk import NOT_BEGUN, AtDesk, Change, Happened, Kept, Person, Picture
from charter.keeping.evidence import NOT_STARTED, PLEDGES, SHAPES, Evidence
from charter.keeping.members import Member
from migrations.database import fetch, fetch_one, fetch_value, snapshot

MAX_EVENTS = 500
KEPT = "kept_pledge.pledge, kept_pledge.state, statement, evidence, evidence_on, changed_at"
# A pledge's newest change is its version. Uses pledge_change_signatory.
VERSION = (
    "(select max(change.number) from pledge_change as change where change.signatory = kept_pledge.signatory "
    'and change.pledge = kept_pledge.pledge) as "version [INTEGER]"'
)
IN_USE = """
    select 1 where exists (select 1 from evidence_file where file = $1)
        or exists (select 1 from evidence_file where small = $1)
"""


async def at_desk(by: Member) -> AtDesk:
    """The whole desk in four queries, however much there is on it."""
    async with snapshot():
        organisation = await fetch_one(
            "select id, reference, name, sector, state, charter_version, public_listing, signed_on, "
            "last_confirmed_on, review_due_on, champion_since, champion_gone_on, (select count(*) from premises "
            "where premises.signatory = signatory.number) as premises from signatory where number = $1",
            by.signatory,
        )
        kept = await _kept(by)
        pictures = await _pictures(by)
        people = await _people(by)
    assert organisation is not None
    return AtDesk(**organisation, pledges=kept, pictures=pictures, people=people)


async def kept_of(by: Member, pledge: int) -> Kept:
    """How one pledge is kept. Raises NoSuchPledge. Uses kept_pledge_once."""
    if pledge not in PLEDGES:
        raise NoSuchPledge
    row = await fetch_one(
        f"select {KEPT}, {VERSION} from kept_pledge where signatory = $1 and pledge = $2",  # noqa: S608 (ours)
        by.signatory,
        pledge,
    )
    return _kept_from(pledge, row)


async def pictures_of(by: Member, pledge: int) -> tuple[Picture, ...]:
    """The pictures of one pledge, the oldest first."""
    return tuple(picture for picture in await _pictures(by) if picture.pledge == pledge)


async def file_of(by: Member, pledge: int, id: UUID, *, width: int) -> str:
    """The photo store's key of a picture. Raises NoSuchEvidenceFile, for another organisation's too."""
    row = await fetch_one(
        "select file, small from evidence_file where id = $1 and signatory = $2 and pledge = $3",
        id,
        by.signatory,
        pledge,
    )
    if row is None:
        raise NoSuchEvidenceFile
    return str(row["small"] if width <= 320 else row["file"])


async def history_of(by: Member, pledge: int) -> list[Change]:
    """Every change of a pledge, the newest first. Raises NoSuchPledge. Uses pledge_change_signatory."""
    if pledge not in PLEDGES:
        raise NoSuchPledge
    async with snapshot():
        rows = await fetch(
            "select at, by, state, statement, evidence, evidence_on from pledge_change "
            "where signatory = $1 and pledge = $2 order by number desc",
            by.signatory,
            pledge,
        )
        roles = await _roles(by)
    return [
        Change(
            at=row["at"],
            by=_who(row["by"], roles),
            state=row["state"],
            statement=row["statement"],
            evidence=_evidence(pledge, row["evidence"]),
            evidence_on=row["evidence_on"],
        )
        for row in rows
    ]


async def happened_to(by: Member) -> list[Happened]:
    """What was done to the organisation, the newest first, at most MAX_EVENTS. Uses charter_event_subject."""
    async with snapshot():
        rows = await fetch(
            "select at, actor, action, detail from charter_event where subject = 'signatory' and subject_id = $1 "
            "order by number desc limit $2",
            str(by.signatory_id),
            MAX_EVENTS,
        )
        roles = await _roles(by)
    return [
        Happened(
            at=row["at"],
            by=_who(row["actor"], roles),
            action=row["action"],
            detail=msgspec.json.decode(row["detail"]) if row["detail"] else {},
        )
        for row in rows
    ]


async def people_of(signatory: int) -> tuple[Person, ...]:
    """Who acts for the organisation or was asked to, in the order of being named. Uses contact_signatory."""
    rows = await fetch(
        "select contact.number, contact.id, role, sealed, email_mac, confirmed_at, named_at, "
        "(select max(expires_at) from confirmation where confirmation.contact = contact.number "
        'and used_at is null and superseded_at is null) as "link_until [TIMESTAMPTZ]" '
        "from contact where signatory = $1 and ended_on is null order by contact.number",
        signatory,
    )
    return tuple(Person(**row) for row in rows)


async def files_in_use(keys: Collection[str]) -> set[str]:
    """Those of the photo store's keys that are pictures of evidence. Uses evidence_file_file, evidence_file_small."""
    found: set[str] = set()
    for key in keys:
        # One by one, each by its own index: a sweep is in no hurry.
        if await fetch_value(IN_USE, key):
            found.add(key)
    return found


async def _people(by: Member) -> tuple[Person, ...]:
    return await people_of(by.signatory)


async def _kept(by: Member) -> tuple[Kept, ...]:
    """All seven, the ones that were never begun too."""
    rows = await fetch(
        f"select {KEPT}, {VERSION} from kept_pledge where signatory = $1",  # noqa: S608 (ours)
        by.signatory,
    )
    begun = {row["pledge"]: row for row in rows}
    return tuple(_kept_from(pledge, begun.get(pledge)) for pledge in PLEDGES)


def _kept_from(pledge: int, row: Mapping[str, Any] | None) -> Kept:
    if row is None:
        return Kept(
            pledge=pledge,
            state=NOT_STARTED,
            statement=None,
            evidence=SHAPES[pledge](),
            evidence_on=None,
            changed_at=None,
            version=NOT_BEGUN,
        )
    return Kept(
        pledge=pledge,
        state=row["state"],
        statement=row["statement"],
        evidence=_evidence(pledge, row["evidence"]),
        evidence_on=row["evidence_on"],
        changed_at=row["changed_at"],
        version=row["version"] or NOT_BEGUN,
    )


def _evidence(pledge: int, content: str) -> Evidence:
    return msgspec.json.decode(content, type=SHAPES[pledge])


async def _pictures(by: Member) -> tuple[Picture, ...]:
    rows = await fetch(
        "select id, pledge, caption, width, height, added_at from evidence_file where signatory = $1 order by number",
        by.signatory,
    )
    return tuple(Picture(**row) for row in rows)


async def _roles(by: Member) -> dict[str, str]:
    """The roles of everybody who ever acted for the organisation, by contact; the rows outlast the people."""
    rows = await fetch("select id, role from contact where signatory = $1", by.signatory)
    return {str(row["id"]): row["role"] for row in rows}


def _who(actor: str, roles: Mapping[str, str]) -> str:
    """Who did it, as a role: whoever is no contact and no part of the service is the scheme's desk."""
    if actor in ("signatory", "champion", "deputy", WORKER):
        return actor
    return roles.get(actor, "scheme")
