"""How alike two names of a place are: the same, the same but for the sort of house, or one within the other."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

# Words that one writer leaves out and the next puts in; what a company's form is called tells no place from another.
_JOINERS = "a an and at in n of on the ltd limited plc llp london"
# Sorts of house: "The Hawley" and "Hawley Arms" are one, but New Cross Inn and New Cross House stand side by side.
_SORTS = (
    "alehouse arms bar bars cafe club freehouse hotel house inn lounge nightclub ph pub public restaurant tavern "
    "theatre venue"
)
JOINERS, SORTS = frozenset(_JOINERS.split()), frozenset(_SORTS.split())
NOT_IN_WORDS = re.compile(r"[^\w]+")
LEAST_SHARED = 0.8  # of the pairs of letters, so that a letter mistyped in a name of eight is forgiven


class Alike(IntEnum):
    """How alike, the strongest last."""

    NOT = 0
    ONE_WITHIN_OTHER = 1
    BUT_FOR_SORT = 2
    SAME = 3


@dataclass(frozen=True)
class Name:
    """A folded name as it is compared: `whole` without joining words, `core` without the sort of house either."""

    whole: str
    core: str


@lru_cache(maxsize=100_000)
def compared(folded: str) -> Name:
    """The name as it is compared, from its folded form; the order of its words does not matter.

    >>> compared("the king's head pub, london")
    Name(whole='head kings pub', core='head kings')
    """
    written = NOT_IN_WORDS.sub(" ", folded.replace("'", "")).split()
    # A name of nothing but common words ("The Bar") is all that there is to go by.
    words = [word for word in written if word not in JOINERS] or written
    core = [word for word in words if word not in SORTS] or words
    return Name(" ".join(sorted(words)), " ".join(sorted(core)))


@lru_cache(maxsize=100_000)
def one_within_other(first: Name, second: Name) -> bool:
    """Whether the words of one are all among the other's, or hardly a letter differs.

    >>> one_within_other(compared("half moon"), compared("the half moon putney"))
    True
    >>> one_within_other(compared("prince of whales"), compared("prince of wales"))
    True
    >>> one_within_other(compared("red lion"), compared("red cow"))
    False
    """
    here, there = set(first.core.split()), set(second.core.split())
    if here and there and (here <= there or there <= here):
        return True
    return _shared_letters(first.whole, second.whole) >= LEAST_SHARED


def _shared_letters(first: str, second: str) -> float:
    """Dice's coefficient of the pairs of neighbouring letters: 1 for equal words, 0 for nothing shared."""
    here, there = _letter_pairs(first), _letter_pairs(second)
    return 2 * len(here & there) / (len(here) + len(there)) if here and there else 0.0


@lru_cache(maxsize=100_000)
def _letter_pairs(words: str) -> frozenset[str]:
    return frozenset(words[place : place + 2] for place in range(len(words) - 1))
