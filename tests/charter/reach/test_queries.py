"""What is said of each area, on both databases: venues once, organisations once, and nothing that is hidden."""

from datetime import timedelta
from uuid import UUID

import pytest

import charter.reach.remembered as remembered
from charter.narrowing import Sought
from charter.queries import signatories
from charter.reach.queries import Area, Figures, figures, reach_of, refresh_figures
from charter.reach.shares import Reach
from geo.places.boundaries import read_boroughs
from geo.places.errors import NoSuchPlace
from geo.places.importing import import_places
from migrations.database import execute, fetch_value, transaction
from tests.charter.builders import LAMBETH, NOW, SOUTHWARK, Pen, counted, organisation, place
from tests.charter.reach.world import IN_BOTH, IN_EAST, IN_WEST, at, bring_the_town
from tests.geo.places.files import geojson, square

HIDDEN = {"consent": {"public_listing": False, "network_contact": False}}
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pen() -> Pen:
    return Pen()


@pytest.fixture
async def town(database: str) -> None:
    await bring_the_town()


async def now_known() -> Figures:
    return await figures(now=NOW)


def of(areas: tuple[Area, ...], name: str) -> Reach:
    return next(area.reach for area in areas if area.name == name)


async def put(id: UUID, state: str) -> None:
    """Change a signatory's state, with the event that every command leaves."""
    async with transaction():
        await execute("update signatory set state = $2 where id = $1", id, state)
        last = (
            "insert into charter_event (at, actor, action, subject, subject_id) values ($1, 'x', $2, 'signatory', $3)"
        )
        await execute(last, NOW, state, str(id))


async def test_without_imports_nothing_is_known(pen: Pen) -> None:
    """The organisation counts all the same."""
    await pen.stand()
    found = await now_known()

    assert (found.boroughs, found.town_centres) == ((), ())
    assert (found.london.venues_known, found.london.share, found.london.organisations_signed) == (0, None, 1)
    assert (found.london.premises_signed, found.elsewhere) == (1, 1)


async def test_a_venue_of_two_lists_is_known_once(town: None) -> None:
    found = await now_known()

    assert found.london.venues_known == 4
    assert [(area.name, area.reach.venues_known) for area in found.boroughs] == [("Lambeth", 2), ("Southwark", 2)]
    assert (of(found.town_centres, "Middle").venues_known, of(found.boroughs, "Lambeth").share) == (1, 0.0)


async def test_a_signed_venue_counts_where_it_is(town: None, pen: Pen) -> None:
    """In its borough and in the town centre, by whichever list's name it signed."""
    await pen.stand("Crown Ltd", premises=at("Crown", IN_BOTH))
    found = await now_known()

    assert of(found.boroughs, "Lambeth").share == 0.5
    assert of(found.boroughs, "Southwark").share == 0.0
    assert (of(found.town_centres, "Middle").venues_signed, found.london.venues_signed) == (1, 1)


async def test_a_chain_counts_its_premises_and_once_itself(town: None, pen: Pen) -> None:
    places = [place("The Lamb", at=IN_WEST), place("The Crown", at=IN_BOTH), place("The Ship", at=IN_EAST)]
    await pen.stand("A Chain", premises=places)
    found = await now_known()

    assert (found.london.organisations_signed, found.london.premises_signed, found.london.venues_signed) == (1, 3, 3)
    lambeth = of(found.boroughs, "Lambeth")
    assert (lambeth.organisations_signed, lambeth.premises_signed, lambeth.share) == (1, 2, 1.0)


async def test_signing_twice_for_one_venue_does_not_raise_its_share_above_one(town: None, pen: Pen) -> None:
    """Landlord and tenant are two organisations with two premises in one venue."""
    for name in ("Landlord", "Tenant", "Events"):
        await pen.stand(name, premises=at("The Lamb", IN_WEST))
    lambeth = of((await now_known()).boroughs, "Lambeth")

    assert (lambeth.venues_signed, lambeth.venues_possible, lambeth.venues_known) == (1, 2, 2)
    assert (lambeth.organisations_signed, lambeth.premises_signed) == (3, 3)


async def test_only_places_of_a_venues_sector_are_possible_venues(town: None, pen: Pen) -> None:
    await pen.stand("Shop", organisation=organisation("Shop", "retail_or_supermarket"), premises=at("Shop", IN_WEST))
    lambeth = of((await now_known()).boroughs, "Lambeth")

    assert (lambeth.venues_signed, lambeth.venues_possible, lambeth.premises_signed) == (0, 0, 1)


@pytest.mark.parametrize(
    ("state", "counts"),
    [("active", 1), ("review_due", 1), ("lapsed", 0), ("withdrawn", 0), ("suspended", 0), ("held", 0), ("applied", 0)],
)
async def test_only_signatures_in_force_count(state: str, counts: int, town: None, pen: Pen) -> None:
    await put(await pen.stand(premises=at("The Lamb", IN_WEST)), state)
    found = await now_known()

    assert (found.london.organisations_signed, found.london.venues_signed) == (counts, counts)
    assert of(found.boroughs, "Lambeth").premises_signed == counts


async def test_an_unlisted_place_counts_in_its_borough_and_in_no_town_centre(town: None, pen: Pen) -> None:
    """As the register shows it. A refuge beside a pub of its own name is never taken for the pub."""
    await pen.stand("The Crown", premises=at("The Crown", IN_BOTH, listed=False))
    found = await now_known()

    assert (
        of(found.town_centres, "Middle").premises_signed == of(found.town_centres, "Middle").organisations_signed == 0
    )
    assert (of(found.boroughs, "Lambeth").premises_signed, found.london.venues_signed) == (1, 0)


async def test_a_signature_that_is_not_listed_counts_and_is_nowhere(town: None, pen: Pen) -> None:
    """It is one more organisation in London, and no area, venue or premises tells where."""
    before = await now_known()
    await pen.stand("Hidden", premises=at("The Lamb", IN_WEST), **HIDDEN)
    after = await now_known()

    assert after.london.organisations_signed == before.london.organisations_signed + 1
    assert (after.not_listed, after.london.premises_signed, after.london.venues_signed) == (1, 0, 0)
    assert (after.boroughs, after.town_centres) == (before.boroughs, before.town_centres)


async def test_every_change_is_seen_at_once(town: None, pen: Pen) -> None:
    """Though the figures are kept between two questions: a signature, a lapse, and a new import."""
    seen = [(await now_known()).london]
    id = await pen.stand(premises=at("The Lamb", IN_WEST))
    seen.append((await now_known()).london)
    await put(id, "lapsed")
    seen.append((await now_known()).london)
    await import_places(
        read_boroughs(geojson(({"GSS_CODE": "E09000001", "NAME": "City"}, square(-0.05, 51.5)))), now=NOW
    )

    assert [london.venues_signed for london in seen] == [0, 1, 0]
    assert len((await now_known()).boroughs) == 3


async def test_unchanged_figures_are_not_made_again(town: None, pen: Pen) -> None:
    await pen.stand()
    first = await now_known()
    async with counted() as asked:
        again = await figures(now=NOW + timedelta(minutes=4))

    assert again is first
    assert len([statement for statement in asked if "select" in statement.lower()]) == len(remembered.STAMPED)
    assert await figures(now=NOW + timedelta(minutes=5)) is not first


async def test_figures_of_a_large_register_may_lag_a_minute(
    town: None, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not longer."""
    monkeypatch.setattr("charter.reach.queries.LARGE_PREMISES", 0)
    await pen.stand("First")
    first = await now_known()
    await pen.stand("Second")

    assert await figures(now=NOW + timedelta(seconds=59)) is first
    assert (await figures(now=NOW + timedelta(seconds=60))).london.organisations_signed == 2


async def test_a_chore_makes_the_figures_before_they_are_asked_for(
    town: None, pen: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a change, however large the register is."""
    monkeypatch.setattr("charter.reach.queries.LARGE_PREMISES", 0)
    await refresh_figures(now=NOW)
    await pen.stand()

    assert [await refresh_figures(now=NOW) for _ in range(2)] == [True, False]
    assert (await now_known()).london.organisations_signed == 1


async def test_any_area_can_be_asked_for(town: None, pen: Pen) -> None:
    await pen.stand(premises=at("The Lamb", IN_WEST))
    number = await fetch_value("select number from place where kind = 'town_centre'")
    centre, shape, as_of = await reach_of(str(number), now=NOW)

    assert (centre.name, centre.category, centre.borough, as_of) == ("Middle", "District", LAMBETH, NOW)
    assert centre in (await now_known()).town_centres
    assert shape.bounds == pytest.approx((-0.115, 51.46, -0.105, 51.47))


@pytest.mark.parametrize("area", ["0", "-1", "999999", "9" * 30, "E09000099", "", "1e3", "１", "a" * 1000])
async def test_an_unknown_area_is_not_found(area: str) -> None:
    with pytest.raises(NoSuchPlace):
        await reach_of(area, now=NOW)


async def test_a_venue_is_no_area(town: None) -> None:
    number = await fetch_value("select number from place where kind = 'venue' limit 1")

    with pytest.raises(NoSuchPlace):
        await reach_of(str(number), now=NOW)


async def test_the_queries_do_not_grow_with_the_register(town: None, pen: Pen) -> None:
    """As many for eleven organisations as for one."""
    numbers = []
    for organisations in (1, 10):
        for name in range(organisations):
            await pen.stand(f"No {name}", premises=[place("The Lamb", at=IN_WEST), place("B", at=IN_EAST)])
        async with counted() as asked:
            await now_known()
        numbers.append(len([statement for statement in asked if "select" in statement.lower()]))

    assert numbers[0] == numbers[1]


async def test_boroughs_agree_with_the_register(town: None, pen: Pen) -> None:
    """A borough's count of organisations is what /register?borough= lists."""
    await pen.stand("Two places", premises=[place("A", at=IN_WEST), place("B", at=IN_EAST, listed=False)])
    for area in (await now_known()).boroughs:
        listed = await signatories(Sought(borough=area.key), limit=10)
        assert area.reach.organisations_signed == len(listed.entries) == 1
    assert {area.key for area in (await now_known()).boroughs} == {LAMBETH, SOUTHWARK}
