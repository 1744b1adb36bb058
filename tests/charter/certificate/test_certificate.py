"""What a certificate says, to whom, and what an independent reader makes of it."""

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pypdf
import pytest
import zxingcpp
from PIL import Image
from pypdf.generic import DictionaryObject

from charter.certificate.content import Content, content_of
from charter.certificate.setting import NOT_WHOLE, certificate, facts_of, set_certificate
from charter.errors import NotCertified
from charter.pledges import VERSIONS
from charter.queries import Entry
from charter.signing import SHOWN_BY_ID

ID = UUID("0199aaaa-bbbb-4ccc-8ddd-eeeeffff0001")
PLEDGES = VERSIONS["2018"].pledges
PAGE = f"https://night-safety.example/register/{ID}"
CANNOT_BE_ANY_LONGER = 300


def entry(name: str = "The Lamb", state: str = "active") -> Entry:
    """A signatory without premises."""
    return Entry(
        id=ID,
        reference="WNSC-2026-00042",
        name=name,
        sector="pub_or_bar",
        premises=(),
        charter_version="2018",
        signed_on=date(2025, 10, 25),
        last_confirmed_on=date(2026, 11, 3),
        state=state,
    )


def content(name: str = "The Lamb") -> Content:
    """What is certified of it."""
    return content_of(entry(name), PLEDGES, base_url="https://night-safety.example/")


def read(pdf: bytes) -> pypdf.PdfReader:
    """The certificate in another's reader."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def tools(*names: str) -> None:
    """Skip where poppler is not here."""
    if missing := [name for name in names if shutil.which(name) is None]:
        pytest.skip(f"{missing[0]} is not here: run `make system`.")


def roles(node: Any) -> Iterator[str]:
    """The kinds of elements in a structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        node = node.get("/K", [])
    for child in node if isinstance(node, list) else [node]:
        if isinstance(child.get_object(), DictionaryObject | list):
            yield from roles(child)


@pytest.mark.parametrize("state", SHOWN_BY_ID)
def test_a_certificate_is_given_while_the_charter_is_kept(state: str) -> None:
    """And while a yearly review may still be done; who lapsed or withdrew is told what to do instead."""
    if state in ("active", "review_due"):
        assert content_of(entry(state=state), PLEDGES, base_url="https://x").page == f"https://x/register/{ID}"
        return
    with pytest.raises(NotCertified, match="certificate"):
        content_of(entry(state=state), PLEDGES, base_url="https://x")


async def test_the_same_content_makes_the_same_bytes() -> None:
    """Whenever it is set, and other content others."""
    first = await certificate(content())

    assert first == set_certificate(content())
    assert first != set_certificate(content("The Lion"))


def test_another_reader_finds_it_tagged() -> None:
    """With its language, its title, a structure tree with a heading, a list and an explained picture, on one page."""
    reader = read(set_certificate(content()))
    root = reader.root_object
    found = list(roles(root["/StructTreeRoot"]))

    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], len(reader.pages)) == ("en-GB", True, 1)
    assert reader.metadata is not None and "The Lamb" in str(reader.metadata.title)
    assert {"/H1", "/L", "/Figure", "/Link"} <= set(found) and found.count("/LI") == 7
    assert [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]] == [PAGE]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_its_words_are_read_in_their_order(tmp_path: Path) -> None:
    """Number, name, seven pledges in the wording that was signed, both dates, and where the truth is."""
    tools("pdftotext")
    (tmp_path / "c.pdf").write_bytes(set_certificate(content()))
    text = subprocess.run(["pdftotext", tmp_path / "c.pdf", "-"], capture_output=True, check=True, text=True).stdout
    plain = " ".join(text.replace("\u200b", "").split())
    words = ["WNSC-2026-00042", "The Lamb", *(p.text for p in PLEDGES), "25 October 2025", "3 November 2026"]

    places = [plain.replace("’", "'").find(word.replace("’", "'")) for word in [*words, "wording of 2018", PAGE]]
    assert -1 not in places
    assert places == sorted(places)


def test_its_code_leads_to_the_public_page(tmp_path: Path) -> None:
    """Read off the printed page by an independent decoder, at the resolution of a fax."""
    tools("pdftoppm")
    (tmp_path / "c.pdf").write_bytes(set_certificate(content()))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", tmp_path / "c.pdf", tmp_path / "c"], check=True)
    with Image.open(tmp_path / "c.png") as page:
        found = zxingcpp.read_barcodes(page)

    assert [(code.format.name, code.text) for code in found] == [("QRCode", PAGE)]


@pytest.mark.parametrize("letter", ["W", "W ", "é", "ش", "🎭", "#", "$", "\\", "\u200b", "\u202e"])
def test_the_longest_name_stays_on_the_page(letter: str) -> None:
    """Of wide letters, without a space, in a script that our fonts lack, or of signs that typesetting knows."""
    name = (letter * CANNOT_BE_ANY_LONGER)[:CANNOT_BE_ANY_LONGER]

    assert len(read(set_certificate(content(name))).pages) == 1


def test_a_name_that_cannot_be_printed_whole_is_told_so() -> None:
    """Only where letters are missing; and a name of nothing visible gives way to the number."""
    assert facts_of(content("The Lamb"))["note"] == ""
    assert facts_of(content("مرحبا 你好"))["note"] == ""
    assert facts_of(content("𒀀𒁀"))["note"] == NOT_WHOLE
    assert facts_of(content("\u200e\u200f"))["name"] == "WNSC-2026-00042"


def test_naughty_names_are_set_as_they_are(shared_data: Path) -> None:
    """None is read as markup: a command of typst's in a name is words on the page."""
    strings = msgspec.json.decode((shared_data / "text/blns.json").read_bytes(), type=list[str])
    commands = ['#panic("no")', '#read("data.json")', "$x$", "= Heading", "@label", "*bold*", "<b>", "/* no */"]
    for name in [*commands, *(text[:300] for text in strings if text.strip())]:
        assert set_certificate(content(name)).startswith(b"%PDF-1.7")

    text = " ".join(read(set_certificate(content(commands[0]))).pages[0].extract_text().split())
    assert commands[0].replace('"', "") in text.replace('"', "").replace("“", "").replace("”", "")
    assert json.dumps(facts_of(content(commands[1]))["name"]) == json.dumps(commands[1])
