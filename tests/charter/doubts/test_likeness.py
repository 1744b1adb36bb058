"""Likeness: two ways of writing one organisation agree, and two organisations do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.doubts.likeness import MAX_LIKENESS, likeness, place_likeness, site_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lamb", "lamb"),
        ("The Lamb", "THE LAMB LTD."),
        ("Café Révolution", "cafe revolution"),
        ("Fish & Chips", "Fish and Chips"),
        ("Fish + Chips Limited", "fish AND chips plc"),
        ("O’Neill's", "ONeills"),
        ("Rock n Roll Bar", "Rock & Roll Bar"),
        ("Lamb (Group) Holdings", "Lamb"),
        ("  The   Ram-Inn ", "Ram Inn"),
        ("ＴＨＥ ＬＡＭＢ", "The Lamb"),
    ],
)
def test_spellings_of_one_name_are_alike(one: str, other: str) -> None:
    """Case, accents, punctuation, the article, the company's form, the ampersand."""
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("The Lamb", "The Lamb & Flag"), ("The", "Ltd"), ("!!!", "???"), ("Bar 1", "Bar 2"), ("酒", "館"), ("Co", "Ltd")],
)
def test_two_names_are_not_alike(one: str, other: str) -> None:
    """Even where nothing but such words or signs is left."""
    assert likeness(one) != likeness(other)


@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_name_has_a_likeness_that_an_index_holds(name: str) -> None:
    """It is never empty, for then all such names would be one, and it is short."""
    assert 0 < len(likeness(name)) <= MAX_LIKENESS


@given(st.text(max_size=300))
def test_case_makes_no_difference(name: str) -> None:
    """In any script whose letters fold."""
    assert likeness(name.upper().casefold()) == likeness(name.upper())


@pytest.mark.parametrize("other", ["1, Example St.", "1 EXAMPLE STREET", "1 Éxample  Str"])
def test_ways_of_writing_one_address_are_alike(other: str) -> None:
    """With the postcode in any spacing."""
    assert place_likeness("1 Example Street", "SE1 1AA") == place_likeness(other, " se11aa")


@pytest.mark.parametrize("other", [("10 Example Street", "SE1 1AA"), ("1 Example Street", "SE1 1AB"), ("", "SE1 1AA")])
def test_another_address_is_another_place(other: tuple[str, str]) -> None:
    """By its number or by its postcode."""
    assert place_likeness("1 Example Street", "SE1 1AA") != place_likeness(*other)


@pytest.mark.parametrize(
    ("website", "site"),
    [
        ("https://www.lamb.example/menu?x=1", "lamb.example"),
        ("http://LAMB.example:8080", "lamb.example"),
        ("https://facebook.com/thelamb", None),
        ("https://[broken", None),
        (None, None),
    ],
)
def test_a_site_is_the_host_that_only_one_organisation_has(website: str | None, site: str | None) -> None:
    """A page on a social network is nobody's own."""
    assert site_of(website) == site
