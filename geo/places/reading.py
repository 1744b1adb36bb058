"""Opening what publishers hand out: CSV and GeoJSON in UTF-8, tolerant of extras, clear about what is missing."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import msgspec

from geo.places.entries import Skipped
from geo.places.errors import FileTooLarge, UnreadableFile, WrongFile

MAX_FILE_BYTES = 150_000_000  # all stops of Great Britain are about 110 MB; London's are 6 MB
MAX_ROWS = 600_000  # Great Britain has some 435,000 stops
MAX_TEXT = 300  # the longest name in the files we know has 49 characters, the longest address 110
SHOWN = 8  # how many of the fields that were found a message names

CUT_SHORT = "fewer columns than the header: the row is cut short"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a file must hold to be of its kind.

    `needed` and `welcome` give each field of ours the names (regular expressions, lower case) that publishers use.
    """

    what: str
    needed: Mapping[str, str]
    welcome: Mapping[str, str] = field(default_factory=dict)

    def found_in(self, names: Iterable[str]) -> dict[str, str]:
        """Our fields -> the file's own names; raises WrongFile when one that is needed is missing."""
        names = [str(name) for name in names]
        plain = {name.strip().casefold(): name for name in names}
        found = {
            ours: plain[theirs]
            for ours, pattern in {**self.needed, **self.welcome}.items()
            if (theirs := next((name for name in plain if re.fullmatch(pattern, name)), None)) is not None
        }
        missing = [ours for ours in self.needed if ours not in found]
        if missing:
            raise WrongFile(self.what, expected=self.needed, missing=missing, found=_listed(names))
        return found


@dataclass(frozen=True)
class Line:
    """One row of a CSV file: its number (the header is row 1) and our fields, blank where the file has none."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Feature:
    """One feature of a GeoJSON file: its number, our fields, and its geometry as it was written."""

    row: int
    values: Mapping[str, str]
    geometry: Any


class _Feature(msgspec.Struct):
    properties: dict[str, Any] | None = None
    geometry: dict[str, Any] | None = None


class _FeatureCollection(msgspec.Struct, tag_field="type", tag="FeatureCollection"):
    features: list[_Feature]


def csv_lines(file: IO[bytes], layout: Layout) -> Iterator[Line | Skipped]:
    """The rows of a CSV file in UTF-8, with or without a byte order mark, whatever its line ends.

    Raises WrongFile, UnreadableFile or FileTooLarge with a sentence.
    """
    content = _content(file, layout.what)
    # A map opened as a table has one row of nonsense for a header; say what it is instead of quoting it.
    if content.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"{", b"[")):
        raise WrongFile(layout.what, expected=layout.needed, missing=layout.needed, found="JSON")
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""))
    row = 1
    try:
        header = next(reader, [])
        columns = {ours: header.index(theirs) for ours, theirs in layout.found_in(header).items()}
        for row, cells in enumerate(reader, start=2):
            _refuse_many(row, layout.what)
            if len(cells) >= len(header):
                yield Line(row, {ours: tidy(cells[column]) for ours, column in columns.items()})
            elif cells:
                yield Skipped(row, CUT_SHORT)
    except UnicodeDecodeError:
        raise _not_text(layout.what) from None
    except csv.Error as error:
        raise UnreadableFile(f"Row {row + 1} cannot be read as CSV ({error}). Save the file again as CSV.") from None


def features(file: IO[bytes], layout: Layout) -> Iterator[Feature]:
    """The features of a GeoJSON FeatureCollection; raises WrongFile, UnreadableFile or FileTooLarge with a sentence."""
    collection = _collection(_content(file, layout.what), layout)
    _refuse_many(len(collection.features), layout.what)
    if not collection.features:
        raise WrongFile(layout.what, expected=layout.needed, missing=layout.needed, found="no features at all")
    theirs = layout.found_in(collection.features[0].properties or {})
    for row, feature in enumerate(collection.features, start=1):
        properties = feature.properties or {}
        yield Feature(row, {ours: tidy(_word(properties.get(name))) for ours, name in theirs.items()}, feature.geometry)


def tidy(text: str) -> str:
    """`text` as its publisher meant it: read once more if it was encoded twice, single spaces, no control characters.

    >>> tidy("  CafÃ©  Cairo ")
    'Café Cairo'
    """
    if not text.isascii():
        text = _read_once_more(text)
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def too_long(*texts: str) -> bool:
    """Whether one of `texts` is longer than any name or address is."""
    return any(len(text) > MAX_TEXT for text in texts)


def _read_once_more(text: str) -> str:
    # "CafÃ©" is "Café" written as UTF-8, read as Latin-1 and written again; real Latin-1 text is not valid UTF-8.
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _content(file: IO[bytes], what: str) -> bytes:
    content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB, more than {what} can be.")
    return content


def _not_text(what: str) -> UnreadableFile:
    return UnreadableFile(f"The file is not text in UTF-8. Give it as {what}, saved in UTF-8.")


def _collection(content: bytes, layout: Layout) -> _FeatureCollection:
    try:
        text = content.decode("utf-8-sig")
        return msgspec.json.decode(text, type=_FeatureCollection)
    except UnicodeDecodeError:
        raise _not_text(layout.what) from None
    except RecursionError:
        raise UnreadableFile("The JSON is nested too deep to be a map.") from None
    except msgspec.ValidationError:
        raise WrongFile(layout.what, expected=layout.needed, missing=layout.needed, found="other JSON") from None
    except (msgspec.DecodeError, UnicodeError):
        found = _listed([text[:60]])
        raise WrongFile(layout.what, expected=layout.needed, missing=layout.needed, found=found) from None


def _refuse_many(rows: int, what: str) -> None:
    if rows > MAX_ROWS:
        raise FileTooLarge(f"The file has more than {MAX_ROWS:,} rows, more than {what} can have.")


def _word(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _listed(names: list[str]) -> str:
    shown = [ascii(name.strip()[:40])[1:-1] for name in names[:SHOWN]]
    return ", ".join(shown) + (", ..." if len(names) > SHOWN else "") or "nothing"
