"""Who acts for an organisation, on both databases."""

from uuid import uuid4

import pytest

from charter.errors import NoSuchSignatory, NotYourOrganisation, WhichOrganisation
from charter.keeping.members import member_of, organisations_of, stands_for_somebody
from charter.register import confirm, email_mac
from migrations.database import execute, transaction
from tests.charter.builders import AMA, JO, NOW, SEAL, Pen, counted, person

pytestmark = pytest.mark.usefixtures("database")
HERS, HIS = email_mac(JO, SEAL), email_mac(AMA, SEAL)


async def write(sql: str, *args: object) -> None:
    """Change the register behind its commands' backs."""
    async with transaction():
        await execute(sql, *args)


async def test_a_champion_acts_once_she_confirmed() -> None:
    """Not before, however long the organisation has stood."""
    pen = Pen()
    id = await pen.stand()
    before = await stands_for_somebody(HERS)
    await confirm(pen.tokens[1], desk=pen.desk())
    member = await member_of(id, email_mac=HERS)

    assert not before
    assert await stands_for_somebody(HERS)
    assert (member.signatory_id, member.role) == (id, "champion")
    assert await member_of(None, email_mac=HERS) == member


async def test_whoever_signed_and_champions_is_one_member() -> None:
    """In the role that may do more."""
    id = await Pen().stand(champion=person(AMA))

    assert (await member_of(id, email_mac=HIS)).role == "signatory"
    assert [(found.id, found.role) for found in await organisations_of(HIS)] == [(id, "signatory")]


async def test_another_organisation_is_not_hers() -> None:
    """It is told as one that does not exist, which is the same problem to a client."""
    pen = Pen()
    await pen.stand("The Lamb")
    other = await pen.stand("The Ram", signatory=person("ram@ram.example", has_authority=True))
    for id in (other, uuid4()):
        with pytest.raises(NotYourOrganisation):
            await member_of(id, email_mac=HIS)

    assert issubclass(NotYourOrganisation, NoSuchSignatory)
    with pytest.raises(NotYourOrganisation):
        await member_of(None, email_mac=email_mac("nobody@else.example", SEAL))


async def test_whoever_stands_for_several_says_which() -> None:
    """They are listed by name, whatever the order of signing."""
    pen = Pen()
    ids = [await pen.stand(name) for name in ("The Ram", "Éclair", "The Lamb")]
    with pytest.raises(WhichOrganisation):
        await member_of(None, email_mac=HIS)

    assert [found.name for found in await organisations_of(HIS)] == ["Éclair", "The Lamb", "The Ram"]
    assert [(await member_of(id, email_mac=HIS)).signatory_id for id in ids] == ids


@pytest.mark.parametrize("state", ["applied", "held"])
async def test_a_signature_that_does_not_stand_gives_nothing(state: str) -> None:
    """Unconfirmed or held."""
    id = await Pen().stand()
    await write("update signatory set state = $1", state)

    assert not await stands_for_somebody(HIS)
    assert await organisations_of(HIS) == []
    with pytest.raises(NotYourOrganisation):
        await member_of(id, email_mac=HIS)


@pytest.mark.parametrize("state", ["review_due", "lapsed", "withdrawn", "suspended"])
async def test_whoever_lapsed_may_still_come_in(state: str) -> None:
    """To review, to come back, and to read what the scheme said."""
    id = await Pen().stand()
    await write("update signatory set state = $1", state)

    assert (await member_of(id, email_mac=HIS)).role == "signatory"


async def test_whoever_left_acts_no_more() -> None:
    """Her address is gone from the register with her role."""
    id = await Pen().stand()
    await write("update contact set ended_on = $1, email_mac = null, sealed = null", NOW.date())

    assert not await stands_for_somebody(HIS)
    with pytest.raises(NotYourOrganisation):
        await member_of(id, email_mac=HIS)


async def test_each_question_is_one_query() -> None:
    """However many organisations she stands for."""
    pen = Pen()
    for name in ("The Ram", "The Lamb", "The Ewe"):
        id = await pen.stand(name)
    async with counted() as asked:
        await member_of(id, email_mac=HIS)
        await organisations_of(HIS)
        await stands_for_somebody(HIS)

    assert len([statement for statement in asked if "contact" in statement]) == 3
