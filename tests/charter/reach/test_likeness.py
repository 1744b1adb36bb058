"""Two spellings of one name, and names that only look like each other."""

import pytest

from charter.reach.likeness import Alike, compared, one_within_other
from geo.places.queries import folded


def whole(name: str) -> str:
    return compared(folded(name)).whole


def core(name: str) -> str:
    return compared(folded(name)).core


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The King’s Head", "Kings Head"),
        ("Slug & Lettuce", "Slug and Lettuce"),
        ("Café Ölkeller Ltd", "cafe olkeller"),
        ("Lamb, The", "The Lamb, London"),
        ("O'Neill's", "ONeills"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert whole(one) == whole(other)


@pytest.mark.parametrize(("one", "other"), [("Hawley", "Hawley Arms"), ("The Lamb Inn", "The Lamb Public House")])
def test_names_may_differ_in_the_sort_of_house(one: str, other: str) -> None:
    """Which says less than the same name, so that both can stand side by side."""
    assert whole(one) != whole(other)
    assert core(one) == core(other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Half Moon", "The Half Moon Putney", True),
        ("Prince of Whales", "Prince of Wales", True),
        ("Red Lion", "White Lion", False),
        ("Railway Tavern", "Railway Bell", True),  # what only the same corner and nothing better makes one
        ("The Crown", "The Clown and Cup", False),
    ],
)
def test_one_name_may_be_within_the_other(one: str, other: str, alike: bool) -> None:
    assert one_within_other(compared(folded(one)), compared(folded(other))) is alike


@pytest.mark.parametrize("name", ["The Bar", "Tavern", "London", "The", "&", "東京"])
def test_a_name_of_common_words_is_still_a_name(name: str) -> None:
    """Nothing is ever compared as nothing but what has no word at all."""
    assert bool(whole(name)) is (name != "&")


def test_two_names_without_a_word_are_not_within_each_other() -> None:
    assert not one_within_other(compared("&"), compared("!"))
    assert Alike.SAME > Alike.BUT_FOR_SORT > Alike.ONE_WITHIN_OTHER > Alike.NOT
