"""What shows that a pledge is kept, and what must be true of it; whatever is typed, a sentence says what to do."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.errors import EvidenceUnreadable, FieldError, PledgeNotAcceptable
from charter.keeping.choices import CHECKS, CHOICES
from charter.keeping.evidence import (
    CHAMPION_GRACE,
    DATED_BY,
    HAPPENED,
    MAX_COUNT,
    NEEDED,
    PLEDGES,
    SHAPES,
    Facts,
    Keeping,
    Training,
    check,
    evidence_on,
    lapses,
    read_evidence,
)
from tests.charter.keeping.samples import EVIDENCE, TODAY, keeping

FACTS = Facts(day=TODAY, has_champion=True, files=1)
PLEDGE = st.sampled_from(PLEDGES)
DAYS = st.dates(date(2000, 1, 1), TODAY)


def errors_of(pledge: int, sent: Keeping, facts: Facts = FACTS) -> list[FieldError]:
    """What is wrong with it; empty where nothing is."""
    try:
        check(pledge, sent, read_evidence(pledge, sent.evidence), facts)
    except PledgeNotAcceptable as error:
        return list(error.errors)
    return []


def fields_of(pledge: int, sent: Keeping, facts: Facts = FACTS) -> list[str]:
    """The fields that are wrong."""
    return [field for field, _ in errors_of(pledge, sent, facts)]


@pytest.mark.parametrize("pledge", PLEDGES)
def test_whole_evidence_is_evidenced(pledge: int) -> None:
    """What the charter's table names is enough, and has a day."""
    sent = keeping(pledge)

    assert errors_of(pledge, sent) == []
    assert evidence_on(pledge, sent, read_evidence(pledge, sent.evidence)) is not None


@pytest.mark.parametrize("pledge", PLEDGES)
def test_what_has_begun_may_say_as_little_as_it_likes(pledge: int) -> None:
    """In progress takes nothing, and not started takes nothing either."""
    nothing = Facts(day=TODAY, has_champion=False, files=0)

    assert errors_of(pledge, Keeping(state="in_progress"), nothing) == []
    assert errors_of(pledge, Keeping(state="not_started"), nothing) == []


@pytest.mark.parametrize(("pledge", "name"), [(p, row[0][0]) for p in NEEDED for row in NEEDED[p]])
def test_each_part_of_the_evidence_is_asked_for(pledge: int, name: str) -> None:
    """By the field that is missing; without it the pledge is in progress."""
    without = {field: value for field, value in EVIDENCE[pledge].items() if field != name}

    assert fields_of(pledge, keeping(pledge, without)) == [f"evidence.{name}"]
    assert fields_of(pledge, keeping(pledge, without, state="in_progress")) == []


@given(pledge=PLEDGE, missing=st.data())
def test_evidenced_is_exactly_when_nothing_is_missing(pledge: int, missing: st.DataObject) -> None:
    """Whichever of its parts are left out, those and no others are named."""
    left_out = missing.draw(st.sets(st.sampled_from([row[0][0] for row in NEEDED[pledge]])))
    sent = keeping(pledge, {name: value for name, value in EVIDENCE[pledge].items() if name not in left_out})

    assert set(fields_of(pledge, sent)) == {f"evidence.{name}" for name in left_out}


@given(trained=st.integers(0, MAX_COUNT), in_scope=st.integers(0, MAX_COUNT))
def test_no_more_are_trained_than_should_be(trained: int, in_scope: int) -> None:
    """Nobody trains more staff than there are in scope; all of them is right."""
    sent = keeping(5, {**EVIDENCE[5], "staff_trained": trained, "staff_in_scope": in_scope}, state="in_progress")

    assert (fields_of(5, sent) == []) == (trained <= in_scope)


@given(pledge=PLEDGE, ahead=st.integers(1, 3_000))
def test_what_happened_is_not_in_the_future(pledge: int, ahead: int) -> None:
    """Today counts; tomorrow, by London's day, does not. What is planned may be ahead."""
    dates = [name for name in EVIDENCE[pledge] if name.endswith("_on")]
    later = {name: (TODAY + timedelta(days=ahead)).isoformat() for name in dates}
    sent = keeping(pledge, {**EVIDENCE[pledge], **later}, state="in_progress")
    today = keeping(pledge, {**EVIDENCE[pledge], **dict.fromkeys(dates, TODAY.isoformat())}, state="in_progress")

    assert set(fields_of(pledge, sent)) == {f"evidence.{name}" for name in dates if name in HAPPENED}
    assert fields_of(pledge, today) == []


@given(first=DAYS, second=DAYS)
def test_nothing_ends_before_it_began(first: date, second: date) -> None:
    """A campaign of one day is one."""
    days = {"began_on": first.isoformat(), "ends_on": second.isoformat()}

    assert (fields_of(2, keeping(2, {**EVIDENCE[2], **days})) == []) == (first <= second)


@given(st.dates())
def test_slips_of_the_keyboard_are_seen(day: date) -> None:
    """A campaign of the year 202 or 20226 is none."""
    wrong = fields_of(2, Keeping(state="in_progress", evidence={"began_on": day.isoformat()}))

    assert bool(wrong) == (day.year < 2000 or day > TODAY + timedelta(days=3_653))


@pytest.mark.parametrize(
    ("pledge", "wrong", "field"),
    [
        (1, {"ended_on": "2026-10-01"}, "evidence.ended_on"),
        (2, {"began_on": "2026-11-26"}, "evidence.began_on"),
        (2, {"channels": ["posters", "posters"]}, "evidence.channels"),
        (3, {"shown_at": ["the moon"]}, "evidence.shown_at"),
        (4, {"languages": ["x" * 201]}, "evidence.languages"),
        (4, {"languages": ["English"] * 51}, "evidence.languages"),
        (4, {"languages": [f"L{n}" for n in range(51)]}, "evidence.languages"),
        (5, {"course": " "}, "evidence.course"),
        (5, {"staff_in_scope": -1, "staff_trained": -1}, "evidence.staff_trained"),
        (5, {"staff_trained": 0}, "evidence.staff_trained"),
        (5, {"refresh_on": "2026-09-12", "trained_on": "2026-09-01"}, "evidence.refresh_on"),
        (6, {"log_kept": False}, "evidence.log_kept"),
        (6, {"reports_received": 1, "reports_responded": 2}, "evidence.reports_responded"),
        (7, {"toilets": "perhaps"}, "evidence.toilets"),
    ],
)
def test_what_cannot_be_right_is_named(pledge: int, wrong: dict[str, Any], field: str) -> None:
    """At its own field."""
    assert field in fields_of(pledge, keeping(pledge, {**EVIDENCE[pledge], **wrong}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "lapsed"}, "state"),
        ({"state": "kept"}, "state"),
        ({"state": "not_started"}, "state"),
        ({"statement": ""}, "statement"),
        ({"statement": "x" * 2_001}, "statement"),
        ({"evidence_on": TODAY + timedelta(days=1)}, "evidence_on"),
        ({"evidence_on": date(202, 1, 1)}, "evidence_on"),
    ],
)
def test_what_stands_beside_the_evidence_is_held_too(changes: dict[str, Any], field: str) -> None:
    """State, statement and day."""
    assert fields_of(5, msgspec.structs.replace(keeping(5), **changes)) == [field]


def test_a_pledge_takes_what_only_the_register_knows() -> None:
    """A champion who confirmed for the first, a picture for the second, a day for the fourth."""
    bare = Facts(day=TODAY, has_champion=False, files=0)

    assert fields_of(1, keeping(1), bare) == ["state"]
    assert fields_of(2, keeping(2), bare) == ["files"]
    assert fields_of(4, msgspec.structs.replace(keeping(4), evidence_on=None)) == ["evidence_on"]


@pytest.mark.parametrize(
    ("pledge", "evidence", "field"),
    [
        (5, {"trained_on": "soon"}, "evidence.trained_on"),
        (5, {"staff_trained": "12"}, "evidence.staff_trained"),
        (5, {"name_of_a_victim": "x"}, "evidence"),
        (4, {"languages": "English"}, "evidence.languages"),
        (4, {"languages": [1]}, "evidence.languages[0]"),
        (6, {"log_kept": "yes"}, "evidence.log_kept"),
        (7, {"audit": "not an id"}, "evidence.audit"),
    ],
)
def test_evidence_of_another_shape_is_unreadable(pledge: int, evidence: dict[str, Any], field: str) -> None:
    """Named by its field, and never by its content."""
    with pytest.raises(EvidenceUnreadable) as caught:
        read_evidence(pledge, evidence)

    assert caught.value.errors[0].field == field
    assert "soon" not in caught.value.errors[0].message


@given(pledge=PLEDGE)
def test_evidence_comes_back_as_it_was_sent(pledge: int) -> None:
    """Through JSON, as it is kept."""
    evidence = read_evidence(pledge, EVIDENCE[pledge])

    assert msgspec.json.decode(msgspec.json.encode(evidence), type=SHAPES[pledge]) == evidence
    assert {name for name, value in msgspec.structs.asdict(evidence).items() if value not in (None, ())} == set(
        EVIDENCE[pledge]
    )


@given(st.integers(-60, 60))
def test_training_lapses_the_day_after_its_refresh_was_due(days: int) -> None:
    """Only where it was evidenced; once."""
    training, today = Training(refresh_on=TODAY), TODAY + timedelta(days=days)

    assert lapses(5, "evidenced", training, today=today, champion_gone_on=None) == (days > 0)
    assert not lapses(5, "in_progress", training, today=today, champion_gone_on=TODAY - CHAMPION_GRACE * 9)
    assert not lapses(5, "lapsed", training, today=today, champion_gone_on=None)


@given(days=st.integers(0, 90), state=st.sampled_from(["not_started", "in_progress", "evidenced"]))
def test_the_first_pledge_outlives_its_champion_by_30_days(days: int, state: str) -> None:
    """And no other pledge lapses for her going."""
    gone_on = TODAY - timedelta(days=days)

    assert lapses(1, state, SHAPES[1](), today=TODAY, champion_gone_on=gone_on) == (days > 30)
    assert not lapses(1, state, SHAPES[1](), today=TODAY, champion_gone_on=None)
    assert not lapses(2, state, SHAPES[2](), today=TODAY, champion_gone_on=gone_on)


def test_every_choice_and_check_is_a_field() -> None:
    """And every pledge that has a day of its own names a field of its evidence."""
    fields = {name: shape for shape in SHAPES.values() for name in shape.__struct_fields__}

    assert fields.keys() >= CHOICES.keys() | CHECKS.keys()
    assert all(own in SHAPES[pledge].__struct_fields__ for pledge, own in DATED_BY.items())
