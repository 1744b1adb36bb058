"""How the filters of an address are read, and which are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.errors import UnacceptableFilter, UnreadableFilter
from charter.narrowing import Sought, anywhere, sought
from geo.places.queries import folded


def test_filters_are_read_as_they_are_written() -> None:
    """None means whatever; an empty search is none."""
    assert sought(None, None, None, None) == Sought()
    assert sought("", None, None, None).text == ""
    assert sought(" Lamb", "E09000022", "hotel", "-0.1,51.5, 0,51.6") == Sought(
        text=" Lamb", borough="E09000022", sector="hotel", box=(-0.1, 51.5, 0.0, 51.6)
    )


@pytest.mark.parametrize(
    ("narrowed", "kind"),
    [
        ({"bbox": "1,2,3"}, UnreadableFilter),
        ({"bbox": "a,b,c,d"}, UnreadableFilter),
        ({"bbox": "2,51,1,52"}, UnacceptableFilter),
        ({"bbox": "nan,51,1,52"}, UnacceptableFilter),
        ({"bbox": "-181,51,1,52"}, UnacceptableFilter),
        ({"bbox": "-inf,51,inf,52"}, UnacceptableFilter),
        ({"borough": "Lambeth"}, UnacceptableFilter),
        ({"borough": "E09000034"}, UnacceptableFilter),
        ({"sector": "pubs"}, UnacceptableFilter),
        ({"q": "x" * 301}, UnreadableFilter),
        ({"q": "a\0b"}, UnreadableFilter),
    ],
)
def test_a_filter_that_names_nothing_is_refused(narrowed: dict[str, str], kind: type[UnreadableFilter]) -> None:
    """A list that is empty by mistake would be taken for an answer."""
    with pytest.raises(kind) as refused:
        sought(*(narrowed.get(name) for name in ("q", "borough", "sector", "bbox")))

    assert type(refused.value) is kind
    assert [error.field for error in refused.value.errors] == list(narrowed)


@given(st.text(min_size=1, max_size=20))
def test_a_pattern_holds_the_text_it_looks_for(text: str) -> None:
    """With every sign of LIKE escaped, and nothing but the text between the outer two."""
    pattern = anywhere(text)
    inner = pattern[1:-1].replace("!!", "").replace("!%", "").replace("!_", "")

    assert not set(inner) & set("%_!")
    assert (pattern == "") == (folded(text) == "")
