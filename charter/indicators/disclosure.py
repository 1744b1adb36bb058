"""What a figure may say: sums of what organisations have not published need enough of them, and none that is most.

An organisation's pledges are shown to its own champions only. A count of 1 among three pubs would be one pub's secret.
"""

from collections.abc import Mapping, Sequence

LEAST = 5  # organisations behind any figure about what they do not publish
MOST_OF_A_SUM = 0.75  # of a sum, made by one organisation alone, tells too nearly what that one has


def shown_counts(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of parts of a known whole, None where one is hidden: a part of 1 to LEAST - 1 organisations.

    What is hidden alone could be had by subtraction, so the smallest of the others then goes with it.

    >>> shown_counts({"evidenced": 40, "in_progress": 12, "lapsed": 2, "not_started": 0})
    {'evidenced': 40, 'in_progress': None, 'lapsed': None, 'not_started': 0}
    """
    hidden = {part for part, count in counts.items() if 0 < count < LEAST}
    others = sorted((count, part) for part, count in counts.items() if count >= LEAST)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    # Of fewer than LEAST in all every part is theirs, and nobody at all is nobody's secret only among enough.
    if sum(counts.values()) < LEAST:
        hidden = set(counts)
    return {part: None if part in hidden else count for part, count in counts.items()}


def shown_sum(amounts: Sequence[int]) -> int | None:
    """The sum of what so many organisations have; None of fewer than LEAST, or where one has most of it.

    >>> shown_sum([10, 20, 30, 40]), shown_sum([10, 20, 30, 40, 50]), shown_sum([1, 1, 1, 1, 96])
    (None, 150, None)
    """
    total = sum(amounts)
    if len(amounts) < LEAST or max(amounts) > MOST_OF_A_SUM * total:
        return None
    return total
