"""The charter as it was first published: its seven pledges in their own words, and the sectors that sign it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Pledge:
    """One promise, and what shows that it is kept."""

    number: int
    text: str
    evidence: str


@dataclass(frozen=True)
class Sector:
    """A kind of organisation; `listed` is whether its premises are shown on the map unless it says otherwise."""

    key: str
    label: str
    listed: bool


@dataclass(frozen=True)
class CharterVersion:
    """The wording that a signature is bound to, whatever is published later."""

    version: str
    pledges: tuple[Pledge, ...]
    changes: str = ""  # what is different from the wording before
    published_at: datetime | None = None


NUMBERS = (1, 2, 3, 4, 5, 6, 7)  # every wording has seven pledges, so that each can be kept under any of them

# The wording of 2018, still quoted in 2024; the scheme desk publishes others, which charter.wordings knows.
VERSIONS = {
    "2018": CharterVersion(
        version="2018",
        pledges=(
            Pledge(
                1,
                "Nominate a champion in your organisation who actively promotes women's night safety.",
                "A named champion and a deputy, who are never made public, with start and end dates and the date of "
                "their briefing. It lapses when the champion leaves.",
            ),
            Pledge(
                2,
                "Demonstrate to staff and customers that your organisation takes women's safety at night seriously, "
                "for example through a communications campaign.",
                "The campaign's start and end, its channels, and a dated photo or file.",
            ),
            Pledge(
                3,
                "Remind customers and staff that London is safe, but tell them what to do if they experience "
                "harassment when working, going out or travelling.",
                "Where the message on what to do is shown, and when that was last checked.",
            ),
            Pledge(
                4,
                "Encourage reporting by victims and bystanders as part of your communications campaign.",
                "The ways of reporting that are offered, in which languages and formats.",
            ),
            Pledge(
                5,
                "Train staff to ensure that all women who report are believed.",
                "The course, its provider and date, how many of the staff in scope were trained, and when it is "
                "refreshed.",
            ),
            Pledge(
                6,
                "Train staff to ensure that all reports are recorded and responded to.",
                "That a log exists, who owns it and when it is reviewed: counts only, never what happened to whom.",
            ),
            Pledge(
                7,
                "Design your public spaces and work places to make them safer for women at night.",
                "The date of a self-check, its actions open and closed, and a link to a night safety audit.",
            ),
        ),
    )
}

# Refuges, clinics and a driver's home are places that somebody may be looking for: unlisted unless they say otherwise.
UNLISTED_BY_DEFAULT = ("charity or community", "health or care", "taxi or private hire")
_LABELS = (
    "pub or bar; nightclub or music venue; restaurant or takeaway; hotel; theatre, cinema or arts; sport or stadium; "
    "retail or supermarket; transport operator; taxi or private hire; university or college; health or care; "
    "local authority; police or emergency; BID, landowner or developer; security; charity or community; trade body; "
    "office employer; other"
)


def key_of(label: str) -> str:
    """A sector's key: its label in snake case.

    >>> key_of("BID, landowner or developer")
    'bid_landowner_or_developer'
    """
    return label.lower().replace(",", "").replace(" ", "_")


SECTORS = {
    key_of(label): Sector(key_of(label), label[0].upper() + label[1:], label not in UNLISTED_BY_DEFAULT)
    for label in _LABELS.split("; ")
}
