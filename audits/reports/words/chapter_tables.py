"""The tables behind an edition's chapters, as the workbook holds them: columns with a sentence each, rows as values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from audits.reports.contents import Contents
from audits.reports.sections import Interval
from audits.reports.words.actions import standing
from audits.reports.words.dictionary import Column, Value, label_of
from audits.reports.words.questions import questions

Rows = Iterable[Sequence[Value]]


@dataclass(frozen=True)
class Table:
    """One sheet: its name, its columns, and how its rows are made; `gla_only` where the public has none."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Contents], Rows]
    gla_only: bool = False


def tables_of(contents: Contents) -> list[Table]:
    """The tables that this audience gets, in the order of the chapters."""
    return [table for table in TABLES if not (table.gla_only and contents.audience == "public")]


def _text(name: str, says: str) -> Column:
    return Column(name, "text", says)


def _count(name: str, says: str) -> Column:
    return Column(name, "count", says)


def _number(name: str, says: str) -> Column:
    return Column(name, "number", says)


PLACE = _text("place", "The label of the place on the map.")
FACTOR = _text("factor", "The factor's key in the instrument.")
LABEL = _text("factor_label", "The factor in words.")
LEVELS = ("0", "1", "2", "3")
ROUNDED = "rounded to five; empty: few or none"


def _strips(contents: Contents) -> Rows:
    for found in contents.strips:
        for leg, counts in (("dark", found.dark), ("light", found.light)):
            yield found.place, found.factor, label_of(found.factor), leg, *counts


def _photos(contents: Contents) -> Rows:
    return ((photo.place, photo.leg, photo.caption, photo.key) for photo in contents.photos)


def _quotes(contents: Contents) -> Rows:
    return ((quote.place, quote.leg, quote.text) for quote in contents.quotes)


def _questions(contents: Contents) -> Rows:
    for place in contents.places:
        for lens in questions(contents, place):
            yield from ((place.label, lens.name, question) for question in lens.questions)


def _falling(contents: Contents) -> Rows:
    for found in contents.falling:
        yield found.factor, found.label, *_interval(found.slope), found.stops, found.walks


def _profile(contents: Contents) -> Rows:
    return ((row.question, row.answer, row.people) for row in contents.profile)


def _differences(contents: Contents) -> Rows:
    for row in contents.differences:
        yield row.question, row.answer, row.factor, *(row.counts or (None,) * 4)


def _presences(contents: Contents) -> Rows:
    for seen in contents.presences:
        yield seen.key, seen.label, seen.there, seen.stops, *(seen.effects or (None,) * 3)


def _signatories(contents: Contents) -> Rows:
    for near in contents.signatories:
        confirmed = near.last_confirmed_on.isoformat() if near.last_confirmed_on else None
        yield near.place, near.name, near.premises, near.sector, near.distance_m, confirmed


def _actions(contents: Contents) -> Rows:
    for action in contents.actions:
        done = action.done_on.isoformat() if action.done_on else None
        places = " ".join(action.places)
        what = (action.issue, action.action, action.body, action.due_on.isoformat() if action.due_on else None)
        yield action.kind, places, action.where, *what, action.state, standing(action), done


def _evaluation(contents: Contents) -> Rows:
    found = contents.evaluation
    for matched, effect in (("whole baseline", found.full), ("half of the baseline", found.split)):
        yield matched, found.sites, found.compared, found.controls, *_interval(effect), found.claimed


def _interval(found: Interval | None) -> Sequence[float | None]:
    return found or (None, None, None)


ENDS = (
    _number("estimate", "The estimate, in scores."),
    _number("interval_low", "The lower end of its 95 % interval."),
    _number("interval_high", "The upper end of its 95 % interval."),
)
TABLES = (
    Table(
        "profile",
        (
            _text("question", "The equality question."),
            _text("answer", "The answer."),
            _count("people", f"How many women gave it, {ROUNDED}."),
        ),
        _profile,
    ),
    Table(
        "place scores",
        (
            PLACE,
            FACTOR,
            LABEL,
            _text("leg", "light or dark."),
            *(_count(f"stops_at_{level}", f"Stops of the place that groups gave {level}.") for level in LEVELS),
        ),
        _strips,
        gla_only=True,
    ),
    Table(
        "photos",
        (
            PLACE,
            _text("leg", "light or dark."),
            _text("caption", "What the photographer wrote. A photo is no light measurement: phones brighten."),
            _text("sha256", "SHA-256 of the photo as it is kept."),
        ),
        _photos,
    ),
    Table(
        "quotes",
        (
            PLACE,
            _text("leg", "light or dark."),
            _text("text", "What a group wrote and a reviewer read; nothing tells who."),
        ),
        _quotes,
        gla_only=True,
    ),
    Table(
        "questions",
        (
            PLACE,
            _text("lens", "Participation, Design, Occupation or Evaluation."),
            _text("question", "What the design review is asked."),
        ),
        _questions,
    ),
    Table(
        "falling",
        (
            FACTOR,
            LABEL,
            *ENDS,
            _text("n_stops", "Stops where both were scored."),
            _text("n_walks", "Walks on which the factor differed."),
        ),
        _falling,
    ),
    Table(
        "differences",
        (
            _text("question", "The equality question."),
            _text("answer", "The group of women."),
            FACTOR,
            *(_count(f"score_{level}", f"How often {level} was given after dark, {ROUNDED}.") for level in LEVELS),
        ),
        _differences,
    ),
    Table(
        "presence",
        (
            _text("presence", "Who or what was there, by its key."),
            _text("label", "The same in words."),
            _text("there", "At how many stops after dark."),
            _text("stops", "Of how many."),
            _count("safer", f"How often it made a woman feel safer, {ROUNDED}."),
            _count("no_different", f"No different, {ROUNDED}."),
            _count("less_safe", f"Less safe, {ROUNDED}."),
        ),
        _presences,
    ),
    Table(
        "signatories",
        (
            PLACE,
            _text("name", "The signatory, as in the public register."),
            _text("premises", "Its listed place."),
            _text("sector", "Its sector."),
            _count("distance_m", "How far away, to ten metres; at most 400."),
            Column("last_confirmed_on", "day", "When it last confirmed its pledges."),
        ),
        _signatories,
    ),
    Table(
        "recommendations",
        (
            _text("kind", "defect (report now) or design (for the review)."),
            _text("places", "Labels of places on the map; empty where it is elsewhere."),
            _text("where", "Where, in words."),
            _text("issue", "What was seen."),
            _text("action", "What is recommended."),
            _text("body", "Who is responsible."),
            Column("due_on", "day", "By when."),
            _text("state", "waiting, accepted, refused, done or withdrawn."),
            _text("standing", "How it stands, in words: answer, what was done, walking again."),
            Column("done_on", "day", "When it was done."),
        ),
        _actions,
    ),
    Table(
        "evaluation",
        (
            _text("matched_on", "By which of the two ways of matching."),
            _count("sites", "Places where something was done."),
            _count("compared", "Of them, those that both periods can tell of."),
            _count("controls", "Untouched places that might have been chosen as well."),
            *ENDS,
            Column("claimed", "yes or no", "Whether both ways of matching exclude no effect."),
        ),
        _evaluation,
    ),
)
