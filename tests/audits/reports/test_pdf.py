"""report.pdf: tagged, titled, the same every time, and made whatever people wrote."""

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from audits.errors import ReportNotMade
from audits.reports.files.as_pdf import TEMPLATE, set_report, typeset
from geo.drawing.lettering import REPLACEMENT, drawable, printable
from tests.audits.reports.samples import contents, empty_contents, finding, places, programme


def read(made: bytes) -> PdfReader:
    """The PDF as another library sees it."""
    return PdfReader(io.BytesIO(made))


def metadata(made: bytes) -> Any:
    """Its document information."""
    return read(made).metadata


def words(made: bytes) -> str:
    """All its text, with breaks taken out; by poppler where it is there, ten times as fast."""
    if shutil.which("pdftotext"):
        # Fixed words, and the file comes by standard input.
        told = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
    else:
        told = "".join(page.extract_text() for page in read(made).pages)
    return " ".join(told.split())


def alternatives(node: Any) -> list[str]:
    """The alternative texts in a structure tree."""
    node = node.get_object()
    if not isinstance(node, dict):
        return [text for kid in node for text in alternatives(kid)] if isinstance(node, list) else []
    mine = [str(node["/Alt"])] if "/Alt" in node else []
    return mine + (alternatives(node["/K"]) if "/K" in node else [])


@pytest.fixture(scope="module")
def made() -> bytes:
    return set_report(contents())


def test_a_report_is_tagged_and_says_its_language_and_title(made: bytes) -> None:
    """What a screen reader needs is in the catalogue."""
    catalogue: Any = read(made).root_object

    assert catalogue["/MarkInfo"]["/Marked"] and catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"] and metadata(made).title == "Brixton, autumn 2026"


def test_a_report_claims_both_standards(made: bytes) -> None:
    """PDF/UA-1 for people, PDF/A-2a for archives."""
    packet = str(read(made).root_object["/Metadata"].get_object().get_data())  # type: ignore[union-attr]

    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "<pdfaid:part>2</pdfaid:part>" in packet and "<pdfaid:conformance>A</pdfaid:conformance>" in packet


def test_every_picture_has_its_words(made: bytes) -> None:
    """Every map and chart has an alternative text that holds what it shows."""
    found = alternatives(read(made).root_object["/StructTreeRoot"])

    assert len(found) == 3 + 3 + 2 + 1  # maps, charts of scores, surroundings of two places, one strip
    assert "170 m east of Brixton Station" in found[0]
    assert any("Lighting: 0 at 0" in said for said in found) and any("after dark 4 at 0" in said for said in found)


def test_a_report_says_what_it_is_and_what_it_is_not(made: bytes) -> None:
    """Cover facts, the claims that are not made, the hotspots, the method and the rules are all there."""
    text = words(made)

    for said in ("not a measure of crime", "blank is not safe", "Benjamini-Hochberg", "version 1", "25 October 2026"):
        assert said in text
    assert "170 m east of Brixton Station" in text and "Nobody can look up what one woman said" in text


def test_the_same_contents_give_the_same_bytes(made: bytes) -> None:
    """The document's date is as_of, and nothing else is a date."""
    assert set_report(contents()) == made
    assert metadata(made).get("/CreationDate") == "D:20261025012000Z"


def test_all_fourteen_chapters_are_there_in_their_order(made: bytes) -> None:
    """The cover is the first; each of the others is a heading with its number, and in the outline."""
    outline = [entry for entry in read(made).outline if not isinstance(entry, list)]

    assert [str(entry["/Title"]).split()[0] for entry in outline][-13:] == [str(number) for number in range(2, 15)]


def test_a_hotspot_has_a_page_of_its_own(made: bytes) -> None:
    """Its name, figures, questions under four lenses, what groups wrote, a defect and a design move on one page."""
    (page,) = [page.extract_text() for page in read(made).pages if "Questions for the review" in page.extract_text()][
        :1
    ]
    text = " ".join(page.split())

    for said in ("170 m east of Brixton Station", "Participation", "Design", "Occupation", "Evaluation"):
        assert said in text
    assert "Lamp out by the arch" in text and "Mend the lamp" in text and "Open the blank wall" in text


def test_an_empty_edition_is_a_designed_page() -> None:
    """No walk, no table, no chart: a page that says what to expect."""
    text = words(set_report(empty_contents()))

    assert "No walk is counted in this edition yet" in text and "Nothing to show yet" in text


def test_untested_places_are_not_called_safe() -> None:
    """Without any test the report says that there is not enough evidence."""
    untested = contents(findings=(finding(kind="not_enough_evidence", estimate=None, interval=None),), places=())

    assert "Not enough evidence yet" in words(set_report(untested))


def test_every_naughty_string_is_printed_and_inert(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred strings that broke other software are rows of the table, as text."""
    monkeypatch.setattr("audits.reports.words.places.MOST_PAGES", 3)  # the table holds them all
    strings = json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    (place, _) = places()
    rows = tuple(msgspec.structs.replace(place, label=str(n), name=name) for n, name in enumerate(strings))
    text = "".join(words(set_report(contents(places=rows))).replace("\u200b", "").split())

    for naughty in ("<script>alert(123)</script>", "$HOME", "{0}", "../../../../../../../../../../../etc/hosts"):
        assert naughty in strings and naughty in text


@pytest.mark.parametrize(
    "title",
    [
        "\ufeff",
        '#import "x"',
        "$ x^2 $",
        "中文 عربي ਪੰਜਾਬੀ 😀",
        "w" * 200,
        "a\u202eb",
        "\ue000\u0007",
        "*bold* _it_ `raw`",
    ],
)
def test_any_title_makes_a_report(title: str) -> None:
    """Markup, scripts without a font, invisible characters and endless words are all titles."""
    made = set_report(contents(title=title, programmes=(programme(title),)))

    assert str(metadata(made).title).replace("\u200b", "") == (
        printable(title).replace("\u200b", "").strip() or "Untitled"
    )


def test_letters_without_a_glyph_are_replaced() -> None:
    """Scripts that our fonts have stay; others become U+FFFD, and control characters go."""
    assert printable("Café Привет 中文 ☀\ufe0f 👩\u200d🚒") == "Café Привет 中文 ☀\ufe0f 👩\u200d🚒"
    assert printable("𒀀\x07") == REPLACEMENT * 2 and printable("a\u202eb\nc") == "ab c"
    assert ord(REPLACEMENT) in drawable()


# The night, in what Londoners write besides English.
NIGHTS = [
    "夜里很黑",
    "夜裏很黑",
    "밤",
    "夜の道",
    "الليل مظلم",
    "رات اندھیری",
    "ਰਾਤ ਹਨੇਰੀ ਹੈ",
    "রাত",
    "રાત",
    "இரவு",
    "רחוב",
    "ሌሊት",
    "😟🌙",
]


def test_what_groups_wrote_can_be_read_in_the_script_they_wrote_it_in() -> None:
    """Quoted, each with letters of our own fonts: nothing was replaced, and another program reads the same words."""
    (quote, *_) = contents().quotes
    made = set_report(contents(quotes=tuple(msgspec.structs.replace(quote, text=f"({said})") for said in NIGHTS)))
    letters = frozenset(words(made))

    assert [printable(said) for said in NIGHTS] == NIGHTS
    assert REPLACEMENT not in letters
    assert [said for said in NIGHTS if not frozenset(said.replace(" ", "")) <= letters] == []


def test_a_report_that_cannot_be_set_is_our_error(tmp_path: Path) -> None:
    """What the typesetter refuses is told as a fault of ours, without its words."""
    (tmp_path / TEMPLATE).write_text('#json("missing.json")')
    with pytest.raises(ReportNotMade, match="ours"):
        typeset(tmp_path, contents().as_of)
