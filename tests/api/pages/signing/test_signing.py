"""The signing form over HTTP: it keeps what was typed, says what is wrong, signs once, and tells nobody who signed."""

import re
from html import unescape

import pytest

from api.drafts.store import KEPT_FOR
from api.pages.signing.answers import MAX_PREMISES_TYPED
from api.worker import delete_drafts, send_letters
from charter.pledges import SECTORS
from migrations.database import execute, fetch, fetch_value, transaction
from tests.api.pages.signing.filling import (
    AMA,
    CHAMPION,
    DETAILS,
    JO,
    ORGANISATION,
    PLEDGES,
    SIGNATORY,
    START,
    adds_premises,
    answers_all,
    passes,
    sent,
    shown,
    summary,
)
from tests.people import Service

OVER = f"{START}?over=yes"


async def test_signing_from_the_first_page_to_the_letter(service: Service) -> None:
    """The signature is what was typed, tidied where the contract says; the letters go out as from a program."""
    browser = service.browser()
    assert await answers_all(browser) == "check"
    assert await passes(browser, "check", {}) == "sent"
    page = await shown(browser, "sent")
    await send_letters(service.tools)
    row = (await fetch("select * from signatory"))[0]
    place = (await fetch("select * from premises"))[0]

    assert "WNSC-2026-00001" in page and row["reference"] == "WNSC-2026-00001"
    assert (row["name"], row["website"], row["state"]) == ("The Lamb & Flag", "https://www.lamb.example", "applied")
    assert (place["address"], place["postcode"]) == ("1 Example Street\nLondon", "SE1 1AA")
    assert place["opening_hours"] == '[{"days":["fri","sat"],"opens":"17:00","closes":"02:00"}]'
    assert [letter.to for letter in service.outbox.letters] == [AMA, JO]


async def test_the_pages_follow_each_other(service: Service) -> None:
    """In order, and the start leads on to where she was."""
    browser = service.browser()
    assert f'href="{START}/organisation"' in await shown(browser)
    assert await passes(browser, "organisation", ORGANISATION) == "premises"
    assert await passes(browser, "premises", {"more": "no"}) == "signatory"
    assert await passes(browser, "signatory", SIGNATORY) == "champion"
    assert f'href="{START}/champion"' in await shown(browser)
    assert await passes(browser, "champion", CHAMPION) == "pledges"
    assert await passes(browser, "pledges", PLEDGES) == "check"
    assert await passes(browser, "signatory", SIGNATORY) == "check"


async def test_going_back_finds_everything_as_it_was_typed(service: Service) -> None:
    """Also what was refused."""
    browser = service.browser()
    await answers_all(browser)
    await sent(browser, "organisation", {**ORGANISATION, "website": "not an address", "sector": ""})
    organisation = await shown(browser, "organisation")
    hours = await shown(browser, "premises/1/hours")

    assert 'value="The Lamb &amp; Flag"' in organisation and 'value="not an address"' in organisation
    assert re.search(r'value="fri"[^>]* checked', hours) and 'value="5pm"' in hours
    assert "1 Example Street\nLondon" in await shown(browser, "premises/1/details")
    assert f'value="{AMA}"' in await shown(browser, "signatory") and 'value="Jo Champion"' in await shown(
        browser, "champion"
    )


@pytest.mark.parametrize(
    ("page", "fields", "errors"),
    [
        (
            "organisation",
            {},
            {
                "name": "Enter the name of your organisation",
                "sector": "Select the sector that fits best",
                "operates_at_night": "Select yes if your organisation operates at some time between 6pm and 6am",
            },
        ),
        (
            "organisation",
            {**ORGANISATION, "name": "x" * 301, "website": "http://x y", "operates_at_night": "no"},
            {
                "name": "The name must be 300 characters or fewer",
                "website": "Enter the whole web address, such as https://example.org, or leave it empty",
                "operates_at_night": "The charter is for organisations that operate at some time between 6pm and 6am",
            },
        ),
        (
            "signatory",
            {"name": " ", "job_title": "x" * 201, "email": "ama"},
            {
                "name": "Enter your name",
                "job_title": "Your job title must be 200 characters or fewer",
                "email": "Enter an email address in the correct format, such as name@example.org",
                "has_authority": "Confirm that you may sign for your organisation, or ask somebody who may",
            },
        ),
        ("champion", {}, {"who": "Select who the champion is"}),
        (
            "champion",
            {"who": "other", "email": "jo@"},
            {
                "name": "Enter the champion’s name",
                "job_title": "Enter the champion’s job title",
                "email": "Enter the champion’s email address in the correct format, such as name@example.org",
            },
        ),
        (
            "pledges",
            {"version": "2018"},
            {
                "agreed": "Confirm that your organisation makes all seven pledges",
                "public_listing": "Select yes if your organisation may stand in the public register",
            },
        ),
        ("premises", {}, {"more": "Select yes if your organisation has premises"}),
        (
            "premises/1/details",
            {"name": "x" * 301, "postcode": "SE1"},
            {
                "name": "The name must be 300 characters or fewer",
                "address": "Enter the address",
                "postcode": "Enter a full UK postcode, such as SE1 1AA",
            },
        ),
    ],
)
async def test_every_error_stands_at_its_field_and_in_the_summary(
    service: Service, page: str, fields: dict[str, str], errors: dict[str, str]
) -> None:
    """In words that say what to do, with the title saying so; the status is 422."""
    browser = service.browser()
    await sent(browser, "organisation", ORGANISATION)
    answer = await sent(browser, page, fields)
    html = answer.text

    assert answer.status_code == 422 and "<title>Error: " in html
    assert sorted(summary(html)) == sorted((f"#{field}", words) for field, words in errors.items())
    for field, words in errors.items():
        assert f'id="{field}"' in html and f'id="{field}-error"' in html
        assert words in unescape(re.sub(r"<.*?>", "", html.split(f'id="{field}-error"')[1].split("</p>")[0]))


async def test_a_position_that_cannot_be_read_is_told(service: Service) -> None:
    """And what can be is answered with its borough, as far as boroughs are known."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    await passes(browser, "premises/1/details", DETAILS)
    blank = await sent(browser, "premises/1/position", {"position": ""})
    wrong = await sent(browser, "premises/1/position", {"position": "near the station"})
    led_to = await passes(browser, "premises/1/position", {"position": "TQ 32700 80200"})

    assert summary(blank.text) == [("#position", "Select a place, or enter where the premises are")]
    assert summary(wrong.text)[0][1].startswith("Enter a position in Great Britain, such as 51.50550, -0.08770")
    assert 'value="near the station"' in wrong.text and led_to == "premises/1/hours"


async def test_hours_are_told_by_their_lines(service: Service) -> None:
    """Adding a line keeps what was typed and scolds nobody; empty lines are no lines."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    await passes(browser, "premises/1/details", DETAILS)
    more = await sent(browser, "premises/1/hours", {"hours-0-opens": "late", "add": "yes"})
    wrong = await sent(browser, "premises/1/hours", {"hours-1-opens": "5pm", "hours-1-closes": "25:00"})

    assert more.status_code == 200 and 'value="late"' in more.text and 'id="hours-1-opens"' in more.text
    assert summary(wrong.text) == [
        ("#hours-1-days", "Select the days that these opening hours are for"),
        ("#hours-1-closes", "Enter when the premises close, such as 02:00 or 2am"),
    ]
    assert await passes(browser, "premises/1/hours", {"hours-0-opens": " "}) == "premises"


async def test_hours_by_day_only_are_told_before_she_goes_on(service: Service) -> None:
    """Of all premises together: one that is open at night is enough."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    await adds_premises(browser)
    by_day = {"hours-0-days": "mon", "hours-0-opens": "9am", "hours-0-closes": "5pm"}
    await passes(browser, "premises/1/hours", by_day)
    told = await sent(browser, "premises", {"more": "no"})
    await adds_premises(browser, 2)

    assert told.status_code == 422 and "touch the time between 6pm and 6am" in summary(told.text)[0][1]
    assert await passes(browser, "premises", {"more": "no"}) == "signatory"


async def test_premises_are_added_changed_and_removed(service: Service) -> None:
    """The list says how many there are."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    await adds_premises(browser)
    await adds_premises(browser, 2, name="The Ram")
    await passes(browser, "premises/1/details", {**DETAILS, "name": "The Lamb Inn"})
    two = await shown(browser, "premises")
    await passes(browser, "premises/2/remove", {})
    one = await shown(browser, "premises")

    assert "You have added 2 premises" in two and "The Lamb Inn" in two and "The Ram" in two
    assert "You have added 1 premises" in one and "The Ram" not in one
    assert "Friday, Saturday: 17:00 to 02:00 the next day" in one


async def test_unfinished_premises_are_finished_before_she_goes_on(service: Service) -> None:
    """The summary leads to the field on its page."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    await passes(browser, "premises/1/details", DETAILS)
    told = await sent(browser, "premises", {"more": "no"})

    assert summary(told.text) == [
        (f"{START}/premises/1/position#position", "Select a place, or enter where the premises are")
    ]


async def test_only_so_many_premises_are_typed(service: Service) -> None:
    """The others come from a file, later."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    for place in range(1, MAX_PREMISES_TYPED + 1):
        await passes(browser, f"premises/{place}/details", DETAILS)
    told = await sent(browser, "premises", {"more": "yes"})

    assert told.status_code == 422 and f"Only {MAX_PREMISES_TYPED} premises" in summary(told.text)[0][1]
    assert (await browser.get(f"{START}/premises/{MAX_PREMISES_TYPED + 2}/details")).status_code == 404


@pytest.mark.parametrize("sector", SECTORS)
async def test_places_that_may_hide_somebody_are_unlisted_unless_she_says_otherwise(
    service: Service, sector: str
) -> None:
    """Charity, health and taxis: the choice stands on no, with a warning; for all others it stands on yes."""
    browser = service.browser()
    await passes(browser, "organisation", {**ORGANISATION, "sector": sector})
    page = await shown(browser, "premises/1/details")
    hidden = sector in ("charity_or_community", "health_or_care", "taxi_or_private_hire")

    assert re.search(rf'value="{"no" if hidden else "yes"}" checked', page)
    assert ("must not find" in page) == hidden


async def test_she_may_be_the_champion_herself(service: Service) -> None:
    """One letter then, and the hidden fields of somebody else are not asked for."""
    browser = service.browser()
    assert await answers_all(browser, champion={"who": "me", "name": "", "email": ""}) == "check"
    await passes(browser, "check", {})
    await send_letters(service.tools)

    assert [letter.to for letter in service.outbox.letters] == [AMA]
    assert await fetch_value("select count(distinct email_mac) from contact") == 1


async def test_signing_twice_from_one_form_signs_once(service: Service) -> None:
    """Whether the button is pressed twice, or the answer got lost and the same answers are sent again."""
    browser = service.browser()
    await answers_all(browser)
    kept = (await fetch("select id_hash, kind, sealed from draft"))[0]
    assert await passes(browser, "check", {}) == "sent"
    assert await passes(browser, "check", {}) == "sent"
    async with transaction():
        await execute("update draft set sealed = $1 where id_hash = $2", kept["sealed"], kept["id_hash"])
    again = await passes(browser, "check", {})

    assert again == "sent" and "WNSC-2026-00001" in await shown(browser, "sent")
    assert await fetch_value("select count(*) from signatory") == 1


async def test_what_was_typed_is_forgotten_once_it_is_sent(service: Service) -> None:
    """The form begins anew, and the draft holds a reference and no name."""
    browser = service.browser()
    await answers_all(browser)
    before = len((await fetch("select sealed from draft"))[0]["sealed"])
    await passes(browser, "check", {})
    after = len((await fetch("select sealed from draft"))[0]["sealed"])

    assert after < 200 < before
    assert "The Lamb" not in await shown(browser, "organisation")
    assert (await browser.get(f"{START}/check")).headers["location"] == OVER


async def test_answers_are_forgotten_after_a_day(service: Service) -> None:
    """The next page says so, and the chore leaves no row."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    service.clock.move(seconds=KEPT_FOR.total_seconds())
    late = await browser.get(f"{START}/premises")

    assert late.headers["location"] == OVER
    assert "Your answers are no longer here" in (await browser.get(OVER)).text
    assert await delete_drafts(service.tools) == 1


@pytest.mark.parametrize("page", ["premises", "signatory", "champion", "pledges", "check", "sent", "premises/1/find"])
async def test_without_answers_every_page_leads_to_the_start(service: Service, page: str) -> None:
    """Such as in a browser that takes no cookie."""
    answer = await service.browser().get(f"{START}/{page}")

    assert (answer.status_code, answer.headers["location"]) == (303, OVER)


async def test_a_cookie_that_somebody_planted_keeps_nothing(service: Service) -> None:
    """Its id is replaced by one of ours, which the planter does not know."""
    browser, thief = service.browser(), service.browser()
    for one in (browser, thief):
        one.headers["Cookie"] = "signing=planted"
    answer = await sent(browser, "organisation", ORGANISATION)

    assert "signing=" in answer.headers["set-cookie"] and "planted" not in answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    assert "The Lamb" not in await shown(thief, "organisation")


async def test_a_form_from_elsewhere_is_refused(service: Service) -> None:
    """Whether it tells where it comes from, or has our cookie and tells nothing."""
    browser = service.browser()
    await passes(browser, "organisation", ORGANISATION)
    foreign = await browser.post(f"{START}/check", headers={"Origin": "https://evil.example"})
    del browser.headers["Origin"]
    silent = await browser.post(f"{START}/check")

    assert (foreign.status_code, silent.status_code) == (403, 403)
    assert await fetch_value("select count(*) from signatory") == 0


async def test_whoever_signed_before_sees_the_same_page(service: Service) -> None:
    """Only the reference is new."""
    pages = []
    for _ in range(2):
        browser = service.browser()
        await answers_all(browser)
        await passes(browser, "check", {})
        pages.append(re.sub(r"WNSC-2026-\d{5}", "", await shown(browser, "sent")))

    assert pages[0] == pages[1]


async def test_hours_typed_are_hours_signed(service: Service) -> None:
    """The check page says all that will be signed, with links that change it."""
    browser = service.browser()
    await answers_all(browser)
    page = unescape(await shown(browser, "check"))

    for words in (
        "The Lamb & Flag",
        "Pub or bar",
        "SE1 1AA",
        "Ama Mensah",
        JO,
        "All 7 of the charter’s wording of 2018",
    ):
        assert words in page
    for address in ("organisation", "premises/1/details", "premises/1/position", "premises/1/hours", "pledges"):
        assert f'href="{START}/{address}"' in page
