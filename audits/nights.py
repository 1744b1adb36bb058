"""Nights: which one a walk belongs to, and how dark it was."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

LONDON = ZoneInfo("Europe/London")
NIGHT_ENDS = time(6)
# The sun's upper edge on the horizon, with mean refraction: the astronomers' sunrise and sunset.
SUNSET_DEG = -0.833
CIVIL_DUSK_DEG, NAUTICAL_DUSK_DEG = -6.0, -12.0
DARK_BELOW_DEG = CIVIL_DUSK_DEG
# The almanac's epoch, noon of 1 January 2000, and its century.
J2000_S = datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp()
CENTURY_S = 36_525 * 86_400.0
SunBand = Literal["day", "civil", "nautical", "night"]
Floats = NDArray[np.float64]


def night_of(started_at: datetime) -> date:
    """The date on whose evening the night began: in London, a walk begun before 06:00 belongs to the day before.

    The first morning of the calendar, which a phone's broken clock may show, has no day before.

    >>> night_of(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    datetime.date(2026, 10, 24)
    """
    try:
        there = started_at.astimezone(LONDON)
    except OverflowError:
        # London was once 75 seconds behind Greenwich, and the calendar ends there.
        return started_at.astimezone(UTC).date()
    if there.date() == date.min:
        return date.min
    return there.date() - timedelta(days=1) if there.time() < NIGHT_ENDS else there.date()


def duration_s(started_at: datetime, ended_at: datetime) -> float:
    """Seconds from start to end, negative where they are reversed; two 01:30 of one autumn night are an hour apart."""
    return (ended_at.astimezone(UTC) - started_at.astimezone(UTC)).total_seconds()


def sun_altitude_deg(longitude_deg: ArrayLike, latitude_deg: ArrayLike, at_s: ArrayLike) -> Floats:
    """Altitude of the sun's centre above the horizon in degrees, without refraction, within 0.02 degrees until 2100.

    Longitude (east positive) and latitude are WGS 84, `at_s` is POSIX time in seconds; arrays of one shape or
    scalars. Formulas: J. Meeus, Astronomical Algorithms, 2nd edition, chapters 12, 13 and 25 (lower accuracy), as in
    NOAA's solar calculator.

    >>> noon = datetime(2026, 6, 21, 12, 2, tzinfo=UTC).timestamp()
    >>> round(float(sun_altitude_deg(0.0, 51.4779, noon)), 2)
    61.96
    """
    since_s = np.asarray(at_s, dtype=np.float64) - J2000_S
    right_ascension, declination = _sun(since_s / CENTURY_S)
    hour_angle = _sidereal(since_s / 86_400.0) + np.radians(longitude_deg) - right_ascension
    latitude = np.radians(latitude_deg)
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))  # type: ignore[no-any-return]


def sun_bands(altitude_deg: Floats) -> list[SunBand]:
    """The band of each altitude: `day` above -0.833 degrees, then `civil` to -6 and `nautical` to -12 inclusive."""
    return [_band(altitude) for altitude in altitude_deg.tolist()]


def posix_s(times: Sequence[datetime]) -> Floats:
    """Aware times as POSIX seconds."""
    return np.array([at.timestamp() for at in times], dtype=np.float64)


def _band(altitude_deg: float) -> SunBand:
    if altitude_deg > SUNSET_DEG:
        return "day"
    if altitude_deg >= CIVIL_DUSK_DEG:
        return "civil"
    return "nautical" if altitude_deg >= NAUTICAL_DUSK_DEG else "night"


def _sun(centuries: Floats) -> tuple[Floats, Floats]:
    """Apparent right ascension and declination of the sun in radians, `centuries` after J2000 (Meeus 25.2 to 25.8)."""
    t = centuries
    mean_longitude = 280.46646 + t * (36000.76983 + t * 0.0003032)
    anomaly = np.radians(357.52911 + t * (35999.05029 - t * 0.0001537))
    centre = (
        np.sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014))
        + np.sin(2 * anomaly) * (0.019993 - t * 0.000101)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * t)
    longitude = np.radians(mean_longitude + centre - 0.00569 - 0.00478 * np.sin(node))
    obliquity = np.radians(23.0 + 26.0 / 60 + 21.448 / 3600 - 46.815 / 3600 * t + 0.00256 * np.cos(node))
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(longitude), np.cos(longitude))
    return right_ascension, np.arcsin(np.sin(obliquity) * np.sin(longitude))


def _sidereal(days: Floats) -> Any:
    """Mean sidereal time at Greenwich in radians, `days` of universal time after J2000 (Meeus 12.4)."""
    return np.radians((280.46061837 + 360.98564736629 * days) % 360.0)
