"""What an auditor tells of herself: checked against its questions, sealed apart from her, replaced and taken back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from audits.people.equality import ANSWERS_PLACE, LINK_PLACE, Telling, take_back, tell
from audits.people.errors import AnswersNotAcceptable, UnknownQuestionSet
from audits.people.questions import CURRENT, PREFER_NOT, QUESTION_SETS, QuestionSet, Told, check_told, question_set
from audits.queries import Caller
from migrations.database import fetch
from tests.audits.builders import NOW, an_auditor
from tests.audits.phones import SEAL

TOLD = Told(
    question_set=CURRENT, answers={"age": "25_34", "neurodivergent": "yes", "neurodivergence": ("adhd", "other")}
)


def telling(by: Caller) -> Telling:
    """She tells it now."""
    return Telling(by=by, now=NOW, seal=SEAL, key=uuid4())


@pytest.mark.parametrize("asked", QUESTION_SETS.values(), ids=QUESTION_SETS)
def test_every_question_can_be_left_unanswered_in_words(asked: QuestionSet) -> None:
    """Prefer not to say is an answer of its own, the last of each; what follows names a question before it."""
    keys = [question.key for question in asked.questions]

    assert [q.choices[-1].key for q in asked.questions] == [PREFER_NOT] * len(keys)
    assert len(set(keys)) == len(keys)
    for place, question in enumerate(asked.questions):
        choices = [choice.key for choice in question.choices]
        assert len(set(choices)) == len(choices)
        if question.follows is not None:
            earlier = asked.question(question.follows.question)
            assert earlier in asked.questions[:place] and earlier.offers(question.follows.choice)


def test_questions_never_published_are_unknown() -> None:
    """And the message names those that were."""
    with pytest.raises(UnknownQuestionSet, match="2026-1"):
        question_set("1999-1")


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"shoe_size": "39"}, "answers.shoe_size"),
        ({"age": "17"}, "answers.age"),
        ({"age": ("25_34",)}, "answers.age"),
        ({"neurodivergence": ("adhd", "adhd")}, "answers.neurodivergence"),
        ({"neurodivergence": ("adhd", PREFER_NOT)}, "answers.neurodivergence"),
    ],
)
def test_only_answers_that_are_offered_are_taken(answers: dict[str, Any], field: str) -> None:
    """The field is named, and what was sent is not repeated."""
    with pytest.raises(AnswersNotAcceptable) as refused:
        check_told(Told(question_set=CURRENT, answers=answers))

    assert [error.field for error in refused.value.errors] == [field]


async def test_answers_lie_apart_from_who_gave_them(database: str) -> None:
    """Two rows, neither of which leads to the other without the key; the number of the answers is random."""
    her = await an_auditor()
    await tell(TOLD, telling(her))
    ((answers,), (link,)) = await fetch("select * from equality_answers"), await fetch("select * from equality_link")

    assert set(answers) == {"number", "key", "question_set", "sealed"}
    assert answers["number"] > 2**40
    assert b"25_34" not in answers["sealed"] and answers["key"].bytes not in link["sealed"]
    assert UUID(bytes=SEAL.open(link["sealed"], **LINK_PLACE, row=str(her.auditor))) == answers["key"]
    assert b"25_34" in SEAL.open(answers["sealed"], **ANSWERS_PLACE, row=str(answers["key"]))


async def test_telling_again_replaces_and_taking_back_deletes(database: str) -> None:
    """Another woman's stay; taking back twice is taking back once; no answers at all are taking back too."""
    her, other = await an_auditor(), await an_auditor()
    await tell(TOLD, telling(other))
    await tell(TOLD, telling(her))
    await tell(Told(question_set=CURRENT, answers={"sex": "female"}), telling(her))
    both = await fetch("select key from equality_answers")
    await take_back(by=her, now=NOW, seal=SEAL)
    await take_back(by=her, now=NOW, seal=SEAL)
    await tell(TOLD, telling(her))
    await tell(Told(question_set=CURRENT, answers={}), telling(her))

    assert len(both) == 2
    assert len(await fetch("select key from equality_answers")) == 1
    assert [row["auditor"] for row in await fetch("select auditor from equality_link")] == [other.auditor]
