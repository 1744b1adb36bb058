"""Files as publishers hand them out, and files that are something else."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import reading
from geo.places.errors import FileOfPlacesError, FileTooLarge, UnreadableFile, WrongFile
from geo.places.hubs import read_hubs
from geo.places.reading import CUT_SHORT, Layout, Line, csv_lines, features, tidy
from tests.geo.places.files import geojson, naptan, parted, square, venues

PEOPLE = Layout(what="a list of people", needed={"name": "name|full_name"}, welcome={"town": "town"})


def lines_of(text: str) -> list[Line]:
    return [line for line in csv_lines(io.BytesIO(text.encode()), PEOPLE) if isinstance(line, Line)]


def test_columns_are_found_whatever_their_order_case_and_neighbours() -> None:
    lines = lines_of("Age,TOWN,Full_Name\r\n40,Leeds,Ada\r\n")

    assert lines == [Line(2, {"name": "Ada", "town": "Leeds"})]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    entries, _ = parted(read_hubs(naptan({}, bom=True)))

    assert [entry.key for entry in entries] == ["9400ZZLUBXN"]


def test_a_quoted_line_end_belongs_to_its_cell() -> None:
    lines = lines_of('name,town\n"Ada\nKing",Leeds\nGrace,York\n')

    assert [(line.row, line.values["name"]) for line in lines] == [(2, "Ada King"), (3, "Grace")]


def test_blank_lines_are_passed_over_in_silence() -> None:
    assert [line.row for line in lines_of("name\n\nAda\n\n\nGrace\n")] == [3, 6]


def test_a_row_that_was_cut_short_is_skipped_with_the_reason() -> None:
    whole = naptan({}, {"ATCOCode": "9400ZZLUOVL"}).getvalue()
    entries, skipped = parted(read_hubs(io.BytesIO(whole[:-40])))

    assert len(entries) == 1
    assert [(one.row, one.why) for one in skipped] == [(3, CUT_SHORT)]


def test_a_file_of_another_kind_is_refused_with_what_was_expected_and_found() -> None:
    with pytest.raises(WrongFile) as refusal:
        list(read_hubs(venues({})))

    words = str(refusal.value)
    assert "NaPTAN" in words
    assert "missing atcocode" in words
    assert "easting" not in words.partition("missing")[2].partition("found")[0]
    assert "found name, address1" in words


def test_a_map_is_not_a_csv_and_a_csv_is_not_a_map() -> None:
    with pytest.raises(WrongFile, match="found JSON"):
        list(csv_lines(geojson(({"name": "Ada"}, square(0, 51))), PEOPLE))
    with pytest.raises(WrongFile, match="found ATCOCode"):
        list(features(naptan({}), PEOPLE))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0 a photo",
        "name\nAda".encode("utf-16"),
        b"PK\x03\x04 a spreadsheet",
        b"\0" * 200_000,
        b'name\n"' + b"never closed " * 20_000,
        b'{"type": "Topology"}',
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "FeatureCollection", "features": [{"properties": {"name": "\\ud800"}}]}',
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": [' + b'{"geometry": {"a":' * 50_000,
    ],
    ids=lambda content: content[:12].decode("latin-1"),
)
def test_what_is_no_file_of_places_is_refused_by_both_readers(content: bytes) -> None:
    with pytest.raises(FileOfPlacesError):
        list(csv_lines(io.BytesIO(content), Layout(what="a list", needed={"code": "code"})))
    with pytest.raises(FileOfPlacesError):
        list(features(io.BytesIO(content), Layout(what="a map", needed={"code": "code"})))


def test_a_message_never_carries_control_characters_or_a_whole_file() -> None:
    with pytest.raises(WrongFile) as refusal:
        list(csv_lines(io.BytesIO(b"\x1b[31mred\x07," + b"x" * 100_000), PEOPLE))

    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


class Endless(io.RawIOBase):
    """A file without end, such as /dev/zero."""

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "an endless file must be read in part"
        return b"0" * size


def test_an_endless_file_is_refused_and_not_read_to_its_end() -> None:
    with pytest.raises(FileTooLarge, match="150 MB"):
        list(csv_lines(Endless(), PEOPLE))  # type: ignore[arg-type]  # a file that only reads


def test_more_rows_than_there_are_stops_in_britain_are_refused() -> None:
    rows = io.BytesIO(b"name\n" + b"A\n" * reading.MAX_ROWS)

    with pytest.raises(FileTooLarge, match="600,000 rows"):
        list(csv_lines(rows, PEOPLE))


def test_a_fault_in_the_middle_names_the_row() -> None:
    rows = b"name\nAda\n" + b"x" * 200_000 + b"\n"

    with pytest.raises(UnreadableFile, match="Row 3"):
        list(csv_lines(io.BytesIO(rows), PEOPLE))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CafÃ© Cairo", "Café Cairo"),
        ("Brodieâ\x80\x99s", "Brodie’s"),
        ("Ciné Lumière", "Ciné Lumière"),
        ("Gun\xa027 Coldharbour", "Gun 27 Coldharbour"),
        ("  The\tLamb\0 ", "The Lamb"),
        ("Crown & Ånchor", "Crown & Ånchor"),
    ],
)
def test_text_is_tidied_to_what_its_publisher_meant(written: str, meant: str) -> None:
    assert tidy(written) == meant


@given(st.text())
def test_tidying_twice_of_plain_ascii_changes_nothing_more(text: str) -> None:
    plain = tidy(text.encode("ascii", "ignore").decode())

    assert tidy(plain) == plain


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_text_encoded_twice_reads_like_text_encoded_once(text: str) -> None:
    twice = text.encode().decode("latin-1")

    assert tidy(twice) == " ".join(tidy(text).split()) or twice.isascii() or _is_itself_doubled(text)


def _is_itself_doubled(text: str) -> bool:
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes) -> None:
    for reader in (csv_lines, features):
        try:
            list(reader(io.BytesIO(content), PEOPLE))
        except FileOfPlacesError as refusal:
            assert str(refusal).endswith(".")
