"""The audit trail as administrators see it: who did what, no phone told apart, and a check that finds a change."""

from uuid import uuid4

from audits.events import TRAIL
from migrations.database import execute, transaction
from migrations.trail.linking import link_events
from tests.api.register.pages import words
from tests.audits.builders import a_programme, a_walk, an_auditor
from tests.people import Service


async def test_the_trail_is_read_and_checked(service: Service) -> None:
    """Staff by name, reasons as given; a changed event is found, and said at the top."""
    walk = await a_walk(await a_programme())
    browser = await service.staff_browser("administrator")
    await browser.post(
        f"/review/walks/{walk.id}", data={"decision": "rejected", "reason": "Walked on another evening."}
    )
    await link_events(TRAIL, seal=service.app.state.seal, now=service.clock())
    page = words((await browser.get("/scheme/trail?kind=walk")).text)
    whole = words((await browser.post("/scheme/trail")).text)
    async with transaction():
        await execute("update audit_event set actor = 'nobody' where action = 'rejected'")
    changed = words((await browser.post("/scheme/trail")).text)
    none = words((await browser.get("/scheme/trail?kind=photo&before=x")).text)

    assert "walk: rejected" in page and "Some administrator" in page and "Walked on another evening." in page
    assert "each event says what it said" in whole
    assert "The trail was changed" in changed and "says something else" in changed
    assert "Nothing of that kind was done yet" in none


async def test_no_page_of_it_leads_to_a_woman(service: Service) -> None:
    """Neither her own id nor her response's is on it."""
    programme = await a_programme()
    auditor = await an_auditor(programme)
    response = uuid4()
    async with transaction():
        for of, id in (("auditor", auditor.id), ("response", str(response))):
            await execute(
                "insert into audit_event (at, actor, action, subject, subject_id) values ($1, $2, 'received', $3, $4)",
                *(service.clock(), auditor.id, of, id),
            )
    browser = await service.staff_browser("administrator")
    page = (await browser.get("/scheme/trail")).text

    assert "An auditor, or somebody who has left" in page
    assert auditor.id not in page and str(response) not in page


async def test_it_goes_on_where_a_page_ends(service: Service) -> None:
    """Fifty at a time, by the number of the last."""
    async with transaction():
        for number in range(60):
            await execute(
                "insert into audit_event (at, actor, action, subject, subject_id) values ($1, 'x', $2, 'walk', 'w')",
                *(service.clock(), f"step {number}"),
            )
    browser = await service.staff_browser("administrator")
    first = (await browser.get("/scheme/trail?kind=walk")).text
    more = first.split('href="/scheme/trail?')[1].split('"')[0].replace("&amp;", "&")
    second = (await browser.get(f"/scheme/trail?{more}")).text

    assert "step 59" in first and "step 9<" not in first
    assert "step 9" in second and "step 10" not in second
