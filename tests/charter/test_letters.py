"""Letters say what is asked and how to answer it, and nothing that a stranger typed acts in them."""

import html
import re
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.letters import (
    MAX_QUOTED,
    WIDTH,
    Envelope,
    Invitation,
    Letter,
    Link,
    Message,
    Points,
    compose,
    letter_to_champion,
    letter_to_signatory,
    quoted,
)
from tests.charter.builders import AMA, NOW

ENVELOPE = Envelope(id=UUID(int=7), written_at=NOW, to=AMA)
TOKEN = "A-token_of-43-url-safe-letters_as-ours-are-0"


def invitation(name: str = "The Lamb") -> Invitation:
    """What a letter about `name` asks."""
    page = "https://night-safety.example/charter/confirm"
    return Invitation(
        organisation=name, reference="WNSC-2026-00042", page=page, token=TOKEN, confirm_by=date(2026, 11, 23)
    )


def letters(name: str = "The Lamb") -> list[Letter]:
    """Each kind of letter about `name`."""
    asked = invitation(name)
    return [
        letter_to_signatory(ENVELOPE, asked, is_champion=False),
        letter_to_signatory(ENVELOPE, asked, is_champion=True),
        letter_to_champion(ENVELOPE, asked),
    ]


@pytest.mark.parametrize("letter", letters())
def test_a_letter_can_be_answered_with_and_without_its_link(letter: Letter) -> None:
    """The link carries the code after #, where no server sees it; the code stands alone to be pasted."""
    link = f"https://night-safety.example/charter/confirm#{TOKEN}"

    assert link in letter.text.splitlines() and TOKEN in letter.text.splitlines()
    assert f'href="{link}"' in letter.html and f"<code>{TOKEN}</code>" in letter.html


@pytest.mark.parametrize("letter", letters())
def test_a_letter_says_what_it_is_about(letter: Letter) -> None:
    """The organisation, the reference, until when, and that doing nothing is an answer."""
    words = " ".join(letter.text.split())

    assert '"The Lamb"' in words and "WNSC-2026-00042" in letter.subject and "WNSC-2026-00042" in words
    assert "by 23 November 2026" in words and "do nothing" in words
    assert (letter.to, letter.id, letter.written_at) == (AMA, UUID(int=7), NOW)


def test_whoever_is_both_is_asked_once() -> None:
    """And told that the one answer serves for both."""
    alone, both, champion = letters()

    assert "one confirmation serves for both" in " ".join(both.text.split())
    assert "champion" not in alone.text
    assert "never made public" in " ".join(champion.text.split())


@pytest.mark.parametrize("letter", letters())
def test_a_usual_letter_is_plain(letter: Letter) -> None:
    """In ASCII, so that its link stands in one piece in the raw mail too."""
    assert letter.text.isascii() and letter.html.isascii()


@pytest.mark.parametrize("letter", letters("A very long name of an organisation " * 8))
def test_lines_fit_a_terminal(letter: Letter) -> None:
    """Links and codes stay whole, however long."""
    long = [line for line in letter.text.splitlines() if len(line) > WIDTH]

    assert all(" " not in line for line in long)


@given(st.text(max_size=300))
def test_a_name_is_one_short_line_of_a_letter(name: str) -> None:
    """No line, header, control or direction of writing of its own."""
    line = quoted(name)

    assert line.splitlines() == [line] and len(line) <= MAX_QUOTED + 2
    assert not re.search(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", line)
    assert "://" not in line


@given(st.text(max_size=300))
def test_a_name_never_becomes_markup(name: str) -> None:
    """The HTML letter has the tags that we wrote and no other."""
    for letter, sober in zip(letters(name), letters(), strict=True):
        tags = re.findall(r"<([a-z!][a-z0-9]*)", letter.html)

        assert tags == re.findall(r"<([a-z!][a-z0-9]*)", sober.html)
        assert html.escape(quoted(name)) in letter.html


def test_the_naughty_strings_are_inert_in_letters(shared_data: Path) -> None:
    """Every one of the big list: the subject stays ours, and the link is the only one."""
    names = msgspec.json.decode((shared_data / "text" / "blns.json").read_bytes(), type=list[str])
    for letter in (letter for name in names for letter in letters(name)):
        assert letter.subject.isascii() and "\n" not in letter.subject
        assert letter.html.count("<a ") == 1
        assert re.findall(r"https?://\S+", letter.text)[0].startswith("https://night-safety.example/")


def test_every_part_of_a_letter_reads_in_both_faces() -> None:
    """Paragraphs, a list, a person's own lines, a button with its address, and why she gets it."""
    parts = (
        "A paragraph.",
        Points(["One.", "Two."]),
        Message("Dear Jo,\nplease call."),
        Link("Look", "https://x.example/a"),
    )
    one = compose(ENVELOPE, "A subject", *parts, why="of a test.")

    for words in ("- One.", "- Two.", "  Dear Jo,", "  please call.", "https://x.example/a", "because of a test."):
        assert words in one.text
    assert "<li>One.</li><li>Two.</li>" in one.html and "Dear Jo,<br>please call." in one.html
    assert '<a href="https://x.example/a"' in one.html and ">Look</a>" in one.html


@given(st.text(max_size=300))
def test_what_a_person_wrote_stays_hers(text: str) -> None:
    """A message from the scheme desk has lines, and neither markup nor a link of its own."""
    one = compose(ENVELOPE, "A subject", Message(text), why="of a test.")
    sober = compose(ENVELOPE, "A subject", Message("words"), why="of a test.")

    assert one.html.replace("<br>", "").count("<") == sober.html.count("<")
    assert "://" not in one.text and one.subject == "A subject"


@pytest.mark.parametrize("letter", letters())
def test_a_letter_fetches_nothing(letter: Letter) -> None:
    """No picture, sheet or script from anywhere: opening it tells nobody that it was opened."""
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import|src=", letter.html)
    assert "color-scheme" in letter.html


def contrast(ink: str, ground: str) -> float:
    """The contrast of two colours, #rrggbb, as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("#0b0c0c", "#ffffff"),
        ("#484949", "#ffffff"),
        ("#ffffff", "#4a2f8f"),
        ("#ffffff", "#2b1f52"),
        ("#0b0c0c", "#f4f2f9"),
        ("#f4f2f9", "#221b3d"),
        ("#c9c1e6", "#221b3d"),
        ("#f4f2f9", "#2f2754"),
    ],
)
def test_a_letter_reads_by_day_and_by_night(ink: str, ground: str) -> None:
    """Each ink on its ground, light and dark, has at least 4.5 to 1; and they are the letter's own colours."""
    look = letters()[0].html

    assert ink in look and ground in look
    assert contrast(ink, ground) >= 4.5
