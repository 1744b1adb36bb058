"""What is next at an organisation's desk: a list of things to do, the most pressing first."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from charter.keeping.at_desk import AtDesk, Kept
from charter.keeping.evidence import CHAMPION_GRACE, EVIDENCED, IN_PROGRESS, LAPSED, NOT_STARTED

SOON = timedelta(days=28)  # from when on a date is worth saying, as the letters have it
REVIEWS = ("active", "review_due", "lapsed")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: `what` is a fixed word, `pledge` the one that it is about, `due_on` its last good day."""

    what: str
    text: str
    pledge: int | None = None
    due_on: date | None = None
    overdue: bool = False


def next_steps(desk: AtDesk, day: date) -> tuple[Step, ...]:
    """What is to do on that day; nothing where the organisation withdrew.

    First what time takes away if nobody acts, then what has lapsed, then what was never begun or is not finished.
    """
    if desk.state == "withdrawn":
        return ()
    return (*_review(desk, day), *_champion(desk, day), *_training(desk, day), *_pledges(desk))


def _review(desk: AtDesk, day: date) -> Iterator[Step]:
    due_on = desk.review_due_on
    if due_on is None or desk.state not in REVIEWS or (day < due_on - SOON and desk.state != LAPSED):
        return
    text = "Review the year" if desk.state != LAPSED else "Review the year to come back into the register"
    yield Step(what="review", text=text, due_on=due_on, overdue=day > due_on)


def _champion(desk: AtDesk, day: date) -> Iterator[Step]:
    if desk.of_role("champion", confirmed=True):
        return
    asked = desk.of_role("champion", confirmed=False)
    last_day = desk.champion_gone_on + CHAMPION_GRACE if desk.champion_gone_on else None
    overdue = last_day is not None and day > last_day
    if asked is None:
        yield Step(what="name-champion", text="Name a champion", pledge=1, due_on=last_day, overdue=overdue)
    elif asked.link_until is None or asked.link_until.date() < day:
        text = "Your champion’s link has run out: send her a new one"
        yield Step(what="ask-champion-again", text=text, pledge=1, due_on=last_day, overdue=overdue)
    else:
        text = "Wait for your champion to confirm by her letter"
        yield Step(what="await-champion", text=text, pledge=1, due_on=last_day, overdue=overdue)


def _training(desk: AtDesk, day: date) -> Iterator[Step]:
    for kept in desk.pledges:
        due_on: date | None = getattr(kept.evidence, "refresh_on", None)
        if kept.state == EVIDENCED and due_on is not None and day >= due_on - SOON:
            text = "Refresh the staff training"
            yield Step(what="refresh-training", text=text, pledge=kept.pledge, due_on=due_on, overdue=day > due_on)


def _pledges(desk: AtDesk) -> Iterator[Step]:
    """Lapsed ones, then those never begun, then those to finish, each in the order of the charter."""
    for kept in _in_state(desk, LAPSED):
        yield Step(
            what="renew-pledge", text=f"Pledge {kept.pledge} has lapsed: show how you keep it", pledge=kept.pledge
        )
    for kept in _in_state(desk, NOT_STARTED):
        yield Step(what="start-pledge", text=f"Start pledge {kept.pledge}", pledge=kept.pledge)
    pictured = {picture.pledge for picture in desk.pictures}
    for kept in _in_state(desk, IN_PROGRESS):
        if kept.pledge == 2 and 2 not in pictured:
            yield Step(what="add-picture", text="Add a picture of your campaign", pledge=2)
        else:
            yield Step(what="finish-pledge", text=f"Finish the evidence of pledge {kept.pledge}", pledge=kept.pledge)


def _in_state(desk: AtDesk, state: str) -> list[Kept]:
    return [kept for kept in desk.pledges if kept.state == state]
