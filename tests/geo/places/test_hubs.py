"""Transport hubs from NaPTAN: the published files, and rows that a test makes up."""

from collections import Counter
from pathlib import Path

import pytest
from shapely import Point

from geo.places.entries import Entry, Skipped
from geo.places.hubs import HUB_TYPES, PLATFORMS, STATIONS, STOPS, read_hubs
from tests.geo.places.files import metres_between, naptan, parted

EMPTY_WGS_84 = {
    "9100ABWDXR": "Abbey Wood",
    "9100BONDST": "Bond Street",
    "9100CANWHRF": "Canary Wharf",
    "9100FRNDXR": "Farringdon",
    "9100LIVSTLL": "Liverpool Street",
    "9100PADTLL": "Paddington",
    "9100TOTCTRD": "Tottenham Court Road",
    "9100WCHAPXR": "Whitechapel",
    "9100WOLWXR": "Woolwich",
    "9100CUSTMHS": "Custom House",
    "9100BARKRIV": "Barking Riverside",
}


def hubs_of(path: Path) -> tuple[list[Entry], list[Skipped]]:
    with path.open("rb") as file:
        return parted(read_hubs(file))


def test_a_station_is_read_with_its_code_type_place_and_address() -> None:
    [brixton], skipped = parted(read_hubs(naptan({})))

    assert (brixton.key, brixton.category, brixton.source) == ("9400ZZLUBXN", "MET", "NaPTAN 940")
    assert (brixton.name, brixton.address) == ("Brixton Underground Station", "Brixton Road, Brixton")
    assert brixton.shape.equals(Point(-0.11476, 51.46233))
    assert skipped == []


@pytest.mark.parametrize("kind_of_stop", sorted(PLATFORMS))
def test_platforms_berths_and_gates_are_not_hubs(kind_of_stop: str) -> None:
    entries, [skipped] = parted(read_hubs(naptan({"StopType": kind_of_stop})))

    assert entries == []
    assert kind_of_stop in skipped.why


@pytest.mark.parametrize("kind_of_stop", sorted(HUB_TYPES))
def test_stations_entrances_stops_and_ranks_are_hubs(kind_of_stop: str) -> None:
    [hub], _ = parted(read_hubs(naptan({"StopType": kind_of_stop})))

    assert hub.category == kind_of_stop


def test_a_type_is_a_station_or_a_stop_and_never_a_platform_too() -> None:
    assert not STATIONS.keys() & STOPS.keys()
    assert not HUB_TYPES.keys() & PLATFORMS


@pytest.mark.parametrize("status", ["inactive", "pending", "", "deleted"])
def test_a_stop_that_is_not_active_is_skipped(status: str) -> None:
    entries, [skipped] = parted(read_hubs(naptan({"Status": status})))

    assert entries == []
    assert skipped.why.startswith("not active")


def test_empty_degrees_are_made_up_for_by_easting_and_northing() -> None:
    [hub], _ = parted(read_hubs(naptan({"Longitude": "", "Latitude": ""})))

    assert metres_between(hub.shape, Point(-0.11476, 51.46233)) < 60


@pytest.mark.parametrize("grid", ["IrishOS"])
def test_irish_metres_are_not_taken_for_british_ones(grid: str) -> None:
    entries, [skipped] = parted(read_hubs(naptan({"Longitude": "", "Latitude": "", "GridType": grid})))

    assert entries == []
    assert skipped.why == "a position outside Great Britain"


@pytest.mark.parametrize("placeholder", [("0", "0"), ("nan", "nan"), ("1e999", "1e999"), ("-77", "39"), ("x", "y")])
def test_degrees_that_are_no_place_in_britain_give_way_to_metres(placeholder: tuple[str, str]) -> None:
    lon, lat = placeholder
    [hub], _ = parted(read_hubs(naptan({"Longitude": lon, "Latitude": lat})))

    assert metres_between(hub.shape, Point(-0.11476, 51.46233)) < 60


def test_a_stop_without_any_position_is_skipped() -> None:
    nowhere = {"Longitude": "", "Latitude": "", "Easting": "", "Northing": ""}
    entries, [skipped] = parted(read_hubs(naptan(nowhere)))

    assert entries == []
    assert (skipped.row, skipped.why) == (2, "no position")


def test_a_stop_without_a_code_and_one_with_an_endless_name_are_skipped() -> None:
    _, skipped = parted(read_hubs(naptan({"ATCOCode": ""}, {"CommonName": "x" * 301})))

    assert [one.why for one in skipped] == ["no code or no name", "a name too long to be one"]


def test_the_eleven_rail_rows_with_empty_degrees_are_placed(shared_data: Path) -> None:
    rail, _ = hubs_of(shared_data / "transport/naptan/910Stops.csv")
    placed = {hub.key: hub for hub in rail if hub.key in EMPTY_WGS_84}

    assert {code: hub.name for code, hub in placed.items()} == EMPTY_WGS_84
    assert all(-0.2 < hub.shape.x < 0.15 and 51.48 < hub.shape.y < 51.54 for hub in placed.values())


def test_bond_street_lies_where_the_tube_station_of_that_name_does(shared_data: Path) -> None:
    rail, _ = hubs_of(shared_data / "transport/naptan/910Stops.csv")
    tube, _ = hubs_of(shared_data / "transport/naptan/940Stops.csv")
    [elizabeth] = [hub for hub in rail if hub.key == "9100BONDST"]
    [jubilee] = [hub for hub in tube if hub.key == "9400ZZLUBND"]

    assert metres_between(elizabeth.shape, jubilee.shape) < 250


@pytest.mark.parametrize(
    ("name", "rows", "hubs", "inactive"),
    [("910", 2765, 2718, 44), ("940", 2609, 943, 94), ("930", 850, 498, 11), ("037", 523, 415, 108)],
)
def test_every_row_of_the_published_files_is_a_hub_or_skipped_with_a_reason(
    shared_data: Path, name: str, rows: int, hubs: int, inactive: int
) -> None:
    found, skipped = hubs_of(shared_data / f"transport/naptan/{name}Stops.csv")
    reasons = Counter(one.why.split(" (")[0] for one in skipped)

    assert (len(found), len(found) + len(skipped)) == (hubs, rows)
    assert reasons["not active"] == inactive


def test_platforms_of_the_published_metro_file_are_left_out(shared_data: Path) -> None:
    tube, _ = hubs_of(shared_data / "transport/naptan/940Stops.csv")

    assert {hub.category for hub in tube} == {"MET", "TMU"}
    assert sum(hub.key == "9400ZZLUBXN" for hub in tube) == 1


def test_bus_stops_of_london_are_read_for_all_the_quirks_of_their_file(shared_data: Path) -> None:
    buses, skipped = hubs_of(shared_data / "transport/naptan/490Stops_sample.csv")

    assert (len(buses), skipped) == (22, [])
    assert {(hub.category, hub.source) for hub in buses} == {("BCT", "NaPTAN 490")}
    assert buses[0].address == "Stop Q, Stratford"
