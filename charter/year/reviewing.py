"""The yearly self-review: somebody of the organisation looks at its listing and pledges, and confirms them."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from charter.errors import FieldError, NotYourOrganisation
from charter.events import note_event
from charter.keeping.members import Member
from charter.outbox import overtake_letters
from charter.register import Desk
from charter.signing import Wire, london_date
from charter.year.calendar import ASKED_IN, LAPSED, REVIEW, review_due_on
from charter.year.errors import ReviewNotAcceptable, ReviewNotOpen
from charter.year.letters import REINSTATED, REMINDERS, REVIEWED, letter_reviewed
from charter.year.writing import concerned, write_to_all
from migrations.database import execute, fetch_one, fetch_value, lock, transaction

PLEDGES = (1, 2, 3, 4, 5, 6, 7)
ABOUT_REVIEWS = tuple(kind for (about, _), kind in REMINDERS.items() if about == REVIEW)


class Looked(Wire, frozen=True, kw_only=True):
    """What whoever reviews has looked at: the body of POST /api/charter/mine/review."""

    details_confirmed: bool
    pledges_looked_at: tuple[int, ...]


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """How the organisation stands after its review."""

    id: UUID
    state: str
    reinstated: bool
    last_confirmed_on: date
    review_due_on: date


async def review(by: Member, looked: Looked, *, desk: Desk) -> Reviewed:
    """Confirm another year from today on, early, in time or late; whoever had lapsed is reinstated.

    The next year counts from the day of the review, as the register's "last confirmed" does. A second review on one
    day is answered like the first and writes nothing. Raises ReviewNotAcceptable, ReviewNotOpen, NotYourOrganisation.
    """
    check(looked)
    today = london_date(desk.now)
    async with transaction():
        signatory = await locked(by)
        done = await _done_on(signatory, today)
        if done is not None:
            return done
        reviewed = await _file(signatory, by, today, desk)
        # A reminder that a dead mail server still holds would ask for what is done.
        await overtake_letters(signatory=by.signatory, kinds=ABOUT_REVIEWS, now=desk.now)
        make = partial(
            letter_reviewed,
            concerned=concerned(signatory, desk),
            next_due_on=reviewed.review_due_on,
            reinstated=reviewed.reinstated,
        )
        kind = REINSTATED if reviewed.reinstated else REVIEWED
        await write_to_all(by.signatory, make, kind=kind, desk=desk)
    return reviewed


def check(looked: Looked) -> None:
    """Raise ReviewNotAcceptable unless everything was looked at."""
    errors = []
    if not looked.details_confirmed:
        errors.append(FieldError("details_confirmed", "Confirm that what the register says about you is right."))
    missing = [f"{pledge}" for pledge in PLEDGES if pledge not in looked.pledges_looked_at]
    if missing:
        errors.append(FieldError("pledges_looked_at", f"Look at each pledge; what is left: {', '.join(missing)}."))
    if set(looked.pledges_looked_at) - set(PLEDGES):
        errors.append(FieldError("pledges_looked_at", "The pledges are numbered 1 to 7."))
    if errors:
        raise ReviewNotAcceptable(errors)


async def locked(by: Member) -> dict[str, Any]:
    """The member's signatory, which nobody else changes meanwhile. Raises NotYourOrganisation where she left it."""
    found = await lock(
        "select number, id, name, reference, state, charter_version, review_due_on, last_confirmed_on "
        "from signatory where number = $1",
        by.signatory,
    )
    # Asked after the lock: she may have left while this request waited its turn.
    stands = await fetch_value("select 1 from contact where number = $1 and ended_on is null", by.number)
    if not found or stands is None:
        raise NotYourOrganisation
    return found[0]


async def _done_on(signatory: dict[str, Any], today: date) -> Reviewed | None:
    """Today's review, where there is one already: a button that was pressed twice."""
    found = await fetch_one(
        "select id from review where signatory = $1 and done_on = $2 order by number desc limit 1",
        signatory["number"],
        today,
    )
    # Suspended and restored on one day, it may have fallen due again: only what still stands is answered as done.
    if found is None or signatory["state"] != "active":
        return None
    return Reviewed(
        id=found["id"],
        state="active",
        reinstated=False,
        last_confirmed_on=today,
        review_due_on=signatory["review_due_on"],
    )


async def _file(signatory: dict[str, Any], by: Member, today: date, desk: Desk) -> Reviewed:
    was = signatory["state"]
    # Who was suspended must not review herself free, and who withdrew is nobody's to review.
    if was not in (*ASKED_IN, LAPSED):
        raise ReviewNotOpen
    reviewed = Reviewed(
        id=desk.new_id(),
        state="active",
        reinstated=was == LAPSED,
        last_confirmed_on=today,
        review_due_on=review_due_on(today),
    )
    await execute(
        "insert into review (id, signatory, due_on, done_on, by, charter_version) values ($1, $2, $3, $4, $5, $6)",
        reviewed.id,
        signatory["number"],
        signatory["review_due_on"],
        today,
        str(by.id),
        signatory["charter_version"],
    )
    await execute(
        "update signatory set state = 'active', last_confirmed_on = $2, review_due_on = $3 where number = $1",
        signatory["number"],
        today,
        reviewed.review_due_on,
    )
    action = "reinstated" if reviewed.reinstated else "reviewed"
    await note_event(action, of="signatory", id=signatory["id"], by=str(by.id), at=desk.now, was=was)
    return reviewed
