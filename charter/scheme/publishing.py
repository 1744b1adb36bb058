"""New wordings of the charter: published by the desk, offered to whoever signed an earlier one, never forced."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec

from charter.errors import ChangedMeanwhile, FieldError, OrganisationWithdrew
from charter.events import WORKER, note_event
from charter.keeping.members import Member
from charter.pledges import NUMBERS, CharterVersion, Pledge
from charter.register import Desk
from charter.scheme.errors import NotDone, WordingTaken
from charter.scheme.letters import NEW_WORDING, letter_new_wording
from charter.signing import london_date
from charter.wordings import current_wording, wordings
from charter.year.errors import NotForADeputy
from charter.year.reviewing import locked
from charter.year.writing import concerned, write_to_all
from migrations.database import claim, execute, transaction

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
MAX_PLEDGE, MAX_CHANGES = 500, 2_000
PORTION = 100
DEPUTY = "deputy"
# Whoever keeps the charter, signed another wording, and was not written to about this one yet. Uses reminder_once.
UNINVITED = """
select number, id, name, reference from signatory
where state in ('active', 'review_due', 'lapsed') and charter_version <> $1 and signed_on <= $2 and not exists (
    select 1 from reminder where reminder.signatory = signatory.number and reminder.about = $3
)
order by number limit $4
"""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A wording before it is published: seven texts, and what shows that each is kept, in the order of the pledges."""

    version: str
    texts: tuple[str, ...]
    evidence: tuple[str, ...]
    changes: str


def check(draft: Draft, published: dict[str, CharterVersion]) -> None:
    """Raise NotDone, WordingTaken unless the wording can be published."""
    if errors := list(_errors(draft)):
        raise NotDone(errors)
    if draft.version in published:
        raise WordingTaken


async def publish(draft: Draft, *, by: str, desk: Desk) -> None:
    """Publish it: from now on it is what is signed. Raises NotDone, WordingTaken."""
    pledges = [Pledge(number, draft.texts[number - 1], draft.evidence[number - 1]) for number in NUMBERS]
    async with transaction():
        # Two who publish at once come one after the other: the version's own constraint holds what this asks.
        check(draft, await wordings())
        await execute(
            "insert into charter_wording (version, pledges, changes, published_at, published_by) "
            "values ($1, $2, $3, $4, $5)",
            draft.version,
            msgspec.json.encode(pledges).decode(),
            draft.changes,
            desk.now,
            by,
        )
        await note_event("published", of="charter_wording", id=desk.new_id(), by=by, at=desk.now, version=draft.version)


async def invite_to_wording(*, desk: Desk) -> int:
    """Write to everybody who keeps an earlier wording, once for each new one; a chore, in portions. Gives how many."""
    wording = await current_wording()
    if wording.published_at is None:
        return 0
    invited = 0
    while some := await _invite_portion(wording, desk):
        invited += some
    return invited


async def sign_wording(by: Member, version: str, *, desk: Desk) -> None:
    """Sign the wording that is signed now, in place of an earlier one; the day of the review stays where it is.

    Doing it again changes nothing. Raises ChangedMeanwhile, where that wording is not the present one any more,
    NotForADeputy, OrganisationWithdrew, NotYourOrganisation.
    """
    if by.role == DEPUTY:
        raise NotForADeputy
    async with transaction():
        signatory = await locked(by)
        if signatory["state"] == "withdrawn":
            raise OrganisationWithdrew
        if version != (await current_wording()).version:
            raise ChangedMeanwhile
        if signatory["charter_version"] == version:
            return
        await execute("update signatory set charter_version = $2 where number = $1", by.signatory, version)
        was = signatory["charter_version"]
        await note_event(
            "wording-signed", of="signatory", id=by.signatory_id, by=str(by.id), at=desk.now, version=version, was=was
        )


async def _invite_portion(wording: CharterVersion, desk: Desk) -> int:
    assert wording.published_at is not None
    about, published_on = f"wording-{wording.version}", london_date(wording.published_at)
    async with transaction():
        signatories = await claim(UNINVITED, wording.version, published_on, about, PORTION)
        for signatory in signatories:
            await _invite(signatory, wording, desk)
            # The row is what keeps a second letter from being written, by this worker or another.
            await execute(
                "insert into reminder (signatory, about, due_on, step, written_at) values ($1, $2, $3, 'invited', $4)",
                signatory["number"],
                about,
                published_on,
                desk.now,
            )
    return len(signatories)


async def _invite(signatory: dict[str, Any], wording: CharterVersion, desk: Desk) -> None:
    make = partial(
        letter_new_wording,
        concerned=concerned(signatory, desk),
        version=wording.version,
        changes=wording.changes,
    )
    letters = await write_to_all(signatory["number"], make, kind=NEW_WORDING, desk=desk)
    await note_event(
        "reminded", of="signatory", id=signatory["id"], by=WORKER, at=desk.now, letter=NEW_WORDING, letters=letters
    )


def _errors(draft: Draft) -> Iterator[FieldError]:
    if not VERSION.fullmatch(draft.version):
        yield FieldError("version", "Enter a version of letters, digits, dots and hyphens, such as 2027")
    for number in NUMBERS:
        for field, texts in (("text", draft.texts), ("evidence", draft.evidence)):
            if not texts[number - 1].strip() or len(texts[number - 1]) > MAX_PLEDGE:
                what = "pledge" if field == "text" else "evidence of pledge"
                yield FieldError(f"{field}-{number}", f"Enter the {what} {number} in {MAX_PLEDGE} characters or fewer")
    if not draft.changes.strip() or len(draft.changes) > MAX_CHANGES:
        yield FieldError("changes", f"Enter what is new, in {MAX_CHANGES:,} characters or fewer")
