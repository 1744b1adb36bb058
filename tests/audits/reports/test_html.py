"""report.html: what the PDF says, in one page that loads nothing and runs nothing."""

import json
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from audits.reports.files.as_html import POLICY, STYLE, page
from audits.reports.sections import PlacePhoto
from audits.reports.words.report import facts_of
from tests.audits.reports.samples import contents, empty_contents, places, programme

REFERRING = ("href", "src", "xlink:href", "style", "onload", "onclick")


class Seen(HTMLParser):
    """The tags, ids, links and words of a page."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.words = ""
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.refers += [
            value or "" for name, value in attrs if name in ("href", "src", "xlink:href", "style", "onload")
        ]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_it_says_what_the_pdf_says() -> None:
    """Every sentence and every row of the facts that both are made of."""
    made = contents()
    words = " ".join(Seen(page(made)).words.split())
    facts = facts_of(made)

    for said in (*facts["reading"], *facts["not-claimed"], *facts["rules"], *facts["method-words"]):
        assert said in words
    assert "170 m east of Brixton Station" in words and "\N{MINUS SIGN}0.8 (" in words


def test_it_asks_nobody_for_anything() -> None:
    """Links lead within the page; no script, no style but the one that the policy names, no file."""
    seen = Seen(page(contents()))

    assert "script" not in seen.tags and "link" not in seen.tags and "img" not in seen.tags
    assert all(to.startswith("#") for to in seen.refers)
    assert "sha256-" in POLICY and "unsafe" not in POLICY and "@import" not in STYLE and "url(" not in STYLE


def test_ids_are_each_there_once_and_links_find_them() -> None:
    """The map and three charts share a page."""
    seen = Seen(page(contents()))

    assert len(seen.ids) == len(set(seen.ids))
    assert {to[1:] for to in seen.refers} <= set(seen.ids)


def test_the_chapters_of_the_pdf_are_there() -> None:
    """Each under its number, and in the contents."""
    words = " ".join(Seen(page(contents())).words.split())

    for chapter in ("2 Summary", "4 Participation", "9 Place by place", "10 Whose", "13 Evaluation", "14 Method"):
        assert chapter in words
    assert "Mend the lamp" in words and "The Lamb" in words and "Questions for the review" in words


def test_photos_stand_in_the_page_with_their_words() -> None:
    """As data, for the page asks nobody for anything."""
    photo = PlacePhoto(place="1", key="a" * 64, caption="The arch", leg="dark")
    made = page(contents(photos=(photo,)), {"a" * 64: b"\xff\xd8\xff"}).decode()

    assert 'src="data:image/jpeg;base64,/9j/" alt="Photo at 1, 170 m east of Brixton Station: The arch"' in made
    assert "img-src data:" in POLICY


def test_every_chart_has_its_table() -> None:
    """And the map the table of places."""
    tags = Seen(page(contents())).tags

    assert tags.count("svg") == 2 + 3 + 2 + 1  # maps, charts of scores, surroundings of two places, one strip
    assert tags.count("table") == tags.count("caption") >= 3 + 1


def test_an_empty_edition_is_a_designed_page() -> None:
    """It says what to expect."""
    words = " ".join(Seen(page(empty_contents())).words.split())

    assert "No walk is counted in this edition yet" in words and "Nothing to show yet" in words


def test_the_same_contents_are_the_same_bytes() -> None:
    """Nothing tells when it was made."""
    assert page(contents()) == page(contents())


def test_every_naughty_string_is_text(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred strings that broke other software, as names of places, of the programme and in the title."""
    monkeypatch.setattr("audits.reports.words.places.MOST_PAGES", 3)  # the table holds them all
    strings = json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    (place, _) = places()
    rows = tuple(msgspec.structs.replace(place, label=str(n), name=name) for n, name in enumerate(strings))
    plain = Seen(page(contents())).tags
    seen = Seen(page(contents(places=rows, title="".join(strings)[:200], programmes=(programme(strings[40]),))))

    assert set(seen.tags) == set(plain)
    assert "<script>alert(123)</script>" in seen.words and all(to.startswith("#") for to in seen.refers)


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u0007", "\ufeff", "\ue000"])
def test_nothing_hides_or_turns_text_round(hidden: str) -> None:
    """What cannot be seen is left out, or shown as replaced; other scripts come through."""
    words = Seen(page(contents(title=f"a{hidden}b 宵 ਰਾਤ ليل 🌙"))).words

    assert hidden not in words
    assert "宵 ਰਾਤ ليل 🌙" in words
