"""Drafts as rows: sealed, found by the hash of an id that only a cookie holds, forgotten after a day of rest."""

from datetime import datetime, timedelta

from migrations.database import execute, fetch, fetch_one, transaction
from migrations.sealing import Seal, hash_token

KEPT_FOR = timedelta(hours=24)
MAX_DRAFT_BYTES = 4_000_000  # a chain's 5,000 premises as a CSV; a signature typed by hand has a few thousand
FORGET_AT_ONCE = 1_000


class DraftTooLarge(Exception):
    """More was typed, or sent as a file, than a draft holds."""

    def __init__(self) -> None:
        super().__init__("This is more than one form can hold. Send less at once; the rest can follow afterwards.")


async def keep_draft(id: str, content: bytes, *, kind: str, now: datetime, seal: Seal) -> None:
    """Keep `content` as the draft of that id, in the place of what it held before. Raises DraftTooLarge."""
    if len(content) > MAX_DRAFT_BYTES:
        raise DraftTooLarge
    id_hash = hash_token(id)
    # The kind is part of the place: what one form kept cannot be read as another's.
    sealed = seal.seal(content, table="draft", column=kind, row=id_hash)
    async with transaction():
        await execute(
            "insert into draft (id_hash, kind, sealed, changed_at) values ($1, $2, $3, $4) "
            "on conflict (id_hash) do update set kind = excluded.kind, sealed = excluded.sealed, "
            "changed_at = excluded.changed_at",
            id_hash,
            kind,
            sealed,
            now,
        )


async def draft(id: str, *, kind: str, now: datetime, seal: Seal) -> bytes | None:
    """What the draft of that id and kind holds; None where there is none, or its day is over. Raises CannotUnseal."""
    id_hash = hash_token(id)
    # Asked of the time too, because the worker that deletes drafts comes by once an hour only.
    found = await fetch_one(
        "select sealed from draft where id_hash = $1 and kind = $2 and changed_at > $3", id_hash, kind, now - KEPT_FOR
    )
    return seal.open(found["sealed"], table="draft", column=kind, row=id_hash) if found else None


async def drop_draft(id: str) -> None:
    """Forget a draft: it was sent, or given up."""
    async with transaction():
        await execute("delete from draft where id_hash = $1", hash_token(id))


async def forget_drafts(*, now: datetime) -> int:
    """Delete drafts whose day is over, at most FORGET_AT_ONCE; gives how many. Uses draft_changed_at."""
    async with transaction():
        over = await fetch(
            "delete from draft where number in (select number from draft where changed_at <= $1 limit $2) "
            "returning number",
            now - KEPT_FOR,
            FORGET_AT_ONCE,
        )
    return len(over)
