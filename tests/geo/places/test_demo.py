"""The demo's invented corner of London."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from geo.places.demo import DEMO_AREA, SOURCE, demo_route, import_demo_places
from geo.places.entries import Kind
from geo.places.queries import Sought, boroughs_of, places, town_centres
from geo.shapes import area_km2, area_of, distance_m, distance_outside_m, point

NOW = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)


async def test_the_demo_brings_a_town_centre_hubs_and_a_dozen_venues(database: str) -> None:
    summaries = await import_demo_places(now=NOW)

    assert sum(summary.new for summary in summaries if summary.kind is Kind.VENUE) == 12
    assert sum(summary.new for summary in summaries if summary.kind is Kind.HUB) == 6
    assert [centre.name for centre in await town_centres()] == ["Wharf Quarter (demo)"]


async def test_everything_of_the_demo_says_that_it_was_invented(database: str) -> None:
    await import_demo_places(now=NOW)

    found = await places(Sought())

    assert {known.source for known in found} == {SOURCE}
    assert {known.borough for known in found if known.kind in (Kind.VENUE, Kind.TOWN_CENTRE)} == {"E09000019"}
    assert {known.key for known in found if known.kind is Kind.BOROUGH} == {"E09000012", "E09000019"}


async def test_the_demo_may_be_brought_in_again(database: str) -> None:
    await import_demo_places(now=NOW)
    again = await import_demo_places(now=NOW + timedelta(days=1))

    assert [(summary.new, summary.changed) for summary in again] == [(0, 0)] * 5


async def test_every_stop_of_the_demo_has_a_borough(database: str) -> None:
    await import_demo_places(now=NOW)
    lons, lats = zip(*demo_route(), strict=True)

    assert set(await boroughs_of(lons, lats)) == {"E09000019"}


def test_the_demos_stops_lie_in_its_area_a_short_walk_apart() -> None:
    area = area_of(DEMO_AREA)
    stops = [point(lon, lat) for lon, lat in demo_route()]
    steps_m = [distance_m(one, other) for one, other in pairwise(stops)]

    assert all(distance_outside_m(stop, area) == 0 for stop in stops)
    assert 60 < min(steps_m) <= max(steps_m) < 130
    assert len(stops) >= 12


def test_the_demos_area_is_one_that_any_lead_may_commission() -> None:
    assert 0.1 < area_km2(area_of(DEMO_AREA)) < 25
