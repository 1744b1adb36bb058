"""Nobody is isolated by everything that is out: all files of an edition, and several editions together."""

import pytest

from audits.reports.contents import Audience
from tests.audits.reports.attack import isolated

FEW = 10  # targets; `python -m tests.benchmarks.attack` goes for 200


@pytest.mark.parametrize("audience", ["gla", "public"])
def test_nobody_is_isolated(audience: Audience) -> None:
    """Not the woman who walked alone, none of a programme of two women, and nobody else."""
    assert isolated(3, audience, number=FEW) == 0


def test_without_the_module_most_are() -> None:
    """So the attack is one that finds what is there to be found."""
    assert isolated(3, "gla", number=FEW, exact=True) > FEW / 2
