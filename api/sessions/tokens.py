"""Bearer tokens: made, revoked, listed, and the one question that every request asks of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.tables import ApiToken
from audits.events import COMMAND_LINE, note_event
from migrations.database import fetch, fetch_one, lock, transaction

AUDITOR = "auditor"
MAX_NAME_LENGTH = 200


class TokenError(Exception):
    """Anything about tokens that a person can put right."""


class BadTokenName(TokenError):
    """The name is empty or too long."""


class NoSuchToken(TokenError):
    """No token in use answers to that name or id."""


class AmbiguousName(TokenError):
    """Several tokens in use share the name."""


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """Who holds a token: `id` is the token's own for programs and staff, and the auditor's for phones."""

    role: str
    id: str
    name: str
    auditor: int | None = None
    device: int | None = None
    device_revoked_at: datetime | None = None


async def create_token(
    *, id: UUID, role: str, name: str, token_hash: str, now: datetime, by: str = COMMAND_LINE
) -> None:
    """Let the holder of the token behind `token_hash` act with `role`. Raises BadTokenName."""
    # The name is printed in terminals and typed back to revoke: nothing in it may be invisible or move the cursor.
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable() or name != name.strip():
        raise BadTokenName(f"Give the token a name of 1 to {MAX_NAME_LENGTH} printable characters.")
    async with transaction():
        token = ApiToken(id=id, name=name, role=role, token_hash=token_hash, created_at=now, revoked_at=None)
        await ApiToken.insert(token)
        await note_event("created", of="token", id=id, by=by, at=now, role=role)


async def revoke_token(name_or_id: str, *, now: datetime, by: str = COMMAND_LINE) -> UUID:
    """End the token in use that has that id or, if only one has it, that name; at once.

    Gives its id. Raises NoSuchToken, AmbiguousName.
    """
    async with transaction():
        found = await lock(
            "select id from api_token where revoked_at is null and (name = $1 or id = $2) order by number",
            name_or_id,
            _as_id(name_or_id),
        )
        token_id = _only(found, name_or_id)
        await ApiToken.update({ApiToken.revoked_at: now}).where(ApiToken.id == token_id)
        await note_event("revoked", of="token", id=token_id, by=by, at=now)
    return token_id


async def token_in_use(name_or_id: str) -> UUID:
    """The id of the token in use with that id, or that name if only one has it. Raises NoSuchToken, AmbiguousName."""
    found = await fetch(
        "select id from api_token where revoked_at is null and (name = $1 or id = $2) order by number",
        name_or_id,
        _as_id(name_or_id),
    )
    return _only(found, name_or_id)


async def tokens() -> list[dict[str, Any]]:
    """Every token ever made, oldest first: id, name, role, created_at, revoked_at."""
    return await fetch("select id, name, role, created_at, revoked_at from api_token order by number")


async def whose(token_hash: str) -> Bearer | None:
    """Who holds the token with that hash, in one query; None where it is unknown, revoked or its auditor is erased.

    A phone's revoked token still answers, with `device_revoked_at`: it may hand in walks begun before.
    """
    found = await fetch_one(
        """
        select api_token.role, api_token.id, api_token.name,
               auditor.number as auditor, auditor.id as auditor_id,
               device.number as device, device.revoked_at as device_revoked_at
        from (select cast($1 as text) as token_hash) as asked
        left join api_token on api_token.token_hash = asked.token_hash and api_token.revoked_at is null
        left join device on device.token_hash = asked.token_hash
        left join auditor on auditor.number = device.auditor and auditor.erased_at is null
        """,
        token_hash,
    )
    assert found is not None, "the asked hash is always a row"
    if found["role"] is not None:
        return Bearer(role=found["role"], id=str(found["id"]), name=found["name"])
    return _phone(found) if found["auditor"] is not None else None


def _phone(found: dict[str, Any]) -> Bearer:
    return Bearer(
        role=AUDITOR,
        id=str(found["auditor_id"]),
        name="",
        auditor=found["auditor"],
        device=found["device"],
        device_revoked_at=found["device_revoked_at"],
    )


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _only(found: list[dict[str, Any]], name_or_id: str) -> UUID:
    if not found:
        raise NoSuchToken(f"No token in use is called {name_or_id!r}. `night-safety tokens list` shows them all.")
    if len(found) > 1:
        ids = ", ".join(str(row["id"]) for row in found)
        raise AmbiguousName(f"Several tokens in use are called {name_or_id!r}. Name one by its id: {ids}.")
    token_id: UUID = found[0]["id"]
    return token_id
