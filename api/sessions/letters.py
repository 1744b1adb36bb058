"""The letters of signing in. Their recipients are known; whatever else is in them is ours."""

from datetime import datetime

from charter.letters import Envelope, Letter, Link, compose, long_date, to_follow
from charter.signing import LONDON

SIGN_IN, ADDED_TO_STAFF = "sign-in", "added-to-staff"
CONFIRM_PAGE, SIGN_IN_PAGE = "/sign-in/confirm", "/sign-in"


def letter_to_sign_in(envelope: Envelope, *, base_url: str, token: str, expires_at: datetime) -> Letter:
    """The link to sign in by, once, until `expires_at`."""
    until = expires_at.astimezone(LONDON)
    return compose(
        envelope,
        "Sign in to Night Safety",
        "Hello,",
        f"Somebody asked to sign in to Night Safety with this address. If that was you, follow this link by "
        f"{until:%H:%M} on {long_date(until.date())}. It works once.",
        *to_follow(f"{base_url}{CONFIRM_PAGE}", token, label="Sign in"),
        "If it was not you, do nothing: without this letter nobody signs in. Never pass it on; we never ask for it.",
        why="somebody typed your address on our sign-in page.",
    )


def letter_to_new_staff(envelope: Envelope, *, base_url: str) -> Letter:
    """Tells a person that she is staff now, and how she signs in for the first time."""
    return compose(
        envelope,
        "You were added to the staff of Night Safety",
        "Hello,",
        "An administrator added you to the people who look after Night Safety: the Women's Night Safety Charter and "
        "its night walks.",
        "To sign in, open this page and type this address; you will be sent a link:",
        Link("Sign in", f"{base_url}{SIGN_IN_PAGE}"),
        "The first time, you will set up an app on your phone that shows codes. Have the phone at hand.",
        "If you did not expect this, tell whoever looks after Night Safety where you work.",
        why="an administrator gave this address when adding you.",
    )
