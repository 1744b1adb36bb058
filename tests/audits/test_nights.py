"""Nights are nights: over midnight, over both changes of the clock, and as dark as the almanac says."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.nights import LONDON, NIGHT_ENDS, duration_s, night_of, posix_s, sun_altitude_deg, sun_bands

# Around both changes of 2026 (29 March and 25 October, 01:00 UTC), and any time of forty years.
near_changes = st.sampled_from([datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)])
moments = st.builds(lambda change, s: change + timedelta(seconds=s), near_changes, st.integers(-90_000, 90_000)) | (
    st.integers(1_262_304_000, 2_524_608_000).map(lambda posix: datetime.fromtimestamp(posix, UTC))
)


@pytest.mark.parametrize(
    ("started_at", "night"),
    [
        ("2026-10-24T23:10:00+01:00", "2026-10-24"),
        ("2026-10-25T00:30:00Z", "2026-10-24"),
        ("2026-10-25T01:30:00Z", "2026-10-24"),
        ("2026-10-25T05:59:59.999999Z", "2026-10-24"),
        ("2026-10-25T06:00:00Z", "2026-10-25"),
        ("2026-03-29T04:59:59Z", "2026-03-28"),
        ("2026-03-29T05:00:00Z", "2026-03-29"),
        ("2026-07-01T00:00:00+01:00", "2026-06-30"),
        ("2027-01-01T00:00:00Z", "2026-12-31"),
        # What a broken clock may show: London's own time would begin before the calendar does.
        ("0001-01-01T00:00:00Z", "0001-01-01"),
        ("0001-01-01T05:00:00Z", "0001-01-01"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31"),
    ],
)
def test_a_night_ends_at_six_in_london(started_at: str, night: str) -> None:
    """In winter, in summer, and on the mornings when the clocks change."""
    assert night_of(datetime.fromisoformat(started_at)) == date.fromisoformat(night)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_the_night_does_not_depend_on_how_the_time_is_written(moment: datetime, offset_min: int) -> None:
    """The same instant under any offset belongs to the same night, which began on that date or the one before."""
    elsewhere = moment.astimezone(timezone(timedelta(minutes=offset_min)))

    assert night_of(elsewhere) == night_of(moment)
    assert moment.astimezone(LONDON).date() - night_of(moment) in (timedelta(0), timedelta(days=1))


@given(moments)
def test_one_night_is_one_stretch_of_time(moment: datetime) -> None:
    """Each night runs from six to six in London, 23, 24 or 25 hours, without gap or overlap."""
    begins = datetime.combine(night_of(moment), NIGHT_ENDS, LONDON).astimezone(UTC)
    ends = datetime.combine(night_of(moment) + timedelta(days=1), NIGHT_ENDS, LONDON).astimezone(UTC)

    assert begins <= moment < ends
    assert night_of(ends - timedelta(microseconds=1)) == night_of(begins)


@given(moments, st.integers(-(10**6), 10**6))
def test_durations_are_counted_in_utc(moment: datetime, seconds: int) -> None:
    """In London's own time the change of the clock would add or take an hour."""
    ended = moment + timedelta(seconds=seconds)

    assert duration_s(moment.astimezone(LONDON), ended.astimezone(LONDON)) == seconds


def test_half_past_one_comes_twice() -> None:
    """The two are an hour apart on the night the clocks go back."""
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1))

    assert duration_s(first, second) == 3600
    assert night_of(first) == night_of(second) == date(2026, 10, 24)


@pytest.mark.parametrize(
    ("at", "place", "altitude_deg", "within_deg"),
    [
        # I. Reda, A. Andreas, Solar Position Algorithm (NREL/TP-560-34302), appendix A.5: before refraction.
        ("2003-10-17T12:30:30-07:00", (-105.1786, 39.742476), 39.872046, 0.02),
        # Noon at Greenwich on the solstices: 90 degrees less the latitude, and the obliquity (23.436) up or down.
        ("2026-06-21T12:01:55Z", (0.0, 51.4779), 61.958, 0.02),
        ("2026-12-21T11:58:10Z", (0.0, 51.4779), 15.086, 0.02),
        # HM Nautical Almanac Office's sunrises and sunsets for London, to the minute.
        ("2026-06-21T04:43:00+01:00", (-0.1276, 51.5072), -0.833, 0.1),
        ("2026-06-21T21:21:00+01:00", (-0.1276, 51.5072), -0.833, 0.1),
        ("2026-12-21T08:04:00Z", (-0.1276, 51.5072), -0.833, 0.1),
        ("2026-12-21T15:53:00Z", (-0.1276, 51.5072), -0.833, 0.1),
    ],
)
def test_the_sun_stands_where_the_almanac_says(
    at: str, place: tuple[float, float], altitude_deg: float, within_deg: float
) -> None:
    """Within a tenth of a degree, which in London is less than a minute of twilight."""
    found = float(sun_altitude_deg(*place, datetime.fromisoformat(at).timestamp()))

    assert found == pytest.approx(altitude_deg, abs=within_deg)


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90), moments), max_size=5))
def test_many_suns_are_computed_as_one_each(places: list[tuple[float, float, datetime]]) -> None:
    """Arrays give what scalars give, and nothing leaves the sky."""
    lon, lat, at_s = (
        np.array([p[0] for p in places]), np.array([p[1] for p in places]), posix_s([p[2] for p in places])
    )  # fmt: skip
    together = sun_altitude_deg(lon, lat, at_s)

    assert together.tolist() == [float(sun_altitude_deg(p[0], p[1], p[2].timestamp())) for p in places]
    assert (np.abs(together) <= 90).all()


def test_bands_end_where_the_astronomers_say() -> None:
    """-0.833, -6 and -12 belong to the darker, the lighter and the lighter band."""
    altitudes = np.array([60.0, -0.832, -0.833, -6.0, -6.001, -12.0, -12.001, -60.0])

    assert sun_bands(altitudes) == ["day", "day", "civil", "civil", "nautical", "nautical", "night", "night"]
