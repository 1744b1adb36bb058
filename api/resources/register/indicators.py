"""The scheme's figures for programs: signatories by month, sector and state, and how the pledges are kept."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from charter.indicators import queries
from charter.indicators.as_csv import as_csv
from charter.indicators.queries import Indicators, Kept, Reviews, Training


class MonthShown(msgspec.Struct, frozen=True, kw_only=True):
    """A month in London, as 2026-11; `in_force` at its end, or now where it is not over."""

    month: str
    signed: int
    returned: int
    lapsed: int
    left: int
    in_force: int


class SectorShown(msgspec.Struct, frozen=True, kw_only=True):
    """A sector with its organisations and premises that the register shows."""

    sector: str
    organisations: int
    premises: int


class IndicatorsShown(msgspec.Struct, frozen=True, kw_only=True):
    """The figures; null is hidden, for fewer than five organisations, or one that makes most of a sum."""

    as_of: datetime
    organisations: int
    organisations_not_listed: int
    premises: int
    months: list[MonthShown]
    sectors: list[SectorShown]
    states: dict[str, int]
    pledges: list[Kept]
    training: Training
    reviews: Reviews


@get("/api/charter/indicators", tags=["charter"], summary="The scheme's figures")
async def get_indicators(now: NamedDependency[datetime]) -> IndicatorsShown:
    """Sums over organisations, and nothing about one of them."""
    return _shown(await queries.indicators(now=now))


@get("/api/charter/indicators.csv", tags=["charter"], summary="The scheme's figures as CSV")
async def indicators_csv(now: NamedDependency[datetime]) -> Response[bytes]:
    """One figure a line."""
    headers = {"Content-Disposition": 'attachment; filename="indicators.csv"'}
    content = as_csv(await queries.indicators(now=now))
    return Response(content, media_type="text/csv; header=present", headers=headers)


def _shown(found: Indicators) -> IndicatorsShown:
    same: dict[str, Any] = {
        name: getattr(found, name) for name in ("organisations", "premises", "states", "pledges", "training", "reviews")
    }
    flows = ("signed", "returned", "lapsed", "left", "in_force")
    return IndicatorsShown(
        as_of=found.made_at,
        organisations_not_listed=found.not_listed,
        months=[MonthShown(month=one.key, **{name: getattr(one, name) for name in flows}) for one in found.months],
        sectors=[
            SectorShown(sector=one.key, organisations=one.organisations, premises=one.premises) for one in found.sectors
        ],
        **same,
    )


INDICATORS = [get_indicators, indicators_csv]
