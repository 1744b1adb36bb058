"""The 33 authorities that the product knows by itself."""

import csv
from pathlib import Path

import pytest

from geo.places.authorities import AUTHORITIES, authority, authority_meant, authority_named


def test_there_are_33_authorities_in_the_order_of_their_codes() -> None:
    codes = [known.gss for known in AUTHORITIES]

    assert codes == [f"E09{number:06d}" for number in range(1, 34)]
    assert (AUTHORITIES[0].name, AUTHORITIES[-1].name) == ("City of London", "Westminster")


def test_names_and_inner_london_are_those_of_the_published_list(shared_data: Path) -> None:
    with (shared_data / "facts/london_authorities.csv").open(encoding="utf8", newline="") as file:
        published = [(row["gss"], row["name"], row["inner_london_ons"] == "T") for row in csv.DictReader(file)]

    assert [(known.gss, known.name, known.inner) for known in AUTHORITIES] == published


@pytest.mark.parametrize(
    ("written", "gss"),
    [
        ("HACKNEY", "E09000012"),
        ("City Of Westminster", "E09000033"),
        ("City And County Of The City Of London", "E09000001"),
        ("Kensington & Chelsea", "E09000020"),
        ("London Borough of Brent", "E09000005"),
        ("Royal Borough of Greenwich", "E09000011"),
        ("  Richmond  ", "E09000027"),
    ],
)
def test_an_authority_is_known_by_the_names_that_publishers_write(written: str, gss: str) -> None:
    known = authority_named(written)

    assert known is not None
    assert known.gss == gss


def test_every_authority_is_found_by_its_own_name_and_code() -> None:
    for known in AUTHORITIES:
        assert authority(known.gss) is known
        assert authority_meant(known.name.upper()) is known


@pytest.mark.parametrize("unknown", ["", "LLDC", "E09000034", "Slough", "E06000039"])
def test_what_is_no_london_authority_is_none(unknown: str) -> None:
    assert authority_meant(unknown) is None
