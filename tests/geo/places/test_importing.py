"""Importing: all of a file or nothing, twice is once, and in any order; on both databases."""

import asyncio
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geo.places.boundaries import read_boroughs, read_outline, read_town_centres, read_wards
from geo.places.entries import Entry, Kind, Read, Skipped
from geo.places.errors import NothingToImport, UnreadableFile
from geo.places.hubs import read_hubs
from geo.places.importing import SkippedRows, Summary, import_places
from geo.places.queries import place_keyed, places_in_box
from geo.places.venues import read_venues
from migrations.database import ConstraintViolated, execute, fetch_tuples, fetch_value, transaction
from tests.geo.places.files import geojson, naptan, square, venues

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)

# A small town on the Thames: two boroughs, an outline around them, and places in and beside them.
FILES: dict[str, Callable[[], Read]] = {
    "boroughs": lambda: read_boroughs(
        geojson(
            ({"gss": "E09000022", "name": "Lambeth"}, square(-0.2, 51.4, 0.1)),
            ({"gss": "E09000028", "name": "Southwark"}, square(-0.09, 51.4, 0.1)),
        )
    ),
    "outline": lambda: read_outline(geojson(({}, square(-0.25, 51.35, 0.3)))),
    "wards": lambda: read_wards(
        geojson(
            ({"gss": "E05000001", "name": "Stated elsewhere", "borough_gss": "E09000001"}, square(-0.15, 51.45)),
            ({"gss": "E05000002", "name": "Unstated"}, square(-0.05, 51.45)),
        )
    ),
    "town centres": lambda: read_town_centres(
        geojson(({"layerreference": "T1", "sitename": "Middle", "classification": "Local"}, square(-0.14, 51.45, 0.05)))
    ),
    "hubs": lambda: read_hubs(
        naptan(
            {"ATCOCode": "9400A", "Longitude": "-0.15", "Latitude": "51.45"},
            {"ATCOCode": "9300B", "Longitude": "-0.096", "Latitude": "51.45", "StopType": "FER"},
            {"ATCOCode": "9400C", "Longitude": "-0.6", "Latitude": "51.45"},
        )
    ),
    "venues": lambda: read_venues(
        venues({"borough_code": "", "borough_name": "", "easting": "533500", "northing": "174500"}, {"name": "The Ram"})
    ),
}


class LightsOut(BaseException):
    """Whatever may end a process in the middle of its work."""


def some_hubs(count: int, **about: Any) -> list[Entry]:
    hub = Entry(row=2, kind=Kind.HUB, key="0", name="Hub", shape=Point(-0.1, 51.5), source="test", category="MET")
    return [replace(hub, row=n + 2, key=f"{n:06d}", shape=Point(-0.1 + n / 1e5, 51.5), **about) for n in range(count)]


async def known() -> list[tuple[Any, ...]]:
    """Everything that the register says, but for numbers and times."""
    return await fetch_tuples(
        "SELECT kind, key, name, folded, borough, borough_stated, category, address, postcode, source, fingerprint "
        "FROM place ORDER BY kind, key"
    )


async def forget() -> None:
    async with transaction():
        await execute("DELETE FROM place")


async def import_all(names: list[str]) -> list[Summary]:
    return [await import_places(FILES[name](), now=NOW) for name in names]


async def test_a_first_import_is_all_new_and_a_second_changes_nothing() -> None:
    first = await import_places(FILES["hubs"](), now=NOW)
    second = await import_places(FILES["hubs"](), now=LATER)

    assert str(first) == "3 new, 0 changed, 0 unchanged"
    assert str(second) == "0 new, 0 changed, 3 unchanged"
    assert await fetch_value("SELECT count(*) FROM place WHERE imported_at > $1", NOW) == 0


async def test_what_has_changed_is_brought_up_to_date_and_the_rest_left_alone() -> None:
    await import_places(some_hubs(3), now=NOW)
    renamed = [replace(hub, name="Old Hub") if hub.key == "000001" else hub for hub in some_hubs(3)]

    summary = await import_places(renamed, now=LATER)

    assert str(summary) == "0 new, 1 changed, 2 unchanged"
    assert await fetch_tuples("SELECT name, folded FROM place WHERE imported_at = $1", LATER) == [
        ("Old Hub", "old hub")
    ]


async def test_a_hub_that_has_moved_is_found_where_it_is_now() -> None:
    await import_places(some_hubs(1), now=NOW)
    await import_places([replace(hub, shape=Point(-0.2, 51.4)) for hub in some_hubs(1)], now=LATER)

    assert await places_in_box(-0.11, 51.49, -0.09, 51.51) == []
    assert len(await places_in_box(-0.21, 51.39, -0.19, 51.41)) == 1


async def test_what_a_new_edition_of_the_file_leaves_out_is_kept_and_counted() -> None:
    await import_places(some_hubs(5), now=NOW)
    await import_places(some_hubs(2, source="another"), now=NOW)

    summary = await import_places(some_hubs(4)[3:], now=LATER)

    assert (summary.unchanged, summary.missing) == (1, 2)
    assert await fetch_value("SELECT count(*) FROM place") == 5


async def test_a_code_that_comes_twice_is_taken_once() -> None:
    summary = await import_places([*some_hubs(2), replace(some_hubs(1)[0], row=9, name="Again")], now=NOW)

    assert summary.skipped == (SkippedRows(why="a code that an earlier row has", count=1, first_rows=(9,)),)
    assert await fetch_value("SELECT name FROM place WHERE key = $1", "000000") == "Hub"


async def test_skipped_rows_are_summed_by_reason_the_most_frequent_first() -> None:
    skipped = [Skipped(9, "rare"), *(Skipped(row, "often") for row in (8, 7, 3, 5))]

    summary = await import_places([*some_hubs(1), *skipped], now=NOW)

    assert [(reason.why, reason.count, reason.first_rows) for reason in summary.skipped] == [
        ("often", 4, (3, 5, 7)),
        ("rare", 1, (9,)),
    ]


async def test_a_file_without_a_usable_row_is_refused_with_the_reasons() -> None:
    with pytest.raises(NothingToImport, match=r"2 rows: not active \(inactive\)"):
        await import_places(read_hubs(naptan({"Status": "inactive"}, {"Status": "inactive"})), now=NOW)
    with pytest.raises(NothingToImport, match="no rows"):
        await import_places(read_hubs(naptan()), now=NOW)


async def test_a_fault_of_the_file_at_a_late_row_leaves_nothing_behind() -> None:
    content = naptan(*({"ATCOCode": f"94{n:06d}"} for n in range(2500))).getvalue()

    with pytest.raises(UnreadableFile):
        await import_places(read_hubs(io.BytesIO(content + b'"' + b"x" * 200_000)), now=NOW)

    assert await known() == []


async def test_a_fault_of_the_database_at_a_late_row_leaves_nothing_behind() -> None:
    hubs = some_hubs(2500)
    broken = replace(hubs[-1], category=None, source=None)  # type: ignore[arg-type]  # the fault that is wanted

    with pytest.raises(ConstraintViolated):
        await import_places([*hubs[:-1], broken], now=NOW)

    assert await known() == []


async def test_an_import_that_is_interrupted_leaves_nothing_behind() -> None:
    def interrupt(done: int, total: int) -> None:
        if done >= total / 2:
            raise LightsOut

    with pytest.raises(LightsOut):
        await import_places(some_hubs(2500), now=NOW, on_progress=interrupt)

    assert await known() == []
    assert (await import_places(some_hubs(1), now=NOW)).new == 1


async def test_progress_grows_to_the_number_of_rows() -> None:
    seen: list[tuple[int, int]] = []

    await import_places(some_hubs(2500), now=NOW, on_progress=lambda done, total: seen.append((done, total)))

    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert (seen[-1], len(seen)) == ((2500, 2500), 4)


async def test_two_imports_of_one_file_at_once_leave_each_place_once() -> None:
    await asyncio.gather(*(import_places(some_hubs(1500), now=NOW) for _ in range(2)))

    assert await fetch_value("SELECT count(*) FROM place") == 1500
    assert len(await places_in_box(-1, 51, 1, 52)) == 1500


async def test_boroughs_are_found_for_what_was_imported_before_them() -> None:
    await import_all(["venues", "hubs"])
    before = await fetch_tuples("SELECT count(*) FROM place WHERE borough IS NOT NULL")

    [summary] = await import_all(["boroughs"])

    assert before == [(1,)]
    assert summary.boroughs_assigned == 3
    assert await fetch_value("SELECT borough FROM place WHERE key = $1", "9400A") == "E09000022"


async def test_a_stated_borough_stands_whatever_the_map_says() -> None:
    await import_all(["boroughs", "outline", "wards"])

    assert await fetch_tuples("SELECT name, borough FROM place WHERE kind = 'ward' ORDER BY key") == [
        ("Stated elsewhere", "E09000001"),
        ("Unstated", "E09000028"),
    ]


async def test_a_pier_in_the_river_belongs_to_the_nearest_bank_and_a_stop_in_slough_to_none() -> None:
    await import_all(["boroughs", "outline", "hubs"])

    assert await fetch_tuples("SELECT key, borough FROM place WHERE kind = 'hub' ORDER BY key") == [
        ("9300B", "E09000022"),
        ("9400A", "E09000022"),
        ("9400C", None),
    ]


async def test_an_area_across_a_boundary_belongs_where_a_point_on_it_is() -> None:
    await import_all(["boroughs", "town centres"])

    middle = await place_keyed(Kind.TOWN_CENTRE, "T1")

    assert middle is not None
    assert middle.borough == "E09000022"


async def test_a_borough_that_moves_takes_its_places_along() -> None:
    await import_all(["boroughs", "hubs"])
    moved = read_boroughs(geojson(({"gss": "E09000022", "name": "Lambeth"}, square(-0.65, 51.4, 0.1))))

    summary = await import_places(moved, now=LATER)

    assert (summary.changed, summary.missing) == (1, 1)
    assert (await place_keyed(Kind.HUB, "9400C")).borough == "E09000022"  # type: ignore[union-attr]  # it is there


@settings(max_examples=12)
@given(order=st.permutations(list(FILES)))
async def test_the_order_of_imports_makes_no_difference(order: list[str]) -> None:
    await import_all(list(FILES))
    usual = await known()
    await forget()

    await import_all(order)
    other = await known()
    await forget()

    assert other == usual


@settings(max_examples=8)
@given(order=st.lists(st.sampled_from(list(FILES)), min_size=1, max_size=10))
async def test_importing_anything_again_changes_nothing(order: list[str]) -> None:
    await import_all(order)
    once = await known()

    again = await import_all(order)
    twice = await known()
    await forget()

    assert twice == once
    assert all((summary.new, summary.changed, summary.boroughs_assigned) == (0, 0, 0) for summary in again)


def published(data: Path) -> Iterator[tuple[Path, Callable[..., Read]]]:
    yield data / "transport/naptan/910Stops.csv", read_hubs
    yield data / "venues/gla_pubs_2020.csv", read_venues
    yield data / "boundaries/london_wards_2018.geojson", read_wards


async def test_rail_stations_pubs_and_wards_are_imported_and_twice_is_once(shared_data: Path) -> None:
    """How long it takes is measured where nothing else runs: `tests/benchmarks/places.py`."""
    summaries = []
    for path, reader in [*published(shared_data), *published(shared_data)]:
        with path.open("rb") as file:
            summaries.append(await import_places(reader(file), now=NOW))

    assert [summary.new for summary in summaries] == [2718, 4098, 657, 0, 0, 0]
    assert [summary.unchanged for summary in summaries] == [0, 0, 0, 2718, 4098, 657]


async def test_all_published_files_find_their_boroughs(shared_data: Path) -> None:
    for path, reader in (
        ("transport/naptan/930Stops.csv", read_hubs),
        ("venues/gla_music_venues_2022.csv", read_venues),
        ("boundaries/london_boroughs.geojson", read_boroughs),
        ("boundaries/greater_london_outline_with_thames.geojson", read_outline),
    ):
        with (shared_data / path).open("rb") as file:
            await import_places(reader(file), now=NOW)

    piers = "SELECT count(*) FROM place WHERE category = 'FER' AND borough IS NOT NULL AND name LIKE '%Pier'"
    assert await fetch_value("SELECT count(*) FROM place WHERE kind = 'venue' AND borough IS NULL") == 0
    assert await fetch_value(piers) > 20
