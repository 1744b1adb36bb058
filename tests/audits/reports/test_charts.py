"""Bars: every factor for itself, in numbers and words as well."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from audits.reports.drawing.charts import COLOURS, HALF, Bar, bars, in_words

SVG = "{http://www.w3.org/2000/svg}"
counts = st.tuples(*[st.integers(0, 10_000)] * 4)


def widths(row: Bar) -> dict[str, float]:
    """How wide each level of a single row is, by colour."""
    tree = ElementTree.fromstring(bars([row], title="Scores"))
    drawn = [rect for rect in tree.iter(f"{SVG}rect") if rect.get("height") == "22"]
    return {str(rect.get("fill")): float(rect.get("width", 0)) for rect in drawn}


@given(counts)
def test_a_bar_is_as_long_as_any_other(levels: tuple[int, int, int, int]) -> None:
    """Bars compare shares, so each is of one length, whatever its n."""
    drawn = widths(Bar("Lighting", levels, "n"))

    assert abs(sum(drawn.values()) - (HALF if any(levels) else 0)) < 0.3
    assert set(drawn) == {colour for colour, count in zip(COLOURS, levels, strict=True) if count}


def test_what_too_few_said_is_not_drawn() -> None:
    """A factor without enough people has words and no bar."""
    row = Bar("Belonging", None, "not enough people yet")

    assert widths(row) == {}
    assert in_words([row]) == "Belonging: not shown, not enough people yet."


def test_hidden_levels_are_not_told_apart_from_empty_ones() -> None:
    """A level that few stand behind is described as few or none."""
    row = Bar("Feeling", (None, 15, 40, 0), "10-19 people")

    assert in_words([row]) == "Feeling: few or none at 0, 15 at 1, 40 at 2, 0 at 3, n 10-19 people."
    assert COLOURS[0] not in widths(row)


@given(st.text())
def test_labels_are_inert(words: str) -> None:
    """Whatever a label holds, the chart is XML."""
    tree = ElementTree.fromstring(bars([Bar(words, (1, 2, 3, 4), words, words)], title=words))

    assert tree.find(f"{SVG}title") is not None
