"""The letters of the year say what is due in words, and what strangers typed stays inert, in the calendar file too."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from charter.letters import Envelope, Letter
from charter.year.calendar import Reminding
from charter.year.ics import calendar_of
from charter.year.letters import REMINDERS, Concerned, letter_reviewed, letter_withdrawn, reminder
from tests.charter.builders import AMA

WRITTEN_AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ENVELOPE = Envelope(id=UUID(int=7), written_at=WRITTEN_AT, to=AMA)
TODAY = date(2027, 3, 1)
REFERENCE = "WNSC-2026-00042"


def about(name: str) -> Concerned:
    """An organisation of that name."""
    return Concerned(id=UUID(int=9), name=name, reference=REFERENCE, desk="https://night-safety.example/desk/9")


def letters(name: str = "The Lamb") -> list[Letter]:
    """Each letter of the year about `name`."""
    reminders = [reminder(ENVELOPE, about(name), Reminding(what, TODAY, step)) for what, step in REMINDERS]
    return [
        *reminders,
        letter_reviewed(ENVELOPE, about(name), next_due_on=TODAY, reinstated=True),
        letter_reviewed(ENVELOPE, about(name), next_due_on=TODAY, reinstated=False),
        letter_withdrawn(ENVELOPE, about(name), sign="https://night-safety.example/charter/sign"),
    ]


class Read(HTMLParser):
    """What a mail program makes of a letter: its tags with what they carry, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.words = list[tuple[str, tuple[tuple[str, str | None], ...]]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag."""
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words.append(data)


def read(letter: Letter) -> Read:
    """The HTML as it is parsed."""
    parsed = Read()
    parsed.feed(letter.html)
    return parsed


def expect_inert(name: str) -> None:
    """A name changes words alone: the tags, the subjects, the links and the files are those of any other."""
    for letter, sober in zip(letters(name), letters(), strict=True):
        assert read(letter).tags == read(sober).tags
        assert (letter.subject, letter.attachments) == (sober.subject, sober.attachments)
        assert [line for line in letter.text.splitlines() if "://" in line] == [
            line for line in sober.text.splitlines() if "://" in line
        ]


@given(st.text(max_size=300))
def test_a_name_is_only_words(name: str) -> None:
    """Whatever is in it."""
    expect_inert(name)


def test_the_naughty_strings_are_only_words(shared_data: Path) -> None:
    """Every one of the big list, in every letter of the year."""
    for name in msgspec.json.decode((shared_data / "text" / "blns.json").read_bytes(), type=list[str]):
        expect_inert(name)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (28, "is due on 29 March 2027, in 28 days."),
        (1, "is due on 2 March 2027, tomorrow."),
        (0, "is due today, 1 March 2027."),
        (-3, "was due on 26 February 2027."),
    ],
)
def test_a_reminder_says_when_in_words(ahead: int, words: str) -> None:
    """By the day on which it is written, whichever step it is of."""
    letter = reminder(ENVELOPE, about("The Lamb"), Reminding("review", TODAY + timedelta(days=ahead), "today"))

    assert words in " ".join(letter.text.split())


def event(content: bytes) -> tuple[Calendar, Callable[[str], object]]:
    """The calendar as another program reads it, and a property of its one event."""
    calendar = Calendar.from_ical(content)
    (found,) = calendar.walk("VEVENT")
    return calendar, lambda name: found.decoded(name)


def test_the_due_day_is_an_event_of_one_whole_day() -> None:
    """Published, with an alarm at nine, and no hours that a time zone could move."""
    (file,) = letters()[0].attachments
    calendar, value = event(file.content)
    (alarm,) = calendar.walk("VALARM")

    assert (calendar["METHOD"], calendar["VERSION"], file.name) == ("PUBLISH", "2.0", "review-due.ics")
    assert (value("DTSTART"), type(value("DTSTART")), value("DTSTAMP")) == (TODAY, date, WRITTEN_AT)
    assert (alarm["ACTION"], alarm.decoded("TRIGGER")) == ("DISPLAY", timedelta(hours=9))
    assert not calendar.walk("VTIMEZONE") and "ATTENDEE" not in file.content.decode()


def test_each_letter_about_one_review_brings_the_same_event() -> None:
    """And the next year's is another."""
    this, again, following = (
        calendar_of(UUID(int=9), REFERENCE, due_on=due, envelope=envelope)
        for due, envelope in [
            (TODAY, ENVELOPE),
            (TODAY, msgspec.structs.replace(ENVELOPE, written_at=WRITTEN_AT + timedelta(days=21))),
            (TODAY.replace(year=2028), ENVELOPE),
        ]
    )
    uids = [event(file.content)[1]("UID") for file in (this, again, following)]

    assert uids[0] == uids[1] != uids[2]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_whatever_a_reference_might_hold_is_escaped_and_folded(reference: str) -> None:
    """Lines of at most 75 octets that end in CRLF, and no property of its own."""
    file = calendar_of(UUID(int=9), reference, due_on=TODAY, envelope=ENVELOPE)
    lines = file.content.split(b"\r\n")
    names = [line.split(b":")[0].split(b";")[0] for line in lines if line and not line.startswith((b" ", b"\t"))]

    assert all(len(line) <= 75 for line in lines) and lines[-1] == b""
    assert names == PROPERTIES


PROPERTIES = [
    line.split(b":")[0].split(b";")[0]
    for line in calendar_of(UUID(int=9), REFERENCE, due_on=TODAY, envelope=ENVELOPE).content.split(b"\r\n")
    if line and not line.startswith(b" ")
]
