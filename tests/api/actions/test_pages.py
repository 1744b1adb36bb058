"""The pages of actions by plain forms, as a browser without scripts sends them; and to whom they are not there."""

import re
from datetime import date
from html import unescape
from uuid import uuid4

import httpx

from audits.queries import ProgrammeFacts
from tests.api.register.pages import words
from tests.audits.actions.builders import raised, recommended, walked
from tests.audits.builders import a_programme
from tests.people import Service

HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')
TICKED = re.compile(r'name="stop_ids" type="checkbox" value="([^"]*)" checked')


async def form(browser: httpx.AsyncClient, path: str, **typed: object) -> httpx.Response:
    """Open a page with a form, and send it as it stands with what is typed."""
    page = await browser.get(path)
    assert page.status_code == 200, page.text
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    ticked = {"stop_ids": TICKED.findall(page.text)} if "stop_ids" in page.text else {}
    return await browser.post(path.partition("?")[0], data={**hidden, **ticked, **typed})


def day(name: str, on: date) -> dict[str, str]:
    """A date as three boxes."""
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


async def lit(programme: ProgrammeFacts) -> None:
    """A later walk on which everything is lit."""
    await walked(programme, date(2026, 10, 26), {"lighting": 3})


async def test_everything_works_without_scripts(service: Service) -> None:
    """Raised, recommended, refused, accepted, done, walked again, and in the plan."""
    programme = await a_programme()
    await walked(programme, date(2026, 10, 20), {"lighting": 0}, {"lighting": 1})
    browser = await service.staff_browser("administrator")
    suggested = (await browser.get(f"/actions/raise?programme={programme.id}")).text
    link = re.search(r'href="(\?programme=[^"]*tick=all)"', suggested)
    assert link, suggested
    told = {"kind": "defect", "title": "Lamps out", "place": "Under the arch", "factors": "lighting"}
    done = await form(browser, f"/actions/raise{unescape(link[1])}", **told)
    issue = done.headers["location"].partition("?")[0]
    asked = {"action": "Replace both", "body_kind": "tfl", "body": "", **day("due_on", date(2026, 11, 8))}
    await form(browser, f"{issue}/recommend", **asked)
    one = re.search(r"/actions/recommendations/[0-9a-f-]{36}", (await browser.get(issue)).text)
    assert one is not None
    said = {"answered_by": "Head of Lighting", **day("answered_on", date(2026, 10, 25))}
    await form(browser, f"{one[0]}/answer", answer="refused", reason="No budget", **said)
    await form(browser, f"{one[0]}/answer", answer="accepted", reason="", **said)
    version = dict(HIDDEN.findall((await browser.get(f"{one[0]}/done")).text))
    typed = {**version, "note": "Both lit", **day("done_on", date(2026, 10, 25))}
    noted = await browser.post(f"{one[0]}/done", files={name: (None, value) for name, value in typed.items()})
    assert noted.headers["location"].endswith("?done=done"), noted.text
    await lit(programme)
    assert (await form(browser, f"{issue}/again")).headers["location"].endswith("done=walked-again")

    page = words((await browser.get(issue)).text)
    assert "Walked again" in page and "+2.5" in page and "Transport for London" in page
    plan = words((await browser.get(f"/actions/plans/{programme.id}")).text)
    assert "Replace both" in plan and "0.5 before (2 stops on 1 walk), 3.0 after (1 stop on 1 walk)" in plan
    undone = await form(browser, f"{issue}/unlink", reason="The wrong night")
    assert undone.status_code == 303 and "The wrong night" in (await browser.get(issue)).text


async def test_a_stale_page_changes_nothing(service: Service) -> None:
    """Two open the same answer; the second is told, and keeps what she typed."""
    issue_id = await raised(await a_programme())
    id = await recommended(issue_id)
    browser = await service.staff_browser("administrator")
    said = {"answer": "accepted", "answered_by": "Somebody", "reason": "", **day("answered_on", date(2026, 10, 25))}
    answers = [await browser.post(f"/actions/recommendations/{id}/answer", data={"version": "1", **said}) for _ in "ab"]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert "Somebody else has changed this" in answers[1].text and 'value="Somebody"' in answers[1].text


async def test_another_lead_finds_nothing(service: Service) -> None:
    """Every page by every id answers 404, and her list and plans are empty."""
    programme = await a_programme()
    issue_id = await raised(programme)
    id = await recommended(issue_id)
    browser = await service.staff_browser("lead")
    issue, one = f"/actions/issues/{issue_id}", f"/actions/recommendations/{id}"
    plan = f"/actions/plans/{programme.id}"
    pages = [issue, f"{issue}/correct", f"{issue}/recommend", f"{issue}/again", f"{issue}/withdraw"]
    pages += [f"{one}/correct", f"{one}/answer", f"{one}/done", f"{one}/undo", f"{one}/photos/{uuid4()}"]
    pages += [plan, f"{plan}/plan.csv", f"{plan}/publish", f"/actions/raise?programme={programme.id}"]
    pages += [f"/plans/{programme.id}", f"/plans/{programme.id}/plan.csv"]

    assert {page: (await browser.get(page)).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert (await browser.post(f"{plan}/publish")).status_code == 404
    assert "Two lamps" not in (await browser.get("/actions")).text


async def test_filters_stay_in_the_address(service: Service) -> None:
    """And unknown ones are taken as any."""
    programme = await a_programme()
    await raised(programme, title="A dark way")
    await raised(programme, kind="design", title="No way out")
    browser = await service.staff_browser("analyst")
    designs = (await browser.get(f"/actions?kind=design&programme={programme.id}")).text
    nothing = (await browser.get("/actions?overdue=yes")).text

    assert "No way out" in designs and "A dark way" not in designs
    assert "No issue matches that" in nothing
    assert "A dark way" in (await browser.get("/actions?kind=other&standing=lost&programme=x")).text
