"""stops.csv: every stop with what its group agreed. Blank is not asked; an answer without a score is a word."""

import csv
import io
from collections.abc import Iterable, Sequence

from audits.instrument import INSTRUMENTS
from audits.reports.contents import StopRow
from geo.spreadsheets import inert

GROUP_FACTORS = tuple(factor.key for factor in INSTRUMENTS[1].factors if factor.mode == "group")
PRESENCES = tuple(presence.key for presence in INSTRUMENTS[1].presence)
COLUMNS = (
    "programme",
    "stop_no",
    "night_of",
    "leg",
    "sun_band",
    "longitude",
    "latitude",
    "cell",
    "hub",
    *GROUP_FACTORS,
    *PRESENCES,
    "causes",
)


def stops_csv(rows: Iterable[StopRow]) -> bytes:
    """The rows as CSV (RFC 4180) in UTF-8 without a byte order mark, in the order given."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(row) for row in rows)
    return page.getvalue().encode()


def cells(row: StopRow) -> Sequence[str]:
    """One stop's cells, in the order of COLUMNS."""
    return (
        inert(row.programme),
        str(row.stop_no),
        row.night_of.isoformat(),
        row.leg,
        row.sun_band or "",
        _degrees(row.longitude),
        _degrees(row.latitude),
        row.cell or "",
        inert(row.hub or ""),
        *("" if score is None else str(score) for score in row.scores),
        *("yes" if there else "no" for there in row.presences),
        " ".join(row.causes),
    )


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
