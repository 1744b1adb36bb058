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
    for letter in letters(name):
        tags = re.findall(r"<([a-z!]+)", letter.html)

        assert set(tags) == {"!doctype", "html", "head", "meta", "title", "body", "p", "a", "code"}
        assert html.escape(quoted(name)) in letter.html


def test_the_naughty_strings_are_inert_in_letters(shared_data: Path) -> None:
    """Every one of the big list: the subject stays ours, and the link is the only one."""
    names = msgspec.json.decode((shared_data / "text" / "blns.json").read_bytes(), type=list[str])
    for letter in (letter for name in names for letter in letters(name)):
        assert letter.subject.isascii() and "\n" not in letter.subject
        assert letter.html.count("<a ") == 1
        assert re.findall(r"https?://\S+", letter.text)[0].startswith("https://night-safety.example/")
