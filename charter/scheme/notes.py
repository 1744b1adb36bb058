"""Notes of the scheme's desk: why something was done, written or looked at; sealed, as they name people."""

from collections.abc import Iterator

import msgspec

from charter.errors import FieldError
from charter.register import Desk
from charter.scheme.errors import NotDone
from migrations.database import execute

MAX_SUBJECT, MAX_TEXT = 100, 5_000
# What notes are about, as rows have it.
LETTER, CORRECTION, SUSPENSION, REINSTATEMENT, MERGE, NOTE, CONTACTS_READ = (
    "letter",
    "correction",
    "suspension",
    "reinstatement",
    "merge",
    "note",
    "contacts-read",
)


def check_texts(**texts: str) -> None:
    """Raise NotDone unless each of these fields says something, and not too much."""
    if errors := list(text_errors(**texts)):
        raise NotDone(errors)


def text_errors(**texts: str) -> Iterator[FieldError]:
    """What is wrong with the texts of fields that must say something."""
    for field, text in texts.items():
        limit = MAX_SUBJECT if field == "subject" else MAX_TEXT
        if not text.strip():
            yield FieldError(field, f"Enter the {field}")
        elif len(text) > limit:
            yield FieldError(field, f"The {field} must be {limit:,} characters or fewer")


async def keep_note(signatory: int, text: str, *, kind: str, by: str, desk: Desk) -> None:
    """Write a note down, sealed; inside the transaction of what it is about."""
    id = desk.new_id()
    await execute(
        "insert into scheme_note (id, signatory, at, by, kind, sealed) values ($1, $2, $3, $4, $5, $6)",
        id,
        signatory,
        desk.now,
        by,
        kind,
        desk.seal.seal(msgspec.json.encode(text), table="scheme_note", column="sealed", row=str(id)),
    )
