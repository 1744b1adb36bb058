"""Drafts: kept under a hash, sealed, for one form and one day."""

from datetime import timedelta

import pytest

from api.drafts.store import KEPT_FOR, MAX_DRAFT_BYTES, DraftTooLarge, draft, drop_draft, forget_drafts, keep_draft
from migrations.database import fetch
from tests.charter.builders import NOW, SEAL

pytestmark = pytest.mark.usefixtures("database")
ID = "an id that only a cookie holds"


async def kept(content: bytes = b"canary", kind: str = "signing", id: str = ID) -> None:
    """Keep a draft now."""
    await keep_draft(id, content, kind=kind, now=NOW, seal=SEAL)


async def read(id: str = ID, kind: str = "signing", after: timedelta = timedelta()) -> bytes | None:
    """What the draft holds, some time later."""
    return await draft(id, kind=kind, now=NOW + after, seal=SEAL)


async def test_a_draft_holds_what_was_kept_last() -> None:
    """One row, however often it is kept."""
    await kept(b"first")
    await kept(b"second")

    assert await read() == b"second"
    assert len(await fetch("select number from draft")) == 1


async def test_neither_the_id_nor_the_content_is_readable_in_the_database() -> None:
    """A stolen database opens no form."""
    await kept()
    row = repr(await fetch("select * from draft"))

    assert "canary" not in row and ID not in row


async def test_a_draft_is_of_one_form() -> None:
    """What one form kept is nothing to another, nor to another id."""
    await kept()

    assert (await read(kind="premises"), await read("another id")) == (None, None)


async def test_a_draft_lasts_a_day_after_its_last_change() -> None:
    """Whether or not the worker came by; then it is deleted."""
    await kept()
    before, after = KEPT_FOR - timedelta(seconds=1), KEPT_FOR

    assert (await read(after=before), await read(after=after)) == (b"canary", None)
    assert (await forget_drafts(now=NOW + before), await forget_drafts(now=NOW + after)) == (0, 1)
    assert await fetch("select number from draft") == []


async def test_a_draft_that_was_sent_is_gone() -> None:
    """At once; dropping it again is no fault."""
    await kept()
    await drop_draft(ID)
    await drop_draft(ID)

    assert await read() is None


async def test_a_draft_has_an_end() -> None:
    """Nobody fills the disk by typing."""
    await kept(b"x" * MAX_DRAFT_BYTES)

    with pytest.raises(DraftTooLarge):
        await kept(b"x" * (MAX_DRAFT_BYTES + 1))
