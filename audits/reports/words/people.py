"""The people in words: who walked, where, and whose experience differs; with states for what is not known yet."""

from collections.abc import Iterable
from typing import Any

from audits.reports.contents import Contents
from audits.reports.sections import Difference, ProfileRow
from audits.reports.words.figures import several

NO_PROFILE = (
    "Not enough people yet.",
    "A profile is shown once enough women have answered the equality questions, which are optional, in whole "
    "programmes. Their answers are kept apart from who they are, and leave only as rounded counts.",
)
NO_DIFFERENCES = (
    "Not enough people yet.",
    "A dozen women at one place can never be told apart by disability, race or neurodivergence without pointing at one "
    "of them. Answers are therefore pooled over places and programmes, and shown once every group that is compared "
    "has enough women. Until then this page stays empty on purpose: no difference seen is not no difference.",
)


def participation(contents: Contents) -> dict[str, Any]:
    """Figures of the walks, and the equality profile or what stands in its place."""
    return {
        "participation": [list(figure) for figure in _figures(contents)],
        "profile-rows": [_profile_row(row) for row in contents.profile],
        "no-profile": [NO_PROFILE[0], contents.left_out or NO_PROFILE[1]],
    }


def _figures(contents: Contents) -> Iterable[tuple[str, str]]:
    found = contents.coverage
    yield found.walks, "walks"
    yield found.outings, "outings (light and dark legs together)"
    yield found.nights, "nights"
    yield found.hours, "hours walked"
    yield found.stops, "stops scored"
    yield found.people, "women answered alone"
    yield found.cut_short, "walks cut short, which count too"


def _profile_row(row: ProfileRow) -> list[str]:
    return [row.question, row.answer, "few or none" if row.people is None else str(row.people)]


def coverage(contents: Contents) -> dict[str, Any]:
    """Where was walked in words, and where to walk next."""
    found = contents.coverage
    once = "" if found.cells_walked_once is None else f", {found.cells_walked_once:,} of them on one walk only"
    never = max(0, found.cells_in_area - found.cells_walked)
    return {
        "coverage-words": (
            f"{several(found.cells_walked, 'hexagon was', 'hexagons were')} walked{once}; {never:,} of the area were "
            "never walked, and nothing is known of them. Blank is not safe."
        ),
        "walk-next": list(contents.walk_next),
    }


def differences(contents: Contents) -> dict[str, Any]:
    """How groups of women felt after dark, pooled, or why that is not shown."""
    return {
        "difference-rows": [_difference_row(row) for row in contents.differences],
        "no-differences": [NO_DIFFERENCES[0], contents.left_out or NO_DIFFERENCES[1]],
    }


def _difference_row(row: Difference) -> list[str]:
    counts = row.counts or (None,) * 4
    return [row.question, row.answer, *("few or none" if count is None else str(count) for count in counts)]
