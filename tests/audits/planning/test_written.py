"""Planned stops as lines of text come back as the same stops, under the ids that they are known by."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.planning.plan import PlannedFacts
from audits.planning.written import Line, as_lines, key_of, known_again, on_one_line, read_lines, to_make, write_lines
from geo.shapes import point
from tests.strategies import positions

NAMES = st.text(max_size=120).filter(lambda name: bool(on_one_line(name)))
STOPS = st.lists(st.builds(lambda name, at: Line(on_one_line(name), *at), NAMES, positions), max_size=8)


def planned(lines: list[Line]) -> list[PlannedFacts]:
    """Those stops as they are kept."""
    return [
        PlannedFacts(id=uuid4(), sequence=number, name=line.name, location=point(line.lon, line.lat))
        for number, line in enumerate(lines, start=1)
    ]


@given(STOPS)
def test_what_is_written_is_read_again(stops: list[Line]) -> None:
    """Whatever is in a name, semicolons and strange spaces too; places to about 0.1 m."""
    read, unreadable = read_lines(write_lines(stops))

    assert unreadable == []
    assert [stop.name for stop in read] == [on_one_line(stop.name) for stop in stops]
    assert [stop[1:] for stop in read] == [pytest.approx(stop[1:], abs=1e-6) for stop in stops]


@given(STOPS)
def test_a_stop_that_stays_keeps_its_id(stops: list[Line]) -> None:
    """Through text and back, in whatever order; so that walks of two years can be compared."""
    before = planned(stops)
    text = write_lines(reversed(as_lines(before)))
    after = to_make(read_lines(text)[0], known_again(before), new_id=uuid4)
    alike = len({key_of(line) for line in stops}) < len(stops)

    assert alike or [stop.id for stop in after] == [stop.id for stop in reversed(before)]
    assert len({stop.id for stop in after}) == len(stops)


def test_a_stop_that_moved_is_another() -> None:
    """Two metres are too much: what was scored there was scored elsewhere."""
    [before] = planned([Line("Bus shelter", -0.1146, 51.4626)])
    moved = [Line("Bus shelter", -0.1146, 51.46262), Line("BUS  SHELTER", -0.1146, 51.4626)]
    made = to_make(moved, known_again([before]), new_id=lambda: UUID(int=7))

    assert [stop.id for stop in made] == [UUID(int=7), before.id]


@pytest.mark.parametrize(
    "line", ["Bus shelter", "Bus shelter;", "; 51.46, -0.11", "Bus shelter; here", "x; 48.85, 2.35"]
)
def test_a_line_without_name_or_place_is_told_by_its_number(line: str) -> None:
    """Blank lines count, and are passed over."""
    read, unreadable = read_lines(f"Arch; TQ 3105 7542\n\n{line}")

    assert [stop.name for stop in read] == ["Arch"] and [one.number for one in unreadable] == [3]
