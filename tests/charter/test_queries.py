"""What the public register shows, to whom it is narrowed, and in which order, on both databases."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest

from charter import narrowing
from charter.errors import NoSuchSignatory, UnreadableFilter
from charter.narrowing import Sought, sought
from charter.queries import Entry, by_borough, lines, listed, listed_in, signatories, signatory, spots
from charter.signing import IN_REGISTER, SHOWN_BY_ID, STATES
from migrations.database import execute, transaction
from tests.charter.builders import LAMBETH, NOW, SOUTHWARK, Pen, counted, organisation, place

pytestmark = pytest.mark.usefixtures("database")
BRIXTON_BOX = "-0.12,51.45,-0.11,51.47"
BRIXTON = (-0.1146, 51.4626)


async def names(**narrowed: str) -> list[str]:
    """The names in the register, narrowed as an address would."""
    found = await signatories(filters(**narrowed), limit=500)
    return [entry.name for entry in found.entries]


def filters(**narrowed: str) -> Sought:
    """The filters of an address."""
    return sought(narrowed.get("q"), narrowed.get("borough"), narrowed.get("sector"), narrowed.get("bbox"))


async def stand_all(*named: str, **changes: Any) -> list[UUID]:
    """These organisations stand in the register, without premises unless `changes` says otherwise."""
    return [await Pen().stand(name, **{"premises": [], **changes}) for name in named]


async def put(id: UUID, **columns: Any) -> None:
    """Set columns of a signatory."""
    for column, value in columns.items():
        async with transaction():
            await execute(f"update signatory set {column} = $2 where id = $1", id, value)


async def in_boroughs(boroughs: Iterable[str | None]) -> None:
    """Say in which borough each of the premises is, in their order."""
    async with transaction():
        for place_number, borough in enumerate(boroughs):
            await execute("update premises set borough = $2 where sequence = $1", place_number, borough)


async def test_an_entry_shows_what_the_contract_lists() -> None:
    """And nothing else of the organisation: no person, no address."""
    id = await Pen().stand("The Lamb")
    entry = (await signatories(Sought(), limit=1)).entries[0]

    assert (entry.id, entry.name, entry.sector, entry.charter_version) == (id, "The Lamb", "pub_or_bar", "2018")
    assert [(one.name, one.postcode) for one in entry.premises] == [("The Lamb", "SE1 1AA")]
    assert not {"address", "email", "website"} & {*Entry.__struct_fields__}


@pytest.mark.parametrize("state", STATES)
async def test_the_register_shows_active_and_due(state: str) -> None:
    """By its id, a signatory is shown when it lapsed or withdrew too; no other state ever is."""
    (id,) = await stand_all("The Lamb")
    await put(id, state=state)

    assert await names() == (["The Lamb"] if state in IN_REGISTER else [])
    if state in SHOWN_BY_ID:
        assert (await signatory(id)).state == state
    else:
        with pytest.raises(NoSuchSignatory):
            await signatory(id)


async def test_without_consent_a_signature_counts_and_stays_hidden() -> None:
    """In the list, in the files and by its id, as if it were unknown."""
    id = await Pen().stand(consent={"public_listing": False, "network_contact": True})

    assert await names() == []
    assert [batch async for batch in lines(Sought())] == []
    for hidden in (id, uuid4()):
        with pytest.raises(NoSuchSignatory):
            await signatory(hidden)


async def test_an_unlisted_place_shows_its_borough_only() -> None:
    """Beside listed ones of the same organisation."""
    premises = [place("Office"), place("Refuge", listed=False)]
    await Pen().stand("Haven", premises=premises)
    await in_boroughs([SOUTHWARK, LAMBETH])
    entry = (await signatories(Sought(), limit=1)).entries[0]

    assert entry.boroughs == [LAMBETH, SOUTHWARK]
    assert [(one.name, one.postcode, one.borough) for one in entry.premises] == [
        ("Office", "SE1 1AA", SOUTHWARK),
        (None, None, LAMBETH),
    ]
    assert entry.premises[1].location is None


async def test_an_unlisted_place_is_not_found_by_what_it_hides() -> None:
    """Neither by its name nor by where it is; by its borough it is."""
    await Pen().stand("Haven", premises=[place("Canary House", at=BRIXTON, listed=False)])
    await in_boroughs([LAMBETH])

    assert await names(q="canary") == []
    assert await names(bbox=BRIXTON_BOX) == []
    assert await names(borough=LAMBETH) == ["Haven"]


async def test_names_are_found_whatever_their_capitals_and_accents() -> None:
    """Alike on both databases, beyond ASCII too; in the organisation's name and in its listed places'."""
    await stand_all("CAFÉ Ümläut", "Straße", "O’Neill")
    await Pen().stand("A Chain", premises=[place("The Ölkeller")])

    found = [await names(q=q) for q in ("café ü", "CAFE U", "STRASSE", "o'neill", "ölk", "nothing")]
    assert found == [["CAFÉ Ümläut"], ["CAFÉ Ümläut"], ["Straße"], ["O’Neill"], ["A Chain"], []]


async def test_signs_of_the_pattern_are_letters_like_others() -> None:
    """A search for a percent sign finds percent signs."""
    await stand_all("100% Night", "100 Nights", "Under_score", "Bang!")

    assert [await names(q=q) for q in ("%", "_", "!", "0% n")] == [
        ["100% Night"],
        ["Under_score"],
        ["Bang!"],
        ["100% Night"],
    ]
    assert len(await names(q="")) == 4


async def test_filters_narrow_together() -> None:
    """Sector, borough, box and text must all fit."""
    await Pen().stand("Lamb North", premises=[place("North", at=(-0.1, 51.6))])
    await Pen().stand("Lamb South", premises=[place("South", at=BRIXTON)])
    await Pen().stand(
        "Ram South", premises=[place("Hill", at=BRIXTON)], organisation=organisation("Ram South", "hotel")
    )
    await in_boroughs([LAMBETH])

    assert await names(bbox=BRIXTON_BOX) == ["Lamb South", "Ram South"]
    assert await names(bbox=BRIXTON_BOX, sector="hotel", borough=LAMBETH) == ["Ram South"]
    assert await names(bbox=BRIXTON_BOX, q="lamb", borough=LAMBETH) == ["Lamb South"]
    assert await names(bbox=BRIXTON_BOX, q="lamb", sector="hotel") == []


async def test_a_signatory_is_shown_whole_wherever_it_was_found() -> None:
    """One of its premises in the box is enough, and the others are shown with it, in their order."""
    premises = [place("Far", at=(-0.2, 51.6)), place("Near", at=BRIXTON), place("Far Too", at=(0.1, 51.6))]
    await Pen().stand("A Chain", premises=premises)
    found = await signatories(filters(bbox=BRIXTON_BOX), limit=10)

    assert [[one.name for one in entry.premises] for entry in found.entries] == [["Far", "Near", "Far Too"]]


async def test_pages_follow_each_other_by_name() -> None:
    """Every signatory once, in the order of folded names, two of the same name too, on any size of page."""
    await stand_all("zebra", "Äpfel", "apple", "The Lamb", "The Lamb", "🦁 Lion")
    whole = await names()
    for limit in (1, 2, 4, 6):
        pages, cursor = [], None
        while True:
            page = await signatories(Sought(), limit=limit, cursor=cursor)
            pages.append([entry.name for entry in page.entries])
            if (cursor := page.next) is None:
                break

        assert [name for page_names in pages for name in page_names] == whole
        assert all(len(page_names) == limit for page_names in pages[:-1])
    assert whole == ["Äpfel", "apple", "The Lamb", "The Lamb", "zebra", "🦁 Lion"]


async def test_a_page_goes_on_where_it_ended_whatever_was_deleted() -> None:
    """A cursor names a place in the order, and not a row that must still be there."""
    ids = await stand_all("a", "b", "c")
    page = await signatories(Sought(), limit=1)
    await put(ids[0], state="withdrawn")
    rest = await signatories(Sought(), limit=5, cursor=page.next)

    assert [entry.name for entry in rest.entries] == ["b", "c"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "zzzz", "WyIiLDFd" * 3, "WyIiLC0xXQ", "WyJcdTAwMDAiLDFd", "WzEsMl0", "\u202e", "="]
)
async def test_a_cursor_of_others_is_refused(cursor: str) -> None:
    """With the field named."""
    with pytest.raises(UnreadableFilter) as refused:
        await signatories(Sought(), limit=5, cursor=cursor)

    assert refused.value.errors[0].field == "cursor"


async def test_queries_do_not_grow_with_rows() -> None:
    """A page of one signatory asks as often as one of thirty-one with ninety-three premises; so does an export."""
    asked = []
    for count in (1, 30):
        for number in range(count):
            await Pen().stand(f"Org {count} {number}", premises=[place(), place(), place()])
        await names(bbox=BRIXTON_BOX)  # an R*Tree's first use asks for its own shape once
        async with counted() as statements:
            found = await signatories(filters(q="o", bbox="-1,51,1,52"), limit=500)
            asked.append(len(statements))
            _ = [batch async for batch in lines(Sought())]
            asked.append(len(statements))

    assert len(found.entries) == 31
    assert asked[:2] == asked[2:]


async def test_lines_are_the_whole_register_of_one_moment() -> None:
    """A line a premises, or one without; what is signed while they are read comes next time."""
    await Pen().stand("B", premises=[place("One"), place("Two", listed=False)])
    await stand_all("A")
    read = []
    async for batch in lines(Sought()):
        await stand_all("0")
        read.extend((line.name, line.place) for line in batch)

    assert read == [("A", None), ("B", "One"), ("B", None)]
    assert NOW.date() == (await signatories(Sought(), limit=1)).entries[0].signed_on


async def test_pages_lead_back_the_way_they_came() -> None:
    """On any size of page, to the same pages, and no further than the first."""
    await stand_all("a", "b", "c", "d", "e")
    for limit in (1, 2, 3):
        forth = [await signatories(Sought(), limit=limit)]
        while (cursor := forth[-1].next) is not None:
            forth.append(await signatories(Sought(), limit=limit, cursor=cursor))
        back = [forth[-1]]
        while (cursor := back[-1].previous) is not None:
            back.append(await signatories(Sought(), limit=limit, cursor=cursor))

        assert [page.entries for page in back] == [page.entries for page in reversed(forth)]
        assert (forth[0].previous, back[-1].previous) == (None, None)


@pytest.mark.parametrize("many", [0, 100])
async def test_a_crowded_box_finds_what_any_box_finds(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way it is looked into; unlisted places and those beside the box do not count."""
    monkeypatch.setattr(narrowing, "MANY", many)
    await Pen().stand("In", premises=[place("Far", at=(0.1, 51.6)), place("Here", at=BRIXTON)])
    await Pen().stand("Hidden", premises=[place("Refuge", at=BRIXTON, listed=False)])
    await Pen().stand("Out", premises=[place("There", at=(0.1, 51.6))])

    assert await names(bbox=BRIXTON_BOX) == ["In"]
    assert await names(bbox="-1,51,1,52", q="o") == ["Out"]
    assert await names(bbox=BRIXTON_BOX, sector="hotel") == []


async def test_a_line_of_the_list_names_boroughs_and_counts_premises() -> None:
    """Each borough once, unlisted places too, in two queries."""
    await Pen().stand("A Chain", premises=[place("One"), place("Two"), place("Three", listed=False)])
    await stand_all("No Place")
    await in_boroughs([SOUTHWARK, SOUTHWARK, LAMBETH])
    async with counted() as statements:
        found = await listed(Sought(), limit=10)

    assert [(line.name, line.boroughs, line.premises) for line in found.entries] == [
        ("A Chain", (LAMBETH, SOUTHWARK), 3),
        ("No Place", (), 0),
    ]
    assert len([one for one in statements if one.lstrip().lower().startswith("select")]) == 2


async def test_an_organisation_counts_once_in_each_of_its_boroughs() -> None:
    """Of those that are sought and stand in the register."""
    await Pen().stand("A Chain", premises=[place("One"), place("Two"), place("Three")])
    await in_boroughs([SOUTHWARK, SOUTHWARK, LAMBETH])
    (hidden,) = [await Pen().stand("Hidden", consent={"public_listing": False, "network_contact": False})]
    await put(hidden, state="active")

    assert await by_borough(Sought()) == {SOUTHWARK: 1, LAMBETH: 1}
    assert await by_borough(Sought(text="nobody")) == {}


async def test_a_map_gets_listed_places_alone() -> None:
    """With the name of whose they are."""
    id = await Pen().stand("Haven", premises=[place("Office"), place("Refuge", at=BRIXTON, listed=False)])
    found = [spot async for batch in spots(Sought()) for spot in batch]

    assert [(at[0], at[1], round(at[2].x, 4)) for at in found] == [(id, "Haven", -0.0877)]


async def test_who_looks_around_a_place_sees_listed_places_only() -> None:
    """With their sector in words; what lies outside the box, or must not be found, is not there."""
    await Pen().stand("Haven", premises=[place("Office"), place("Refuge", listed=False), place("Far", at=BRIXTON)])
    found = await listed_in((-0.09, 51.50, -0.08, 51.51))

    assert [(one.name, one.place) for one in found] == [("Haven", "Office")]
    assert isinstance(found[0].sector, str) and found[0].last_confirmed_on


async def test_a_repeated_signature_leads_to_the_one_that_stays() -> None:
    """However often it happened; in a circle it leads nowhere, and where the last one is hidden too."""
    first, second, third = await stand_all("first", "second", "third")
    await merge(third, into=second)
    await merge(second, into=first)

    assert [(await signatory(id)).name for id in (third, second, first)] == ["first"] * 3
    await merge(first, into=third)
    with pytest.raises(NoSuchSignatory):
        await signatory(second)


async def merge(id: UUID, *, into: UUID) -> None:
    """Say that a signature repeats another."""
    async with transaction():
        await execute(
            "update signatory set state = 'withdrawn', merged_into = (select number from signatory where id = $2) "
            "where id = $1",
            id,
            into,
        )
