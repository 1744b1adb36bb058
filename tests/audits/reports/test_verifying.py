"""An edition verifies from its bundle alone, and nothing in it can be changed without its showing."""

import io
import zipfile

import pytest

from audits.reports.contents import data_sha256
from audits.reports.files.every import files_made
from audits.reports.sections import PlacePhoto
from audits.reports.verifying import EditionNotVerified, sha256_of, verify
from tests.audits.pictures import corners, encoded
from tests.audits.reports.samples import contents

KEY = "a" * 64
EDITION = contents(photos=(PlacePhoto(place="1", key=KEY, caption="", leg="dark"),))


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """The bundle of the samples' edition, with a photo."""
    return dict(files_made(EDITION, {KEY: encoded(corners())}))["edition.zip"]


def changed(bundle: bytes, **files: bytes | None) -> bytes:
    """The bundle with other bytes in some files, or without them."""
    page = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(page, "w") as new:
        for entry in old.infolist():
            content = files.get(entry.filename, old.read(entry))
            if content is not None:
                new.writestr(entry.filename, content)
        for name in files.keys() - set(old.namelist()):
            new.writestr(name, files[name] or b"")
    return page.getvalue()


def test_what_was_made_verifies(bundle: bytes) -> None:
    """Every file, the photo and the data too, and the checksum is the data's."""
    found = verify(bundle)

    assert found.sound and found.data_sha256 == data_sha256(EDITION)
    assert {"report.pdf", "report.html", "data.json", f"photos/{KEY}.jpg"} <= {file.name for file in found.files}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("report.html", b"<p>All is well.", "not the bytes"),
        ("stops.csv", None, "missing"),
        ("more.txt", b"", "not in the manifest"),
        (f"photos/{KEY}.jpg", b"\xff\xd8\xff", "not the bytes"),
    ],
)
def test_a_change_shows(bundle: bytes, name: str, content: bytes | None, fault: str) -> None:
    """Other bytes, a file too few and a file too many, by name."""
    (found,) = [file for file in verify(changed(bundle, **{name: content})).files if file.name == name]

    assert found.fault and fault in found.fault


def test_a_report_that_does_not_follow_from_the_data_shows(bundle: bytes) -> None:
    """Even where the manifest was changed with it."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        old = packed.read("stops.csv")
        manifest = packed.read("manifest.json").decode()
    forged = manifest.replace(sha256_of(old), sha256_of(old + b"more")).encode()
    found = verify(changed(bundle, **{"stops.csv": old + b"more", "manifest.json": forged}))

    assert [file.name for file in found.files if file.fault] == ["stops.csv"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"\x00" * 100])
def test_what_is_no_bundle_is_a_sentence(content: bytes) -> None:
    """And not a trace."""
    with pytest.raises(EditionNotVerified, match=r"edition\.zip"):
        verify(content)
