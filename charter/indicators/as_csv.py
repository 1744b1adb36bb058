"""The figures as CSV: one figure a line, so that a later version can add figures and never a column."""

import csv
import io
from collections.abc import Iterator

from charter.indicators.queries import Indicators

COLUMNS = ("figure", "group", "month", "value", "hidden")
Line = tuple[str, str, str, int | None]


def as_csv(found: Indicators) -> bytes:
    """The figures (RFC 4180, UTF-8), a heading first; a hidden value is blank and says so."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    # Every cell is a word or a number of ours, so none of them could be a formula.
    for figure, group, month, value in _lines(found):
        rows.writerow((figure, group, month, "" if value is None else value, "yes" if value is None else "no"))
    return text.getvalue().encode()


def _lines(found: Indicators) -> Iterator[Line]:
    yield "organisations", "", "", found.organisations
    yield "organisations_not_listed", "", "", found.not_listed
    yield "premises", "", "", found.premises
    for month in found.months:
        for figure in ("signed", "returned", "lapsed", "left", "in_force"):
            yield figure, "", month.key, getattr(month, figure)
    for sector in found.sectors:
        yield "organisations_by_sector", sector.key, "", sector.organisations
        yield "premises_by_sector", sector.key, "", sector.premises
    for state, count in found.states.items():
        yield "organisations_by_state", state, "", count
    yield from _of_pledges(found)


def _of_pledges(found: Indicators) -> Iterator[Line]:
    for pledge in found.pledges:
        for state, count in pledge.states.items():
            yield f"pledge_{state}", str(pledge.number), "", count
    yield "organisations_with_training", "5", "", found.training.organisations
    yield "staff_trained", "5", "", found.training.staff_trained
    yield "staff_in_scope", "5", "", found.training.staff_in_scope
    yield "reviews_done", "", "", found.reviews.done
    yield "reviews_on_time", "", "", found.reviews.on_time
