"""Cycles are looked for again after a block without it, however it ended."""

import gc

import pytest

from audits.memory import set_apart, without_collecting


def test_collecting_goes_on_afterwards() -> None:
    """Also where the block failed."""
    with pytest.raises(LookupError), without_collecting():
        assert not gc.isenabled()
        raise LookupError

    assert gc.isenabled()


def test_a_block_within_a_block_changes_nothing() -> None:
    """The outer one decides when it begins again."""
    with without_collecting():
        with without_collecting():
            pass
        assert not gc.isenabled()


def test_what_was_there_is_looked_at_again_after_a_block_that_set_it_apart() -> None:
    """Within, nothing of it is; and none of it is forgotten."""
    with set_apart():
        assert gc.get_freeze_count() > 1_000

    assert gc.get_freeze_count() == 0
