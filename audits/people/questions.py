"""The equality questions, as data with versions: each optional, each with "prefer not to say".

Wording and answers follow the harmonised standards of the Government Statistical Service and the Census of England and
Wales 2021, so that a profile can be held against London's; gender identity follows their interim guidance of 2024.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from audits.errors import FieldError
from audits.people.errors import AnswersNotAcceptable, UnknownQuestionSet

CURRENT = "2026-1"
PREFER_NOT = "prefer_not_to_say"
Answer = str | tuple[str, ...]
Answers = dict[str, Answer]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that a question offers; `group` is the heading that it stands below."""

    key: str
    label: str
    group: str | None = None


class Follows(msgspec.Struct, frozen=True, kw_only=True):
    """A question is only put to those who gave this answer to an earlier one."""

    question: str
    choice: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question: `one` answer of its choices, or `many`."""

    key: str
    text: str
    choices: tuple[Choice, ...]
    kind: Literal["one", "many"] = "one"
    hint: str | None = None
    follows: Follows | None = None

    def offers(self, key: str) -> bool:
        """Whether that is one of its choices."""
        return any(choice.key == key for choice in self.choices)


class QuestionSet(msgspec.Struct, frozen=True, kw_only=True):
    """One published version of what is asked."""

    version: str
    introduction: str
    questions: tuple[Question, ...]

    def question(self, key: str) -> Question | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an auditor tells of herself: the body of PUT /api/auditors/me/equality."""

    question_set: str
    answers: Answers


def question_set(version: str) -> QuestionSet:
    """The questions as they were published under this version. Raises UnknownQuestionSet."""
    try:
        return QUESTION_SETS[version]
    except KeyError:
        raise UnknownQuestionSet(
            f"No equality questions have this version. Published so far: {', '.join(QUESTION_SETS)}."
        ) from None


def check_told(told: Told) -> None:
    """Raise AnswersNotAcceptable, naming every field, unless each answer is one that its question offers."""
    asked = QUESTION_SETS.get(told.question_set)
    if asked is None:
        errors = [FieldError("question_set", "There are no questions of this version. See /api/equality-questions.")]
    else:
        errors = list(_errors(asked, told.answers))
    if errors:
        raise AnswersNotAcceptable("These answers cannot be kept as they stand. See errors.", errors)


def _errors(asked: QuestionSet, answers: Mapping[str, Answer]) -> Iterator[FieldError]:
    for key, answer in answers.items():
        question, field = asked.question(key), f"answers.{key[:100]}"
        if question is None:
            yield FieldError(field, "This is not asked. Leave it out.")
        elif (message := _refusal(question, answer)) is not None:
            yield FieldError(field, message)


def _refusal(question: Question, answer: Answer) -> str | None:
    if isinstance(answer, str):
        return None if question.offers(answer) else "This question has no such answer."
    if question.kind == "one":
        return "This question takes one answer, as a text."
    if len(set(answer)) != len(answer) or not all(question.offers(key) for key in answer):
        return "These are not answers of this question, each once."
    return "Prefer not to say stands alone." if PREFER_NOT in answer and len(answer) > 1 else None


def _choices(*labels: tuple[str, str], group: str | None = None) -> tuple[Choice, ...]:
    return tuple(Choice(key=key, label=label, group=group) for key, label in labels)


NOT_SAID = Choice(key=PREFER_NOT, label="Prefer not to say")
YES, NO = Choice(key="yes", label="Yes"), Choice(key="no", label="No")

ETHNIC_GROUPS = (
    *_choices(
        ("asian_bangladeshi", "Bangladeshi"),
        ("asian_chinese", "Chinese"),
        ("asian_indian", "Indian"),
        ("asian_pakistani", "Pakistani"),
        ("asian_other", "Any other Asian background"),
        group="Asian or Asian British",
    ),
    *_choices(
        ("black_african", "African"),
        ("black_caribbean", "Caribbean"),
        ("black_other", "Any other Black, Black British, or Caribbean background"),
        group="Black, Black British, Caribbean or African",
    ),
    *_choices(
        ("mixed_white_asian", "White and Asian"),
        ("mixed_white_black_african", "White and Black African"),
        ("mixed_white_black_caribbean", "White and Black Caribbean"),
        ("mixed_other", "Any other Mixed or multiple background"),
        group="Mixed or multiple ethnic groups",
    ),
    *_choices(
        ("white_british", "English, Welsh, Scottish, Northern Irish or British"),
        ("white_irish", "Irish"),
        ("white_gypsy_traveller", "Gypsy or Irish Traveller"),
        ("white_roma", "Roma"),
        ("white_other", "Any other White background"),
        group="White",
    ),
    *_choices(("arab", "Arab"), ("other", "Any other ethnic group"), group="Other ethnic group"),
)

# Never edited once published: an answer of 2026 must mean the same when it is counted. What changes is a new version.
QUESTIONS_2026_1 = QuestionSet(
    version="2026-1",
    introduction=(
        "Places feel different to different people, and these questions help to show how. Every one is optional. What "
        "you answer is kept apart from who you are, locked; nobody reads it, it is only counted with the answers of "
        "others, and never where few people could be told apart. You can take it back at any time."
    ),
    questions=(
        Question(
            key="age",
            text="How old are you?",
            choices=(
                *_choices(
                    ("18_24", "18 to 24"),
                    ("25_34", "25 to 34"),
                    ("35_44", "35 to 44"),
                    ("45_54", "45 to 54"),
                    ("55_64", "55 to 64"),
                    ("65_74", "65 to 74"),
                    ("75_over", "75 or over"),
                ),
                NOT_SAID,
            ),
        ),
        Question(key="ethnic_group", text="What is your ethnic group?", choices=(*ETHNIC_GROUPS, NOT_SAID)),
        Question(
            key="sex",
            text="What is your sex?",
            choices=(*_choices(("female", "Female"), ("male", "Male")), NOT_SAID),
            hint="A question about gender identity follows.",
        ),
        Question(
            key="gender_identity",
            text="Is the gender you identify with the same as your sex registered at birth?",
            choices=(YES, NO, NOT_SAID),
        ),
        Question(
            key="condition",
            text=(
                "Do you have any physical or mental health conditions or illnesses lasting or expected to last "
                "12 months or more?"
            ),
            choices=(YES, NO, NOT_SAID),
        ),
        Question(
            key="limits",
            text="Do any of your conditions or illnesses reduce your ability to carry out day-to-day activities?",
            choices=(
                *_choices(("a_lot", "Yes, a lot"), ("a_little", "Yes, a little"), ("not_at_all", "Not at all")),
                NOT_SAID,
            ),
            follows=Follows(question="condition", choice="yes"),
        ),
        Question(
            key="neurodivergent",
            text="Are you neurodivergent?",
            hint="For example autistic, or with ADHD or dyslexia.",
            choices=(YES, NO, Choice(key="unsure", label="Not sure"), NOT_SAID),
        ),
        Question(
            key="neurodivergence",
            text="Which of these apply to you?",
            kind="many",
            hint="Select all that apply, or none.",
            choices=(
                *_choices(("autism", "Autism"), ("adhd", "ADHD"), ("dyslexia", "Dyslexia"), ("other", "Other")),
                NOT_SAID,
            ),
            follows=Follows(question="neurodivergent", choice="yes"),
        ),
        Question(
            key="sexual_orientation",
            text="Which of the following best describes your sexual orientation?",
            choices=(
                *_choices(
                    ("straight", "Straight or heterosexual"),
                    ("gay_lesbian", "Gay or lesbian"),
                    ("bisexual", "Bisexual"),
                    ("other", "Other sexual orientation"),
                ),
                NOT_SAID,
            ),
        ),
        Question(
            key="religion",
            text="What is your religion?",
            choices=(
                *_choices(
                    ("none", "No religion"),
                    ("christian", "Christian (all denominations)"),
                    ("buddhist", "Buddhist"),
                    ("hindu", "Hindu"),
                    ("jewish", "Jewish"),
                    ("muslim", "Muslim"),
                    ("sikh", "Sikh"),
                    ("other", "Any other religion"),
                ),
                NOT_SAID,
            ),
        ),
        Question(
            key="unpaid_care",
            text=(
                "Do you look after, or give any help or support to, anyone because they have long-term physical or "
                "mental health conditions or illnesses, or problems related to old age?"
            ),
            hint="Do not count anything you do as part of your paid employment.",
            choices=(
                *_choices(
                    ("no", "No"),
                    ("up_to_9", "Yes, 9 hours a week or less"),
                    ("10_19", "Yes, 10 to 19 hours a week"),
                    ("20_34", "Yes, 20 to 34 hours a week"),
                    ("35_49", "Yes, 35 to 49 hours a week"),
                    ("50_over", "Yes, 50 or more hours a week"),
                ),
                NOT_SAID,
            ),
        ),
    ),
)

QUESTION_SETS = {QUESTIONS_2026_1.version: QUESTIONS_2026_1}
