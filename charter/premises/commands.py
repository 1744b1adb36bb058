"""What changes an organisation's premises: one of them at a time, or all that a spreadsheet says."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from charter.errors import ChangedMeanwhile, FieldError, OrganisationWithdrew, PremisesNotAcceptable
from charter.events import note_event
from charter.keeping.members import Member
from charter.premises.hours import alike
from charter.premises.plan import Plan, planned
from charter.premises.queries import how_many, one_premises_of, rows_of, sector_of
from charter.premises.rows import Kept, Placed, PremisesRow, file_premises, kept, premises_rows
from charter.premises.sheet import SheetRow
from charter.register import Desk
from charter.signing import MAX_ERRORS, MAX_PREMISES, Premises, premises_problems, tidy_postcode
from migrations.database import execute_many, fetch_value, lock, snapshot, transaction

WITHDRAWN = "withdrawn"
MOVES = ("address", "postcode", "location")


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a spreadsheet did."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Organisation:
    """The organisation whose premises are changed, which nobody else changes before the transaction ends."""

    number: int
    sector: str


async def add_premises(premises: Premises, *, by: Member, desk: Desk, id: UUID | None = None) -> Kept:
    """Add premises as the organisation's last; under `id` where they come back. Raises PremisesNotAcceptable."""
    premises = _checked(premises)
    async with transaction():
        organisation = await _organisation_of(by)
        if (await how_many(by.signatory)).premises >= MAX_PREMISES:
            raise PremisesNotAcceptable([FieldError("premises", f"At most {MAX_PREMISES:,} premises can be kept.")])
        placed = Placed(id=id or desk.new_id(), sequence=await _next_sequence(by.signatory), premises=premises)
        await _file([placed], organisation, desk)
        await _note("premises-added", placed.id, by=by, desk=desk)
        return await one_premises_of(by.signatory, placed.id, seal=desk.seal)


async def change_premises(id: UUID, premises: Premises, *, etag: str, by: Member, desk: Desk) -> Kept:
    """Put `premises` in the place of those of that id; `listed` None leaves them as they are. They may have moved.

    Raises NoSuchPremises, PremisesNotAcceptable, and ChangedMeanwhile where `etag` is not the one of what is kept.
    """
    premises = _checked(premises)
    async with transaction():
        organisation = await _organisation_of(by)
        before = await _unchanged(id, etag, by, desk)
        if premises.listed is None:
            premises = msgspec.structs.replace(premises, listed=before.premises.listed)
        differs = _differences(before.premises, premises)
        if not differs:
            return before
        await _remove([id], by.signatory)
        await _file([Placed(id=id, sequence=before.sequence, premises=premises)], organisation, desk)
        # That it moved is told, and where to; from where is nobody's business any more.
        action = "premises-moved" if set(MOVES) & set(differs) else "premises-changed"
        await _note(action, id, by=by, desk=desk, fields=", ".join(differs))
        return await one_premises_of(by.signatory, id, seal=desk.seal)


async def close_premises(id: UUID, *, etag: str, by: Member, desk: Desk) -> Kept:
    """Take premises out of the register, for good: only that it was done is kept. Gives what they were.

    Raises NoSuchPremises, ChangedMeanwhile.
    """
    async with transaction():
        await _organisation_of(by)
        closed = await _unchanged(id, etag, by, desk)
        await _remove([id], by.signatory)
        await _note("premises-closed", id, by=by, desk=desk)
    return closed


async def take_rows(rows: Sequence[SheetRow], *, by: Member, desk: Desk) -> Uploaded:
    """Add and change premises as a spreadsheet says: all of its rows, or none.

    Raises PremisesNotAcceptable, naming at most MAX_ERRORS of what is wrong with it, and ChangedMeanwhile.
    """
    # Matched, placed and sealed before the writer is asked for: thousands take a second or two.
    async with snapshot():
        seen = await rows_of(by.signatory)
        sector = await sector_of(by.signatory)
    existing = [kept(row, desk.seal) for row in seen]
    plan = planned(rows, existing)
    if plan.problems:
        raise PremisesNotAcceptable(plan.problems[:MAX_ERRORS])
    filed = await premises_rows(_placed(plan, existing, desk), sector=sector, seal=desk.seal)
    async with transaction():
        await _organisation_of(by)
        if await rows_of(by.signatory) != seen:
            raise ChangedMeanwhile
        return await _take(plan, filed, by=by, desk=desk)


async def _take(plan: Plan, filed: Sequence[PremisesRow], *, by: Member, desk: Desk) -> Uploaded:
    done = Uploaded(added=len(plan.added), changed=len(plan.changed), unchanged=plan.unchanged)
    await _remove([change.before.id for change in plan.changed], by.signatory)
    await file_premises(by.signatory, filed)
    # One event for all of it: five thousand lines would hide the rest of the history.
    await note_event(
        "premises-uploaded",
        of="signatory",
        id=by.signatory_id,
        by=str(by.id),
        at=desk.now,
        added=done.added,
        changed=done.changed,
        unchanged=done.unchanged,
    )
    return done


def _placed(plan: Plan, existing: Sequence[Kept], desk: Desk) -> list[Placed]:
    first = max((one.sequence for one in existing), default=-1) + 1
    changed = [Placed(id=one.before.id, sequence=one.before.sequence, premises=one.premises) for one in plan.changed]
    added = [
        Placed(id=desk.new_id(), sequence=sequence, premises=row.premises)
        for sequence, row in enumerate(plan.added, start=first)
    ]
    return changed + added


def _checked(premises: Premises) -> Premises:
    """The premises with their postcode as it is kept. Raises PremisesNotAcceptable."""
    errors = [error._replace(field=error.field.removeprefix(".")) for error in premises_problems("", premises)]
    if errors:
        raise PremisesNotAcceptable(errors)
    return msgspec.structs.replace(premises, postcode=tidy_postcode(premises.postcode))


def _differences(before: Premises, after: Premises) -> list[str]:
    """The fields that differ, where hours that name the same days in another order do not."""
    differs = [name for name in Premises.__struct_fields__ if getattr(before, name) != getattr(after, name)]
    return [name for name in differs if name != "opening_hours" or not alike(before.opening_hours, after.opening_hours)]


async def _organisation_of(by: Member) -> Organisation:
    """Her organisation, locked, so that changes come one after the other. Raises OrganisationWithdrew."""
    found = (await lock("select number, sector, state from signatory where number = $1", by.signatory))[0]
    if found["state"] == WITHDRAWN:
        raise OrganisationWithdrew
    return Organisation(found["number"], found["sector"])


async def _unchanged(id: UUID, etag: str, by: Member, desk: Desk) -> Kept:
    found = await one_premises_of(by.signatory, id, seal=desk.seal)
    if found.etag != etag:
        raise ChangedMeanwhile
    return found


async def _next_sequence(signatory: int) -> int:
    return int(
        await fetch_value("select coalesce(max(sequence), -1) + 1 from premises where signatory = $1", signatory)
    )


async def _remove(ids: Sequence[UUID], signatory: int) -> None:
    # A changed row is a new one under its id: what indexes its place forgets the old by itself.
    await execute_many("delete from premises where id = $1 and signatory = $2", [(id, signatory) for id in ids])


async def _file(placed: Sequence[Placed], organisation: Organisation, desk: Desk) -> None:
    rows = await premises_rows(placed, sector=organisation.sector, seal=desk.seal)
    await file_premises(organisation.number, rows)


async def _note(action: str, id: UUID, *, by: Member, desk: Desk, **detail: str) -> None:
    """The event of the organisation, whose history names its premises by their id alone."""
    told = {"premises": str(id), **detail}
    await note_event(action, of="signatory", id=by.signatory_id, by=str(by.id), at=desk.now, **told)
