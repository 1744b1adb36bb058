"""The charter as it is published: seven pledges in the words of 2018, and nineteen sectors."""

import re

import pytest

from charter.pledges import NUMBERS, SECTORS, UNLISTED_BY_DEFAULT, VERSIONS, key_of

# The contract's examples, and the labels of the domain whose keys are easy to get wrong.
KEYS = {
    "pub or bar": "pub_or_bar",
    "nightclub or music venue": "nightclub_or_music_venue",
    "restaurant or takeaway": "restaurant_or_takeaway",
    "theatre, cinema or arts": "theatre_cinema_or_arts",
    "BID, landowner or developer": "bid_landowner_or_developer",
    "other": "other",
}


def test_the_version_that_is_signed_is_published() -> None:
    """Seven pledges, numbered from 1 without a gap, each with what shows that it is kept."""
    wording = VERSIONS["2018"]
    pledges = wording.pledges

    assert wording.version == "2018"
    assert tuple(pledge.number for pledge in pledges) == NUMBERS
    assert all(pledge.text.endswith(".") and pledge.evidence.endswith(".") for pledge in pledges)


def test_the_wording_is_that_of_2018() -> None:
    """A changed word would be another version."""
    first, third, last = (VERSIONS["2018"].pledges[number].text for number in (0, 2, 6))

    assert first == "Nominate a champion in your organisation who actively promotes women's night safety."
    assert third.startswith("Remind customers and staff that London is safe, but tell them what to do")
    assert last == "Design your public spaces and work places to make them safer for women at night."


@pytest.mark.parametrize(("label", "key"), KEYS.items())
def test_a_sectors_key_is_its_label_in_snake_case(label: str, key: str) -> None:
    """Clients send keys; people read labels."""
    assert key_of(label) == key
    assert SECTORS[key].label.lower() == label.lower()


def test_there_are_nineteen_sectors() -> None:
    """Each key once, and nothing in a key that an address would have to escape."""
    assert len(SECTORS) == 19
    assert all(re.fullmatch("[a-z_]+", key) for key in SECTORS)
    assert all(sector.label[0].isupper() for sector in SECTORS.values())


def test_places_that_somebody_may_be_looking_for_are_unlisted() -> None:
    """Refuges, clinics and drivers' homes; every other sector is on the map unless it says otherwise."""
    unlisted = {key for key, sector in SECTORS.items() if not sector.listed}

    assert unlisted == {key_of(label) for label in UNLISTED_BY_DEFAULT}
    assert unlisted == {"charity_or_community", "health_or_care", "taxi_or_private_hire"}
