"""Flagged notes: who may read them, for what, and what may become of them."""

from typing import Literal, get_args

import msgspec

from audits.errors import FieldError
from audits.review import MAX_REASON_LENGTH
from audits.reviewing.errors import NoteDecisionNotAcceptable
from audits.walks import MAX_NOTE

Purpose = Literal["deciding", "helping", "checking"]
Decided = Literal["restricted", "safeguarding", "redacted", "returned"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
DECISIONS: tuple[Decided, ...] = get_args(Decided)
# What these need beside the choice: who was told, or why the flag was a mistake.
OWE_WORDS = frozenset({"safeguarding", "returned"})
NEEDS = {
    "safeguarding": "Say whom you referred it to and when, without repeating what the note says.",
    "returned": "Say why it tells of nothing that happened to somebody.",
}


class NoteDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of a flagged note: `about` is kept sealed, `redacted` becomes an open note that may be reviewed.

    restricted: it stays with its named readers. safeguarding: so too, and it was referred to somebody who helps.
    redacted: so too, and a version of it that tells of nobody is open. returned: it was flagged by mistake.
    """

    decision: Decided
    about: str = ""
    redacted: str = ""


def check_note_decision(decided: NoteDecision) -> None:
    """Whether a decision says what it must. Raises NoteDecisionNotAcceptable."""
    errors = []
    if decided.decision in OWE_WORDS and not decided.about.strip():
        errors.append(FieldError("about", NEEDS[decided.decision]))
    if len(decided.about) > MAX_REASON_LENGTH:
        errors.append(FieldError("about", f"Say it in at most {MAX_REASON_LENGTH:,} characters."))
    if decided.decision == "redacted" and not decided.redacted.strip():
        errors.append(FieldError("redacted", "Write the note without what tells of somebody."))
    if len(decided.redacted) > MAX_NOTE:
        errors.append(FieldError("redacted", f"A note has at most {MAX_NOTE:,} characters."))
    if errors:
        raise NoteDecisionNotAcceptable("This decision cannot stand as it was sent. See errors.", errors)


def open_text(decided: NoteDecision, original: str) -> str | None:
    """What everybody at the desk may read after a decision; None where it stays with the named readers."""
    if decided.decision == "redacted":
        return decided.redacted.strip()
    return original if decided.decision == "returned" else None
