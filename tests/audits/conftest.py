"""What submissions are tested with: an open darkroom, and the phones of two women who walk for one programme."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audits.darkroom.children import Darkroom
from audits.photo_store.folder import FolderPhotoStore
from tests.audits.builders import a_programme, an_auditor
from tests.audits.phones import Phone


@pytest.fixture
async def darkroom() -> AsyncIterator[Darkroom]:
    """An open darkroom as in production; it starts no child before the first photo."""
    async with Darkroom() as opened:
        yield opened


@pytest.fixture
async def phone(database: str, darkroom: Darkroom, tmp_path: Path) -> Phone:
    """The phone of an auditor who walks for a programme in Brixton."""
    programme = await a_programme()
    return Phone(await an_auditor(programme), programme, darkroom, FolderPhotoStore(tmp_path / "photos"))


@pytest.fixture
async def peer(phone: Phone) -> Phone:
    """The phone of another auditor of the same programme."""
    return Phone(await an_auditor(phone.programme), phone.programme, phone.darkroom, phone.store)
