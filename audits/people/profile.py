"""Who walked, as arrays without anybody's number: people by what they told of themselves, and how places felt to them.

Everything here is exact. Nobody reads it: it is only there for what passes disclosure (audits.reports.disclosure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.people.questions import Answers, Question

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """Those who gave one answer: how many people, by programme (P) and in all, and what they scored the outcome.

    `spoke` is how many of them did, `scores` how many times, and `total` the sum of those; a mean is total / scores.
    """

    question: str
    answer: str
    people: int
    by_programme: Integers
    spoke: int
    scores: int
    total: int


@dataclass(frozen=True)
class Profile:
    """M people who said something alone on walks of P programmes, and the N scores that they gave the outcome.

    `programmes` (M, P): who spoke in which, in the order in which the programmes were asked for. `gave`: for each
    question key, (M, its choices) in their order; the row of who did not answer is all False. Of a question that takes
    many answers a row may have several. `person` (N) numbers 0 to M-1, at random; `stop` (N) is the stop's row number,
    as in audits.reports.evidence; `value` (N) is 0 (worst) to 3 (best).
    """

    questions: tuple[Question, ...]
    programmes: Booleans
    gave: Mapping[str, Booleans]
    person: Integers
    stop: Integers
    value: Integers

    def __len__(self) -> int:
        return len(self.programmes)

    def groups(self, question: Question) -> list[Group]:
        """One group for each choice of the question, in their order, those of nobody too."""
        gave = self.gave[question.key]
        return [self._group(question.key, choice.key, gave[:, n]) for n, choice in enumerate(question.choices)]

    def answered(self, question: Question) -> int:
        """How many people answered it, if only that they prefer not to say."""
        return int(self.gave[question.key].any(axis=1).sum())

    def _group(self, question: str, answer: str, who: Booleans) -> Group:
        theirs = who[self.person]
        return Group(
            question=question,
            answer=answer,
            people=int(who.sum()),
            by_programme=self.programmes[who].sum(axis=0),
            spoke=len(np.unique(self.person[theirs])),
            scores=int(theirs.sum()),
            total=int(self.value[theirs].sum()),
        )


def profile_of(
    questions: tuple[Question, ...],
    programmes: Booleans,
    told: Sequence[Answers | None],
    scores: Integers,
) -> Profile:
    """The profile of M people: who spoke where (M, P), what each told, and rows (N, 3) of person, stop and value."""
    gave = {question.key: _gave(question, told) for question in questions}
    return Profile(questions, programmes, gave, scores[:, 0], scores[:, 1], scores[:, 2])


def _gave(question: Question, told: Sequence[Answers | None]) -> Booleans:
    """Who gave which answer: (people, choices)."""
    chosen = [_answers(answers, question.key) for answers in told]
    rows = [[choice.key in answers for choice in question.choices] for answers in chosen]
    return np.array(rows, dtype=np.bool_).reshape(len(told), len(question.choices))


def _answers(answers: Answers | None, key: str) -> tuple[str, ...]:
    answer = (answers or {}).get(key, ())
    return (answer,) if isinstance(answer, str) else answer
