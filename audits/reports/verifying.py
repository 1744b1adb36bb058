"""Verifying an edition by its bundle: every hash in the manifest, and every file made again from the data beside it.

No database is needed, and none is asked: the bundle holds all that the edition was made of, frozen.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from audits.reports.contents import Contents, canonical, data_sha256
from audits.reports.files.as_zip import DATA, MANIFEST, PHOTOS
from audits.reports.files.every import files_made

MOST_BYTES = 2_000_000_000  # unpacked: more than an edition of all London


class EditionNotVerified(Exception):
    """A file is no bundle of an edition, or cannot be read as one. Only the command line verifies."""


class Listed(msgspec.Struct, frozen=True):
    """A file as the manifest lists it."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What the manifest says of the edition; what else stands in it is for people."""

    title: str
    data_sha256: str
    files: list[Listed]


@dataclass(frozen=True)
class Checked:
    """One file, and what is wrong with it; nothing where all is well."""

    name: str
    fault: str | None


@dataclass(frozen=True)
class Verified:
    """What came of it: the title, the checksum of the data, every file that was looked at, and the hash of each."""

    title: str
    data_sha256: str
    files: tuple[Checked, ...]
    hashes: tuple[tuple[str, str], ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return all(checked.fault is None for checked in self.files)


def verify(bundle: bytes) -> Verified:
    """Whether a bundle is what its manifest says, and its files are what its data make; takes as long as making it.

    Raises EditionNotVerified for what is no bundle of an edition.
    """
    packed = _unpacked(bundle)
    try:
        manifest = msgspec.json.decode(packed[MANIFEST], type=Manifest)
        contents = msgspec.json.decode(packed[DATA], type=Contents)
    except KeyError as missing:
        raise EditionNotVerified(f"There is no {missing.args[0]} in it. Give an edition.zip as it was made.") from None
    except msgspec.DecodeError:
        raise EditionNotVerified("Its data cannot be read: it was changed, or made by another version.") from None
    listed = {file.name: file for file in manifest.files}
    again = dict(_made_again(contents, packed, listed))
    hashes = tuple((name, sha256_of(content)) for name, content in sorted(packed.items()))
    names = sorted({*listed, *packed} - {MANIFEST})
    checked = [Checked(name, _fault(name, listed, packed, again)) for name in names]
    if manifest.data_sha256 != data_sha256(contents):
        checked.append(Checked(MANIFEST, "the data's checksum is not the one it names"))
    return Verified(manifest.title, data_sha256(contents), tuple(checked), hashes)


def sha256_of(content: bytes) -> str:
    """The SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _unpacked(bundle: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise EditionNotVerified("It unpacks to more than any edition. It was not opened.")
            return {entry.filename: packed.read(entry) for entry in packed.infolist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise EditionNotVerified("It is no zip file, or a damaged one. Give an edition.zip as it was made.") from None


def _made_again(contents: Contents, packed: dict[str, bytes], listed: dict[str, Listed]) -> Iterable[tuple[str, bytes]]:
    """Every file from the data; only the data where a photo is not what it was, which is a fault of its own."""
    yield DATA, canonical(contents)
    names = {photo.key: f"{PHOTOS}{photo.key}.jpg" for photo in contents.photos}
    if not any(_fault(name, listed, packed, {}) for name in names.values()):
        yield from files_made(contents, {key: packed[name] for key, name in names.items()})


def _fault(name: str, listed: dict[str, Listed], packed: dict[str, bytes], again: dict[str, bytes]) -> str | None:
    if name not in packed:
        return "missing"
    if name not in listed:
        return "not in the manifest"
    if sha256_of(packed[name]) != listed[name].sha256:
        return "not the bytes that the manifest names"
    if name in again and again[name] != packed[name]:
        return "made again from the data it is another file"
    return None
