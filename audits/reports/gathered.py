"""What an edition is computed from: what was asked for, and all that was read for it at one moment."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audits.queries import ProgrammeFacts
from audits.reports import disclosure
from audits.reports.beside import NOTHING_BESIDE, Beside
from audits.reports.cells import Hub
from audits.reports.contents import Audience
from audits.reports.disclosure import Rule
from audits.reports.evidence import Field, Said
from geo.shapes import Shape, to_geojson


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for: an edition with this title for this audience about these nights.

    `as_of` leaves out walks that ended later; without one it is the end of the last walk counted. The walk's own
    end, not its receipt: when a phone found signal, or when a file was imported, says nothing about the evidence,
    and the same walks brought into another database must make the same edition.
    """

    title: str
    audience: Audience
    from_on: date | None = None
    to_on: date | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """All that an edition is computed from, of one moment.

    With a reason in `left_out` nothing in `said` is what women said alone.
    """

    order: Order
    programmes: Sequence[ProgrammeFacts]
    field: Field
    said: dict[str, Said]
    hubs: Sequence[Hub]
    boroughs: Sequence[Shape]
    left_out: str | None = None
    beside: Beside = NOTHING_BESIDE

    @property
    def rule(self) -> Rule:
        """The rule of disclosure for its audience."""
        return disclosure.RULES[self.order.audience]


def by_content(programmes: Iterable[ProgrammeFacts]) -> list[ProgrammeFacts]:
    """Programmes in an order that does not depend on the ids that the server gave them."""
    return sorted(programmes, key=lambda one: (one.name, one.opens_on, one.closes_on, to_json(one.area)))


def to_json(shape: Shape) -> str:
    """A shape as text that can be compared."""
    return json.dumps(to_geojson(shape))
