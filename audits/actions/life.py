"""The life of a recommendation and of an issue: which act may follow which state, and what state comes of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from audits.actions.errors import OutOfTurn

RAISED, WAITING, ACCEPTED, REFUSED = "raised", "waiting", "accepted", "refused"
DONE, WALKED_AGAIN, WITHDRAWN = "done", "walked_again", "withdrawn"
RECOMMENDATION_STATES = (WAITING, ACCEPTED, REFUSED, DONE, WITHDRAWN)
ISSUE_STATES = (RAISED, WAITING, ACCEPTED, REFUSED, DONE, WALKED_AGAIN, WITHDRAWN)
# What somebody still waits for, and so can be late.
OPEN = (WAITING, ACCEPTED)

Answer = Literal["accepted", "refused"]
Act = Literal["correct", "answer", "finish", "withdraw", "undo"]

# In which states a recommendation takes which act. A body may answer again and change its mind; what was mended
# without an answer was mended all the same.
MAY: dict[Act, tuple[str, ...]] = {
    "correct": (WAITING, ACCEPTED, REFUSED, DONE),
    "answer": (WAITING, ACCEPTED, REFUSED),
    "finish": (WAITING, ACCEPTED),
    "withdraw": (WAITING, ACCEPTED, REFUSED),
    "undo": (ACCEPTED, REFUSED, DONE, WITHDRAWN),
}
INSTEAD: dict[str, str] = {
    WAITING: "It waits for an answer: there is nothing to undo yet.",
    ACCEPTED: "It is accepted.",
    REFUSED: "It was refused. Record a new answer first, or withdraw it.",
    DONE: "It is done. Undo that first, with a reason.",
    WITHDRAWN: "It was withdrawn. Undo that first, with a reason.",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a recommendation has come; its state follows from it, as the database checks too."""

    answer: str | None = None
    done: bool = False
    withdrawn: bool = False

    @property
    def state(self) -> str:
        """One of RECOMMENDATION_STATES."""
        if self.withdrawn:
            return WITHDRAWN
        return DONE if self.done else self.answer or WAITING


def check_turn(act: Act, state: str) -> None:
    """Raise OutOfTurn, saying what comes first, unless `act` may follow `state`."""
    if state not in MAY[act]:
        raise OutOfTurn(INSTEAD[state])


def undone(standing: Standing) -> Standing:
    """The standing without its last step: the withdrawal, else that it was done, else the answer.

    >>> undone(Standing(answer="accepted", done=True)).state
    'accepted'
    """
    if standing.withdrawn:
        return replace(standing, withdrawn=False)
    return replace(standing, done=False) if standing.done else replace(standing, answer=None)


def issue_state(states: Collection[str], *, withdrawn: bool, walked_again: bool) -> str:
    """The state of an issue whose recommendations have these states: what is still to come, before what is over.

    >>> issue_state(["refused", "done"], withdrawn=False, walked_again=False)
    'done'
    """
    if withdrawn:
        return WITHDRAWN
    standing = [state for state in states if state != WITHDRAWN]
    found = next((state for state in (WAITING, ACCEPTED, DONE, REFUSED) if state in standing), RAISED)
    return WALKED_AGAIN if found == DONE and walked_again else found
