"""Programmes are commissioned within limits, and phones join them once, whatever is typed and however they race."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audits.errors import (
    AreaTooLarge,
    DevicesNotNamed,
    InvitationNotAcceptable,
    InvitationNotValid,
    NoSuchDevice,
    NoSuchProgramme,
    ProgrammeClosed,
    ProgrammeNotAcceptable,
)
from audits.programmes import (
    ALPHABET,
    CODE_BITS,
    DevicesMeant,
    Joined,
    NewInvitation,
    Phone,
    check_commission,
    close_programme,
    code_from,
    code_meant,
    create_programme,
    invite,
    redeem,
    revoke_devices,
)
from audits.queries import OPERATOR, ProgrammeFacts, programme, programmes
from audits.tables import AuditEvent, Auditor, Device, Invitation, Membership
from geo.shapes import area_km2
from tests.audits.builders import (
    ADMINISTRATOR,
    LEAD,
    NOW,
    OTHER_LEAD,
    TOWPATH,
    a_device,
    a_programme,
    an_auditor,
    commission,
    square,
)

BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[-0.1, 51.4], [-0.09, 51.41], [-0.09, 51.4], [-0.1, 51.41], [-0.1, 51.4]]],
}
CODES = st.integers(0, 2**CODE_BITS - 1).map(code_from)
TYPOS = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}


@st.composite
def typed(draw: st.DrawFn, code: str) -> str:
    """`code` as somebody might type it: any case, misread letters, spaces and dashes anywhere."""
    words = ""
    for letter in code.replace("-", ""):
        words += draw(st.sampled_from(TYPOS.get(letter, letter + letter.lower())))
        words += draw(st.sampled_from(["", "", "", " ", "-", "–", "\u00a0", "\u200b", "\n"]))
    return words


@given(CODES.flatmap(lambda code: st.tuples(st.just(code), typed(code))))
def test_a_code_is_understood_however_it_is_typed(pair: tuple[str, str]) -> None:
    """Also as the whole link; and what is understood once stays so."""
    code, words = pair

    assert code_meant(words) == code == code_meant(code)
    assert code_meant(f"https://night.example/join#{words}") == code


@given(st.text(max_size=40))
@example("ſſſſſſſſſſſſ")
@example("１２３４１２３４１２３４")
@example("0" * 10_000)
def test_what_is_no_code_is_none(words: str) -> None:
    """Any text either reads as a whole code or as none; it never fails."""
    meant = code_meant(words)

    assert meant is None or (set(meant) <= {*ALPHABET, "-"} and len(meant) == 14)


@given(st.integers(0, 2**CODE_BITS - 1), st.integers(0, 2**CODE_BITS - 1))
def test_codes_keep_all_their_bits(first: int, second: int) -> None:
    """Two sixty-bit numbers share a code only if they are the same."""
    assert (code_from(first) == code_from(second)) == (first == second)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": BOWTIE}, "area"),
        ({"area": {"type": "Point", "coordinates": [-0.1, 51.4]}}, "area"),
        ({"area": {}}, "area"),
        ({"area": {"type": "LineString", "coordinates": [[51.46, -0.11], [51.47, -0.1]]}, "width_m": 20.0}, "area"),
        ({"area": TOWPATH}, "width_m"),
        ({"area": TOWPATH, "width_m": -1.0}, "width_m"),
        ({"width_m": 20.0}, "width_m"),
        ({"instrument_version": 99}, "instrument_version"),
        ({"closes_on": date(2026, 9, 30)}, "closes_on"),
        ({"lead_body": "E09000034"}, "lead_body"),
        ({"lead_body": "Lambeth"}, "lead_body"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_what_cannot_be_commissioned_is_named(changes: dict[str, Any], field: str) -> None:
    """The field, and a sentence that repeats no coordinate."""
    with pytest.raises(ProgrammeNotAcceptable) as refusal:
        check_commission(commission(**changes))

    assert [error.field for error in refusal.value.errors] == [field]
    assert "51.4" not in refusal.value.errors[0].message


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Nobody has to send it four times."""
    wrong = commission(name="", area=BOWTIE, instrument_version=0, lead_body="X", closes_on=date(2000, 1, 1))

    with pytest.raises(ProgrammeNotAcceptable) as refusal:
        check_commission(wrong)
    fields = [error.field for error in refusal.value.errors]
    assert fields == ["name", "closes_on", "lead_body", "instrument_version", "area"]


async def test_a_line_becomes_an_area_of_its_width(database: str) -> None:
    """Both are kept: what was drawn, and what counts."""
    made = await a_programme(area=TOWPATH, width_m=30.0, opens_on=date(2026, 10, 24), closes_on=date(2026, 10, 24))

    assert made.line is not None and made.line.geom_type == "LineString" and made.width_m == 30.0
    assert made.area.geom_type == "Polygon" and area_km2(made.area) == pytest.approx(0.0222, abs=0.0008)


@pytest.mark.parametrize(("side_deg", "fits"), [(0.05, True), (0.06, False)])
async def test_a_large_area_takes_an_administrator(database: str, side_deg: float, fits: bool) -> None:
    """0.05 degrees make 19 km2 here, 0.06 make 28."""
    large = commission(area=square(side_deg))
    made = await create_programme(large, id=uuid4(), by=ADMINISTRATOR, now=NOW)

    assert (area_km2(made.area) <= 25) == fits
    if not fits:
        with pytest.raises(AreaTooLarge):
            await create_programme(large, id=uuid4(), by=LEAD, now=NOW)


async def test_naughty_names_are_kept_exactly(database: str, shared_data: Path) -> None:
    """Every one of them that is a name at all, right to left and broken emoji included."""
    texts = msgspec.json.decode((shared_data / "text/blns.json").read_bytes(), type=list[str])
    names = [text for text in texts if text.strip() and len(text) <= 200]
    for name in names:
        await a_programme(name=name)

    assert [made.name for made in await programmes(caller=LEAD, limit=len(texts))] == names[::-1]
    assert len(names) > 400


async def test_who_creates_it_leads_it(database: str) -> None:
    """Another lead's programme is not there for her; one from the command line is every lead's."""
    made, open_to_all = await a_programme(), await a_programme(by=OPERATOR)

    with pytest.raises(NoSuchProgramme):
        await programme(made.id, caller=OTHER_LEAD)
    assert (await programme(made.id, caller=LEAD)).id == made.id
    assert (await programme(open_to_all.id, caller=OTHER_LEAD)).id == open_to_all.id


async def test_leads_can_be_named(database: str) -> None:
    """What the command line commissions for one lead is hers alone."""
    made = await create_programme(commission(), id=uuid4(), by=OPERATOR, now=NOW, leads=("lead", "lead"))

    assert (await programme(made.id, caller=LEAD)).id == made.id
    with pytest.raises(NoSuchProgramme):
        await programme(made.id, caller=OTHER_LEAD)


async def test_closing_twice_is_closing_once(database: str) -> None:
    """The first moment stays, and the trail has one event of it."""
    made = await a_programme()
    first = await close_programme(made.id, by=LEAD, now=NOW)
    again = await close_programme(made.id, by=LEAD, now=NOW.replace(hour=23))

    assert first.closed_at == again.closed_at == NOW
    assert await AuditEvent.count().where(AuditEvent.action == "closed") == 1


async def test_nobody_is_invited_to_a_closed_programme(database: str) -> None:
    """And a code that is out already is not honoured."""
    made = await invited("code")
    await close_programme(made.id, by=LEAD, now=NOW)

    with pytest.raises(ProgrammeClosed):
        await invite(made.id, twelve_places(), code_hash="another", by=LEAD, now=NOW)
    with pytest.raises(InvitationNotValid):
        await redeem("code", a_phone(), now=NOW)


def twelve_places(places: int = 12, expires_on: date = date(2026, 10, 31)) -> NewInvitation:
    """An invitation of the usual size."""
    return NewInvitation(places=places, expires_on=expires_on)


async def invited(code_hash: str, *, to: ProgrammeFacts | None = None, places: int = 12) -> ProgrammeFacts:
    """A programme with an invitation behind that hash."""
    to = to or await a_programme()
    await invite(to.id, twelve_places(places), code_hash=code_hash, by=LEAD, now=NOW)
    return to


def a_phone(*, device_id: UUID | None = None, auditor: int | None = None) -> Phone:
    """A phone about to get its token."""
    return Phone(token_hash=uuid4().hex, new_auditor_id=uuid4(), device_id=device_id, auditor=auditor)


async def test_only_its_lead_invites(database: str) -> None:
    """A peer is told that there is no such programme."""
    made = await a_programme()

    with pytest.raises(NoSuchProgramme):
        await invite(made.id, twelve_places(), code_hash="code", by=OTHER_LEAD, now=NOW)
    assert await Invitation.count() == 0


async def test_an_invitation_lasts_its_last_day(database: str) -> None:
    """In London's calendar: on 25 October the clocks went back, so the day ends at midnight UTC."""
    made = await a_programme()
    await invite(made.id, twelve_places(expires_on=date(2026, 10, 25)), code_hash="code", by=LEAD, now=NOW)
    last_moment, after = datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)

    assert (await redeem("code", a_phone(), now=last_moment)).programme.id == made.id
    with pytest.raises(InvitationNotValid):
        await redeem("code", a_phone(), now=after)
    with pytest.raises(InvitationNotAcceptable):
        await invite(made.id, twelve_places(expires_on=date(2026, 10, 25)), code_hash="late", by=LEAD, now=after)


async def test_unknown_and_full_codes_are_told_alike(database: str) -> None:
    """Guessing tells nothing."""
    await invited("code", places=1)
    await redeem("code", a_phone(), now=NOW)

    refusals = []
    for code in ("code", "guessed"):
        with pytest.raises(InvitationNotValid) as refusal:
            await redeem(code, a_phone(), now=NOW)
        refusals.append(str(refusal.value))
    assert refusals[0] == refusals[1]


async def test_the_last_place_is_given_once(database: str) -> None:
    """Eight phones at once, one place: one auditor, and nothing left of the others."""
    await invited("code", places=1)
    answers = await asyncio.gather(*(redeem("code", a_phone(), now=NOW) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(answer, Joined) for answer in answers) == 1
    assert sum(isinstance(answer, InvitationNotValid) for answer in answers) == 7
    assert [await table.count() for table in (Auditor, Membership, Device)] == [1, 1, 1]


async def test_a_phone_that_asks_twice_at_once_is_one_auditor(database: str) -> None:
    """Two invitations, one phone, all at the same moment."""
    made = await invited("code")
    await invited("another code", to=made)
    phones = [(code, a_phone(device_id=UUID(int=1))) for code in ("code", "another code") * 3]
    answers = await asyncio.gather(*(redeem(code, phone, now=NOW) for code, phone in phones))

    assert len({answer.auditor_id for answer in answers}) == 1
    assert await Membership.count() == 1
    assert await Device.count().where(Device.revoked_at.is_null()) == 1


async def test_a_known_phone_takes_no_second_place(database: str) -> None:
    """It keeps its auditor even where the invitation is full, and its former token is superseded."""
    await invited("code", places=1)
    phone, again = a_phone(device_id=UUID(int=7)), a_phone(device_id=UUID(int=7))
    first = await redeem("code", phone, now=NOW)
    second = await redeem("code", again, now=NOW)

    assert first.auditor_id == second.auditor_id
    in_use = await Device.select(Device.token_hash).where(Device.revoked_at.is_null())
    assert in_use == [{"token_hash": again.token_hash}]


async def test_an_auditor_joins_a_second_programme(database: str) -> None:
    """By her token; she takes a place there, and her first token goes on working."""
    await invited("code")
    other = await invited("other code", places=1)
    first = await redeem("code", a_phone(), now=NOW)
    (number,) = [row["number"] for row in await Auditor.select(Auditor.number)]
    second = await redeem("other code", a_phone(auditor=number), now=NOW)

    assert (second.auditor_id, second.programme.id) == (first.auditor_id, other.id)
    assert await Device.count().where(Device.revoked_at.is_null()) == 2
    with pytest.raises(InvitationNotValid):
        await redeem("other code", a_phone(), now=NOW)


async def test_a_phone_id_alone_takes_nothing_from_another(database: str) -> None:
    """An auditor who names another's phone gets a token, and the other keeps hers."""
    made = await invited("code")
    ama, ros = await an_auditor(made, device_id=UUID(int=7)), await an_auditor(made)
    joined = await redeem("code", a_phone(device_id=UUID(int=7), auditor=ros.auditor), now=NOW)

    assert str(joined.auditor_id) == ros.id
    rows = await Device.select(Device.auditor).where(Device.device_id == UUID(int=7), Device.revoked_at.is_null())
    assert rows == [{"auditor": ama.auditor}]


async def test_a_revoked_phone_is_known_no_more(database: str) -> None:
    """Whoever found it, with a code at hand, is somebody new."""
    made = await invited("code")
    ama = await an_auditor(made, device_id=UUID(int=7))
    await revoke_devices(DevicesMeant(), by=ama, now=NOW)

    assert str((await redeem("code", a_phone(device_id=UUID(int=7)), now=NOW)).auditor_id) != ama.id


@pytest.mark.parametrize("named", ["this", "other", "all"])
async def test_an_auditor_revokes_her_own_phones(database: str, named: str) -> None:
    """The one she calls from, another one of hers, or all of them."""
    other_phone = UUID(int=8)
    ama = await an_auditor(await a_programme())
    await a_device(ama, other_phone)
    meant = {
        "this": DevicesMeant(),
        "other": DevicesMeant(device_id=other_phone),
        "all": DevicesMeant(auditor_id=UUID(ama.id)),
    }[named]

    assert await revoke_devices(meant, by=ama, now=NOW) == (2 if named == "all" else 1)
    left = await Device.select(Device.device_id).where(Device.revoked_at.is_null())
    assert left == {"this": [{"device_id": other_phone}], "other": [{"device_id": None}], "all": []}[named]


async def test_a_lead_revokes_only_her_auditors(database: str) -> None:
    """A lead of another programme is told that there is no such device."""
    ama = await an_auditor(await a_programme())
    hers = DevicesMeant(auditor_id=UUID(ama.id))

    with pytest.raises(NoSuchDevice):
        await revoke_devices(hers, by=OTHER_LEAD, now=NOW)
    with pytest.raises(DevicesNotNamed):
        await revoke_devices(DevicesMeant(), by=LEAD, now=NOW)
    assert await revoke_devices(hers, by=LEAD, now=NOW) == 1
    assert await revoke_devices(hers, by=ADMINISTRATOR, now=NOW) == 0


async def test_a_peer_revokes_nothing(database: str) -> None:
    """Neither by another's id nor by her phone's."""
    made = await a_programme()
    ama, ros = await an_auditor(made, device_id=UUID(int=7)), await an_auditor(made)

    for meant in (DevicesMeant(auditor_id=UUID(ama.id)), DevicesMeant(device_id=UUID(int=7))):
        with pytest.raises(NoSuchDevice):
            await revoke_devices(meant, by=ros, now=NOW)
    assert await Device.count().where(Device.revoked_at.is_null()) == 2


async def test_the_trail_tells_who_did_what(database: str) -> None:
    """Created, invited, joined, revoked, closed: each with its actor."""
    made = await invited("code")
    joined = await redeem("code", a_phone(), now=NOW)
    await revoke_devices(DevicesMeant(auditor_id=joined.auditor_id), by=LEAD, now=NOW)
    await close_programme(made.id, by=LEAD, now=NOW)
    trail = await AuditEvent.select(AuditEvent.action, AuditEvent.actor).order_by(AuditEvent.number)

    assert [event["action"] for event in trail] == ["created", "invited", "joined", "devices revoked", "closed"]
    assert [event["actor"] for event in trail] == ["lead", "lead", str(joined.auditor_id), "lead", "lead"]
