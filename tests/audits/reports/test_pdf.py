"""report.pdf: tagged, titled, the same every time, and made whatever people wrote."""

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from audits.errors import ReportNotMade
from audits.reports.as_pdf import TEMPLATE, report, set_report, typeset
from audits.reports.lettering import REPLACEMENT, drawable, printable
from tests.audits.reports.samples import contents, empty_contents, finding, places, programme


def read(made: bytes) -> PdfReader:
    """The PDF as another library sees it."""
    return PdfReader(io.BytesIO(made))


def metadata(made: bytes) -> Any:
    """Its document information."""
    return read(made).metadata


def words(made: bytes) -> str:
    """All its text, with breaks taken out."""
    return " ".join("".join(page.extract_text() for page in read(made).pages).split())


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
    """The map and the three charts have alternative texts that hold what they show."""
    found = alternatives(read(made).root_object["/StructTreeRoot"])

    assert len(found) == 4
    assert "170 m east of Brixton Station" in found[0] and "Lighting: 0 at 0" in found[1]


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


async def test_a_report_is_set_beside_the_loop(made: bytes) -> None:
    """The server's own door gives the same bytes."""
    assert await report(contents()) == made


def test_an_empty_edition_is_a_designed_page() -> None:
    """No walk, no table, no chart: a page that says what to expect."""
    text = words(set_report(empty_contents()))

    assert "No walk is counted in this edition yet" in text and "Nothing to show yet" in text


def test_untested_places_are_not_called_safe() -> None:
    """Without any test the report says that there is not enough evidence."""
    untested = contents(findings=(finding(kind="not_enough_evidence", estimate=None, interval=None),), places=())

    assert "Not enough evidence yet" in words(set_report(untested))


def test_every_naughty_string_is_printed_and_inert(shared_data: Path) -> None:
    """Five hundred strings that broke other software are rows of the table, as text."""
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
    assert printable("Café Привет हिन्दी") == "Café Привет हिन्दी"
    assert printable("中\x07") == REPLACEMENT * 2 and printable("a\u202eb\nc") == "ab c"
    assert ord(REPLACEMENT) in drawable()


def test_a_report_that_cannot_be_set_is_our_error(tmp_path: Path) -> None:
    """What the typesetter refuses is told as a fault of ours, without its words."""
    (tmp_path / TEMPLATE).write_text('#json("missing.json")')
    with pytest.raises(ReportNotMade, match="ours"):
        typeset(tmp_path, contents().as_of)
