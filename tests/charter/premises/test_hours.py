"""Opening hours in one line: read as people write them, written as they are read."""

import pytest
from hypothesis import given

from charter.premises.hours import UnreadableHours, in_words, open_at_night, read_hours, write_hours
from charter.signing import OpeningHours
from tests.charter.premises.chains import hours_of_a_place, in_order


@given(hours_of_a_place)
def test_hours_are_read_back_as_they_were_written(hours: tuple[OpeningHours, ...]) -> None:
    """Whatever the days, over midnight and around the clock."""
    assert read_hours(write_hours(hours)) == in_order(hours)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mon-Thu 17:00-23:30; Fri, Sat 5pm – 2am; sun closed", "mon-thu 17:00-23:30; fri sat 17:00-02:00"),
        ("Monday to Friday: 12.00-15.00, 17.00-23.00", "mon-fri 12:00-15:00; mon-fri 17:00-23:00"),
        ("daily 24 hours", "mon-sun 00:00-00:00"),
        ("weekends open 24 hrs", "sat sun 00:00-00:00"),
        ("every day noon to midnight", "mon-sun 12:00-00:00"),
        ("Thurs & Fri 12pm-12am\nSat 10:00-24:00", "thu fri 12:00-00:00; sat 10:00-00:00"),
        ("fri-mon 22:00-04:00", "mon fri-sun 22:00-04:00"),
        ("sat 18:00-18:00", "sat 18:00-18:00"),
        (" ; ", ""),
        ("", ""),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    """With long and short days, twelve hours or twenty-four, and the dashes that spreadsheets make."""
    assert write_hours(read_hours(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "17:00-23:00",
        "fri",
        "fri 9-5",
        "funday 10:00-12:00",
        "fri fri 10:00-12:00",
        "fri 25:00-26:00",
        "fri 10:60-11:00",
        "fri 13pm-2am",
        "Mon 10:00-12:00, Fri 17:00-02:00",
        "closed",
        "see our website",
        "monkey 10:00-11:00",
    ],
)
def test_what_could_mean_several_hours_is_refused(text: str) -> None:
    """With a sentence on how to write it, instead of a guess."""
    with pytest.raises(UnreadableHours, match=r"^(Write|Say|Name) .+\.$"):
        read_hours(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fri sat 17:00-02:00", "Friday and Saturday: 17:00 to 02:00 the next day"),
        ("mon 17:00-00:00", "Monday: 17:00 to midnight"),
        ("daily 00:00-00:00", "Every day: open 24 hours"),
        ("sun 06:00-06:00", "Sunday: 24 hours from 06:00"),
        ("mon tue fri-sun 00:00-06:00", "Monday, Tuesday and Friday to Sunday: 00:00 to 06:00"),
        ("sat mon 09:00-17:00", "Monday and Saturday: 09:00 to 17:00"),
    ],
)
def test_hours_are_said_in_words(text: str, words: str) -> None:
    """Closing after midnight is said to be the next day."""
    assert in_words(read_hours(text)) == [words]


@pytest.mark.parametrize(
    ("text", "at_night"),
    [("mon 06:00-18:00", False), ("mon 06:00-18:01", True), ("mon 05:59-12:00", True), ("mon 09:00-09:00", True)],
)
def test_the_night_is_from_six_to_six(text: str, at_night: bool) -> None:
    """Both ends half-open; whatever crosses midnight touches it."""
    assert open_at_night(read_hours(text)) is at_night
