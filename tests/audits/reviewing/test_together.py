"""Plain walks are accepted together, one programme at a time, and whatever is left is told with its reason."""

import asyncio
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.pages.review.words import ADVICE, PROBLEMS
from audits.actions.keeping import Acting
from audits.errors import NoSuchProgramme
from audits.queries import ProgrammeFacts
from audits.review import WalkDecision, review_walk
from audits.reviewing.queue import QueueAsked, at_a_glance, queue
from audits.reviewing.together import MOST_AT_ONCE, accept_walks, desks, in_order, plain_walks
from audits.tables import WalkRevision
from geo.shapes import point
from migrations.database import fetch, fetch_value
from tests.audits.builders import (
    ADMINISTRATOR,
    LEAD,
    NOW,
    OTHER_LEAD,
    a_photo,
    a_problem,
    a_programme,
    a_stop,
    a_walk,
    an_auditor,
    keep,
)

ACTING = Acting(by=LEAD, now=NOW)
SOURCES = Path(__file__).parents[3] / "audits"


async def one_of_each(programme: ProgrammeFacts) -> dict[str, UUID]:
    """A plain walk, and one for each reason why a person has to look at it."""
    auditor = await an_auditor(programme)
    walks = {name: await a_walk(programme) for name in ("plain", "photos", "notes", "flagged", "revisions")}
    walks["problems"] = await a_walk(programme, state="quarantined")
    await a_problem(walks["problems"])
    await a_photo(walks["photos"], auditor)
    await a_stop(walks["notes"], note="Lamp out")
    await a_stop(walks["flagged"], note_flagged=True)
    blank: dict[str, Any] = dict.fromkeys(("content_mac", "route", "decision", "decided_at", "decided_by", "reason"))
    kept = {"walk": walks["revisions"].number, "auditor": auditor.auditor, "received_at": NOW, "sealed": b"x"}
    await keep(WalkRevision(**kept, **blank))
    return {name: walk.id for name, walk in walks.items()}


async def test_each_programme_says_what_waits_and_why(database: str) -> None:
    """Each programme by itself, counted in one query, and each reason with its number."""
    programme, other = await a_programme(name="A"), await a_programme(name="B")
    await one_of_each(programme)
    await a_walk(other)
    first, second = await desks(caller=ADMINISTRATOR)

    assert (first.name, first.waiting, first.plain) == ("A", 6, 1)
    assert first.reasons == dict.fromkeys(("problems", "photos", "notes", "flagged", "revisions"), 1)
    assert (second.name, second.waiting, second.plain, second.reasons) == ("B", 1, 1, {})
    assert await desks(caller=OTHER_LEAD) == []


async def test_what_is_not_plain_is_left_with_its_reason(database: str) -> None:
    """Whatever a stale or forged page names: other programmes, decided walks, ids of nothing."""
    programme = await a_programme()
    walks = await one_of_each(programme)
    elsewhere, done = await a_walk(await a_programme()), await a_walk(programme, state="rejected")
    came = await accept_walks(programme.id, [*walks.values(), elsewhere.id, done.id, uuid4()], acting=ACTING)
    accepted = await fetch("select id, reviewed_by, reviewed_at from walk where state = 'accepted'")

    assert accepted == [{"id": walks["plain"], "reviewed_by": "lead", "reviewed_at": NOW}]
    assert (came.accepted, list(in_order(came.left))) == (
        1,
        [("problems", 1), ("photos", 1), ("notes", 1), ("flagged", 1), ("revisions", 1), ("decided", 1), ("absent", 2)],
    )
    trail = await fetch("select actor, action from audit_event where subject = 'walk'")
    assert trail == [{"actor": "lead", "action": "accepted"}]


async def test_far_more_than_a_page_holds_is_told(database: str) -> None:
    """However many came before from elsewhere, the programme's own are offered, and how many more there are."""
    programme = await a_programme()
    ids = [(await a_walk(programme)).id for _ in range(MOST_AT_ONCE + 3)]
    offered = [walk.id for walk in await plain_walks(programme.id, caller=LEAD)]
    came = await accept_walks(programme.id, offered, acting=ACTING)
    (desk,) = await desks(caller=LEAD, programme_id=programme.id)

    assert offered == ids[:MOST_AT_ONCE] and (came.accepted, came.left) == (MOST_AT_ONCE, {})
    assert (desk.waiting, desk.plain) == (3, 3)


async def test_nobody_is_overruled(database: str) -> None:
    """Two accept together, and a third rejects one of the walks with her reason: each walk is decided once."""
    programme = await a_programme()
    walks = [(await a_walk(programme)).id for _ in range(6)]
    reject = review_walk(walks[3], WalkDecision(decision="rejected", reason="Another night."), by=LEAD, now=NOW)
    first, second, _ = await asyncio.gather(
        *(accept_walks(programme.id, walks, acting=ACTING) for _ in range(2)), reject, return_exceptions=True
    )
    decided = await fetch_value("select count(*) from audit_event where action = 'accepted'")

    assert not isinstance(first, BaseException) and not isinstance(second, BaseException)
    assert first.accepted + second.accepted == decided
    assert await fetch_value("select count(*) from walk where state = 'received'") == 0
    assert await fetch_value("select state from walk where id = $1", walks[3]) in ("rejected", "accepted")


async def test_another_leads_programme_is_not_there(database: str) -> None:
    """Neither to see nor to accept in."""
    programme = await a_programme()
    walk = await a_walk(programme)

    with pytest.raises(NoSuchProgramme):
        await plain_walks(programme.id, caller=OTHER_LEAD)
    with pytest.raises(NoSuchProgramme):
        await accept_walks(programme.id, [walk.id], acting=Acting(by=OTHER_LEAD, now=NOW))
    assert await fetch_value("select state from walk") == "received"


async def test_the_queue_is_seen_at_a_glance(database: str) -> None:
    """The kinds of problems of each walk, and the first of its stops that has a place."""
    programme = await a_programme()
    walk = await a_walk(programme, state="quarantined")
    for code in ("clock-off", "stop-outside-area", "clock-off"):
        await a_problem(walk, code)
    await a_stop(walk, sequence=1)
    begins = await a_stop(walk, sequence=2, location=point(-0.115, 51.463))
    await a_stop(walk, sequence=3, location=point(-0.114, 51.463))
    glance = await at_a_glance(await queue(QueueAsked(), caller=LEAD))

    assert list(glance.problems.values()) == [["clock-off", "stop-outside-area"]]
    assert [stop.id for stop in glance.begins.values()] == [begins.id]
    assert (await at_a_glance([])).begins == {}


def test_every_problem_is_explained() -> None:
    """Each kind of problem that a walk can have says what it means and what to do, and has a short name."""
    written = "".join(file.read_text("utf8") for file in SOURCES.rglob("*.py"))
    codes = set(re.findall(r"\bProblem\(\s*\"([a-z-]+)\"", written))

    assert {"clock-off", "device-revoked", "impossible-speed", "score-off-scale"} <= codes
    assert set(ADVICE) == codes == set(PROBLEMS)
