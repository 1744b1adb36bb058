"""Tokens are made once, known in one query, and end at once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from api.sessions.tokens import (
    AmbiguousName,
    BadTokenName,
    Bearer,
    NoSuchToken,
    create_token,
    revoke_token,
    token_in_use,
    tokens,
    whose,
)
from audits.tables import AuditEvent, Auditor, Device
from migrations.database import fetch, transaction
from tests.audits.builders import NOW, an_auditor
from tests.people import Service


async def a_token(name: str = "Ama", role: str = "lead") -> tuple[UUID, str]:
    """A token's id and hash."""
    token_id, token_hash = uuid4(), uuid4().hex
    await create_token(id=token_id, role=role, name=name, token_hash=token_hash, now=NOW)
    return token_id, token_hash


@pytest.mark.parametrize("role", ["lead", "analyst", "administrator"])
async def test_a_token_tells_who_holds_it(database: str, role: str) -> None:
    """Its role, its id and its name; no auditor."""
    token_id, token_hash = await a_token("Ama", role)

    assert await whose(token_hash) == Bearer(role=role, id=str(token_id), name="Ama")
    assert await whose("another") is None


async def test_a_phones_token_tells_its_auditor(database: str) -> None:
    """With her number and the phone's; revoked, it says since when, because walks begun before are still taken."""
    ama = await an_auditor()
    (device,) = await Device.select(Device.number, Device.token_hash)
    known = Bearer(role="auditor", id=ama.id, name="", auditor=ama.auditor, device=device["number"])
    assert await whose(device["token_hash"]) == known

    async with transaction():
        await Device.update({Device.revoked_at: NOW}).where(Device.number == device["number"])
    revoked = await whose(device["token_hash"])
    assert revoked is not None and (revoked.id, revoked.device_revoked_at) == (ama.id, NOW)


async def test_an_erased_auditors_phone_is_unknown(database: str) -> None:
    """What is left of her names nobody."""
    ama = await an_auditor()
    (device,) = await Device.select(Device.token_hash)
    async with transaction():
        await Auditor.update({Auditor.erased_at: NOW}).where(Auditor.number == ama.auditor)

    assert await whose(device["token_hash"]) is None


@pytest.mark.parametrize("by_id", [True, False])
async def test_a_revoked_token_opens_nothing(database: str, by_id: bool) -> None:
    """At once, by its name or its id; and it cannot be revoked again."""
    token_id, token_hash = await a_token()
    called = str(token_id) if by_id else "Ama"

    assert await revoke_token(called, now=NOW) == token_id
    assert await whose(token_hash) is None
    with pytest.raises(NoSuchToken):
        await revoke_token(called, now=NOW)


async def test_a_shared_name_takes_the_id(database: str) -> None:
    """Nobody's token is revoked by mistake; a name freed by revoking is free."""
    first, _ = await a_token()
    second, _ = await a_token()

    with pytest.raises(AmbiguousName, match=str(second)):
        await token_in_use("Ama")
    await revoke_token(str(first), now=NOW)
    assert await token_in_use("Ama") == second


@pytest.mark.parametrize("name", ["", " ", " Ama", "x" * 201, "A\nma", "A\x1b[31mma"])
async def test_a_name_can_be_read_and_typed(database: str, name: str) -> None:
    """It is what `revoke` is told, and it stands in terminals."""
    with pytest.raises(BadTokenName):
        await a_token(name)
    assert await tokens() == []


async def test_tokens_are_listed_without_their_hashes(database: str) -> None:
    """Oldest first, revoked ones too; each change is in the trail."""
    first, token_hash = await a_token("Ama")
    await a_token("Ros", "analyst")
    await revoke_token("Ama", now=NOW)
    listed = await tokens()

    assert [(t["name"], t["revoked_at"]) for t in listed] == [("Ama", NOW), ("Ros", None)]
    assert token_hash not in str(listed) and listed[0]["id"] == first
    assert [e["action"] for e in await AuditEvent.select(AuditEvent.action)] == ["created", "created", "revoked"]


async def test_a_token_is_kept_only_as_a_hash(service: Service) -> None:
    """Whoever reads the database cannot speak for anybody."""
    header = await service.staff("lead")
    token = header["Authorization"].removeprefix("Bearer ")
    rows: list[dict[str, Any]] = await fetch("select * from api_token")

    assert len(token) >= 43 and token not in str(rows)
    assert (await service.http.get("/api/programmes", headers=header)).status_code == 200
