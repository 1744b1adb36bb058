"""Values on their way to and from SQLite, and what it says of errors."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrations.errors import DatabaseFull, DatabaseReadOnly, DatabaseUnavailable, NoTransaction
from migrations.sqlite_connection import numbered, translated
from migrations.values import NaiveTime, moment_as_text, number_from_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001 (zones are drawn)
WORDS = st.text(st.characters(exclude_characters="'\"$-/*\0", codec="utf-8"), max_size=12)


@given(MOMENTS, MOMENTS)
def test_the_order_of_texts_is_the_order_of_moments(one: datetime, other: datetime) -> None:
    assert (moment_as_text(one) < moment_as_text(other)) == (one < other)


@given(MOMENTS)
def test_a_moment_survives_its_text(moment: datetime) -> None:
    assert datetime.fromisoformat(moment_as_text(moment)) == moment


@given(st.datetimes())
def test_a_moment_without_a_zone_has_no_text(moment: datetime) -> None:
    with pytest.raises(NaiveTime, match="aware time"):
        moment_as_text(moment)


@given(
    st.tuples(
        *(MOMENTS, st.uuids(), st.booleans(), st.dates()),
        *(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(), st.binary()),
    )
)
def test_sqlite_gives_back_what_it_was_given(values: tuple[object, ...]) -> None:
    connection = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    connection.execute("CREATE TABLE t (a TIMESTAMPTZ, b UUID, c BOOLEAN, d DATE, e INTEGER, f REAL, g TEXT, h BLOB)")
    connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    assert connection.execute("SELECT * FROM t").fetchone() == values
    connection.close()


def test_moments_and_ids_are_kept_as_text_that_people_can_read() -> None:
    connection = sqlite3.connect(":memory:")
    kept = connection.execute("SELECT ?, ?", (datetime(2026, 11, 23, 21, 5, tzinfo=UTC), UUID(int=7))).fetchone()

    assert kept == ("2026-11-23 21:05:00.000000+00:00", "00000000-0000-0000-0000-000000000007")
    connection.close()


@given(WORDS, WORDS, st.integers(1, 99))
def test_only_placeholders_in_code_are_numbered(before: str, quoted: str, number: int) -> None:
    sql = f"{before}${number} '{quoted}${number}''$1' \"$2\" /* $3 */ -- $4"

    assert numbered(sql) == f"{before}?{number} '{quoted}${number}''$1' \"$2\" /* $3 */ -- $4"


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-5", -5), ("2.50", 2.5), ("0.0", 0.0), ("12345678901234567890", 12345678901234567890)],
)
def test_postgresqls_sums_are_whole_where_they_are_written_whole(text: str, number: float) -> None:
    assert number_from_text(text) == number
    assert type(number_from_text(text)) is type(number)


@pytest.mark.parametrize(
    ("code", "reads_only", "expected"),
    [
        (sqlite3.SQLITE_FULL, False, DatabaseFull),
        (sqlite3.SQLITE_READONLY, False, DatabaseReadOnly),
        (sqlite3.SQLITE_READONLY, True, NoTransaction),
        (sqlite3.SQLITE_BUSY, False, DatabaseUnavailable),
        (sqlite3.SQLITE_IOERR_FSYNC, False, DatabaseUnavailable),
        (sqlite3.SQLITE_CORRUPT, True, DatabaseUnavailable),
        (sqlite3.SQLITE_ERROR, False, sqlite3.OperationalError),
    ],
)
def test_sqlites_codes_become_our_errors(code: int, reads_only: bool, expected: type[Exception]) -> None:
    error = sqlite3.OperationalError("said SQLite")
    error.sqlite_errorcode = code

    assert type(translated(error, reads_only=reads_only)) is expected
