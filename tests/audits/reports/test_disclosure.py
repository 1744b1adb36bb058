"""What may be said of few people: nothing leaves narrower than the rule."""

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.errors import EditionNotAcceptable
from audits.reports.contents import Finding
from audits.reports.disclosure import (
    GLA,
    PUBLIC,
    STRICT_FACTORS,
    Rule,
    Tally,
    about,
    band,
    check_whole_months,
    disclosed,
    enough_behind,
    in_words,
    levels,
    month_over,
    newest_public_night,
    rounded,
)
from tests.audits.reports.samples import finding

FACTORS = ("feeling", "treatment", "belonging", "lighting")
SAID = ("estimate", "interval", "q", "share_low", "n_people", "n_walks", "n_nights", "n_stops")
numbers = st.integers(0, 40)
measures = st.floats(-3, 3)


@st.composite
def exact_findings(draw: st.DrawFn) -> Finding:
    """A cell as the method leaves it, with exact counts."""
    return finding(
        factor=draw(st.sampled_from(FACTORS)),
        kind=draw(st.sampled_from(("hotspot", "works_well", "ordinary", "not_enough_evidence"))),
        strong=draw(st.booleans()),
        n_people=draw(numbers),
        n_walks=draw(numbers),
        n_nights=draw(numbers),
        n_stops=draw(numbers),
        estimate=draw(measures),
        interval=(draw(measures), draw(measures)),
        q=draw(st.floats(0, 1)),
        share_low=draw(st.floats(0, 1)),
    )


def people_needed(found: Finding) -> int:
    """How many people the rule asks for."""
    return 10 if found.factor in STRICT_FACTORS else 5


@given(exact_findings(), st.sampled_from((GLA, PUBLIC)))
def test_nothing_is_said_of_too_few(found: Finding, rule: Rule) -> None:
    """Below the number of people the cell is only known to have been visited, whatever the method found."""
    said = disclosed(found, personal=True, rule=rule)
    enough = int(found.n_people or 0) >= people_needed(found)

    if not enough:
        assert not said.strong and said.kind in ("suppressed", "not_enough_evidence")
        assert [getattr(said, name) for name in SAID] == [None] * len(SAID)


@given(exact_findings())
def test_the_public_sees_bands_and_one_decimal(found: Finding) -> None:
    """No exact count leaves, of any factor, and no estimate finer than a tenth."""
    said = disclosed(found, personal=found.factor != "lighting", rule=PUBLIC)

    assert {getattr(said, name) for name in SAID[4:]} <= {None, "2-4", "5-9", "10-19", "20+"}
    assert said.estimate is None or math.isclose(said.estimate * 10, round(said.estimate * 10))


@given(exact_findings())
def test_two_nights_are_needed_in_public(found: Finding) -> None:
    """One night is an appointment that somebody may know of."""
    once = msgspec.structs.replace(found, n_nights=1)

    assert disclosed(once, personal=False, rule=PUBLIC).kind == "suppressed"


@given(exact_findings())
def test_the_gla_sees_people_in_bands_for_what_women_said_alone(found: Finding) -> None:
    """Estimates to a tenth and people in bands; what groups agreed is exact."""
    said = disclosed(found, personal=True, rule=GLA)
    agreed = disclosed(found, personal=False, rule=GLA)

    assert said.n_people in (None, "5-9", "10-19", "20+")
    assert agreed.n_people == found.n_people and agreed.estimate == rounded(found.estimate, 2)


@given(measures)
def test_rounding_does_not_depend_on_the_order_of_adding(value: float) -> None:
    """A sum that is off by the last bits falls on the same side of a half; zero has no sign."""
    assert rounded(math.nextafter(0.25, 0), 1) == rounded(math.nextafter(0.25, 1), 1)
    assert math.copysign(1, rounded(-0.0001, 1) or 0.0) == 1
    assert abs((rounded(value, 1) or 0) - value) <= 0.05 + 1e-9


def a_tally(**more: Any) -> Tally:
    """Twelve women's scores on nine stops."""
    facts: dict[str, Any] = {
        "factor": "feeling",
        "label": "Feeling",
        "personal": True,
        "leg": "dark",
        "counts": (3, 42, 38, 26),
        "people": (2, 11, 12, 9),
        "all_people": 12,
        "nights": 4,
        "unanswered": 1,
    }
    return Tally(**(facts | more))


def test_levels_that_few_stand_behind_are_hidden_and_the_rest_is_rounded() -> None:
    """Two women at the worst level are not told apart from none, and no total undoes that."""
    said = levels(a_tally(), rule=GLA)

    assert said.counts == (None, 40, 40, 25)
    assert (said.n, said.unanswered) == ("10-19 people", "")


said_by_women = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=80)


@given(said_by_women, st.sampled_from((5, 10)))
def test_levels_of_nested_programmes_differ_by_nobody_or_by_enough(
    said: list[tuple[int, int, int]], needed: int
) -> None:
    """Whatever a programme adds to a level, at least so many women of it stand behind it."""
    programme, value, woman = np.array(said, dtype=np.int64).T
    kept = enough_behind(programme * 4 + value, woman, needed=needed)
    added = {(p, v): {w for q, u, w in said if (q, u) == (p, v)} for p, v, _ in said}

    assert {(p, v) for (p, v, _), k in zip(said, kept.tolist(), strict=True) if k} == {
        group for group, women in added.items() if len(women) >= needed
    }


def test_strict_factors_hide_more() -> None:
    """How women were treated needs ten people at a level."""
    assert levels(a_tally(factor="treatment"), rule=GLA).counts == (None, 40, 40, None)


def test_too_few_people_hide_the_whole_factor() -> None:
    """Four women: nothing but the sentence."""
    said = levels(a_tally(all_people=4), rule=GLA)

    assert (said.counts, said.n) == (None, "not enough people yet")


def test_what_groups_agreed_is_exact_within_the_gla_only() -> None:
    """Exact for the GLA; rounded, and on two nights at least, for the public."""
    agreed = a_tally(factor="lighting", personal=False, people=(7, 7, 7, 7), all_people=7)

    assert levels(agreed, rule=GLA).counts == (3, 42, 38, 26)
    assert levels(agreed, rule=PUBLIC).counts == (5, 40, 40, 25)
    assert levels(a_tally(personal=False, nights=1), rule=PUBLIC).counts is None


@given(st.integers(0, 100_000))
def test_bands_begin_at_five(people: int) -> None:
    """No band for fewer than five, and each band holds the number it stands for."""
    words = band(people)
    low = 0 if words is None else int(words.rstrip("+").split("-")[0])

    assert (words is None) == (people < 5)
    assert low <= people


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 60))
def test_public_months_are_whole_and_old_enough(today: date, delay_days: int) -> None:
    """The newest public night ends a month, is old enough, and the month after it is not."""
    newest = newest_public_night(today, delay_days=delay_days)
    next_month_end = (newest + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    assert (newest + timedelta(days=1)).day == 1
    assert today - newest >= timedelta(days=delay_days) > today - next_month_end


@pytest.mark.parametrize("period", [(None, None), (date(2026, 2, 1), date(2028, 2, 29)), (None, date(2026, 9, 30))])
def test_whole_months_are_taken(period: tuple[date | None, date | None]) -> None:
    """First and last days of months, leap years too, and open ends."""
    check_whole_months(*period, None)
    check_whole_months(*period, month_over(date(2026, 9, 3)))


def test_both_ends_are_told() -> None:
    """A period that is wrong at both ends names both fields at once."""
    with pytest.raises(EditionNotAcceptable) as refused:
        check_whole_months(date(2026, 10, 2), date(2026, 10, 30), datetime(2026, 10, 31, tzinfo=UTC))

    assert [error.field for error in refused.value.errors] == ["as_of", "from", "to"]


def test_totals_and_rules_are_said_in_words() -> None:
    """The public reads rounded totals, and each audience the rules that bind its edition."""
    assert [about(n, rule=PUBLIC) for n in (0, 4, 5, 12.5, 1234)] == ["fewer than 5"] * 2 + [
        "about 5",
        "about 10",
        "about 1,235",
    ]
    assert about(14.5, rule=GLA) == "14.5" and about(1234, rule=GLA) == "1,234"
    assert "150 m" in " ".join(in_words(PUBLIC)) and "sealed" in " ".join(in_words(GLA))
