"""The letters of the year: what is due, what lapsed, what was done; to everybody who stands for the organisation."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from charter.letters import Envelope, Letter, Link, Points, compose, long_date, quoted
from charter.signing import london_date
from charter.year.calendar import CHAMPION, GONE, GRACE, LAPSED, REFRESH, REVIEW, STEPS, Reminding
from charter.year.ics import calendar_of

REVIEWED, REINSTATED, WITHDRAWN = "reviewed", "reinstated", "withdrawn"
# Why a reminder was written, as its letter's row says: about what, and which of the letters about it.
REMINDERS = {
    **{(REVIEW, step): f"review-{step}" for step in (*STEPS, LAPSED)},
    (CHAMPION, GONE): "champion-gone",
    (CHAMPION, LAPSED): "pledge-1-lapsed",
    **{(REFRESH, step): f"training-{step}" for step in (*STEPS, LAPSED)},
}
WHY = "you stand for an organisation that signed the Women's Night Safety Charter."


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """The organisation that a letter is about; `desk` is the address of its own pages."""

    id: UUID
    name: str
    reference: str
    desk: str


def reminder(envelope: Envelope, concerned: Concerned, fits: Reminding) -> Letter:
    """The letter that fits today, whichever it is."""
    if fits.about == REVIEW:
        return _review_lapsed(envelope, concerned) if fits.step == LAPSED else _review_due(envelope, concerned, fits)
    if fits.about == CHAMPION:
        return _champion_gone(envelope, concerned, fits)
    return _training_due(envelope, concerned, fits)


def letter_reviewed(envelope: Envelope, concerned: Concerned, *, next_due_on: date, reinstated: bool) -> Letter:
    """Tells that the review is done, that the organisation is back where it had lapsed, and when the next is due."""
    back = "It had lapsed; it is active again and stands in the register as before. " if reinstated else ""
    return compose(
        envelope,
        f"{'Reinstated' if reinstated else 'Reviewed'}: the Women's Night Safety Charter ({concerned.reference})",
        "Hello,",
        f"{quoted(concerned.name)} has confirmed its commitment to the Women's Night Safety Charter. {back}"
        f"The next yearly review is due on {long_date(next_due_on)}; the attached file puts it into your calendar.",
        Link("See what is next", concerned.desk),
        why=WHY,
        attachments=(calendar_of(concerned.id, concerned.reference, due_on=next_due_on, envelope=envelope),),
    )


def letter_withdrawn(envelope: Envelope, concerned: Concerned, *, sign: str) -> Letter:
    """Tells everybody who stood for the organisation that it left, as one of them may not have known."""
    return compose(
        envelope,
        f"Withdrawn from the Women's Night Safety Charter ({concerned.reference})",
        "Hello,",
        f"{quoted(concerned.name)} has withdrawn from the Women's Night Safety Charter. What this means:",
        Points(
            [
                "It stands in the public register's list no more; its own page and its badge say that it withdrew.",
                "The names and addresses of the people who stood for it, yours among them, are erased already. This "
                "letter is the last one.",
                "Nobody can sign in for it any more.",
            ]
        ),
        "It can sign again at any time, with a new reference. If this was a mistake, that is the way back:",
        Link("Sign the charter", sign),
        why="you stood for an organisation that signed the charter.",
    )


def _review_due(envelope: Envelope, concerned: Concerned, fits: Reminding) -> Letter:
    return compose(
        envelope,
        f"Your yearly review {_is_due(envelope, fits)} ({concerned.reference})",
        "Hello,",
        f"{quoted(concerned.name)} signed the Women's Night Safety Charter. Its yearly review "
        f"{_is_due(envelope, fits)}{_ahead(envelope, fits)}.",
        "It takes about ten minutes: look at what the register says about you and at each of your seven pledges, then "
        "confirm.",
        Link("Review the year", f"{concerned.desk}/review"),
        f"Until {long_date(fits.due_on + GRACE)} nothing is lost. From the day after, the organisation counts as "
        "lapsed, and is shown as such, until it reviews.",
        "The attached file puts the day into your calendar.",
        why=WHY,
        attachments=(calendar_of(concerned.id, concerned.reference, due_on=fits.due_on, envelope=envelope),),
    )


def _review_lapsed(envelope: Envelope, concerned: Concerned) -> Letter:
    return compose(
        envelope,
        f"Lapsed: the Women's Night Safety Charter ({concerned.reference})",
        "Hello,",
        f"The yearly review of {quoted(concerned.name)} was not done in time, nor in the 30 days after, so the "
        "organisation counts as lapsed. It stands in the public register's list no more; its own page and its badge "
        "say so.",
        "Reviewing brings it back at once, at any time. Nothing that you wrote about your pledges is lost.",
        Link("Review and come back", f"{concerned.desk}/review"),
        "This is the last letter about this review.",
        why=WHY,
    )


def _champion_gone(envelope: Envelope, concerned: Concerned, fits: Reminding) -> Letter:
    lapsed = fits.step == LAPSED
    # The date of this reminder is the day on which she left; what follows from it is thirty days later.
    since = f"{quoted(concerned.name)} has had no champion since {long_date(fits.due_on)}"
    consequence = (
        "so its first pledge, to have a champion, is marked as lapsed. A new champion can show it as kept again."
        if lapsed
        else f"and its first pledge is to have one. Unless a new champion takes the role by "
        f"{long_date(fits.due_on + GRACE)}, that pledge is marked as lapsed."
    )
    return compose(
        envelope,
        f"{'Pledge 1 has lapsed' if lapsed else 'You have no champion'} ({concerned.reference})",
        "Hello,",
        f"{since}, {consequence}",
        "Name somebody; she gets a letter and takes the role by confirming it.",
        Link("Name a champion", f"{concerned.desk}/people"),
        why=WHY,
    )


def _training_due(envelope: Envelope, concerned: Concerned, fits: Reminding) -> Letter:
    lapsed = fits.step == LAPSED
    due = _is_due(envelope, fits, "to be refreshed")
    return compose(
        envelope,
        f"{'Pledge 5 has lapsed' if lapsed else f'Staff training {due}'} ({concerned.reference})",
        "Hello,",
        f"By what {quoted(concerned.name)} wrote under its fifth pledge, the training of staff to believe women who "
        f"report {due}{_ahead(envelope, fits)}. {'The pledge is marked as lapsed.' if lapsed else ''}".rstrip(),
        "Once it was refreshed, write down when, who gave it and how many of your staff took part.",
        Link("Open pledge 5", f"{concerned.desk}/pledges/5"),
        why=WHY,
    )


def _is_due(envelope: Envelope, fits: Reminding, what: str = "") -> str:
    """When, as a verb: a letter about the day itself may come late, where the service slept."""
    due = " ".join(["due", what]).strip()
    today = london_date(envelope.written_at)
    if fits.due_on == today:
        return f"is {due} today, {long_date(fits.due_on)}"
    return f"{'is' if fits.due_on > today else 'was'} {due} on {long_date(fits.due_on)}"


def _ahead(envelope: Envelope, fits: Reminding) -> str:
    days = (fits.due_on - london_date(envelope.written_at)).days
    return ", tomorrow" if days == 1 else f", in {days} days" if days > 1 else ""
