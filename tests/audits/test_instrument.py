"""The instrument is data that was published, and stays what it was."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.errors import UnknownInstrument
from audits.instrument import INSTRUMENTS, instrument, on_scale, value_and_answer
from tests.journeys.walks import GROUP_FACTORS


def test_version_1_asks_what_was_published() -> None:
    """Eleven factors aloud, four alone; `feeling` is the outcome and two are for hubs."""
    asked = instrument(1)

    assert asked.keys("group") == set(GROUP_FACTORS)
    assert asked.keys("personal") == {"sensory", "treatment", "belonging", "feeling"}
    assert [factor.key for factor in asked.factors if factor.outcome] == ["feeling"]
    assert [factor.key for factor in asked.factors if factor.hub_only] == ["night_transport", "hub_waiting"]


def test_every_step_of_every_scale_has_its_words() -> None:
    """0 is the worst and 3 the best, each told apart."""
    for factor in instrument(1).factors:
        assert len(set(factor.scale)) == 4 and all(factor.scale)


def test_chips_about_remarks_being_followed_or_stopped_are_personal() -> None:
    """The others may stand in the open on a stop."""
    asked = instrument(1)

    assert asked.open_causes() == {"noise", "glare", "flicker", "crush", "smell"}
    assert {"racist_remark", "disablist_remark", "followed", "stopped"} <= {chip.key for chip in asked.causes}


@pytest.mark.parametrize("version", [-1, 0, 2, 10**30])
def test_an_unpublished_version_is_told_so(version: int) -> None:
    """With the versions that there are."""
    with pytest.raises(UnknownInstrument, match="Published so far: 1"):
        instrument(version)


def test_keys_are_never_used_twice() -> None:
    """In no version, for factors and for chips."""
    for asked in INSTRUMENTS.values():
        assert len({factor.key for factor in asked.factors}) == len(asked.factors)
        assert len({chip.key for chip in asked.causes}) == len(asked.causes)


def test_it_travels_as_plain_json() -> None:
    """So that a phone can keep it."""
    plain = msgspec.json.decode(msgspec.json.encode(instrument(1)))

    assert (plain["version"], plain["answers"]) == (1, ["cannot_tell", "not_applicable"])
    assert len(plain["factors"]) == 15 and plain["reminder"].startswith("This is not for reporting a crime.")


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_only_0_to_3_is_on_the_scale(score: float) -> None:
    """However it is spelled: 2.0 is 2, and 2.5 is nothing."""
    assert on_scale(score) == (score in {0, 1, 2, 3})
    assert on_scale("cannot_tell") and on_scale("not_applicable")


@pytest.mark.parametrize(
    ("score", "stored"), [(0, (0, None)), (3.0, (3, None)), ("cannot_tell", (None, "cannot_tell"))]
)
def test_an_answer_is_never_stored_as_0(score: float | str, stored: tuple[object, object]) -> None:
    """A value or an answer, never both."""
    assert value_and_answer(score) == stored  # type: ignore[arg-type]
