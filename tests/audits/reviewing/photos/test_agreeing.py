"""What votes on a photo come to, whoever gives them and in whatever order."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.reviewing.photos.agreeing import Vote, overlooked, standing

AT = datetime(2026, 10, 25, 9, tzinfo=UTC)
PEOPLE = ("Ama", "Jo", "Zoe")


def vote_of(principal: str, decision: str, *, person: bool = False) -> Vote:
    """What somebody decided."""
    return Vote(principal=principal, decision=decision, shows_person=person, voted_at=AT)  # type: ignore[arg-type]


def decisions(*said: str) -> list[Vote]:
    """One decision of each person in turn."""
    return [vote_of(who, decision) for who, decision in zip(PEOPLE, said, strict=False)]


SHOW, HIDE = "publishable", "withheld"


@pytest.mark.parametrize(
    ("said", "person_seen", "review"),
    [
        ((), None, "unreviewed"),
        ((SHOW,), False, "publishable"),
        ((SHOW,), True, "unreviewed"),
        ((SHOW, SHOW), True, "publishable"),
        ((HIDE,), None, "withheld"),
        ((SHOW, HIDE), False, "withheld"),
        ((SHOW, SHOW, HIDE), True, "withheld"),
    ],
)
def test_what_votes_come_to(said: Sequence[str], person_seen: bool | None, review: str) -> None:
    """One person's word is enough where nobody is visible; anybody's no is enough always."""
    assert standing(decisions(*said), person_seen=person_seen).review == review


votes = st.lists(
    st.builds(vote_of, st.sampled_from(PEOPLE), st.sampled_from([SHOW, HIDE]), person=st.booleans()),
    unique_by=lambda vote: vote.principal,
)


@given(votes, st.booleans())
def test_nobody_alone_shows_a_person(given_votes: list[Vote], person_seen: bool) -> None:
    """Publishable means: enough different people agree, and nobody objects."""
    found = standing(given_votes, person_seen=person_seen)
    agree = {vote.principal for vote in given_votes if vote.decision == SHOW}

    if found.review == "publishable":
        assert len(agree) >= (2 if person_seen else 1) and len(agree) == len(given_votes)
    if any(vote.decision == HIDE for vote in given_votes):
        assert found.review == "withheld"


@given(votes, st.booleans())
def test_the_order_of_votes_does_not_matter(given_votes: list[Vote], person_seen: bool) -> None:
    """Whoever comes first."""
    turned = list(reversed(given_votes))

    assert standing(given_votes, person_seen=person_seen).review == standing(turned, person_seen=person_seen).review


def test_whoever_saw_nobody_must_look_again() -> None:
    """Once, when the first person is seen; whoever voted after that knew."""
    blind, sees = vote_of("Ama", SHOW), vote_of("Jo", SHOW, person=True)

    assert overlooked([blind, vote_of("Zoe", HIDE)], newest=sees, person_seen=None) == [blind]
    assert overlooked([blind], newest=sees, person_seen=True) == []
    assert overlooked([blind], newest=vote_of("Jo", SHOW), person_seen=False) == []
    assert overlooked([blind], newest=vote_of("Ama", SHOW, person=True), person_seen=False) == []
