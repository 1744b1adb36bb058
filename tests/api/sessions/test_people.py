"""The people of the staff: added and let go by administrators, asked twice, and never the last one."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from api.sessions.people import ADMINISTRATOR, change_roles, create_person, end_person
from api.sessions.queries import Staff, Who, staff
from api.worker import send_letters
from migrations.database import fetch, fetch_one
from tests.api.sessions.builders import champion, is_signed_in
from tests.people import Service

BEA = "bea@staff.example"
NAUGHTY = '<script>alert("x")</script>'


async def everybody(service: Service) -> dict[str, Staff]:
    """The staff by address."""
    return {person.email: person for person in await staff(seal=service.app.state.seal)}


async def add(service: Service, email: str, *roles: str) -> UUID:
    """Somebody of the staff with those roles."""
    return await create_person(Who(name="Bea", email=email), roles=roles, by="a test", desk=service.tools.desk())


async def change(browser: httpx.AsyncClient, person: UUID, **asked: list[str]) -> httpx.Response:
    """Confirm a change of roles."""
    return await browser.post(f"/scheme/people/{person}/roles", data=asked)


async def test_an_administrator_adds_somebody_who_is_written_to(service: Service) -> None:
    """With roles; the letter says where to sign in and holds no link to follow."""
    browser = await service.staff_browser(ADMINISTRATOR)
    data = {"name": " Bea ", "email": BEA, "roles": ["lead", "analyst"]}
    answer = await browser.post("/scheme/people/new", data=data)
    await send_letters(service.tools)
    page = await browser.get(answer.headers["location"])

    assert answer.status_code == 303
    assert BEA in page.text
    assert (await everybody(service))[BEA].roles == ["analyst", "lead"]
    assert service.outbox.letters[-1].to == BEA
    assert "/sign-in" in service.outbox.letters[-1].text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"email": "nowhere"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["auditor"]}, "roles"),
        ({"email": "administrator0@staff.example"}, "email"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    service: Service, typed: dict[str, str | list[str]], field: str
) -> None:
    """And what was typed stands there still."""
    browser = await service.staff_browser(ADMINISTRATOR)
    data = {"name": NAUGHTY, "email": BEA, "roles": ["lead"], **typed}
    answer = await browser.post("/scheme/people/new", data=data)

    assert answer.status_code == 422
    assert "Error: Add a person" in answer.text
    assert f'href="#{field}"' in answer.text
    assert NAUGHTY not in answer.text


async def test_roles_hold_from_the_next_request_on(service: Service) -> None:
    """Given and taken, in sessions that are open already; several roles are held together."""
    browser, other = await service.staff_browser(ADMINISTRATOR), await service.staff_browser("lead")
    lead = (await everybody(service))["lead1@staff.example"].id
    seen = [(await other.get(path)).status_code for path in ("/scheme/people", "/api/walks")]
    given = await change(browser, lead, give=[ADMINISTRATOR, "analyst"])
    seen += [(await other.get(path)).status_code for path in ("/scheme/people", "/api/walks")]
    await change(browser, lead, take=[ADMINISTRATOR, "lead", "analyst"])
    seen += [(await other.get(path)).status_code for path in ("/scheme/people", "/api/walks", "/account")]

    assert given.headers["location"] == "/scheme/people?done=roles"
    assert seen == [403, 200, 200, 200, 403, 403, 200]


async def test_a_change_is_shown_before_it_is_made(service: Service) -> None:
    """Looking changes nothing; nothing to change leads back."""
    browser = await service.staff_browser(ADMINISTRATOR)
    bea = await add(service, BEA, "lead")
    page = await browser.get(f"/scheme/people/{bea}/roles", params={"roles": ["analyst", "owner"]})
    nothing = await browser.get(f"/scheme/people/{bea}/roles", params={"roles": ["lead"]})

    assert 'name="give" value="analyst"' in page.text
    assert 'name="take" value="lead"' in page.text
    assert "owner" not in page.text
    assert nothing.status_code == 303
    assert (await everybody(service))[BEA].roles == ["lead"]


async def test_the_last_administrator_stays(service: Service) -> None:
    """She can neither be deprived of the role nor let go, and nothing else of the change is made."""
    browser = await service.staff_browser(ADMINISTRATOR)
    hers = (await everybody(service))["administrator0@staff.example"].id
    answers = [
        await change(browser, hers, take=[ADMINISTRATOR], give=["lead"]),
        await browser.post(f"/scheme/people/{hers}/end"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("the last administrator" in answer.text for answer in answers)
    assert (await everybody(service))["administrator0@staff.example"].roles == [ADMINISTRATOR]


async def test_nobody_locks_herself_out(service: Service) -> None:
    """Another administrator may do it, when there is one."""
    browser = await service.staff_browser(ADMINISTRATOR)
    hers = (await everybody(service))["administrator0@staff.example"].id
    other = await service.staff_browser(ADMINISTRATOR)
    own = await change(browser, hers, take=[ADMINISTRATOR])
    others = await change(other, hers, take=[ADMINISTRATOR])

    assert (own.status_code, others.status_code) == (409, 303)
    assert (await browser.get("/scheme/people")).status_code == 403


async def test_two_who_take_the_role_from_each_other_leave_one(service: Service) -> None:
    """Whoever comes second finds the last administrator."""
    pair = [await add(service, f"a{number}@staff.example", ADMINISTRATOR) for number in range(2)]
    tried = await asyncio.gather(
        *(
            change_roles(person, take=[ADMINISTRATOR], by=str(other), now=service.clock())
            for person, other in (pair, pair[::-1])
        ),
        return_exceptions=True,
    )

    assert len([outcome for outcome in tried if outcome is None]) == 1
    assert [person.roles for person in (await everybody(service)).values()].count([ADMINISTRATOR]) == 1


async def test_whoever_leaves_is_forgotten(service: Service) -> None:
    """Signed out at once, without name and address anywhere; the trail keeps her id, and she can be added anew."""
    browser, other = await service.staff_browser(ADMINISTRATOR), await service.staff_browser("lead")
    lead = (await everybody(service))["lead1@staff.example"].id
    asked = await browser.get(f"/scheme/people/{lead}/end")
    answer = await browser.post(f"/scheme/people/{lead}/end")
    row = await fetch_one("select sealed, email_mac, ended_at from person where id = $1", lead)

    assert "cannot be undone" in asked.text
    assert answer.headers["location"] == "/scheme/people?done=ended"
    assert not await is_signed_in(other)
    assert row is not None
    assert (row["sealed"], row["email_mac"], row["ended_at"]) == (None, None, service.clock())
    assert (
        await fetch("select 1 from second_factor where person = (select number from person where id = $1)", lead) == []
    )
    assert await add(service, "lead1@staff.example", "lead") != lead


async def test_nobody_who_left_can_sign_in(service: Service) -> None:
    """A link on its way to her leads nowhere."""
    bea = await add(service, BEA, "lead")
    code = await service.link_to(BEA, service.browser())
    await end_person(bea, by="a test", now=service.clock())

    assert (await service.browser().post("/sign-in/confirm", data={"code": code})).status_code == 410


async def test_only_administrators_look_after_people(service: Service) -> None:
    """Champions, leads and analysts do not learn who is staff."""
    await champion(service, "jo@lamb.example")
    bea = await add(service, BEA, "lead")
    browsers = [await service.staff_browser(role) for role in ("lead", "analyst")]
    browsers.append(await service.signs_in("jo@lamb.example"))
    paths = ["", "/new", f"/{bea}", f"/{bea}/roles", f"/{bea}/end"]
    answers = [await browser.get(f"/scheme/people{path}") for browser in browsers for path in paths]

    assert {answer.status_code for answer in answers} == {403}
    assert not [answer for answer in answers if "Bea" in answer.text]


async def test_a_person_who_is_not_there_is_404(service: Service) -> None:
    """On each page and for each change."""
    browser, nobody = await service.staff_browser(ADMINISTRATOR), uuid4()
    looked = [await browser.get(f"/scheme/people/{nobody}{path}") for path in ("", "/roles", "/end")]
    tried = [await change(browser, nobody, give=["lead"]), await browser.post(f"/scheme/people/{nobody}/end")]

    assert {answer.status_code for answer in (*looked, *tried)} == {404}


async def test_names_are_inert(service: Service) -> None:
    """On every page that shows one."""
    browser = await service.staff_browser(ADMINISTRATOR)
    who = Who(name=NAUGHTY, email=BEA)
    person = await create_person(who, roles=["lead"], by="a test", desk=service.tools.desk())
    pages = [await browser.get(f"/scheme/people{path}") for path in ("", f"/{person}", f"/{person}/end")]
    pages.append(await browser.get(f"/scheme/people/{person}/roles", params={"roles": ["analyst"]}))

    assert {page.status_code for page in pages} == {200}
    assert all("&lt;script&gt;alert" in page.text and NAUGHTY not in page.text for page in pages)


async def test_every_change_leaves_a_trail_without_a_name(service: Service) -> None:
    """Who did what to whom, by id."""
    browser = await service.staff_browser(ADMINISTRATOR)
    bea = await add(service, BEA, "lead")
    await change(browser, bea, give=["analyst"], take=["lead"])
    await browser.post(f"/scheme/people/{bea}/end")
    trail = await fetch("select * from audit_event where subject_id = $1 order by number", str(bea))
    hers = str((await everybody(service))["administrator0@staff.example"].id)

    assert [event["action"] for event in trail] == ["added", "role-withdrawn", "role-granted", "ended"]
    assert {event["actor"] for event in trail[1:]} == {hers}
    assert "bea" not in repr(trail).lower()
