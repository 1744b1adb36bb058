"""Months as the real commands write them: a signature that lapses, comes back, is suspended, let back, and leaves."""

from datetime import date

import pytest

from charter.indicators.months import Month
from charter.indicators.queries import indicators
from charter.scheme.commands import reinstate, suspend
from tests.charter.year.years import Years, begin

pytestmark = pytest.mark.usefixtures("database")
WHY = "The premises were closed by the licensing authority."


async def month(years: Years) -> Month:
    """The present month."""
    return (await indicators(now=years.pen.now)).months[-1]


async def test_a_lapse_and_a_review_move_the_register() -> None:
    """Due after a year, lapsed after thirty days more, back by reviewing."""
    years = await begin(date(2026, 1, 10))
    years.on(date(2027, 1, 11))
    await years.wake()
    due = await month(years)
    years.on(date(2027, 2, 10))
    await years.wake()
    lapsed = await month(years)
    years.on(date(2027, 3, 1))
    await years.review()
    back = await month(years)

    assert (due.in_force, due.lapsed) == (1, 0)
    assert (lapsed.in_force, lapsed.lapsed) == (0, 1)
    assert (back.in_force, back.returned) == (1, 1)
    assert [one.in_force for one in (await indicators(now=years.pen.now)).months] == [*[1] * 13, 0, 1]


async def test_whoever_withdraws_leaves() -> None:
    years = await begin(date(2026, 1, 10))
    years.on(date(2026, 2, 1))
    await years.withdraw()
    found = await month(years)

    assert (found.in_force, found.left, found.signed) == (0, 1, 0)
    assert [one.in_force for one in (await indicators(now=years.pen.now)).months] == [1, 0]


async def test_whoever_is_suspended_is_out_until_let_back() -> None:
    """And counts with those who left, so that no figure tells of a suspension."""
    years = await begin(date(2026, 1, 10))
    await suspend(years.id, reason=WHY, by="an administrator", desk=years.pen.desk())
    out = await month(years)
    years.on(date(2026, 2, 1))
    await reinstate(years.id, reason=WHY, by="an administrator", desk=years.pen.desk())
    back = await month(years)

    assert (out.in_force, out.signed, out.left) == (0, 1, 1)
    assert (back.in_force, back.returned) == (1, 1)
