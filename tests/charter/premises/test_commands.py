"""Premises added, changed, moved and closed, and spreadsheets taken whole, on both databases."""

import asyncio
from uuid import uuid4

import msgspec
import pytest

from charter.errors import (
    ChangedMeanwhile,
    NoSuchPremises,
    OrganisationWithdrew,
    PremisesNotAcceptable,
)
from charter.keeping.members import Member
from charter.narrowing import Sought
from charter.premises import commands
from charter.premises.commands import add_premises, change_premises, close_premises, take_rows
from charter.premises.queries import Searched, all_premises_of, how_many, one_premises_of, premises_of
from charter.premises.sheet import read_sheet, write_sheet
from charter.queries import signatories
from migrations.database import execute, fetch, fetch_one, fetch_value, transaction
from tests.charter.builders import SEAL, Pen, counted, person
from tests.charter.premises.chains import chain, premises, row, sheet

pytestmark = pytest.mark.usefixtures("database")
SECRET = "Quiet House"


async def events(by: Member) -> list[dict[str, str]]:
    """What the trail says of the organisation's premises."""
    found = await fetch(
        "select action, actor, detail from charter_event where subject_id = $1 and action like 'premises%' "
        "order by number",
        str(by.signatory_id),
    )
    return [{**row, **msgspec.json.decode(row["detail"])} for row in found]


async def test_premises_are_added_as_the_last() -> None:
    """Told with what they are, and noted without a name or an address."""
    pen = Pen()
    by = await chain(pen, premises=[msgspec.to_builtins(premises())])
    added = await add_premises(premises("The Ram", postcode="wc1n3lz", own_reference="7"), by=by, desk=pen.desk())

    assert (added.sequence, added.premises.postcode, added.premises.listed) == (1, "WC1N 3LZ", True)
    assert await one_premises_of(by.signatory, added.id, seal=SEAL) == added
    told = (await events(by))[0]
    assert (told["action"], told["actor"], told["premises"]) == ("premises-added", str(by.id), str(added.id))
    assert "Ram" not in str(told) and "Example" not in str(told)


async def test_premises_are_changed_and_moved() -> None:
    """Found by a box where they are now, and not where they were; the trail has no address."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(), by=by, desk=pen.desk())
    renamed = await change_premises(added.id, premises("The Ram"), etag=added.etag, by=by, desk=pen.desk())
    there = premises("The Ram", address="2 New Road", at=(-0.2, 51.6))
    moved = await change_premises(added.id, there, etag=renamed.etag, by=by, desk=pen.desk())
    boxes = [(-0.09, 51.5, -0.08, 51.51), (-0.21, 51.59, -0.19, 51.61)]
    found = [len((await signatories(Sought(box=box), limit=5)).entries) for box in boxes]

    assert (moved.id, moved.sequence, moved.premises.address) == (added.id, added.sequence, "2 New Road")
    assert found == [0, 1]
    assert [(one["action"], one.get("fields")) for one in await events(by)] == [
        ("premises-added", None),
        ("premises-changed", "name"),
        ("premises-moved", "address, location"),
    ]


async def test_premises_that_become_unlisted_keep_nothing_in_the_clear() -> None:
    """But their borough; and a change that does not say so leaves them unlisted."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(SECRET, own_reference="Safe 1"), by=by, desk=pen.desk())
    hidden = await change_premises(
        added.id, premises(SECRET, listed=False, own_reference="Safe 1"), etag=added.etag, by=by, desk=pen.desk()
    )
    still = await change_premises(added.id, premises("Quiet Place"), etag=hidden.etag, by=by, desk=pen.desk())
    stored = await fetch_one("select * from premises where id = $1", added.id)

    assert stored is not None and stored["sealed"] is not None
    clear = ("name", "folded", "address", "postcode", "location", "opening_hours", "own_reference")
    assert [stored[name] for name in clear] == [None] * len(clear)
    assert (still.premises.name, still.premises.listed) == ("Quiet Place", False)
    assert len((await signatories(Sought(box=(-1, 51, 1, 52)), limit=5)).entries) == 0


async def test_saying_the_same_again_is_no_change() -> None:
    """Neither a new state nor a line in the trail."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(), by=by, desk=pen.desk())
    again = await change_premises(added.id, premises(), etag=added.etag, by=by, desk=pen.desk())

    assert again == added
    assert len(await events(by)) == 1


async def test_closing_deletes_the_row_and_keeps_the_event() -> None:
    """And the same premises can come back under their id."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(), by=by, desk=pen.desk())
    closed = await close_premises(added.id, etag=added.etag, by=by, desk=pen.desk())
    left = await how_many(by.signatory)
    back = await add_premises(closed.premises, by=by, desk=pen.desk(), id=closed.id)

    assert (left.premises, back.id) == (0, added.id)
    assert [one["action"] for one in await events(by)] == ["premises-added", "premises-closed", "premises-added"]


async def test_what_was_changed_meanwhile_is_not_overwritten() -> None:
    """Whoever opened it earlier is told."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(), by=by, desk=pen.desk())
    await change_premises(added.id, premises("The Ram"), etag=added.etag, by=by, desk=pen.desk())

    with pytest.raises(ChangedMeanwhile):
        await change_premises(added.id, premises("The Cat"), etag=added.etag, by=by, desk=pen.desk())
    with pytest.raises(ChangedMeanwhile):
        await close_premises(added.id, etag=added.etag, by=by, desk=pen.desk())


async def test_another_organisations_premises_are_not_there() -> None:
    """Neither to read, nor to change, nor to close."""
    pen = Pen()
    by = await chain(pen)
    added = await add_premises(premises(), by=by, desk=pen.desk())
    other = await chain(Pen(), "Another", signatory=person("ama@lamb.example", has_authority=True))

    for tried in (
        one_premises_of(other.signatory, added.id, seal=SEAL),
        change_premises(added.id, premises("Ours"), etag=added.etag, by=other, desk=pen.desk()),
        close_premises(added.id, etag=added.etag, by=other, desk=pen.desk()),
        close_premises(uuid4(), etag=added.etag, by=by, desk=pen.desk()),
    ):
        with pytest.raises(NoSuchPremises):
            await tried
    assert await premises_of(other.signatory, Searched(), seal=SEAL) == []


async def test_whoever_withdrew_changes_nothing() -> None:
    """There is nothing to keep any more."""
    pen = Pen()
    by = await chain(pen)
    async with transaction():
        await execute("update signatory set state = 'withdrawn' where number = $1", by.signatory)

    with pytest.raises(OrganisationWithdrew):
        await add_premises(premises(), by=by, desk=pen.desk())


async def test_problems_of_one_place_are_named_by_field() -> None:
    """As its sender named them."""
    pen = Pen()
    by = await chain(pen)
    with pytest.raises(PremisesNotAcceptable) as refused:
        await add_premises(premises(" ", postcode="nowhere"), by=by, desk=pen.desk())

    assert [error.field for error in refused.value.errors] == ["name", "postcode"]


async def test_no_more_than_an_organisation_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted where it is written, so that two at once do not pass it."""
    monkeypatch.setattr(commands, "MAX_PREMISES", 1)
    pen = Pen()
    by = await chain(pen)
    tried = [add_premises(premises(name), by=by, desk=pen.desk()) for name in ("One", "Two")]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Kept", "PremisesNotAcceptable"]
    assert (await how_many(by.signatory)).premises == 1


async def test_a_sector_that_hides_its_places_does_so_in_a_spreadsheet() -> None:
    """A charity's shelters are unlisted unless a row says that they may be shown."""
    pen = Pen()
    by = await chain(pen, sector="charity_or_community")
    sent = sheet(row(name=SECRET), row(name="Office", listed="yes", address="1 High Street"))
    await take_rows(read_sheet(sent).rows, by=by, desk=pen.desk())
    count = await how_many(by.signatory)

    assert (count.premises, count.unlisted) == (2, 1)
    assert await fetch_value("select count(*) from premises where name = $1", SECRET) == 0


async def test_a_spreadsheet_adds_and_changes_and_is_one_event() -> None:
    """And what is downloaded afterwards changes nothing when it is sent back."""
    pen = Pen()
    by = await chain(pen)
    kept = await add_premises(premises("The Ram", address="2 High Street"), by=by, desk=pen.desk())
    changed = row(name="The Ram", address="2 High Street", postcode="SE1 1AA", opening_hours="daily 18:00-02:00")
    done = await take_rows(read_sheet(sheet(changed, row(listed="no"))).rows, by=by, desk=pen.desk())
    mine = await all_premises_of(by.signatory, seal=SEAL)
    again = await take_rows(read_sheet(write_sheet(mine).encode()).rows, by=by, desk=pen.desk())

    assert (done.added, done.changed, done.unchanged) == (1, 1, 0)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert mine[0].id == kept.id
    assert mine == await all_premises_of(by.signatory, seal=SEAL)
    assert [one["action"] for one in await events(by)][1:] == ["premises-uploaded", "premises-uploaded"]


async def test_one_row_that_cannot_be_leaves_nothing_behind() -> None:
    """All rows or none: not even the trail knows of them."""
    pen = Pen()
    by = await chain(pen)
    rows = read_sheet(sheet(row(), row(name="Other"), row(name="the lamb"))).rows
    with pytest.raises(PremisesNotAcceptable):
        await take_rows(rows, by=by, desk=pen.desk())

    assert (await how_many(by.signatory)).premises == 0
    assert await events(by) == []


async def test_two_spreadsheets_at_once_do_not_double_a_place() -> None:
    """The second finds that the premises are not what it was held against."""
    pen = Pen()
    by = await chain(pen)
    rows = read_sheet(sheet(row(), row(name="Other"))).rows
    tried = [take_rows(rows, by=by, desk=pen.desk()) for _ in range(2)]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)

    assert sum(isinstance(outcome, ChangedMeanwhile) for outcome in outcomes) <= 1
    assert (await how_many(by.signatory)).premises == 2


@pytest.mark.parametrize("text", ["lamb", "LÀMB", "wc1n3", "wc1n 3lz", "94 example", "shop 7"])
async def test_lists_are_searched_by_name_address_postcode_and_reference(text: str) -> None:
    """Unlisted places too, for those whose they are."""
    pen = Pen()
    by = await chain(pen)
    lamb = row(your_reference="Shop 7", listed="yes")
    rows = sheet(lamb, row(name="Lamb’s Rest", listed="no", address="94 Example Road", your_reference="Shop 72"),
                 row(name="%", address="1 High Street", postcode="SE1 1AA", your_reference="8"))  # fmt: skip
    await take_rows(read_sheet(rows).rows, by=by, desk=pen.desk())
    found = await premises_of(by.signatory, Searched(text=text), seal=SEAL)

    assert [one.sequence for one in found] == [0, 1]
    assert [one.sequence for one in await premises_of(by.signatory, Searched(text="%"), seal=SEAL)] == [2]


@pytest.mark.parametrize("text", ["", "place"])
async def test_lists_go_page_by_page_in_one_query_each(text: str) -> None:
    """However many premises there are."""
    pen = Pen()
    by = await chain(pen)
    rows = [row(name=f"Place {number}", listed="no" if number % 3 else "yes") for number in range(7)]
    await take_rows(read_sheet(sheet(*rows)).rows, by=by, desk=pen.desk())
    async with counted() as asked:
        first = await premises_of(by.signatory, Searched(text=text, limit=5), seal=SEAL)
        queries = len(asked)
    rest = await premises_of(by.signatory, Searched(text=text, after=first[4].sequence, limit=5), seal=SEAL)

    assert queries == 1
    assert [one.sequence for one in first] == [0, 1, 2, 3, 4, 5]
    assert [one.sequence for one in rest] == [5, 6]
