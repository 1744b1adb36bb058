"""What a badge says in each state, and that nothing in a name makes it more than a picture."""

from datetime import date
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import msgspec
import pytest

from charter.certificate.badge import badge, told
from charter.queries import Entry

SVG = "{http://www.w3.org/2000/svg}"
INERT = {f"{SVG}{name}" for name in ("svg", "title", "rect", "path", "g", "text")}


def entry(name: str = "The Lamb", state: str = "active") -> Entry:
    """A signatory without premises."""
    return Entry(
        id=UUID(int=1),
        reference="WNSC-2026-00042",
        name=name,
        sector="pub_or_bar",
        premises=(),
        charter_version="2018",
        signed_on=date(2025, 10, 25),
        last_confirmed_on=date(2026, 11, 3),
        state=state,
    )


@pytest.mark.parametrize(
    ("state", "lines", "kept"),
    [
        ("active", ("Member since 25 October 2025", "Last confirmed 3 November 2026"), True),
        ("review_due", ("Last confirmed 3 November 2026", "Yearly review due"), True),
        ("lapsed", ("This signature has lapsed", "Not confirmed since 3 November 2026"), False),
        ("withdrawn", ("This signature was withdrawn", "No longer a member"), False),
    ],
)
def test_a_badge_says_what_is_true(state: str, lines: tuple[str, str], kept: bool) -> None:
    """In letters that are seen, and in its title, which is read out, with the name."""
    said = told(entry(state=state))
    picture = ElementTree.fromstring(badge(said))
    title = picture.findtext(f"{SVG}title")

    assert (said.lines, said.kept) == (lines, kept)
    assert [text.text for text in picture.iter(f"{SVG}text")][1:] == list(lines)
    assert title is not None and "The Lamb" in title and all(line in title for line in lines)
    assert ("stroke-dasharray" in badge(said)) is not kept


def test_naughty_names_stay_names(shared_data: Path) -> None:
    """The picture has the same few elements whatever the name, and none that runs or fetches."""
    names = msgspec.json.decode((shared_data / "text/blns.json").read_bytes(), type=list[str])
    for name in [*names, "</title><script>alert(1)</script>", "\x00\x1f\ufffe", "&amp;", "]]>"]:
        drawn = ElementTree.fromstring(badge(told(entry(name))).encode("utf8", "surrogatepass"))

        assert {element.tag for element in drawn.iter()} == INERT
        assert not [key for element in drawn.iter() for key in element.attrib if key.startswith("on") or "href" in key]
