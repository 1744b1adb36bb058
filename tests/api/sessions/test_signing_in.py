"""Signing in by a letter: one link, one session, and the same words for everybody."""

import re

import pytest

from api.sessions.lasting import own_path
from api.sessions.people import create_person
from api.sessions.queries import Who
from api.worker import send_letters, write_links
from migrations.database import execute, fetch, fetch_value, transaction
from tests.api.sessions.builders import champion, cookie_of, is_signed_in, signature
from tests.charter.builders import counted
from tests.people import Service

JO = "jo@lamb.example"


async def test_a_champion_signs_in_by_her_letter(service: Service) -> None:
    """Capitals in her address are hers too, and she is led to her organisation's desk."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to("Jo@Lamb.Example", browser)

    answer = await browser.post("/sign-in/confirm", data={"code": code})

    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert JO in (await browser.get("/account")).text.lower()


async def test_the_link_may_be_pasted_whole(service: Service) -> None:
    """Whoever copies from the letter copies too much."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to(JO, browser)

    await browser.post("/sign-in/confirm", data={"code": f" http://127.0.0.1:8000/sign-in/confirm#{code} "})

    assert await is_signed_in(browser)


async def test_looking_at_the_link_consumes_nothing(service: Service) -> None:
    """A mail scanner opens it as often as it likes."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to(JO, browser)
    looked = [await service.http.get("/sign-in/confirm") for _ in range(3)]

    assert {answer.status_code for answer in looked} == {200}
    assert (await browser.post("/sign-in/confirm", data={"code": code})).status_code == 303


async def test_a_link_works_once_and_ends_every_other(service: Service) -> None:
    """Used, beside a used one, unknown: all are 410 in the same words."""
    await champion(service, JO)
    older = await service.link_to(JO, service.browser())
    newer = await service.link_to(JO, service.browser())
    first = await service.browser().post("/api/sign-in/confirm", json={"token": newer})
    answers = [
        await service.browser().post("/api/sign-in/confirm", json={"token": token})
        for token in (newer, older, "made-up")
    ]

    assert first.json() == {"second_factor": "none"}
    assert {answer.status_code for answer in answers} == {410}
    assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_a_link_lasts_ten_minutes(service: Service) -> None:
    """Half-open: at ten minutes it is over."""
    await champion(service, JO)
    tokens = [await service.link_to(JO, service.browser()) for _ in range(2)]
    service.clock.move(minutes=10)
    late = await service.browser().post("/sign-in/confirm", data={"code": tokens[0]})
    service.clock.move(seconds=-1)

    assert late.status_code == 410
    assert "ask for a new letter" in late.text
    assert (await service.browser().post("/sign-in/confirm", data={"code": tokens[1]})).status_code == 303


async def test_known_and_unknown_addresses_are_answered_alike(service: Service) -> None:
    """The same status, body and headers; only the known one gets a letter."""
    await champion(service, JO)
    service.outbox.letters.clear()
    known, unknown = [
        await service.http.post("/api/sign-in", json={"email": email}) for email in (JO, "nobody@lamb.example")
    ]
    pages = [await service.browser().post("/sign-in", data={"email": email}) for email in (JO, "nobody@lamb.example")]
    await write_links(service.tools)
    await send_letters(service.tools)
    told = [{name: value for name, value in answer.headers.items() if name != "x-request-id"}
            for answer in (known, unknown)]  # fmt: skip

    assert (known.status_code, known.content, told[0]) == (unknown.status_code, unknown.content, told[1])
    assert known.status_code == 202
    assert [(page.status_code, page.headers["location"]) for page in pages] == [(303, "/sign-in/letter")] * 2
    assert {letter.to for letter in service.outbox.letters} == {JO}


@pytest.mark.parametrize(("page", "kind"), [("/api/sign-in", "json"), ("/sign-in", "data")])
async def test_known_and_unknown_addresses_take_the_same_work(service: Service, page: str, kind: str) -> None:
    """Statement for statement, and none of them asks whose the address is: the worker does."""
    await champion(service, JO)
    browser = service.browser()
    asked = []
    for email in ("first@lamb.example", JO, "nobody@lamb.example"):
        async with counted() as statements:
            await browser.request("POST", page, **{kind: {"email": email}})  # type: ignore[arg-type]  # by its name
        asked.append([statement[:40] for statement in statements])
    _, known, unknown = asked

    assert known == unknown
    assert [statement for statement in known if "sign_in_request" in statement]
    assert not [statement for statement in known if statement.casefold().startswith("select")]


async def test_whoever_only_applied_is_not_known(service: Service) -> None:
    """Anybody can type anybody's address into the form that signs."""
    await service.http.post("/api/charter/signatures", json=signature(JO))
    await send_letters(service.tools)
    service.outbox.letters.clear()
    await service.http.post("/api/sign-in", json={"email": JO})
    await write_links(service.tools)
    await send_letters(service.tools)

    assert service.outbox.letters == []


@pytest.mark.parametrize("email", ["", "jo", "jo@lamb", "jo@lamb.example\r\nBcc: x@y.example", "\u212a@lamb.example"])
async def test_what_is_no_address_is_refused_at_its_field(service: Service, email: str) -> None:
    """On the page with what was typed, and in JSON."""
    page = await service.browser().post("/sign-in", data={"email": email})
    answer = await service.http.post("/api/sign-in", json={"email": email})

    assert page.status_code == answer.status_code == 422
    assert "<title>Error: Sign in" in page.text
    assert [error["field"] for error in answer.json()["errors"]] == ["email"]


async def test_nothing_readable_is_stored(service: Service) -> None:
    """Neither address nor token stands in any row of signing in."""
    await champion(service, JO)
    await service.http.post("/api/sign-in", json={"email": JO})
    code = await service.link_to(JO, service.browser())
    browser = await service.signs_in(JO)
    rows = [await fetch(f"select * from {table}") for table in ("sign_in_request", "sign_in_link", "session")]
    stored = repr(rows)

    assert rows[2]
    assert not any(secret in stored for secret in ("jo@", code, cookie_of(browser)))


async def test_a_letter_is_followed_back_to_the_page_that_was_wanted(service: Service) -> None:
    """In whichever browser it is opened."""
    await champion(service, JO)
    wanted = await service.browser().get("/account?tab=1")
    code = await service.link_to(JO, service.browser(), next="/account?tab=1")
    answer = await service.browser().post("/sign-in/confirm", data={"code": code})

    assert (wanted.status_code, wanted.headers["location"]) == (303, "/sign-in?next=%2Faccount%3Ftab%3D1")
    assert answer.headers["location"] == "/account?tab=1"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", "evil.example", "/" + "a" * 600],
)  # fmt: skip
async def test_a_link_never_leads_elsewhere(service: Service, elsewhere: str) -> None:
    """Whatever stood in the address of the sign-in page."""
    await champion(service, JO)
    page = await service.browser().get("/sign-in", params={"next": elsewhere})
    code = await service.link_to(JO, service.browser(), next=elsewhere)
    answer = await service.browser().post("/sign-in/confirm", data={"code": code})

    assert own_path(elsewhere) == ""
    assert 'name="next" value=""' in page.text
    assert answer.headers["location"] == "/desk"


async def test_programs_sign_in_and_out(service: Service) -> None:
    """By the same letter, through the same cookie."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to(JO, browser)
    confirmed = await browser.post("/api/sign-in/confirm", json={"token": code})
    signed_in = await is_signed_in(browser)
    out = await browser.post("/api/sign-out")

    assert confirmed.status_code == 200
    assert signed_in
    assert (out.status_code, cookie_of(browser)) == (204, "")
    assert await fetch_value("select count(*) from session") == 0


async def test_the_allowance_of_an_address_is_alike_for_all(service: Service) -> None:
    """Six letters a quarter of an hour; then known and unknown are told to wait, as long."""
    object.__setattr__(service.settings, "limits", True)
    await champion(service, JO)
    for email in (JO, "nobody@lamb.example"):
        for _ in range(6):
            assert (await service.http.post("/api/sign-in", json={"email": email})).status_code == 202
    answers = [
        await service.http.post("/api/sign-in", json={"email": email})
        for email in (JO, " JO@lamb.example", "nobody@lamb.example")
    ]

    assert {answer.status_code for answer in answers} == {429}
    assert len({answer.headers["retry-after"] for answer in answers}) == 1
    assert "@" not in repr(await fetch("select * from request_count"))


async def test_signing_in_leaves_a_trail_without_a_name(service: Service) -> None:
    """When, and in which session; never who has the address."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    await browser.post("/sign-out")
    trail = await fetch("select * from audit_event where subject = 'session' order by number")

    assert [event["action"] for event in trail] == ["signed-in", "signed-out"]
    assert not re.search("jo@|lamb", repr(trail))


async def test_a_request_under_another_key_keeps_nobody_waiting(service: Service) -> None:
    """It is dropped, and whoever asked after it gets her letter."""
    await champion(service, JO)
    await service.http.post("/api/sign-in", json={"email": JO})
    async with transaction():
        await execute("update sign_in_request set sealed = $1", b"\x01" + bytes(40))

    assert await service.link_to(JO, service.browser())
    assert await fetch_value("select count(*) from sign_in_request") == 0


async def test_staff_act_for_their_own_organisation_without_a_second_factor(service: Service) -> None:
    """It guards what the scheme sees, and a champion has none; her staff's role still waits for it."""
    await champion(service, JO)
    who = Who(name="Jo", email=JO)
    await create_person(who, roles=["administrator"], by="a test", desk=service.tools.desk())
    browser = await service.signs_in(JO)

    assert (await browser.get("/api/charter/mine")).status_code == 200
    assert (await browser.get("/scheme/people")).headers["location"].startswith("/sign-in/code")
