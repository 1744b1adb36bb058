"""Questions about people: where they find help, and what they told of themselves, joined for counting alone."""

from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import numpy as np

from audits.people.equality import ANSWERS_PLACE, key_in
from audits.people.erasure import Remembered
from audits.people.help_routes import FIRST, HelpRoute, HelpRoutes
from audits.people.profile import Booleans, Integers, Profile, profile_of
from audits.people.questions import CURRENT, Answers, question_set
from migrations.database import fetch, fetch_one, fetch_tuples, fetch_value, snapshot
from migrations.sealing import Seal

OUTCOME = "feeling"
COUNTED = ("received", "accepted")
KEYS_AT_ONCE = 500


async def help_routes() -> HelpRoutes:
    """The help routes in force: those published last, or the program's own. One query."""
    row = await fetch_one("select version, dated, routes from help_published order by number desc limit 1")
    if row is None:
        return FIRST
    routes = msgspec.json.decode(row["routes"], type=tuple[HelpRoute, ...])
    return HelpRoutes(version=row["version"], dated=row["dated"], routes=routes)


async def erasures() -> list[Remembered]:
    """Every erasure so far, for whoever restores a backup that is older than some of them."""
    return [Remembered(**row) for row in await fetch("select id, auditor_mac, erased_at from erasure order by number")]


async def profile(programmes: Sequence[int], *, seal: Seal, states: Sequence[str] = COUNTED) -> Profile:
    """The people who said something alone on walks of these programmes (row numbers), and what they told of themselves.

    Exact, and without anybody's number, id or key; it must not leave but through disclosure: it is what groups are
    counted from (`Profile.groups`), and for comparing women within one stop. Walks in `states` count. Who answered no
    equality question is among the people, and in no group. A few queries, by personal_score_programme_factor.
    """
    where = _Asked(programmes, states)
    async with snapshot():
        spoke = _integers(await fetch_tuples(where.sql(SPOKE), *where.args), 2)
        scored = _integers(await fetch_tuples(where.sql(SCORED), *where.args, OUTCOME), 3)
        links = await fetch(where.sql(LINKS), *where.args)
        told = await _told({link["auditor"]: key_in(link["sealed"], link["auditor"], seal) for link in links}, seal)
    people = _in_no_order(spoke[:, 0])
    place = {auditor: number for number, auditor in enumerate(people)}
    scored[:, 0] = [place[auditor] for auditor in scored[:, 0].tolist()]
    return profile_of(
        question_set(CURRENT).questions,
        _who_spoke_where(spoke, place, programmes),
        [told.get(auditor) for auditor in people],
        scored[np.lexsort((scored[:, 2], scored[:, 1], scored[:, 0]))],
    )


async def anybody_told() -> bool:
    """Whether anybody has answered the equality questions: else there is no profile to read, which takes a while."""
    return bool(await fetch_value("select count(*) from (select 1 from equality_link limit 1) as one"))


class _Asked:
    """The programmes and states of a question, as SQL with its arguments; what follows them is numbered after."""

    def __init__(self, programmes: Sequence[int], states: Sequence[str]) -> None:
        self.args = (*programmes, *states)
        numbers = [f"${place}" for place in range(1, len(self.args) + 1)]
        # A list without entries is no SQL; null is in no row.
        self._programmes = ", ".join(numbers[: len(programmes)]) or "null"
        self._states = ", ".join(numbers[len(programmes) :]) or "null"
        self._next = f"${len(self.args) + 1}"

    def sql(self, text: str) -> str:
        """The text with the lists filled in."""
        return text.format(programmes=self._programmes, states=self._states, next=self._next)


IN_SCOPE = """
    from personal_score join walk on walk.number = personal_score.walk
    where personal_score.programme in ({programmes}) and walk.state in ({states})
"""
SPOKE = f"select distinct personal_score.auditor, personal_score.programme {IN_SCOPE}"
SCORED = f"""
    select personal_score.auditor, personal_score.stop, personal_score.value {IN_SCOPE}
    and personal_score.factor = {{next}} and personal_score.value is not null
"""
WHO_SPOKE = f"select personal_score.auditor {IN_SCOPE}"
LINKS = f"select auditor, sealed from equality_link where auditor in ({WHO_SPOKE})"  # noqa: S608 (ours)


async def _told(keys: dict[int, UUID], seal: Seal) -> dict[int, Answers]:
    """What each of those auditors told, by her number; only inside `profile`."""
    whose, found = {key: auditor for auditor, key in keys.items()}, {}
    wanted = list(whose)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        some = wanted[start : start + KEYS_AT_ONCE]
        places = ", ".join(f"${place}" for place in range(1, len(some) + 1))
        for row in await fetch(f"select key, sealed from equality_answers where key in ({places})", *some):  # noqa: S608
            content = seal.open(row["sealed"], **ANSWERS_PLACE, row=str(row["key"]))
            found[whose[row["key"]]] = msgspec.json.decode(content, type=Answers)
    return found


def _in_no_order(auditors: Integers) -> list[int]:
    """Each auditor once, shuffled: a number that says nothing of when she joined."""
    people = sorted(set(auditors.tolist()))
    # The same for the same people, so that an edition made again is the same.
    Random(len(people)).shuffle(people)  # noqa: S311 (no secret: nobody sees the order)
    return people


def _who_spoke_where(spoke: Integers, place: dict[int, int], programmes: Sequence[int]) -> Booleans:
    where = {programme: number for number, programme in enumerate(programmes)}
    found = np.zeros((len(place), len(programmes)), dtype=np.bool_)
    for auditor, programme in spoke.tolist():
        found[place[auditor], where[programme]] = True
    return found


def _integers(rows: list[tuple[Any, ...]], width: int) -> Integers:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)
