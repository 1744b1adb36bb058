"""One letter of every kind, to made-up people. Whoever adds a kind adds its sample here; a test holds them to it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

from api.sessions.letters import ADDED_TO_STAFF, SIGN_IN, letter_to_new_staff, letter_to_sign_in
from charter.keeping.letters import (
    CONFIRM_DEPUTY,
    CONFIRM_HAND_OVER,
    ROLE_ENDED,
    ROLE_LEFT,
    ROLE_TAKEN,
    Post,
    letter_role_ended,
    letter_role_left,
    letter_role_taken,
    letter_to_deputy,
    letter_to_successor,
)
from charter.letters import (
    CONFIRM_CHAMPION,
    CONFIRM_SIGNATURE,
    Envelope,
    Invitation,
    Letter,
    letter_to_champion,
    letter_to_signatory,
)
from charter.scheme.letters import (
    FROM_SCHEME,
    JOINED,
    NEW_WORDING,
    RESTORED,
    SUSPENDED,
    letter_from_scheme,
    letter_joined,
    letter_new_wording,
    letter_restored,
    letter_suspended,
)
from charter.signing import london_date
from charter.year.calendar import STEPS, Reminding
from charter.year.letters import (
    REINSTATED,
    REMINDERS,
    REVIEWED,
    WITHDRAWN,
    Concerned,
    letter_reviewed,
    letter_withdrawn,
    reminder,
)

WRITTEN_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = london_date(WRITTEN_AT)
ENVELOPE = Envelope(id=UUID(int=0x5A), written_at=WRITTEN_AT, to="ama.mensah@lantern.example")
NAME, REFERENCE, BASE_URL = "The Lantern", "WNSC-2026-00042", "https://night-safety.example"
DESK = f"{BASE_URL}/desk/{UUID(int=0x42)}"
INVITATION = Invitation(
    organisation=NAME,
    reference=REFERENCE,
    page=f"{BASE_URL}/charter/confirm",
    token="a-made-up-code-of-43-url-safe-characters-xx",  # noqa: S106 (nobody's)
    confirm_by=TODAY + timedelta(days=29),
)
CONCERNED = Concerned(id=UUID(int=0x42), name=NAME, reference=REFERENCE, desk=DESK)
CHAMPION, DEPUTY = (
    Post(organisation=NAME, reference=REFERENCE, role=role, desk=DESK) for role in ("champion", "deputy")
)


def _reminder(envelope: Envelope, about: str, step: str) -> Letter:
    """As it is written on the day on which it first fits."""
    due_on: date = TODAY + STEPS.get(step, timedelta(days=-31 if step == "lapsed" else 0))
    return reminder(envelope, CONCERNED, Reminding(about, due_on, step))


def _sign_in(envelope: Envelope) -> Letter:
    until = envelope.written_at + timedelta(minutes=10)
    return letter_to_sign_in(envelope, base_url=BASE_URL, token=INVITATION.token, expires_at=until)


Sample = Callable[[Envelope], Letter]
LETTERS: Mapping[str, Sample] = {
    CONFIRM_SIGNATURE: partial(letter_to_signatory, asked=INVITATION, is_champion=False),
    CONFIRM_CHAMPION: partial(letter_to_champion, asked=INVITATION),
    SIGN_IN: _sign_in,
    ADDED_TO_STAFF: partial(letter_to_new_staff, base_url=BASE_URL),
    CONFIRM_HAND_OVER: partial(letter_to_successor, asked=INVITATION),
    CONFIRM_DEPUTY: partial(letter_to_deputy, asked=INVITATION),
    ROLE_TAKEN: partial(letter_role_taken, post=CHAMPION),
    ROLE_ENDED: partial(letter_role_ended, post=CHAMPION, taken_over=True),
    ROLE_LEFT: partial(letter_role_left, post=DEPUTY),
    **{kind: partial(_reminder, about=about, step=step) for (about, step), kind in REMINDERS.items()},
    REVIEWED: partial(letter_reviewed, concerned=CONCERNED, next_due_on=TODAY + timedelta(days=365), reinstated=False),
    REINSTATED: partial(letter_reviewed, concerned=CONCERNED, next_due_on=TODAY + timedelta(days=365), reinstated=True),
    FROM_SCHEME: partial(
        letter_from_scheme, concerned=CONCERNED, subject="Your opening hours", text="Dear Ama,\n\nplease look at them."
    ),
    JOINED: partial(letter_joined, concerned=CONCERNED, into="WNSC-2026-00007"),
    SUSPENDED: partial(letter_suspended, concerned=CONCERNED),
    RESTORED: partial(letter_restored, concerned=CONCERNED),
    NEW_WORDING: partial(
        letter_new_wording, concerned=CONCERNED, version="2027", changes="Pledge 7 names the street outside too."
    ),
    WITHDRAWN: partial(letter_withdrawn, concerned=CONCERNED, sign=f"{BASE_URL}/charter/sign"),
}
