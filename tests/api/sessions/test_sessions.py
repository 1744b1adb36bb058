"""Sessions: new at sign-in, bounded in time, ended one by one or all at once, and of no use to another site."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.sessions.cookie import session_cookie
from api.sessions.lasting import IDLE, LONGEST, STAFF_IDLE, is_over
from api.settings import settings_from
from api.worker import delete_sessions
from migrations.database import execute, fetch_value, transaction
from tests.api.sessions.builders import COOKIE, champion, cookie_of, is_signed_in, planted
from tests.people import TONIGHT, Service

JO = "jo@lamb.example"
ELSEWHERE = "https://evil.example"


@pytest.mark.parametrize(("door", "body"), [("/sign-in/confirm", "data"), ("/api/sign-in/confirm", "json")])
async def test_a_planted_session_id_does_not_survive_sign_in(service: Service, door: str, body: str) -> None:
    """Neither a made-up one nor one of a real session: what the cookie holds afterwards is new."""
    await champion(service, JO)
    attacker = await service.signs_in(JO)
    for id in ("planted-by-an-attacker", cookie_of(attacker)):
        browser = planted(service, id)
        link = await service.link_to(JO, browser)
        await browser.request("POST", door, **{body: {"code" if body == "data" else "token": link}})  # type: ignore[arg-type]  # by its name

        assert cookie_of(browser) != id
        assert await is_signed_in(browser)
        assert not await is_signed_in(planted(service, id))


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(service: Service) -> None:
    """HttpOnly, Lax, for the whole host and no longer than the session may last."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to(JO, browser)
    answer = await browser.post("/sign-in/confirm", data={"code": code})
    words = {word.strip().lower() for word in answer.headers["set-cookie"].split(";")}

    assert {"httponly", "samesite=lax", "path=/", f"max-age={12 * 3600}"} <= words
    assert not {word for word in words if word.startswith("domain")}


def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    """By its prefix, which browsers hold against Secure, Path and Domain."""
    settings = settings_from({"NIGHT_SAFETY_BASE_URL": "https://night-safety.example"})
    header = session_cookie("secret", settings).to_header(header="")

    assert header.startswith("__Host-night-safety=secret")
    assert "Secure" in header
    assert "Domain" not in header


async def test_over_https_the_prefixed_cookie_alone_is_believed(service: Service) -> None:
    """A cookie that plain HTTP could have planted opens nothing."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    chosen = {"NIGHT_SAFETY_BASE_URL": "https://night-safety.example", "NIGHT_SAFETY_LIMITS": "off"}
    settings = settings_from({**chosen, "NIGHT_SAFETY_SECRET_FILE": str(service.settings.secret_file)})
    app = create_app(settings, clock=service.clock, postman=service.outbox, photo_store=service.photo_store)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # Litestar types its ASGI more narrowly
    async with httpx.AsyncClient(transport=transport, base_url="https://night-safety.example") as http:
        answers = [
            await http.get("/account", headers={"Cookie": f"{name}={cookie_of(browser)}"})
            for name in ("night-safety", "__Host-night-safety")
        ]

    assert [answer.status_code for answer in answers] == [401, 200]


@pytest.mark.parametrize(("staff", "idle"), [(False, IDLE), (True, STAFF_IDLE)])
def test_a_session_is_over_at_its_limits(staff: bool, idle: timedelta) -> None:
    """Half-open, both for rest and for all of it."""

    def over(began: timedelta, seen: timedelta) -> bool:
        return is_over(created_at=TONIGHT - began, last_seen_at=TONIGHT - seen, staff=staff, now=TONIGHT)

    moment, none = timedelta(seconds=1), timedelta()
    assert [over(idle, idle - moment), over(idle, idle)] == [False, True]
    assert [over(LONGEST - moment, none), over(LONGEST, none)] == [False, True]


async def test_a_champion_who_rests_is_signed_out(service: Service) -> None:
    """After two hours without a request; each request begins them anew, up to twelve hours."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    for _ in range(6):
        service.clock.move(hours=1, minutes=58)
        assert await is_signed_in(browser)
    service.clock.move(minutes=20)
    after_twelve_hours = await is_signed_in(browser)
    browser = await service.signs_in(JO)
    service.clock.move(hours=2)

    assert not after_twelve_hours
    assert not await is_signed_in(browser)


async def test_staff_who_rest_are_signed_out_sooner(service: Service) -> None:
    """After half an hour."""
    browser = await service.staff_browser("administrator")
    service.clock.move(minutes=29)
    before = await is_signed_in(browser)
    service.clock.move(minutes=30)

    assert before
    assert not await is_signed_in(browser)


async def test_being_seen_is_written_once_a_minute(service: Service) -> None:
    """A page of ten requests is one write."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    seen = []
    for seconds in (59, 1, 30):
        service.clock.move(seconds=seconds)
        await browser.get("/account")
        seen.append(await fetch_value("select last_seen_at from session") - TONIGHT)

    assert [delta.total_seconds() for delta in seen] == [0, 60, 60]


async def test_signing_out_ends_every_copy_of_the_cookie(service: Service) -> None:
    """Not only the browser's own."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    copy = planted(service, cookie_of(browser))
    before = await is_signed_in(copy)
    answer = await browser.post("/sign-out")

    assert before
    assert answer.headers["location"] == "/"
    assert not await is_signed_in(copy)


async def test_signing_out_everywhere_ends_hers_alone(service: Service) -> None:
    """Every browser of hers, and links on their way; nobody else's."""
    await champion(service, JO)
    await champion(service, "ama@wolf.example", "The Wolf")
    hers = [await service.signs_in(JO) for _ in range(3)]
    another = await service.signs_in("ama@wolf.example")
    link = await service.link_to(JO, service.browser())
    shown = (await hers[0].get("/account")).text
    await hers[1].post("/account/sign-out-everywhere")

    assert (shown.count("This browser"), shown.count("Another browser")) == (1, 2)
    assert [await is_signed_in(browser) for browser in (*hers, another)] == [False, False, False, True]
    assert (await service.browser().post("/sign-in/confirm", data={"code": link})).status_code == 410


@pytest.mark.parametrize(
    "origin", [None, ELSEWHERE, "null", "http://127.0.0.1:9999", "https://127.0.0.1:8000.evil.example"]
)
async def test_only_our_own_pages_write_with_a_session(service: Service, origin: str | None) -> None:
    """A form on another site's page is refused, and so is one that does not say where it comes from."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    del browser.headers["origin"]
    headers = {} if origin is None else {"Origin": origin}
    answers = [await browser.post(path, headers=headers) for path in ("/sign-out", "/api/sign-out")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[1].json()["type"] == "/problems/foreign-form"
    assert await is_signed_in(browser)


async def test_another_site_signs_nobody_in(service: Service) -> None:
    """Or whoever is signed in as somebody else would write into that person's desk."""
    await champion(service, JO)
    browser = service.browser()
    code = await service.link_to(JO, browser)
    answer = await browser.post("/sign-in/confirm", data={"code": code}, headers={"Origin": ELSEWHERE})

    assert answer.status_code == 403
    assert cookie_of(browser) == ""


async def test_a_program_needs_no_origin(service: Service) -> None:
    """A token in the Authorization header is never sent by a browser on its own, whatever cookie comes beside it."""
    await champion(service, JO)
    browser = await service.signs_in(JO)
    headers: dict[str, Any] = {**await service.staff("lead"), "Origin": ELSEWHERE}
    answer = await browser.post("/api/programmes", json={}, headers=headers)

    assert answer.status_code == 400


async def test_a_champion_of_nobody_any_more_keeps_no_role(service: Service) -> None:
    """From her next request on; she is still signed in, and can sign out."""
    organisation = await champion(service, JO)
    browser = await service.signs_in(JO)
    before = (await browser.get("/account")).text
    async with transaction():
        await execute("update contact set ended_on = $1, sealed = null, email_mac = null", TONIGHT.date())
    after = await browser.get("/account")

    assert f'href="/desk/{organisation}"' in before
    assert after.status_code == 200
    assert "/desk/" not in after.text


async def test_a_stale_cookie_is_no_reason_to_refuse_a_public_page(service: Service) -> None:
    """Nor to ask a stranger where her signature comes from."""
    stale = {"Cookie": f"{COOKIE}=long-gone"}
    page = await service.http.get("/", headers=stale)
    asked = await service.http.post("/api/sign-in", json={"email": JO}, headers=stale)

    assert (page.status_code, asked.status_code) == (200, 202)


async def test_programs_cost_no_question_about_sessions(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither with a token nor with nothing at all."""

    async def never(_: str) -> None:
        raise AssertionError("a session was asked for")

    monkeypatch.setattr("api.guard.session_of", never)
    answers = [await service.http.get("/api/charter", headers=headers) for headers in ({}, await service.staff("lead"))]

    assert [answer.status_code for answer in answers] == [200, 200]


async def test_what_is_over_is_deleted(service: Service) -> None:
    """Sessions that ended by themselves and links that nobody followed; the others stay."""
    await champion(service, JO)
    await service.signs_in(JO)
    await service.link_to(JO, service.browser())
    service.clock.move(hours=2)
    await service.signs_in(JO)
    deleted = await delete_sessions(service.tools)

    assert deleted == 1
    assert await fetch_value("select count(*) from session") == 1
    assert await fetch_value("select count(*) from sign_in_link") == 0
