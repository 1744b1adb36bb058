"""Questions answer as far as the caller may see, in pages, without what nobody is to read."""

from uuid import UUID, uuid4

import pytest

from audits.errors import NoSuchProgramme
from audits.queries import (
    Caller,
    ProgrammeFacts,
    WalksAsked,
    auditor_seen_by,
    programme,
    programme_walked_by,
    programmes,
    walks,
)
from audits.tables import Walk
from tests.audits.builders import (
    ADMINISTRATOR,
    ANALYST,
    LEAD,
    OTHER_LEAD,
    TOWPATH,
    a_photo,
    a_problem,
    a_programme,
    a_stop,
    a_walk,
    an_auditor,
)

NOBODY = Caller(id="")
SECRETS = {"location", "route", "note", "content_mac", "started_at", "ended_at", "auditor", "device", "observed_at"}


async def test_everyone_sees_what_is_theirs(database: str) -> None:
    """One programme led, one of another lead, one that nobody leads."""
    hers, other, shared = await a_programme(), await a_programme(by=OTHER_LEAD), await a_programme(by=ADMINISTRATOR)
    auditor, stranger = await an_auditor(other), await an_auditor()
    seen = {
        who.id: [found.number for found in await programmes(caller=who)]
        for who in (LEAD, OTHER_LEAD, ANALYST, ADMINISTRATOR, auditor, stranger, NOBODY)
    }

    everything = [shared.number, other.number, hers.number]
    assert seen[LEAD.id] == [shared.number, hers.number]
    assert seen[OTHER_LEAD.id] == [shared.number, other.number]
    assert seen[ANALYST.id] == seen[ADMINISTRATOR.id] == everything
    assert (seen[auditor.id], seen[stranger.id], seen[NOBODY.id]) == ([other.number], [], [])


async def test_a_peers_programme_is_not_there(database: str) -> None:
    """By id it is told like one that never was."""
    made = await a_programme()
    member, stranger = await an_auditor(made), await an_auditor()
    refusals = []
    for who, programme_id in ((OTHER_LEAD, made.id), (stranger, made.id), (NOBODY, made.id), (LEAD, uuid4())):
        with pytest.raises(NoSuchProgramme) as refusal:
            await programme(programme_id, caller=who)
        refusals.append(str(refusal.value))

    assert len(set(refusals)) == 1
    assert (await programme(made.id, caller=member)).number == made.number


async def test_facts_come_back_as_they_were_commissioned(database: str) -> None:
    """Shapes, dates, moments and numbers, on both databases."""
    made = await a_programme(area=TOWPATH, width_m=12.5, name="Tow—path Ω 🌙 'quoted'")
    found = await programme(made.id, caller=LEAD)

    assert found == made
    assert found.line is not None and found.area.contains(found.line) and found.name == "Tow—path Ω 🌙 'quoted'"


async def test_programmes_come_in_pages(database: str) -> None:
    """Each once, newest first, whatever is made meanwhile."""
    made = [(await a_programme()).number for _ in range(5)]
    first = await programmes(caller=LEAD, limit=2)
    await a_programme()
    rest = await programmes(caller=LEAD, before=first[-1].number, limit=10)

    assert [found.number for found in (*first, *rest)] == made[::-1]


async def test_only_members_walk_for_a_programme(database: str) -> None:
    """What a submission asks: her programme, with its area and dates, or nothing."""
    made = await a_programme()
    member, stranger = await an_auditor(made), await an_auditor()
    assert member.auditor is not None and stranger.auditor is not None

    assert await programme_walked_by(member.auditor, made.id) == made
    assert await programme_walked_by(stranger.auditor, made.id) is None


async def test_an_auditor_is_seen_through_her_programmes(database: str) -> None:
    """A lead of another programme does not know that she exists."""
    ama = await an_auditor(await a_programme())

    assert await auditor_seen_by(LEAD, UUID(ama.id)) == ama.auditor
    assert await auditor_seen_by(OTHER_LEAD, UUID(ama.id)) is None


async def test_a_walk_is_listed_with_what_its_reviewer_needs(database: str) -> None:
    """Its problems, photos and counts; no place, note, score, exact time or name."""
    made = await a_programme()
    walk = await a_walk(made, state="quarantined")
    await a_stop(walk, sequence=1)
    await a_stop(walk, sequence=2, note="lamp out")
    await a_problem(walk)
    photo = await a_photo(walk, await an_auditor(made))
    (listed,) = await walks(WalksAsked(programme_id=made.id), caller=LEAD)

    assert (listed["stops"], listed["duration_min"], listed["revisions"]) == (2, 70, 0)
    assert [problem["code"] for problem in listed["problems"]] == ["clock-off"]
    assert [(p["id"], p["state"], p["review"]) for p in listed["photos"]] == [(photo.id, "stored", "unreviewed")]
    assert not SECRETS & set(listed)


async def test_walks_are_filtered_and_paged(database: str) -> None:
    """By state, newest receipt first; each page goes on where the last ended."""
    made = await a_programme()
    received = [(await a_walk(made)).number for _ in range(4)]
    await a_walk(made, state="incomplete")
    first = await walks(WalksAsked(programme_id=made.id, state="received", limit=3), caller=LEAD)
    rest = await walks(WalksAsked(state="received", before=first[-1]["number"], limit=3), caller=LEAD)

    assert [walk["number"] for walk in (*first, *rest)] == received[::-1]
    assert len(await walks(WalksAsked(), caller=LEAD)) == 5


async def test_walks_of_others_are_not_listed(database: str) -> None:
    """Neither by asking for everything nor by naming the programme."""
    made = await a_programme()
    await a_walk(made)

    assert await walks(WalksAsked(), caller=OTHER_LEAD) == await walks(WalksAsked(), caller=NOBODY) == []
    with pytest.raises(NoSuchProgramme):
        await walks(WalksAsked(programme_id=made.id), caller=OTHER_LEAD)


async def test_every_walk_keeps_its_own_problems(database: str) -> None:
    """Read for a whole page at once, they are not mixed up."""
    made = await a_programme()
    numbers = {
        (await _with_problem(made, code)).number: code for code in ("clock-off", "unknown-factor", "times-reversed")
    }
    listed = await walks(WalksAsked(), caller=LEAD)

    assert {walk["number"]: walk["problems"][0]["code"] for walk in listed} == numbers


async def _with_problem(made: ProgrammeFacts, code: str) -> Walk:
    walk = await a_walk(made, state="quarantined")
    await a_problem(walk, code)
    return walk
