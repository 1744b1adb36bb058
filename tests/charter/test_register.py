"""Signing and confirming, as rows, on both databases."""

import asyncio
from datetime import date
from typing import Any

import pytest

from charter.errors import LinkIsOver, SignatureNotAcceptable
from charter.queries import signatory
from charter.register import FORGET_AT_ONCE, Followed, confirm, email_mac, forget_unconfirmed
from charter.tables import CharterEvent, Confirmation, Contact, Premises, ReferenceCount, Signatory
from charter.tables import Letter as LetterRow
from migrations.database import Row, execute, fetch, fetch_value, transaction
from migrations.sealing import hash_token
from tests.charter.builders import AMA, JO, NOW, SEAL, Pen, every_letter, organisation, person, place, signature

pytestmark = pytest.mark.usefixtures("database")
PARTS: tuple[type[Row], ...] = (Signatory, Premises, Contact, Confirmation, LetterRow)
AT_ONCE = 8


async def rows_of(table: type[Row], *columns: str) -> list[tuple[Any, ...]]:
    """The values of some columns of every row, oldest first."""
    found = await table.select(*columns).order_by(table.number)
    return [tuple(row[column] for column in columns) for row in found]


async def test_a_signature_waits_to_be_confirmed() -> None:
    """Its answer holds what the register holds, and nothing is public yet."""
    receipt = await Pen().sign("The Lamb & Flag")

    assert (receipt.reference, receipt.state) == ("WNSC-2026-00001", "applied")
    assert await rows_of(Signatory, "id", "name", "state", "signed_on") == [
        (receipt.id, "The Lamb & Flag", "applied", None)
    ]
    assert await rows_of(CharterEvent, "actor", "action", "subject_id") == [("signatory", "signed", str(receipt.id))]


async def test_what_is_not_acceptable_leaves_nothing() -> None:
    """Not even a place in the year's references."""
    with pytest.raises(SignatureNotAcceptable):
        await Pen().sign(pledges=[1])

    assert [await fetch_value(f"select count(*) from {table._meta.tablename}") for table in PARTS] == [0] * len(PARTS)
    assert await rows_of(ReferenceCount, "last") == []


async def test_signatory_and_champion_each_get_a_letter() -> None:
    """With a link of her own, of which the register keeps the hash only."""
    pen = Pen()
    await pen.sign()
    letters = [taken.opened(SEAL) for taken in await every_letter()]

    assert [letter.to for letter in letters] == [AMA, JO]
    assert [token in letter.text for token, letter in zip(pen.tokens, letters, strict=True)] == [True, True]
    assert await rows_of(Confirmation, "token_hash") == [(hash_token(token),) for token in pen.tokens]


async def test_her_own_champion_gets_one_letter_and_confirms_both() -> None:
    """A landlady follows one link."""
    pen = Pen()
    await pen.stand(champion=person(AMA.upper()))

    assert len(await every_letter()) == len(pen.tokens) == 1
    assert await rows_of(Contact, "role", "confirmed_at") == [("signatory", NOW), ("champion", NOW)]


async def test_following_the_link_makes_the_signature_active() -> None:
    """On London's date: half past eleven of a summer's evening in UTC is the next day there."""
    pen = Pen(now=NOW.replace(month=7, day=1, hour=23, minute=30))
    id = await pen.stand()
    found = await signatory(id)

    assert (found.state, found.signed_on, found.last_confirmed_on) == ("active", date(2026, 7, 2), date(2026, 7, 2))
    assert await rows_of(CharterEvent, "actor", "action") == [("signatory", "signed"), ("signatory", "confirmed")]


async def test_the_champion_confirms_her_role_and_no_more() -> None:
    """Her link activates nothing; she may follow it before or after the signatory does."""
    pen = Pen()
    await pen.sign()
    before = await confirm(pen.tokens[1], desk=pen.desk())

    assert before == Followed("champion", "applied")
    assert await rows_of(Contact, "role", "confirmed_at") == [("signatory", None), ("champion", NOW)]
    assert await confirm(pen.tokens[0], desk=pen.desk()) == Followed("signatory", "active")


@pytest.mark.parametrize("which", [0, 1])
async def test_a_link_works_once(which: int) -> None:
    """Signatory's and champion's alike."""
    pen = Pen()
    await pen.sign()
    await confirm(pen.tokens[which], desk=pen.desk())

    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[which], desk=pen.desk())


@pytest.mark.parametrize("token", ["", "made up", "x" * 100_000, "\u202e"])
async def test_a_link_that_was_never_given_is_over(token: str) -> None:
    """It is told as a used one is."""
    with pytest.raises(LinkIsOver):
        await confirm(token, desk=Pen().desk())


async def test_a_superseded_link_is_over() -> None:
    """A newer letter took its place."""
    pen = Pen()
    await pen.sign()
    async with transaction():
        await Confirmation.update({Confirmation.superseded_at: NOW}, force=True)

    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[0], desk=pen.desk())


@pytest.mark.parametrize("state", ["withdrawn", "held", "suspended"])
async def test_a_link_does_not_undo_what_the_scheme_or_she_decided(state: str) -> None:
    """Only what waits for it can be confirmed by it."""
    pen = Pen()
    await pen.sign()
    async with transaction():
        await execute("update signatory set state = $1, signed_on = $2, last_confirmed_on = $2", state, NOW.date())

    for token in pen.tokens:
        with pytest.raises(LinkIsOver):
            await confirm(token, desk=Pen().desk())
    assert await rows_of(Signatory, "state") == [(state,)]


async def test_raced_links_confirm_once() -> None:
    """However many follow the same link at the same moment, one is told that it is done."""
    pen = Pen()
    await pen.sign()
    outcomes = await asyncio.gather(
        *(confirm(pen.tokens[0], desk=pen.desk()) for _ in range(AT_ONCE)), return_exceptions=True
    )

    assert outcomes.count(done := Followed("signatory", "active")) == 1
    assert [type(outcome) for outcome in outcomes if outcome != done] == [LinkIsOver] * (AT_ONCE - 1)


async def test_raced_signatures_have_references_of_their_own() -> None:
    """The year's places are given once each, in whatever order; the next year begins anew."""
    receipts = await asyncio.gather(*(Pen().sign() for _ in range(AT_ONCE)))
    next_year = await Pen(now=NOW.replace(year=2027)).sign()

    assert {receipt.reference for receipt in receipts} == {f"WNSC-2026-{n:05d}" for n in range(1, AT_ONCE + 1)}
    assert next_year.reference == "WNSC-2027-00001"


async def test_new_years_eve_in_london_counts() -> None:
    """The year of a reference is London's, which in winter is UTC's."""
    last = await Pen(now=NOW.replace(month=12, day=31, hour=23, minute=59)).sign()

    assert last.reference.startswith("WNSC-2026-")


async def test_signing_again_is_answered_alike() -> None:
    """Nothing in the answer tells that the organisation stands in the register."""
    pen = Pen()
    await pen.stand()
    again = await pen.sign()

    assert (again.reference, again.state) == ("WNSC-2026-00002", "applied")
    assert await rows_of(Signatory, "state") == [("active",), ("applied",)]


async def test_no_person_is_readable_in_the_database() -> None:
    """Names, job titles and addresses stand only under the seal, and tokens only in sealed letters."""
    pen = Pen()
    await pen.sign(
        signatory=person("canary@post.example", name="Canary Name", job_title="Canary Job", has_authority=True)
    )
    everything = repr([await fetch(f"select * from {table._meta.tablename}") for table in (*PARTS, CharterEvent)])

    assert "anary" not in everything
    assert not [token for token in pen.tokens if token in everything]
    assert [email_mac("CANARY@post.example", SEAL)] in [list(row) for row in await rows_of(Contact, "email_mac")]


async def test_contacts_open_with_the_key_in_their_own_row_only() -> None:
    """The scheme can write to them; a row that was swapped tells nothing."""
    await Pen().sign()
    (first, sealed), (second, _) = await rows_of(Contact, "id", "sealed")
    opened = SEAL.open_text(sealed, table="contact", column="sealed", row=str(first))

    assert opened == f'{{"name":"Ama Mensah","job_title":"Manager","email":"{AMA}"}}'
    with pytest.raises(Exception, match="sealed"):
        SEAL.open(sealed, table="contact", column="sealed", row=str(second))


async def test_an_unlisted_place_keeps_its_borough_only() -> None:
    """A refuge's name, address and position are nowhere in clear; the register can still open them."""
    refuge = place("Canary House", address="9 Canary Row", postcode="SE9 9ZZ")
    await Pen().sign(organisation=organisation("Safe Haven", "charity_or_community"), premises=[refuge])
    row = (await fetch("select * from premises"))[0]
    opened = SEAL.open_text(row["sealed"], table="premises", column="sealed", row=str(row["id"]))

    assert "anary" not in repr(row) and "SE9" not in repr(row)
    assert "Canary House" in opened and "-0.0877" in opened


async def test_an_unconfirmed_signature_is_deleted_after_30_days() -> None:
    """With all of its parts; the trail keeps that there was one, and its reference is not given again."""
    pen = Pen()
    receipt = await pen.sign()
    pen.move(days=30, seconds=-1)
    early = await forget_unconfirmed(now=pen.now)
    pen.move(seconds=1)

    assert (early, await forget_unconfirmed(now=pen.now), await forget_unconfirmed(now=pen.now)) == (0, 1, 0)
    assert [await rows_of(table, "number") for table in PARTS] == [[]] * len(PARTS)
    assert (await rows_of(CharterEvent, "actor", "action", "subject_id"))[-1] == (
        "worker",
        "deleted-unconfirmed",
        str(receipt.id),
    )
    assert (await pen.sign()).reference == "WNSC-2026-00002"


async def test_a_link_runs_out_when_its_signature_is_deleted() -> None:
    """Whether or not the worker came by."""
    pen = Pen()
    await pen.sign()
    pen.move(days=30)

    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[0], desk=pen.desk())


async def test_a_confirmed_signature_stays() -> None:
    """Even where its champion never answered."""
    pen = Pen()
    id = await pen.stand()
    pen.move(days=400)

    assert await forget_unconfirmed(now=pen.now) == 0
    assert (await signatory(id)).state == "active"


async def test_many_unconfirmed_signatures_go_in_portions() -> None:
    """One bad night of automated sign-ups does not hold the writer for long."""
    for number in range(FORGET_AT_ONCE + 1):
        await Pen().sign(f"Bot {number}", premises=[])
    later = NOW.replace(year=2027)

    assert [await forget_unconfirmed(now=later) for _ in range(3)] == [FORGET_AT_ONCE, 1, 0]


async def test_a_chain_signs_for_5000_premises() -> None:
    """In one go, in their order."""
    premises = [place(f"Site {number}", at=(-0.1 + number / 1e5, 51.5)) for number in range(5_000)]
    await Pen().sign(**signature(premises=premises))

    assert await fetch_value("select count(*) from premises") == 5_000
    assert await fetch_value("select name from premises where sequence = 4321") == "Site 4321"
