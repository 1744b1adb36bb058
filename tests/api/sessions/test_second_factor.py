"""The second factor of staff: nothing before it, each code once, and a way back from a lost phone."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.sessions.people import create_person, person_by_address, reset_second_factor
from api.sessions.queries import Who
from api.sessions.totp import as_picture, code_at, recovery_code, setup_address, step_of
from migrations.database import fetch
from tests.api.sessions.builders import MINUTES_2, champion, cookie_of, is_signed_in, planted
from tests.people import Service

# RFC 6238, appendix B: the key of its SHA-1 vectors, and their codes less the two leading digits.
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = [(1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")]
STEP = timedelta(seconds=30)
ANN = "administrator0@staff.example"


async def shows(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    """Type a code into the page that asks for one."""
    return await browser.post("/sign-in/code", data={"code": code})


async def signed_in_again(service: Service) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """A person of the staff in the browser that set up her second factor, and in one that has not shown it yet."""
    first = await service.staff_browser("administrator")
    service.clock.move(seconds=MINUTES_2)
    return first, await service.signs_in(ANN)


def present_code(service: Service) -> str:
    """What her app shows."""
    return code_at(service.keys[ANN], now=service.clock())


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """Its own vectors, a step early and a step late too, and no further."""
    now, step = datetime.fromtimestamp(seconds, UTC), seconds // 30

    found = [step_of(code, RFC_KEY, now=now + by * STEP) for by in (-2, -1, 0, 1, 2)]

    assert found == [None, step, step, step, None]


def test_a_picture_is_made_here() -> None:
    """As an image within the page, so that the key is asked of nobody."""
    address = setup_address(RFC_KEY, name="ann@staff.example")

    assert address.startswith("otpauth://totp/Night%20Safety:ann%40staff.example?secret=" + RFC_KEY)
    assert as_picture(address).startswith("data:image/svg+xml")


async def test_staff_have_no_role_before_the_second_factor(service: Service) -> None:
    """A stolen mailbox opens nothing: pages lead to the code, programs are told so."""
    _, browser = await signed_in_again(service)
    page, api = await browser.get("/scheme/people?x=1"), await browser.get("/api/hotspots")
    before = await is_signed_in(browser)
    answer = await shows(browser, present_code(service))

    assert (page.status_code, page.headers["location"]) == (303, "/sign-in/code?next=%2Fscheme%2Fpeople%3Fx%3D1")
    assert (api.status_code, api.json()["type"]) == (403, "/problems/second-factor-due")
    assert before
    assert answer.status_code == 303
    assert (await browser.get("/scheme/people")).status_code == 200


async def test_a_code_opens_one_session_once(service: Service) -> None:
    """Whoever looked over her shoulder comes too late, and earlier codes are over with it."""
    _, browser = await signed_in_again(service)
    other = await service.signs_in(ANN)
    earlier = code_at(service.keys[ANN], now=service.clock() - STEP)
    code = present_code(service)

    assert (await shows(browser, code)).status_code == 303
    assert [(await shows(other, used)).status_code for used in (code, earlier)] == [422, 422]
    service.clock.move(seconds=30)
    assert (await shows(other, present_code(service))).status_code == 303


async def test_two_who_send_one_code_at_once_are_one(service: Service) -> None:
    """The later one finds it used."""
    _, browser = await signed_in_again(service)
    other, code = await service.signs_in(ANN), present_code(service)
    answers = await asyncio.gather(shows(browser, code), shows(other, code))

    assert sorted(answer.status_code for answer in answers) == [303, 422]


async def test_a_planted_session_id_does_not_survive_staffs_sign_in(service: Service) -> None:
    """Neither the link nor the code leaves what was there before, be it made up or the attacker's own session's."""
    await service.staff_browser("administrator")
    await champion(service, "jo@lamb.example")
    for id in ("planted-by-an-attacker", cookie_of(await service.signs_in("jo@lamb.example"))):
        service.clock.move(seconds=MINUTES_2)
        browser = planted(service, id)
        await browser.post("/sign-in/confirm", data={"code": await service.link_to(ANN, browser)})
        between = cookie_of(browser)
        await shows(browser, present_code(service))

        assert len({id, between, cookie_of(browser)}) == 3
        assert (await browser.get("/scheme/people")).status_code == 200
        assert [await is_signed_in(planted(service, known)) for known in (id, between)] == [False, False]


async def test_setting_a_phone_up_gives_the_session_a_new_id(service: Service) -> None:
    """Who planted or knew the one before her first code knows nothing."""
    await create_person(Who(name="Ann", email=ANN), roles=["administrator"], by="a test", desk=service.tools.desk())
    browser = planted(service, "planted-by-an-attacker")
    await browser.post("/sign-in/confirm", data={"code": await service.link_to(ANN, browser)})
    between = cookie_of(browser)
    key = re.search(r'id="key">([A-Z2-7 ]+)<', (await browser.get("/sign-in/second-factor")).text)
    assert key, "no key was offered"
    code = code_at(key[1].replace(" ", ""), now=service.clock())
    await browser.post("/sign-in/second-factor", data={"code": code})

    assert len({"planted-by-an-attacker", between, cookie_of(browser)}) == 3
    assert (await browser.get("/scheme/people")).status_code == 200
    assert not await is_signed_in(planted(service, between))


@pytest.mark.parametrize(
    "wrong", ["", "000000", "12345", "1234567", "٣٤٥٦٧٨", "AAAA-BBBB-CCCC", "' or 1=1 --", "x" * 5000]
)
async def test_a_wrong_code_is_refused_at_its_field(service: Service, wrong: str) -> None:
    """In the page, which says what to do."""
    _, browser = await signed_in_again(service)
    answer = await shows(browser, wrong)

    assert answer.status_code == 422
    assert "Error: Show your second factor" in answer.text
    assert (await browser.get("/scheme/people")).status_code == 303


async def test_guessing_is_slowed_for_the_person(service: Service) -> None:
    """Wherever the guesses come from; the right code has to wait too."""
    _, browser = await signed_in_again(service)
    object.__setattr__(service.settings, "limits", True)
    for _ in range(5):
        assert (await shows(browser, "000000")).status_code == 422
    answer = await shows(await service.signs_in(ANN), present_code(service))

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) <= 900


async def test_a_recovery_code_works_once_without_the_phone(service: Service) -> None:
    """However it is copied; the page that gave it gave a file of the same."""
    first, browser = await signed_in_again(service)
    page = (await first.post("/account/recovery-codes")).text
    codes = re.findall(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){2})</code>", page)
    sloppy = codes[3].lower().replace("-", " ")
    used = await shows(browser, sloppy)
    again = await shows(await service.signs_in(ANN), codes[3])

    assert len(set(codes)) == 10
    assert all(code in page.split("data:text/plain", 1)[1] for code in codes)
    assert (used.status_code, again.status_code) == (303, 422)
    assert ">9<" in re.sub(r"\s", "", (await browser.get("/account")).text)


async def test_new_recovery_codes_end_those_before(service: Service) -> None:
    """And none of them is stored as it reads."""
    first, browser = await signed_in_again(service)
    older = re.findall(r"<code>([A-Z2-7-]{14})</code>", (await first.post("/account/recovery-codes")).text)
    newer = re.findall(r"<code>([A-Z2-7-]{14})</code>", (await first.post("/account/recovery-codes")).text)
    rows = repr(await fetch("select * from recovery_code"))

    assert not [code for code in newer if code in rows or code.replace("-", "") in rows]
    assert (await shows(browser, older[0])).status_code == 422
    assert (await shows(browser, newer[0])).status_code == 303


async def test_a_thief_of_letters_puts_no_phone_in_the_place_of_hers(service: Service) -> None:
    """Neither while she has one, nor while she is about to set up another."""
    first, thief = await signed_in_again(service)
    begun = await first.post("/account/second-factor")
    shown = await first.get("/sign-in/second-factor")
    looked = await thief.get("/sign-in/second-factor")
    key = re.search(r'id="key">([A-Z2-7 ]+)<', shown.text)
    assert key
    code = code_at(key[1].replace(" ", ""), now=service.clock())
    stolen = await thief.post("/sign-in/second-factor", data={"code": code})
    hers = await first.post("/sign-in/second-factor", data={"code": code})

    assert begun.headers["location"] == "/sign-in/second-factor"
    assert (looked.status_code, looked.headers["location"]) == (303, "/sign-in/code")
    assert (stolen.status_code, hers.status_code) == (409, 200)


async def test_another_phone_takes_over_only_when_it_shows_its_code(service: Service) -> None:
    """Until then the one in use opens, and afterwards no more."""
    first, browser = await signed_in_again(service)
    await first.post("/account/second-factor")
    wrong = await first.post("/sign-in/second-factor", data={"code": "000000"})
    still = await shows(browser, present_code(service))
    page = (await first.get("/sign-in/second-factor")).text
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert key
    new = key[1].replace(" ", "")
    await first.post("/sign-in/second-factor", data={"code": code_at(new, now=service.clock())})
    service.clock.move(seconds=MINUTES_2)
    later = await service.signs_in(ANN)

    assert (wrong.status_code, still.status_code) == (422, 303)
    assert (await shows(later, present_code(service))).status_code == 422
    assert (await shows(later, code_at(new, now=service.clock()))).status_code == 303


async def test_a_reset_ends_what_was_and_offers_anew(service: Service) -> None:
    """Sessions, phone and recovery codes; the next sign-in sets up a phone."""
    first, browser = await signed_in_again(service)
    desk = service.tools.desk()
    person = await person_by_address(ANN, seal=desk.seal)
    await reset_second_factor(person, by="a test", now=service.clock())
    signed_out = [await is_signed_in(one) for one in (first, browser)]
    again = service.browser()
    code = await service.link_to(ANN, again)
    answer = await again.post("/sign-in/confirm", data={"code": code})

    assert signed_out == [False, False]
    assert answer.headers["location"] == "/sign-in/second-factor"


async def test_the_key_is_stored_sealed(service: Service) -> None:
    """And another one is offered at each sign-in, until one is taken into use."""
    email = "new@staff.example"
    await create_person(Who(name="New", email=email), roles=["lead"], by="a test", desk=service.tools.desk())
    pages = [(await (await service.signs_in(email)).get("/sign-in/second-factor")).text for _ in range(2)]
    keys = [re.findall(r'id="key">([A-Z2-7 ]+)<', page)[0].replace(" ", "") for page in pages]
    rows = repr(await fetch("select * from second_factor"))

    assert keys[0] != keys[1]
    assert not [key for key in keys if key in rows]


async def test_champions_have_none(service: Service) -> None:
    """Their pages of the second factor are not there for them."""
    await champion(service, "jo@lamb.example")
    browser = await service.signs_in("jo@lamb.example")

    assert (await browser.get("/sign-in/code")).status_code == 403
    assert (await browser.get("/sign-in/second-factor")).status_code == 403


def test_recovery_codes_are_made_of_their_token_alone() -> None:
    """Sixty bits, in letters and digits that are hard to confuse."""
    codes = {recovery_code(str(number)) for number in range(1000)}

    assert len(codes) == 1000
    assert all(re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", code) for code in codes)
