"""Withdrawing: from any state, known to everybody who stood for it, and nobody is remembered."""

from datetime import date, timedelta

import msgspec
import pytest

from charter.errors import NotYourOrganisation
from charter.year.errors import NotForADeputy, WithdrawalNotAcceptable
from charter.year.keeping_time import keep_the_year
from charter.year.leaving import MAX_REASON, Withdrawal, withdraw
from migrations.database import execute, fetch, fetch_one, fetch_value, transaction
from tests.charter.builders import SEAL
from tests.charter.year.years import AMA, JO, begin

SIGNED = date(2027, 3, 1)
DUE = date(2028, 3, 1)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("state", ["active", "review_due", "lapsed", "suspended"])
@pytest.mark.parametrize("who", [AMA, JO])
async def test_an_organisation_leaves_from_any_state(state: str, who: str) -> None:
    """By whoever signed or by its champion; the event says from where, and by whom."""
    years = await begin(SIGNED)
    await years.set(state=state, suspended_from="active" if state == "suspended" else None, champion_gone_on=SIGNED)
    member = await years.member(who)
    await years.withdraw(who)
    row = await years.row()
    detail = await fetch_value("select detail from charter_event where action = 'withdrawn'")

    assert (row["state"], row["review_due_on"], row["champion_gone_on"]) == ("withdrawn", None, None)
    assert (row["suspended_from"], row["champion_since"], row["signed_on"]) == (None, None, SIGNED)
    assert (await years.events())[-1] == (str(member.id), "withdrawn")
    assert msgspec.json.decode(detail) == {"was": state}


@pytest.mark.usefixtures("database")
async def test_everybody_is_told_once_and_forgotten() -> None:
    """Their rows stay without who they were; what waited for them is not sent any more."""
    years = await begin(SIGNED)
    years.on(DUE)
    await keep_the_year(desk=years.pen.desk())
    await years.withdraw()
    letters = await years.collect()
    contacts = await fetch("select email_mac, sealed, ended_on from contact")

    assert sorted((letter.kind, letter.to) for letter in letters) == [("withdrawn", AMA), ("withdrawn", JO)]
    assert contacts == [{"email_mac": None, "sealed": None, "ended_on": DUE}] * 2
    with pytest.raises(NotYourOrganisation):
        await years.member()


@pytest.mark.usefixtures("database")
async def test_nothing_is_written_to_one_that_left() -> None:
    """In no year."""
    years = await begin(SIGNED)
    await years.withdraw()
    await years.collect()
    for _ in range(24):
        years.after(days=45)
        assert await years.wake() == []


@pytest.mark.usefixtures("database")
async def test_a_link_that_nobody_followed_is_over() -> None:
    """A champion who was named and never answered takes no role of an organisation that left."""
    years = await begin(SIGNED)
    async with transaction():
        await execute("update confirmation set used_at = null")
    await years.withdraw()

    assert await fetch_value("select count(*) from confirmation where superseded_at is null") == 0


@pytest.mark.usefixtures("database")
async def test_a_reason_is_for_the_scheme_alone() -> None:
    """Sealed, in no event and in no letter."""
    years = await begin(SIGNED)
    await years.withdraw(reason="We close. Ask Canary Smith.")
    note = await fetch_one("select id, kind, sealed from scheme_note") or {}
    letters = await years.collect()

    opened = SEAL.open(note["sealed"], table="scheme_note", column="sealed", row=str(note["id"]))
    assert b"Canary" in opened and note["kind"] == "withdrawal"
    assert not [letter for letter in letters if "Canary" in letter.text]
    assert "Canary" not in repr(await fetch("select * from charter_event"))


@pytest.mark.usefixtures("database")
async def test_no_reason_leaves_no_note() -> None:
    """Nor do blanks."""
    years = await begin(SIGNED)
    await years.withdraw(reason="  \n")

    assert await fetch_value("select count(*) from scheme_note") == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("withdrawal", "field"),
    [
        (Withdrawal(confirmed=False), "confirmed"),
        (Withdrawal(confirmed=True, reason="x" * (MAX_REASON + 1)), "reason"),
    ],
)
async def test_a_slip_withdraws_nothing(withdrawal: Withdrawal, field: str) -> None:
    """It takes a confirmation."""
    years = await begin(SIGNED)
    with pytest.raises(WithdrawalNotAcceptable) as refused:
        await withdraw(await years.member(), withdrawal, desk=years.pen.desk())

    assert [error.field for error in refused.value.errors] == [field]
    assert await years.state() == "active"


@pytest.mark.usefixtures("database")
async def test_a_deputy_does_not_withdraw_her_organisation() -> None:
    """She stands in for a champion, and not for whoever signed."""
    years = await begin(SIGNED)
    async with transaction():
        await execute("update contact set role = 'deputy' where role = 'champion'")

    with pytest.raises(NotForADeputy):
        await years.withdraw(JO)
    assert await years.state() == "active"


@pytest.mark.usefixtures("database")
async def test_it_may_sign_again() -> None:
    """As a new signature with a new reference; the old one stays withdrawn."""
    years = await begin(SIGNED)
    await years.withdraw()
    again = await begin(SIGNED + timedelta(days=9))

    assert (await years.state(), await again.state()) == ("withdrawn", "active")
    assert (await years.row())["reference"] != (await again.row())["reference"]
