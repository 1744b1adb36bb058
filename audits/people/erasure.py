"""Forgetting an auditor: what names her, what she wrote and what she told of herself; de-identified scores stay."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audits.events import TRAIL, note_event
from audits.people.equality import cut_link
from audits.people.errors import NobodyToErase
from migrations.database import execute, execute_many, fetch, leave_no_trace, lock, transaction
from migrations.sealing import Seal
from migrations.trail.linking import relink_erased

# Who the trail says did what she did. It is changed for this alone: it would lead from her id to her walks for ever.
ERASED = "an erased auditor"
RESTORING = "restoring a backup"
# Erasing reads the whole trail once; nobody waits for her meanwhile but she.
TIMEOUT_S = 60.0
HER_WALKS = "select number from walk where auditor = $1"
WITHOUT_NOTES = "update stop set note = null, note_flagged = false, sealed = null"
WITHOUT_WORDS = "update note_decision set sealed = null where stop in"
# A request that was under way when she asked; found by walk_auditor, response_once and membership_once.
LATE_COMERS = """
    select number from auditor where erased_at is not null and (
        exists (select 1 from walk where walk.auditor = auditor.number)
        or exists (select 1 from response where response.auditor = auditor.number and sealed is not null)
        or exists (select 1 from membership where membership.auditor = auditor.number)
        or exists (select 1 from equality_link where equality_link.auditor = auditor.number)
    )
"""
HAS_NOTES = "(note is not null or sealed is not null)"
KEPT = "Scores stay, under a number that leads to nobody, and so do photos of places and editions already published."


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How much of each kind was erased."""

    devices: int
    programmes: int
    equality_answers: bool
    notes: int
    captions: int
    held: int


class ErasureReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What she is given: that she was forgotten, when, and what of her is no longer here."""

    receipt_id: UUID
    erased_at: datetime
    erased: Erased
    walks_severed: int
    kept: str = KEPT


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was forgotten: enough to forget her again in a backup, and nothing that says who she was."""

    id: UUID
    auditor_mac: bytes
    erased_at: datetime


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """When, under which seal, and where fresh ids come from."""

    now: datetime
    seal: Seal
    new_id: Callable[[], UUID]


async def erase(auditor_id: UUID, forgetting: Forgetting, *, by: str = ERASED) -> ErasureReceipt:
    """Forget the auditor with that id, and leave nothing of it in the database's file. Raises NobodyToErase."""
    async with transaction(TIMEOUT_S):
        receipt = await forget(auditor_id, forgetting, by=by)
    await leave_no_trace()
    return receipt


async def would_erase(auditor_id: UUID, forgetting: Forgetting) -> ErasureReceipt:
    """The receipt that `erase` would give, with everything left as it is. Raises NobodyToErase."""
    try:
        async with transaction(TIMEOUT_S):
            raise _OnlyAsked(await forget(auditor_id, forgetting, by=ERASED))
    except _OnlyAsked as asked:
        return asked.receipt


class _OnlyAsked(Exception):
    """Takes everything back that was done to find out."""

    def __init__(self, receipt: ErasureReceipt) -> None:
        super().__init__()
        self.receipt = receipt


async def erase_again(remembered: Iterable[Remembered], forgetting: Forgetting) -> int:
    """Forget those whom an older copy of the database still knows; gives how many that were."""
    wanted = {one.auditor_mac: one for one in remembered}
    known = await fetch("select id from auditor where erased_at is null")
    back = {row["id"]: mac_of(row["id"], forgetting.seal) for row in known}
    again = [auditor_id for auditor_id, mac in back.items() if mac in wanted]
    for auditor_id in again:
        await erase(auditor_id, forgetting, by=RESTORING)
    async with transaction():
        for one in wanted.values():
            await remember_erasure(one.id, one.auditor_mac, one.erased_at)
    return len(again)


async def forget(auditor_id: UUID, forgetting: Forgetting, *, by: str) -> ErasureReceipt:
    """Erase, inside transaction(). Raises NobodyToErase."""
    # What is on its way when she asks may come in a moment later: `forget_late_comers` sees to it.
    found = await lock("select number from auditor where id = $1 and erased_at is null", auditor_id)
    if not found:
        raise NobodyToErase("There is no such auditor, or she was erased before. Check the id.")
    number, receipt_id = found[0]["number"], forgetting.new_id()
    told = await _told_of_her(number, auditor_id)
    erased, severed = await _sever(number, forgetting)
    await _rename_responses(number, forgetting.new_id)
    await _leave_the_trail(auditor_id, receipt_id)
    await execute(
        "update auditor set id = $1, label = null, erased_at = $2 where number = $3",
        *(forgetting.new_id(), forgetting.now, number),
    )
    await remember_erasure(receipt_id, mac_of(auditor_id, forgetting.seal), forgetting.now)
    await note_event("erased", of="erasure", id=receipt_id, by=by, at=forgetting.now)
    await relink_erased(TRAIL, told, seal=forgetting.seal, now=forgetting.now)
    return ErasureReceipt(receipt_id=receipt_id, erased_at=forgetting.now, erased=erased, walks_severed=severed)


async def forget_late_comers(forgetting: Forgetting) -> int:
    """Sever what was on its way while its sender was forgotten; gives of how many women. A chore."""
    async with transaction(TIMEOUT_S):
        late = await fetch(LATE_COMERS)
        for row in late:
            await _sever(row["number"], forgetting)
    return len(late)


async def _sever(number: int, forgetting: Forgetting) -> tuple[Erased, int]:
    """Everything that an auditor's row leads to, but her scores; and how many walks led to her."""
    erased = Erased(
        equality_answers=await cut_link(number, forgetting.seal),
        notes=await _withdraw_notes(number),
        captions=await _count("update photo set caption = null where auditor = $1 and caption is not null", number),
        held=await _drop_held(number),
        programmes=await _count("delete from membership where auditor = $1", number),
        devices=await _count("delete from device where auditor = $1", number),
    )
    return erased, await _count("update walk set auditor = null, device = null where auditor = $1", number)


def mac_of(auditor_id: UUID, seal: Seal) -> bytes:
    """How an erasure is remembered: enough to find her in a backup, and of no use without the backup and our key."""
    return seal.mac(auditor_id.bytes, purpose="erasure")


async def remember_erasure(receipt_id: UUID, mac: bytes, erased_at: datetime) -> None:
    """Write that she was erased, once, so that a restored backup erases her again. Inside transaction()."""
    await execute(
        "insert into erasure (id, auditor_mac, erased_at) values ($1, $2, $3) on conflict do nothing",
        *(receipt_id, mac, erased_at),
    )


async def _withdraw_notes(auditor: int) -> int:
    """What she wrote, flagged or not, on stops and alone, with the chips sealed beside it; and her revisions."""
    await execute(f"update walk set cut_short_reason = null where number in ({HER_WALKS})", auditor)  # noqa: S608 (ours)
    await execute(f"{WITHOUT_WORDS} (select number from stop where walk in ({HER_WALKS}))", auditor)  # noqa: S608 (ours)
    on_stops = await _count(f"{WITHOUT_NOTES} where walk in ({HER_WALKS}) and {HAS_NOTES}", auditor)
    alone = await _count(
        "update response set sealed = null where auditor = $1 and walk is not null and sealed is not null", auditor
    )
    return on_stops + alone + await _count("delete from walk_revision where auditor = $1", auditor)


async def _drop_held(auditor: int) -> int:
    """What waits for a walk that will not come any more; its files are swept as any that nothing refers to."""
    responses = await _count("delete from response where auditor = $1 and walk is null", auditor)
    return responses + await _count("delete from photo where auditor = $1 and walk is null", auditor)


async def _rename_responses(auditor: int, new_id: Callable[[], UUID]) -> None:
    """Her phone, or its saved copy, must not lead to what she scored: neither by id nor by content."""
    mine = await lock("select number, id from response where auditor = $1", auditor)
    renamed = [(new_id(), row["id"], row["number"]) for row in mine]
    await execute_many(
        "update response set id = $1, content_mac = $2 where number = $3",
        [(new, b"", number) for new, _, number in renamed],
    )
    await execute_many(
        "update audit_event set subject_id = $1 where subject = 'response' and subject_id = $2",
        [(str(new), str(old)) for new, old, _ in renamed],
    )


async def _told_of_her(auditor: int, auditor_id: UUID) -> list[int]:
    """The numbers of the events that name her, or what she said: the trail's chain has to forget what they were."""
    mine = await fetch("select id from response where auditor = $1", auditor)
    about = [("auditor", str(auditor_id)), *(("response", str(row["id"])) for row in mine)]
    by_her = await fetch("select number from audit_event where actor = $1", str(auditor_id))
    of_her = [
        await fetch("select number from audit_event where subject = $1 and subject_id = $2", *one) for one in about
    ]
    return [row["number"] for rows in (by_her, *of_her) for row in rows]


async def _leave_the_trail(auditor_id: UUID, receipt_id: UUID) -> None:
    """The trail says what was done, and not any more that it was she."""
    await execute("update audit_event set actor = $1 where actor = $2", ERASED, str(auditor_id))
    await execute(
        "update audit_event set subject_id = $1 where subject = 'auditor' and subject_id = $2",
        *(str(receipt_id), str(auditor_id)),
    )


async def _count(change: str, *args: Any) -> int:
    """Make the change, and say how many rows it concerned."""
    return len(await fetch(f"{change} returning number", *args))
