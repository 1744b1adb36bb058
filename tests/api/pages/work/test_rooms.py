"""The staff's first page: each sees the rooms that are hers, and what waits in them."""

import re

import pytest

from audits.queries import OPERATOR
from tests.audits.builders import LEAD, a_programme, a_walk
from tests.people import Service

LINK = re.compile(r'class="govuk-link govuk-task-list__link" href="([^"]+)"')
ALL = ["/evidence/hotspots", "/evidence", "/actions"]


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        ("analyst", ["/programmes", *ALL]),
        ("lead", ["/programmes", "/review", *ALL]),
        ("administrator", ["/programmes", "/review", *ALL, "/scheme", "/scheme/people"]),
    ],
)
async def test_each_sees_the_rooms_that_open_to_her(service: Service, role: str, rooms: list[str]) -> None:
    """Every door that is shown opens, and nothing waits before anybody came."""
    browser = await service.staff_browser(role)
    shown = (await browser.get("/work")).text

    assert LINK.findall(shown) == rooms
    assert {(await browser.get(room)).status_code for room in rooms} == {200}
    assert "None overdue" in shown


async def test_it_counts_what_waits_where_she_may_decide(service: Service) -> None:
    """A walk of a programme that another lead leads is not hers to count; an administrator counts both."""
    for by in (OPERATOR, LEAD):
        await a_walk(await a_programme(by=by))
    lead, administrator = [await service.staff_browser(role) for role in ("lead", "administrator")]

    assert "1 waiting" in (await lead.get("/work")).text
    assert "2 waiting" in (await administrator.get("/work")).text
