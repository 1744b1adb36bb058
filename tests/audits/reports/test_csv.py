"""stops.csv: the columns of the contract, blank for not asked, and nothing that a spreadsheet would run."""

import csv
import io
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from audits.reports.files.as_csv import COLUMNS, stops_csv
from geo.spreadsheets import FORMULA_STARTS, inert
from tests.audits.reports.samples import stop_row

CONTRACT = (
    "programme,stop_no,night_of,leg,sun_band,longitude,latitude,cell,hub,lighting,sightlines,ways_out,overlooking,"
    "access,wayfinding,upkeep,night_transport,hub_waiting,company,help,police,security,staff,cctv_sign,causes"
)


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows as a reader of CSV sees them."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_columns_are_those_of_the_contract() -> None:
    """Scripts rely on their names and their order."""
    assert ",".join(COLUMNS) == CONTRACT
    assert stops_csv([]).decode() == CONTRACT + "\r\n"


def test_blank_is_not_asked_and_an_answer_is_a_word() -> None:
    """A score is a number, no answer is nothing, and `cannot_tell` is neither 0 nor blank."""
    (row,) = rows(stops_csv([stop_row(7)]))

    assert (row["lighting"], row["sightlines"], row["ways_out"], row["overlooking"]) == (
        "2",
        "cannot_tell",
        "",
        "not_applicable",
    )
    assert (row["stop_no"], row["longitude"], row["causes"]) == ("7", "-0.114888", "glare noise")
    assert (row["police"], row["security"]) == ("no", "yes")


def test_a_stop_without_a_location_has_blank_coordinates() -> None:
    """A stop that was too far outside keeps its scores."""
    (row,) = rows(stops_csv([stop_row(1, longitude=None, latitude=None, cell=None, hub=None, sun_band=None)]))

    assert [row[name] for name in ("longitude", "latitude", "cell", "hub", "sun_band")] == [""] * 5
    assert row["lighting"] == "2"


@given(st.text())
def test_no_cell_is_a_formula_and_every_text_comes_back(words: str) -> None:
    """An apostrophe goes before what could begin a formula; nothing else changes."""
    made = inert(words)

    assert made.lstrip()[:1] not in FORMULA_STARTS or not made
    assert made in (words, "'" + words)


def test_known_injections_are_inert(shared_data: Path) -> None:
    """The payloads of security testers, and a real venue called @SIAM, stay text."""
    payloads = ["@SIAM"]
    for name in ("csv_injection_payloads.txt", "csv_injection_payloads_2.txt"):
        payloads += (shared_data / "text" / name).read_text(encoding="utf8").splitlines()
    payloads += json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    found = rows(stops_csv([stop_row(n, programme=words) for n, words in enumerate(payloads) if "\0" not in words]))

    assert not [row for row in found if row["programme"].lstrip().startswith(("=", "+", "-", "@"))]
    assert len(found) == len(payloads)
