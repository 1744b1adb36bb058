"""The data dictionary: every table that leaves in an edition's data files, its columns, and its rows as plain values.

The workbook and the GeoPackage are made of these alone, so that a column means the same in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from audits.instrument import INSTRUMENTS, VERSION_1
from audits.reports.contents import Finding, Levels, Place, StopRow

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """A column: its name, what kind of values it has, and what they say."""

    name: str
    kind: Literal["text", "number", "count", "yes or no", "day"]
    says: str


def _text(name: str, says: str) -> Column:
    return Column(name, "text", says)


def _number(name: str, says: str) -> Column:
    return Column(name, "number", says)


FACTOR = _text("factor", "The factor's key in the instrument.")
LABEL = _text("factor_label", "The factor in words.")
BANDED = "A number within the GLA for what groups agreed, else a band such as 5-9; empty where it may not be said."
FOUND = (
    _text("class", "hotspot, works_well, ordinary, not_enough_evidence, or suppressed: too few people to show."),
    Column("strong", "yes or no", "Whether the whole interval lies more than 0.1 of a score from no difference."),
    _text("n_people", f"How many women, for group factors the largest group, a floor. {BANDED}"),
    _text("n_walks", f"How many walks. {BANDED}"),
    _text("n_nights", f"How many nights. {BANDED}"),
    _text("n_stops", f"How many stops. {BANDED}"),
    _number("estimate", "How far scores here lie from the same women's elsewhere on their walks; negative is worse."),
    _number("interval_low", "The lower end of its 95 % interval."),
    _number("interval_high", "The upper end of its 95 % interval."),
    _number("q", "The false discovery rate at which this would still be called a finding."),
    _number("share_low", "The share of scores of 0 and 1."),
    Column("stability", "count", "In how many of four shifted grids the finding stays; 0 where there is none."),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "places": (
        _text("label", "The number (hotspot) or letter (place that works) on the map."),
        _text("name", "Where it is, from the nearest station or by grid reference."),
        FACTOR,
        LABEL,
        _text("cell", "The hexagon that is clearest of those side by side."),
        *FOUND,
    ),
    "cells": (_text("cell", "The hexagon's id."), FACTOR, LABEL, _text("leg", "light or dark."), *FOUND),
    "levels": (
        FACTOR,
        LABEL,
        _text("leg", "light or dark."),
        _text("given", "agreed aloud by the group, or said alone by each woman."),
        *(Column(f"score_{level}", "count", f"How often {level} was given; empty: too few.") for level in range(4)),
        _text("n", "How many scores, or women as a band."),
        _text("not_scored", "How often it could not be told, or did not apply."),
    ),
    "stops": (
        _text("programme", "The programme's name."),
        Column("stop_no", "count", "The stop's number within its programme."),
        Column("night_of", "day", "The night, by the date of its evening in London."),
        _text("leg", "light or dark, by the sun."),
        _text("sun_band", "day, civil, nautical or night: how far the sun was below the horizon."),
        _number("longitude", "WGS 84, degrees; empty where the stop lay far outside its area."),
        _number("latitude", "WGS 84, degrees."),
        _text("cell", "The hexagon of 50 m side that it lies in."),
        _text("hub", "NaPTAN's code of the station or stop scored there."),
        *(_text(factor.key, f"{factor.label}: 0 to 3, cannot_tell or not_applicable; empty: not asked.")
          for factor in VERSION_1.factors if factor.mode == "group"),
        *(Column(presence.key, "yes or no", f"Whether this was there: {presence.label}.")
          for presence in VERSION_1.presence),
        _text("causes", "What the group named, by keys of the instrument."),
    ),
    "hubs": (_text("name", "The station's name."),),
    "area": (_text("title", "The edition's title."),),
}  # fmt: skip


def place_row(place: Place, finding: Finding) -> Sequence[Value]:
    """One factor at one place, in the order of TABLES["places"]."""
    return (place.label, place.name, finding.factor, label_of(finding.factor), finding.cell, *_found(finding))


def finding_row(finding: Finding) -> Sequence[Value]:
    """One factor in one cell, in the order of TABLES["cells"]."""
    return (finding.cell, finding.factor, label_of(finding.factor), finding.leg, *_found(finding))


def levels_row(levels: Levels) -> Sequence[Value]:
    """How one factor was scored, in the order of TABLES["levels"]."""
    given = "said alone by each woman" if levels.personal else "agreed aloud by the group"
    counts: Any = levels.counts or (None,) * 4
    return (levels.factor, levels.label, levels.leg, given, *counts, levels.n, levels.unanswered)


def stop_row(stop: StopRow) -> Sequence[Value]:
    """One stop, in the order of TABLES["stops"]."""
    return (
        stop.programme,
        stop.stop_no,
        stop.night_of.isoformat(),
        stop.leg,
        stop.sun_band,
        stop.longitude,
        stop.latitude,
        stop.cell,
        stop.hub,
        *(None if score is None else str(score) for score in stop.scores),
        *stop.presences,
        " ".join(stop.causes),
    )


def label_of(factor: str) -> str:
    """The factor's label in the newest instrument that has it."""
    return LABELS.get(factor, factor)


LABELS = {known.key: known.label for version in sorted(INSTRUMENTS) for known in INSTRUMENTS[version].factors}


def _found(finding: Finding) -> Sequence[Value]:
    low, high = finding.interval or (None, None)
    counted = (finding.n_people, finding.n_walks, finding.n_nights, finding.n_stops)
    numbers = (None if count is None else str(count) for count in counted)
    measured = (finding.estimate, low, high, finding.q, finding.share_low, finding.stability)
    return (finding.kind, finding.strong, *numbers, *measured)
