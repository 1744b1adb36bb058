"""The rows of the register: who signed, where, whom to write to, and what was written.

Instants are UTC, dates are London's; geometry is WGS 84, longitude first; JSON is text. No column has a default: a row
says everything. Constraints and indexes stand in migrations/charter.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from piccolo.columns import (
    UUID,
    Boolean,
    Bytea,
    Column,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
)

from geo.geometry import Geometry
from migrations.database import Row

# Piccolo's own defaults are '', 0 and CASCADE; here each column states what it is.
Kind = TypeVar("Kind", bound=Column)
Point = partial(Geometry, "Point")


def must(kind: Callable[..., Kind], sentence: str, *, unique: bool = False) -> Kind:
    """A column that every row fills."""
    return kind(null=False, default=None, unique=unique, help_text=sentence)


def may(kind: Callable[..., Kind], sentence: str) -> Kind:
    """A column that is null where there is nothing to say."""
    return kind(null=True, default=None, unique=False, help_text=sentence)


def goes_with(whole: type[Row], sentence: str, *, null: bool = False) -> ForeignKey[Row]:
    """Refers to the whole that it is part of, and is deleted with it."""
    return ForeignKey(
        whole,
        default=None,
        null=null,
        unique=False,
        on_delete=OnDelete.cascade,
        on_update=OnUpdate.no_action,
        help_text=sentence,
    )


class ReferenceCount(Row, tablename="reference_count"):
    """How many references a year has given out; deleted signatures' references are never given again."""

    year = must(Integer, "The year of signing, in London.", unique=True)
    last = must(Integer, "The last place given in that year.")


class Signatory(Row, tablename="signatory"):
    """An organisation that signed, in one of the states of charter.signing.STATES."""

    id = must(UUID, "The id that clients see.", unique=True)
    reference = must(Text, "What people quote, such as WNSC-2026-00042.", unique=True)
    charter_version = must(Text, "The wording that was signed.")
    name = must(Text, "The organisation's name exactly as it was written, 1 to 300 characters.")
    folded = must(Text, "The name as it is searched and sorted: lower case, without accents.")
    sector = must(Text, "A key of charter.pledges.SECTORS.")
    website = may(Text, "Its web address, where it gave one.")
    state = must(Text, "applied, active, review_due, lapsed, withdrawn, held or suspended.")
    public_listing = must(Boolean, "Whether it agreed to stand in the public register; it counts either way.")
    network_contact = must(Boolean, "Whether it agreed to be written to about the scheme's network.")
    applied_at = must(Timestamptz, "When the signature was sent.")
    signed_on = may(Date, "The day on which the signature was confirmed; null before.")
    last_confirmed_on = may(Date, "The last day on which it was confirmed or reviewed; null before.")


# The columns of a listed place and `sealed` exclude each other; the schema checks it.
class Premises(Row, tablename="premises"):
    """A place of a signatory. What is unlisted is kept sealed, its borough apart: somebody may be looking for it."""

    id = must(UUID, "The id that clients see.", unique=True)
    signatory = goes_with(Signatory, "Whose place it is.")
    sequence = must(Integer, "Its place in the order in which the organisation named its premises.")
    listed = must(Boolean, "Whether it may be shown; an unlisted place shows its borough only.")
    borough = may(Text, "GSS code of the borough that it is in; null outside London or before boroughs are imported.")
    name = may(Text, "Its name; null where it is sealed.")
    folded = may(Text, "The name as it is searched; null where it is sealed.")
    address = may(Text, "Its address; null where it is sealed.")
    postcode = may(Text, "Its postcode, with one space; null where it is sealed.")
    location = may(Point, "Where it is; null where it is sealed.")
    opening_hours = may(Text, "Its opening hours as JSON; null where they are sealed.")
    sealed = may(Bytea, "An unlisted place as it was sent, as JSON, sealed; null where it is listed.")


class Contact(Row, tablename="contact"):
    """A person of a signatory; her name, job title and address are sealed."""

    id = must(UUID, "What binds the sealed content to this row.", unique=True)
    signatory = goes_with(Signatory, "For whom she stands.")
    role = must(Text, "signatory, or champion.")
    email_mac = must(Bytea, "HMAC of her address in lower case, to find her by it.")
    sealed = must(Bytea, "Her name, job title and address as JSON, sealed.")
    confirmed_at = may(Timestamptz, "When she followed her letter; null before.")


class Confirmation(Row, tablename="confirmation"):
    """A link that was written to a contact; the token itself stands only in the sealed letter."""

    signatory = goes_with(Signatory, "What it confirms.")
    contact = goes_with(Contact, "To whom it was written.")
    token_hash = must(Text, "SHA-256 of the token, in hex.", unique=True)
    expires_at = must(Timestamptz, "Until when it can be followed.")
    used_at = may(Timestamptz, "When it was followed; it works once.")
    superseded_at = may(Timestamptz, "When a newer link took its place.")


class Letter(Row, tablename="letter"):
    """A letter to be sent, written with its cause; its content is erased once it is sent or given up."""

    id = must(UUID, "What mail servers and the outbox folder know it by.", unique=True)
    signatory = goes_with(Signatory, "About whom it is; null for letters about nobody in the register.", null=True)
    kind = must(Text, "Why it was written.")
    sealed = may(Bytea, "The letter with its recipient as JSON, sealed; null once it is sent or given up.")
    written_at = must(Timestamptz, "When it was written.")
    due_at = must(Timestamptz, "When it is tried next; a worker that takes it moves this on, as its lease.")
    attempts = must(Integer, "How often a worker has taken it.")
    failure = may(Text, "Why the last attempt failed, as a category without any address; null after a success.")
    sent_at = may(Timestamptz, "When a mail server took it.")
    given_up_at = may(Timestamptz, "When it was given up, because its recipient is refused for good.")


class CharterEvent(Row, tablename="charter_event"):
    """The trail: who did what to what, and when; written in the transaction of the change itself."""

    at = must(Timestamptz, "When.")
    actor = must(Text, "Who: a principal's id, signatory, champion, or worker.")
    action = must(Text, "What was done.")
    subject = must(Text, "To what kind of thing.")
    subject_id = must(Text, "Its id.")
    detail = may(Text, "More as JSON; never a name, an address or a secret.")
