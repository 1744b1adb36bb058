"""Cycles are looked for again after a block without it, however it ended."""

import gc

import pytest

from audits.memory import without_collecting


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
