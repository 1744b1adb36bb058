"""The people of an organisation: handing over, deputies, leaving; on both databases."""

from datetime import date, timedelta

import pytest

from charter.errors import (
    LinkIsOver,
    NobodyThere,
    NomineeNotAcceptable,
    NotThisRole,
    NotYourOrganisation,
    TooManyNamed,
)
from charter.keeping.people import NAMED_A_DAY, ask_again, hand_over, leave, name_deputy, remove_deputy
from charter.keeping.queries import at_desk, happened_to, people_of
from charter.register import confirm
from charter.signing import Contact as Person
from charter.signing import london_date
from charter.tables import CharterEvent, Contact, Signatory
from migrations.database import fetch, fetch_value
from tests.charter.builders import AMA, JO, Pen, counted, person
from tests.charter.keeping.desks import KIM, SAM, champion, letters, member, signer, somebody, write

pytestmark = pytest.mark.usefixtures("database")


async def test_the_old_champion_stays_until_the_new_one_confirms() -> None:
    """Then the old one is out at that moment, and both are told."""
    pen = Pen()
    by = await champion(pen)
    await letters(pen)
    await hand_over(by, somebody(), desk=pen.desk())
    asked = await letters(pen)
    still = await member(JO)
    await confirm(pen.tokens[-1], desk=pen.desk())

    assert (asked[0][0], still.role) == (SAM, "champion")
    assert (await member(SAM)).role == "champion"
    with pytest.raises(NotYourOrganisation):
        await member(JO)
    assert [to for to, _ in await letters(pen)] == [JO, SAM]


async def test_whoever_left_is_forgotten() -> None:
    """Her row stays for the history, without anything that tells who she was."""
    pen = Pen()
    by = await champion(pen)
    await hand_over(by, somebody(name="Canary Name", email="canary@x.example"), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())
    successor = await member("canary@x.example")
    await leave(successor, desk=pen.desk())
    rows = await Contact.select(Contact.email_mac, Contact.sealed).where(Contact.role == "champion")
    everything = repr([await fetch(f"select * from {name}") for name in ("contact", "letter", "charter_event")])

    assert rows == [{"email_mac": None, "sealed": None}] * 2
    assert "anary" not in everything


async def test_one_successor_is_asked_at_a_time() -> None:
    """Whoever was asked before is forgotten, and her link is over."""
    pen = Pen()
    by = await champion(pen)
    await hand_over(by, somebody(KIM), desk=pen.desk())
    await hand_over(by, somebody(SAM), desk=pen.desk())
    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[-2], desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())

    assert KIM not in [to for to, _ in await letters(pen)]
    assert [one.role for one in await people_of(by.signatory)] == ["signatory", "champion"]


async def test_a_deputy_keeps_pledges_and_names_nobody() -> None:
    """She confirms by her own letter; a new deputy takes over from her."""
    pen = Pen()
    by = await champion(pen)
    await name_deputy(by, somebody(SAM), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())
    deputy = await member(SAM)
    for command in (hand_over, name_deputy):
        with pytest.raises(NotThisRole):
            await command(deputy, somebody(KIM), desk=pen.desk())
    await name_deputy(by, somebody(KIM), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())

    assert deputy.role == "deputy"
    assert (await member(KIM)).role == "deputy"
    with pytest.raises(NotYourOrganisation):
        await member(SAM)


async def test_a_deputy_is_let_go() -> None:
    """With a letter where she had confirmed, and none where she was only asked."""
    pen = Pen()
    by = await champion(pen)
    await name_deputy(by, somebody(SAM), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())
    await letters(pen)
    await remove_deputy(by, desk=pen.desk())
    told = await letters(pen)
    await name_deputy(by, somebody(KIM), desk=pen.desk())
    await remove_deputy(by, desk=pen.desk())

    assert [to for to, _ in told] == [SAM]
    assert await letters(pen) == []
    with pytest.raises(NobodyThere):
        await remove_deputy(by, desk=pen.desk())
    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[-1], desk=pen.desk())


async def test_the_last_champion_leaves_a_gap_that_is_dated() -> None:
    """From London's day on; a new champion, named by whoever signed, closes it."""
    pen = Pen()
    by = await champion(pen)
    await leave(by, desk=pen.desk())
    gone = await Signatory.select(Signatory.champion_since, Signatory.champion_gone_on)
    pen.move(days=10)
    await hand_over(await signer(), somebody(), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())
    desk = await at_desk(await member(SAM))

    assert gone == [{"champion_since": None, "champion_gone_on": by_day(pen, -10)}]
    assert (desk.champion_since, desk.champion_gone_on) == (by_day(pen, 0), None)


def by_day(pen: Pen, days: int) -> date:
    """The pen's day in London, some days away."""
    return london_date(pen.now + timedelta(days=days))


async def test_a_champion_of_a_lapsed_organisation_may_still_take_over() -> None:
    """Somebody must be able to bring it back."""
    pen = Pen()
    by = await champion(pen)
    await hand_over(by, somebody(), desk=pen.desk())
    await write("update signatory set state = 'lapsed'")

    assert (await confirm(pen.tokens[-1], desk=pen.desk())).state == "lapsed"
    assert (await member(SAM)).role == "champion"


async def test_whoever_signed_and_champions_leaves_the_one_role_only() -> None:
    """And whoever only signed has none to leave."""
    pen = Pen()
    await pen.stand(champion=person(AMA))
    by = await signer()
    await leave(by, desk=pen.desk())

    assert [one.role for one in await people_of(by.signatory)] == ["signatory"]
    with pytest.raises(NotThisRole):
        await leave(by, desk=pen.desk())


async def test_a_link_that_ran_out_is_sent_again() -> None:
    """The old one stays over, the new one works, whoever named her: the signature or a champion."""
    pen = Pen()
    id = await pen.stand()
    pen.move(days=31)
    by = await signer(id)
    asked = (await at_desk(by)).of_role("champion", confirmed=False)
    assert asked is not None
    await ask_again(by, asked.id, desk=pen.desk())
    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[1], desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())

    assert (await member(JO)).role == "champion"
    with pytest.raises(NobodyThere):
        await ask_again(by, asked.id, desk=pen.desk())


async def test_another_organisations_people_are_not_asked() -> None:
    """By an id that was seen somewhere."""
    pen = Pen()
    await pen.stand("The Ram")
    theirs = (await Contact.select(Contact.id).where(Contact.role == "champion"))[0]["id"]
    by = await champion(pen)

    with pytest.raises(NobodyThere):
        await ask_again(by, theirs, desk=pen.desk())


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (somebody("not an address"), "email"),
        (somebody(name=" "), "name"),
        (somebody(job_title="x" * 201), "job_title"),
        (somebody(JO.upper()), "email"),
    ],
)
async def test_nobody_is_named_who_cannot_be(who: Person, field: str) -> None:
    """Named by the field; the champion herself is no successor, whatever the case of her address."""
    pen = Pen()
    by = await champion(pen)
    with pytest.raises(NomineeNotAcceptable) as caught:
        await hand_over(by, who, desk=pen.desk())

    assert [error.field for error in caught.value.errors] == [field]


async def test_a_known_and_an_unknown_successor_take_the_same_work() -> None:
    """Statement for statement: neither the answer nor its time tells who stands for another organisation."""
    pen = Pen()
    await pen.stand("The Ram", champion=person("ram@ram.example"), signatory=person("r@r.example", has_authority=True))
    by = await champion(pen)
    await hand_over(by, somebody("first@x.example"), desk=pen.desk())
    asked = []
    for who in ("ram@ram.example", "nobody@x.example"):
        async with counted() as statements:
            await hand_over(by, somebody(who), desk=pen.desk())
        asked.append([statement[:40] for statement in statements])
    known, unknown = asked

    assert len(known) > 10
    assert known == unknown


async def test_an_organisation_writes_to_few_strangers_a_day() -> None:
    """Nobody's letterbox is filled through our forms."""
    pen = Pen()
    by = await champion(pen)
    # One letter went to the first champion already.
    for number in range(NAMED_A_DAY - 1):
        await hand_over(by, somebody(f"n{number}@x.example"), desk=pen.desk())
    with pytest.raises(TooManyNamed):
        await name_deputy(by, somebody(), desk=pen.desk())
    pen.move(days=1)
    await name_deputy(by, somebody(), desk=pen.desk())

    assert await fetch_value("select count(*) from contact where role = 'deputy'") == 1


async def test_the_trail_tells_roles_and_no_names() -> None:
    """Each step of a hand-over, whoever took it."""
    pen = Pen()
    by = await champion(pen)
    await hand_over(by, somebody(), desk=pen.desk())
    await confirm(pen.tokens[-1], desk=pen.desk())
    new = await member(SAM)
    told = [(happened.by, happened.action) for happened in await happened_to(new)]
    raw = repr(await CharterEvent.select())

    assert told[:3] == [("champion", "handed-over"), ("champion", "confirmed"), ("champion", "named")]
    assert "Sam" not in raw and "sam@" not in raw
