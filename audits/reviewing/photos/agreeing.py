"""When a photo may be shown: by one person's word where it shows nobody, by two people's where it shows somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

Decision = Literal["publishable", "withheld"]
Review = Literal["unreviewed", "publishable", "withheld"]
PEOPLE_NEEDED = {False: 1, True: 2}  # by whether a person is visible


class PhotoDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one reviewer decides about a photo as it now is.

    Publishable without `shows_person` says that no people, plates or home windows are in it.
    """

    decision: Decision
    shows_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Vote:
    """The decision of one reviewer that stands; nobody has two about one photo."""

    principal: str
    decision: Decision
    shows_person: bool
    voted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the votes on a photo come to; `person_seen` is None until somebody has said whether a person is visible."""

    review: Review
    person_seen: bool | None
    votes: tuple[Vote, ...]

    @property
    def agreed(self) -> int:
        """How many people would show it."""
        return sum(vote.decision == "publishable" for vote in self.votes)

    @property
    def needed(self) -> int:
        """How many people must agree to show it."""
        return PEOPLE_NEEDED[bool(self.person_seen)]

    def vote_of(self, principal: str) -> Vote | None:
        """What somebody decided, where that stands."""
        return next((vote for vote in self.votes if vote.principal == principal), None)


def standing(votes: Sequence[Vote], *, person_seen: bool | None) -> Standing:
    """What `votes` of different people come to: one who withholds it is enough, whoever else agreed.

    `person_seen` stays true once somebody saw one, until the photo is painted over: else the one person who saw it
    could say later that she did not, and be enough.

    >>> at = datetime(2026, 10, 25)
    >>> one = Vote(principal="Ama", decision="publishable", shows_person=True, voted_at=at)
    >>> two = Vote(principal="Jo", decision="publishable", shows_person=True, voted_at=at)
    >>> [standing(votes, person_seen=True).review for votes in ([one], [one, two])]
    ['unreviewed', 'publishable']
    """
    found = Standing(review="unreviewed", person_seen=person_seen, votes=tuple(votes))
    if any(vote.decision == "withheld" for vote in votes):
        return _with(found, "withheld")
    return _with(found, "publishable") if found.agreed >= found.needed else found


def overlooked(votes: Sequence[Vote], *, newest: Vote, person_seen: bool | None) -> list[Vote]:
    """The votes that a newest one unsettles: who agreed and saw nobody must look again, now that somebody saw one."""
    if person_seen or not newest.shows_person:
        return []
    return [
        vote
        for vote in votes
        if vote.principal != newest.principal and vote.decision == "publishable" and not vote.shows_person
    ]


def _with(found: Standing, review: Review) -> Standing:
    return Standing(review=review, person_seen=found.person_seen, votes=found.votes)
