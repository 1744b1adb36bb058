"""The rows behind signing in: people, their roles and second factors, links, and sessions.

Every secret is a hash, a keyed hash or sealed; what is over is deleted. Constraints and indexes stand in
migrations/api.
"""

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz

from migrations.columns import may, may_be_part_of, must, part_of
from migrations.database import Row


class Person(Row, tablename="person"):
    """Somebody of the scheme's staff; her name and address are sealed, and erased when she leaves."""

    id = must(UUID, "What the trail calls her.", unique=True)
    email_mac = may(Bytea, "HMAC of her address in lower case, to find her by it; null once she left.")
    sealed = may(Bytea, "Her name and address as JSON, sealed; null once she left.")
    created_at = must(Timestamptz, "When she was added.")
    ended_at = may(Timestamptz, "When she left; null while she is staff.")


class PersonRole(Row, tablename="person_role"):
    """A role that a person has or had; who gave it and who took it stays readable."""

    person = part_of(Person, "Whose role it is.")
    role = must(Text, "lead, analyst or administrator.")
    granted_at = must(Timestamptz, "Since when.")
    granted_by = must(Text, "Who gave it: a person's id, or the command line.")
    withdrawn_at = may(Timestamptz, "Until when; null while she has it.")
    withdrawn_by = may(Text, "Who took it; null while she has it.")


class SecondFactor(Row, tablename="second_factor"):
    """The key that a person's app makes codes of: one in use, and one that is being set up."""

    id = must(UUID, "What binds the sealed key to this row.", unique=True)
    person = part_of(Person, "Whose it is.")
    sealed = must(Bytea, "The TOTP key in base32, sealed.")
    created_at = must(Timestamptz, "When it was offered to her.")
    confirmed_at = may(Timestamptz, "When she first sent a code made with it; null before.")
    last_step = must(BigInt, "The last step of 30 s whose code was used; only later ones open anything.")


class RecoveryCode(Row, tablename="recovery_code"):
    """A code for the day when the phone is lost; it works once."""

    person = part_of(Person, "Whose it is.")
    code_mac = must(Bytea, "HMAC of the code and the person's id.", unique=True)
    used_at = may(Timestamptz, "When it was used.")


class SignInRequest(Row, tablename="sign_in_request"):
    """Somebody asked for a link; the worker sees whether the address is known, and deletes the row."""

    id = must(UUID, "What binds the sealed content to this row.", unique=True)
    sealed = must(Bytea, "The address, and where to go afterwards, as JSON, sealed.")
    asked_at = must(Timestamptz, "When it was asked for.")


class SignInLink(Row, tablename="sign_in_link"):
    """A link that was written to a known address; it is deleted when it is followed."""

    id = must(UUID, "What binds the sealed content to this row.", unique=True)
    token_hash = must(Text, "SHA-256 of the token, in hex.", unique=True)
    email_mac = must(Bytea, "HMAC of the address that it was written to.")
    sealed = must(Bytea, "The address, and where to go afterwards, as JSON, sealed.")
    expires_at = must(Timestamptz, "From when on it opens nothing.")


class Session(Row, tablename="session"):
    """Somebody is signed in in one browser; the row is deleted when she signs out."""

    id = must(UUID, "What the trail calls the session of somebody who is not staff.", unique=True)
    id_hash = must(Text, "SHA-256 of the cookie, in hex; new at sign-in and after the second factor.", unique=True)
    email_mac = must(Bytea, "HMAC of her address, by which the organisations that she acts for are found.")
    person = may_be_part_of(Person, "Who of the staff she is; null for champions.")
    sealed = must(Bytea, "Her address, sealed, so that she sees who is signed in.")
    created_at = must(Timestamptz, "When she signed in; a session lasts a working day at most.")
    last_seen_at = must(Timestamptz, "When it was last used, to the minute.")
    second_factor_at = may(Timestamptz, "When her second factor was shown in this session; null before.")
