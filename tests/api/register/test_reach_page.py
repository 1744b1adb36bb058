"""The reach as a page: what it says, in which order, and what it says where there is nothing."""

import pytest

from geo.places.boundaries import read_town_centres
from geo.places.importing import import_places
from tests.api.register.pages import page, table_rows, words
from tests.charter.builders import LAMBETH, Pen, counted, place
from tests.charter.reach.world import IN_BOTH, IN_WEST, at, bring_areas, bring_the_town, bring_venues
from tests.geo.places.files import geojson, square
from tests.people import Service, ok

NAUGHTY = '"><script>alert(1)</script>'


@pytest.fixture
async def town(service: Service) -> Service:
    """Two boroughs, a town centre, four venues, one of which signed."""
    await bring_the_town()
    await Pen(now=service.clock()).stand(premises=at("The Lamb", IN_WEST))
    return service


async def test_without_boroughs_the_page_says_what_brings_them(service: Service) -> None:
    told = words(await page(service, "/reach"))

    assert "No boroughs have been imported" in told
    assert "night-safety import boroughs FILE" in told and "night-safety import venues FILE" in told


async def test_without_venues_the_page_says_what_brings_them(service: Service) -> None:
    await bring_areas()
    told = words(await page(service, "/reach"))

    assert "No night venues have been imported" in told and "import boroughs" not in told


async def test_the_table_has_a_row_for_each_borough(town: Service) -> None:
    """With a way to its signatories, and no percentage of so few venues."""
    shown = await page(town, "/reach")

    assert table_rows(shown)[1:] == [
        ["Lambeth", "1 of 2", "Too few venues for a percentage", "1", "1"],
        ["Southwark", "0 of 2", "Too few venues for a percentage", "0", "0"],
    ]
    assert f'href="/register?borough={LAMBETH}"' in shown
    assert "Of 4 night venues known, signed 1 (25%)" in words(shown)


async def test_the_table_can_be_of_town_centres(town: Service) -> None:
    assert table_rows(await page(town, "/reach?by=town_centre"))[1:] == [
        ["Middle District, Lambeth", "0 of 1", "Too few venues for a percentage", "0", "0"]
    ]


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Lambeth"), ("share", "Southwark"), ("known", "Lambeth"), ("?", "Lambeth")]
)
async def test_the_table_is_sorted_as_it_is_asked(sort: str, first: str, service: Service) -> None:
    """Lambeth has more venues, and Southwark the larger share; what cannot be sorted by is passed over."""
    await bring_the_town()
    await bring_venues(("The Arch", IN_WEST, LAMBETH), category="nightclub")
    await Pen(now=service.clock()).stand(premises=at("The Ship", (-0.1015, 51.462)))

    assert table_rows(await page(service, f"/reach?sort={sort}"))[1][0] == first


async def test_the_map_draws_every_borough_and_every_centre(town: Service) -> None:
    """With shares as words for few venues, and a disc for a town centre."""
    boroughs = (await town.http.get("/reach/map.svg")).text
    centres = (await town.http.get("/reach/map.svg?by=town_centre")).text

    assert ">1/2</text>" in boroughs and ">0/2</text>" in boroughs
    assert centres.count("<circle") == 1 and "<circle" not in boroughs
    assert 'role="img"' in boroughs and "<title" in boroughs


async def test_the_map_of_nowhere_is_a_map(service: Service) -> None:
    """A page without boroughs has none; whoever asks for it all the same is told so."""
    answer = await service.http.get("/reach/map.svg")

    assert answer.status_code == 404


async def test_a_borough_without_venues_looks_unlike_one_where_nobody_signed(service: Service) -> None:
    await bring_areas()
    await bring_venues(("The Lamb", IN_WEST, LAMBETH))
    drawn = (await service.http.get("/reach/map.svg")).text
    paths = [part.split('"')[0] for part in drawn.split(' fill="')]

    assert "url(#shares-hatched)" in paths and "#fbf9f4" in paths


async def test_the_interactive_map_leaves_blank_what_is_not_known(service: Service) -> None:
    await bring_areas()
    await bring_venues(("The Lamb", IN_WEST, LAMBETH))
    [lambeth] = (await ok(await service.http.get("/reach/areas.geojson")))["features"]

    assert lambeth["properties"] == {"id": LAMBETH, "share": 0.0, "label": "Lambeth: 0 of 1 venues known"}
    assert (await ok(await service.http.get("/reach/areas.geojson?by=town_centre")))["features"] == []


async def test_an_unlisted_place_in_a_town_centre_is_nowhere_on_its_page(town: Service) -> None:
    """Not in a count, not in a file, not on the map."""
    addresses = ["/reach?by=town_centre", "/reach/map.svg?by=town_centre", "/reach/areas.geojson?by=town_centre"]
    before = [(await town.http.get(address)).text for address in addresses]
    refuge = [place("The Crown", at=IN_BOTH, listed=False)]
    await Pen(now=town.clock()).stand("Refuge", premises=refuge)
    after = [(await town.http.get(address)).text for address in addresses]

    changed = [
        (one, other)
        for was, now in zip(before, after, strict=True)
        for one, other in zip(was.splitlines(), now.splitlines(), strict=True)
        if one != other
    ]
    # Only London's totals: an organisation more, and its premises.
    assert [words(other).split(" ")[-1] for _, other in changed] == ["2", "2"]


async def test_a_venues_name_is_on_no_page_and_an_areas_name_is_inert(service: Service) -> None:
    await bring_the_town()
    about = {"layerreference": "T2", "sitename": NAUGHTY, "classification": "District", "borough": "Lambeth"}
    await import_places(read_town_centres(geojson((about, square(-0.12, 51.46)))), now=service.clock())
    shown = await page(service, "/reach?by=town_centre")

    assert NAUGHTY not in shown and NAUGHTY in words(shown).replace("&quot;", '"')


async def test_the_queries_of_a_page_do_not_grow_with_its_rows(town: Service) -> None:
    await page(town, "/reach")
    numbers = []
    for _ in range(2):
        async with counted() as asked:
            await page(town, "/reach")
        numbers.append(len([statement for statement in asked if "select" in statement.lower()]))
        await bring_venues(*((f"No {number}", IN_WEST, LAMBETH) for number in range(30)), category="theatre")
        await page(town, "/reach")

    assert numbers[0] == numbers[1]
