"""What stands in an edition's chapters beside scores: only what was reviewed, and of enough women."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audits.actions.plan.publishing import publish_plan, take_back_plan
from audits.actions.queries import issues_of
from audits.actions.raising import raise_issue
from audits.people.equality import tell
from audits.people.questions import CURRENT, Told
from audits.programmes import close_programme
from audits.queries import Caller, ProgrammeFacts
from audits.reports import disclosure
from audits.reports.beside import Signed
from audits.reports.chapters.together import falling
from audits.reports.compose import compose
from audits.reports.contents import Audience, Contents
from audits.reports.evidence import COUNTED, Scope
from audits.reports.gathered import Gathered, Order
from audits.reports.gathering import gather
from audits.tables import Photo, Stop
from migrations.database import execute, fetch, fetch_one, transaction
from tests.audits.actions.builders import acting, an_issue, recommended
from tests.audits.builders import LEAD, NOW, a_programme, keep
from tests.audits.people.test_equality import telling
from tests.audits.phones import SEAL
from tests.audits.reports.walked import UNEASY_STOP, Nights, walk_nights


async def gathered(programme: ProgrammeFacts, audience: Audience = "gla") -> Gathered:
    """What an edition of that programme is computed from."""
    order = Order(title="Brixton", audience=audience)
    return await gather(order, [programme], Scope(programmes=(programme.number,), states=COUNTED), seal=SEAL)


async def said(programme: ProgrammeFacts, audience: Audience = "gla") -> Contents:
    """What it says."""
    return compose(await gathered(programme, audience))


async def uneasy_stops() -> list[Stop]:
    """The stops after dark at the place where all women would rather not be."""
    found = await Stop.objects().where(Stop.sequence == UNEASY_STOP + 1).order_by(Stop.number)
    dark = {row["number"] for row in await fetch("select number from walk where leg = 'dark'")}
    return [stop for stop in found if stop.walk in dark]


async def a_photo_at(stop: Stop, review: str, key: str) -> None:
    """A stored photo at that stop."""
    row = await fetch_one("select walk.id, walk.programme from walk where number = $1", stop.walk)
    auditor = await fetch_one("select number from auditor limit 1")
    assert row and auditor
    blank = {column._meta.name: None for column in Photo._meta.columns if column._meta.null}
    facts = {"id": uuid4(), "auditor": auditor["number"], "programme": row["programme"], "walk": stop.walk}
    kept = {"walk_id": row["id"], "stop_id": stop.id, "state": "stored", "review": review, "rendition_1600": key}
    await keep(Photo(**{**blank, **facts, **kept, "caption": "Under the arch"}))


async def test_a_place_shows_photos_that_a_reviewer_found_publishable(database: str) -> None:
    """Neither unreviewed nor withheld ones; four at most, each once."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    stops = await uneasy_stops()
    for number, review in enumerate(["publishable"] * 5 + ["unreviewed", "withheld"]):
        await a_photo_at(stops[number % len(stops)], review, f"{number:064x}")
    shown = (await said(programme)).photos

    assert len(shown) == 4 and {photo.place for photo in shown} == {"1"}
    assert {photo.key for photo in shown} <= {f"{number:064x}" for number in range(5)}


async def test_a_place_quotes_what_a_reviewer_found_fit_to_be_quoted(database: str) -> None:
    """Five at most, none that she withheld or has not decided on, and none in a public edition."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    stops = await uneasy_stops()
    async with transaction():
        for number, stop in enumerate(stops):
            await execute(
                "update stop set note = $1, note_review = 'publishable' where number = $2",
                f"Note {number}",
                stop.number,
            )
        await execute("update stop set note = null where note = 'Nobody in sight'")
        await execute("update walk set state = 'received', reviewed_at = null where number = $1", stops[0].walk)
    told = await said(programme)

    assert {quote.text for quote in told.quotes} == {f"Note {number}" for number in range(1, 6)}
    assert {quote.place for quote in told.quotes} == {"1"}
    async with transaction():
        await execute("update stop set note_review = 'withheld' where number = $1", stops[1].number)
        await execute("update stop set note_review = null where number = $1", stops[2].number)
    assert {quote.text for quote in (await said(programme)).quotes} == {f"Note {number}" for number in range(3, 6)}
    await close_programme(programme.id, by=LEAD, now=NOW)
    assert (await said(programme, "public")).quotes == ()


async def test_what_follows_stands_at_its_place(database: str) -> None:
    """A recommendation of an issue at the uneasy stop is the first hotspot's; nobody who answered is named."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    issue_id = uuid4()
    await raise_issue(programme.id, an_issue(*(await uneasy_stops())[:2]), id=issue_id, acting=acting())
    waiting = await said(programme)
    await recommended(issue_id)
    (action,) = (await said(programme)).actions

    assert [one.action for one in waiting.actions] == ["No recommendation yet"]
    assert (action.kind, action.places, action.body) == ("defect", ("1",), "Lambeth Council")
    assert (action.due_on, action.state) == (date(2026, 11, 8), "waiting")


async def test_the_public_reads_what_follows_once_the_plan_is_public(database: str) -> None:
    """Before, and after it was taken back, no recommendation and no evaluation is in a public edition."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    issue_id = uuid4()
    await raise_issue(programme.id, an_issue(*await uneasy_stops()), id=issue_id, acting=acting())
    await recommended(issue_id)
    await close_programme(programme.id, by=LEAD, now=NOW)
    before = (await said(programme, "public")).actions
    await publish_plan(programme.id, delay=timedelta(0), acting=acting(now=NOW + timedelta(days=1)))
    public = (await said(programme, "public")).actions
    await take_back_plan(programme.id, acting=acting())
    after = (await said(programme, "public")).actions

    assert (before, after) == ((), ())
    assert [action.body for action in public] == ["Lambeth Council"]
    assert len((await said(programme)).actions) == 1


async def test_the_public_reads_of_no_issue_by_a_night_that_is_too_young(database: str) -> None:
    """One old night and one of this month are one night to the public; two old ones are told, in months."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    issue_id = uuid4()
    await raise_issue(programme.id, an_issue(*(await uneasy_stops())[:2]), id=issue_id, acting=acting())
    await recommended(issue_id)
    await close_programme(programme.id, by=LEAD, now=NOW)
    await publish_plan(programme.id, delay=timedelta(0), acting=acting(now=NOW + timedelta(days=1)))
    nights = sorted({stop.night_of for issue in await issues_of([programme.id]) for stop in issue.stops})
    told = [await issues_of([programme.id], published=True, until=night) for night in nights]
    (action,) = (await said(programme, "public")).actions

    assert [[one.nights for one in issues] for issues in told] == [[1], [2]]
    assert not disclosure.issue_told(told[0][0].people, 1, rule=disclosure.PUBLIC)
    assert action.due_on == date(2026, 11, 30)


async def test_groups_of_women_are_told_where_both_are_large_enough(database: str) -> None:
    """Seven and five women within the GLA; with eight and four only that there are some ten of the others."""
    for few, shown, compared in ((5, {"Yes", "No"}, {"Yes", "No"}), (4, {"No"}, set())):
        await walk_nights(programme := await a_programme(name=f"{few}"), Nights(state="accepted", after=10**7 * few))
        auditors = await fetch(
            "select number, id from auditor where number in (select auditor from personal_score where programme = $1)",
            programme.number,
        )
        for place, auditor in enumerate(auditors):
            answers = {"neurodivergent": "yes" if place < few else "no"}
            by = Caller(id=str(auditor["id"]), auditor=auditor["number"])
            await tell(Told(question_set=CURRENT, answers=answers), telling(by))
        told = await said(programme)

        assert {row.answer for row in told.profile if row.people} == shown
        assert {row.answer for row in told.differences} == compared


async def test_what_falls_together_rests_on_enough_women_after_dark(database: str) -> None:
    """Twelve women answered; that all but four did so in the light alone leaves nothing to tell of the night."""
    await walk_nights(programme := await a_programme(), Nights(walks=8, state="accepted"))
    found = await gathered(programme)
    felt = found.said["feeling"]
    assert felt.person is not None
    dark = found.field.walks.dark[found.field.stops.walk[felt.stop]]
    few = felt.chosen(~dark | (felt.person < 4))
    told = [one for one in falling(found) if one.slope]

    assert told and [one for one in falling(replace(found, said={**found.said, "feeling": few})) if one.slope] == []


async def test_who_was_there_is_told_to_the_public_of_two_nights(database: str) -> None:
    """How a presence felt on one night is an appointment that somebody may know of."""
    await walk_nights(programme := await a_programme(), Nights(walks=1, state="accepted"))
    async with transaction():
        await execute("update response set presence_effect = $1", '{"cctv_sign": "safer"}')
    told = [await said(programme), await said(programme, "public")]
    shown = [{one.key: one.effects for one in each.presences}["cctv_sign"] for each in told]

    assert shown[0] is not None and shown[0][0] and shown[1] is None


async def test_signatories_are_told_within_400_metres(database: str) -> None:
    """The nearest first, to ten metres."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    found = await gathered(programme)
    place = compose(found).places[0]
    signed = [_signed(place.easting_m + away, place.northing_m, str(away)) for away in (390.0, 410.0, 14.0)]
    told = compose(replace(found, beside=replace(found.beside, signed=signed))).signatories

    assert [(one.name, one.distance_m) for one in told if one.place == place.label] == [("14.0", 10), ("390.0", 390)]


def _signed(easting_m: float, northing_m: float, name: str) -> Signed:
    at = {"easting_m": easting_m, "northing_m": northing_m}
    return Signed(**at, name=name, sector="Pub or bar", premises=name, last_confirmed_on=None)


async def test_nothing_done_is_nothing_to_evaluate(database: str, tmp_path: Path) -> None:
    """And something done without a second walk is told as such, and no effect."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    issue_id = uuid4()
    await raise_issue(programme.id, an_issue(*(await uneasy_stops())[:1]), id=issue_id, acting=acting())
    before = (await said(programme)).evaluation
    await recommended(issue_id)
    async with transaction():
        await execute(
            "update recommendation set state = 'done', done_on = $1, done_note = 'Lit', answer = 'accepted', "
            "answered_on = $1, answered_by = 'Highways'",
            date(2026, 10, 6),
        )
    after = (await said(programme)).evaluation

    assert before.sites == 0
    assert (after.sites, after.full, after.claimed) == (1, None, False)


tables = st.integers(1, 6).flatmap(
    lambda rows: st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=rows, max_size=rows)
)


@given(tables, st.sampled_from((5, 10)))
def test_no_hidden_cell_can_be_worked_out(people: list[list[int]], needed: int) -> None:
    """Too few are hidden; a row, or a column of several, has no single hidden cell; the rest is rounded to five."""
    told = np.array(disclosure.table_told(np.array(people) * 3, np.array(people), needed=needed), dtype=object)
    hidden = np.vectorize(lambda cell: cell is None)(told)

    assert hidden[np.array(people) < needed].all()
    assert not (hidden.sum(axis=1) == 1).any()
    assert len(people) == 1 or not (hidden.sum(axis=0) == 1).any()
    assert all(cell % 5 == 0 for cell in told[~hidden].tolist())
