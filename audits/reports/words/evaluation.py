"""Evaluation in words: what changed where something was done, and what may be claimed of it."""

from typing import Any

from audits.reports.contents import Contents
from audits.reports.sections import Evaluation
from audits.reports.words.figures import date_of, interval, several

HOW_CHOSEN = (
    "The places were not chosen by lot: something was done there because they looked bad, and what looks bad by chance "
    "looks better the next time untouched. So each is compared with places that looked as bad and where nothing was "
    "done, in the same two periods, twice: matched on the whole baseline, and matched on one half of its walks with "
    "the change counted from the other."
)


def evaluation(contents: Contents) -> dict[str, Any]:
    """What the chapter says: a verdict, how the places were chosen, and both ways of matching."""
    found = contents.evaluation
    rows = [["whole baseline", interval(found.full)]] if found.full else []
    rows += [["half of the baseline", interval(found.split)]] if found.split else []
    return {"evaluation-words": list(_words(contents, found)), "evaluation-rows": rows}


def _words(contents: Contents, found: Evaluation) -> tuple[str, ...]:
    if contents.left_out:
        return (contents.left_out,)
    if not found.sites or not found.done_from or not found.done_to:
        return (
            "Nothing has been recorded as done yet, so there is nothing to evaluate. Once a recommendation is marked "
            "as done and the same stops are walked again in the same light, the change is shown here, beside places "
            "that stayed untouched.",
        )
    between = f"Something was done at {several(found.sites, 'place', 'places')}, from {date_of(found.done_from)}"
    between += "" if found.done_to == found.done_from else f" to {date_of(found.done_to)}"
    if not found.full or not found.split:
        return (
            f"{between}. {found.compared} of them could be compared before and after, with {found.controls} untouched "
            "places that looked alike. That is not enough for a statement: no effect is shown. Walk them again, "
            "and walk places that stay untouched.",
            HOW_CHOSEN,
        )
    verdict = (
        "Both ways of matching say that feeling changed there beyond what changed elsewhere."
        if found.claimed
        else "No effect can be claimed: the two intervals do not both lie on one side of zero."
    )
    return (
        f"{between}; {found.compared} can be compared, with {found.controls} untouched places. {verdict}",
        HOW_CHOSEN,
    )
