"""Leading a programme on its pages: seen by those whose it is, invited to, walked, and closed."""

from datetime import date
from uuid import UUID, uuid4

import httpx

from migrations.database import fetch, fetch_value
from tests.api.programmes.leading import code_on, create, hidden, invitation
from tests.api.register.pages import table_rows, words
from tests.audits.builders import a_programme, a_stop, a_walk
from tests.people import Service

NOTHING = UUID(int=0)


async def redeem(service: Service, code: str) -> httpx.Response:
    """What a phone is answered that joins with a code."""
    return await service.http.post("/api/invitations/redeem", json={"code": code, "device_id": str(uuid4())})


async def test_a_sheet_lets_phones_join_until_it_is_withdrawn(service: Service) -> None:
    """Who has joined is counted, never named; the code is on the sheet alone, and no cache keeps it."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    sheet = await invitation(lead, id, label="Women’s centre", places="3")
    code = code_on(sheet.text)
    joined = [(await redeem(service, code)) for _ in range(2)]
    page = (await lead.get(f"/programmes/{id}")).text
    withdrawn = await lead.post(f"/programmes/{id}/invitations/1/withdraw")
    after = (await lead.get(withdrawn.headers["location"])).text

    assert sheet.headers["cache-control"] == "no-store"
    assert [answer.status_code for answer in joined] == [201, 201]
    assert "2 women have joined. 1 place is free." in words(page) and code not in page
    assert ["Women’s centre Made on 25 October 2026", "2 of 3", "31 December 2026"] in [
        row[:3] for row in table_rows(page)
    ]
    assert not any(answer.json()["auditor_id"] in page for answer in joined)
    assert (await redeem(service, code)).status_code == 410
    assert "Withdrawn" in words(after) and "2 women have joined." in words(after)


async def test_the_sheet_says_what_a_woman_needs_and_no_hour(service: Service) -> None:
    """Where to join, what to bring, where to find help; and that no crime is reported here."""
    lead = await service.staff_browser("lead")
    sheet = words((await invitation(lead, await create(lead))).text)

    for said in (
        "What to bring",
        "This is not for reporting a crime",
        "999",
        "61016",
        "For 12 women, until 31 December",
    ):
        assert said in sheet
    assert "Which streets to light first." in sheet and "http://127.0.0.1:8000/join" in sheet


async def test_a_form_sent_twice_is_one_invitation(service: Service) -> None:
    """And shows the same code again, as a page that is loaded again does."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    url = f"/programmes/{id}/invite"
    until = {"expires_on-day": "31", "expires_on-month": "12", "expires_on-year": "2026"}
    form = {**hidden((await lead.get(url)).text), "places": "12", **until}
    codes = {code_on((await lead.post(url, data=form)).text) for _ in "ab"}
    other = code_on((await invitation(lead, id)).text)

    assert len(codes) == 1 and other not in codes
    assert await fetch_value("select count(*) from invitation") == 2


async def test_an_invitation_that_cannot_be_is_explained(service: Service) -> None:
    """At its field: places that are none, a day that is over, too long a label."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    for changes, field in (
        ({"places": "0"}, "places"),
        ({"places": "many"}, "places"),
        ({"places": "1001"}, "places"),
        ({"expires_on-year": "2025"}, "expires_on"),
        ({"expires_on-day": ""}, "expires_on"),
        ({"label": "x" * 101}, "label"),
    ):
        page = await invitation(lead, id, **changes)

        assert page.status_code == 422 and f'<a href="#{field}"' in page.text, changes
    assert await fetch_value("select count(*) from invitation") == 0


async def test_day_and_dark_are_side_by_side(service: Service) -> None:
    """A pair is one row, whichever leg names the other; a leg alone says that the other was not handed in."""
    programme = await a_programme()
    dark = await a_walk(programme, state="accepted")
    light = await a_walk(programme, leg="light", paired_walk_id=dark.id)
    await a_stop(dark)
    await a_stop(light)
    await a_walk(programme, state="incomplete", night_of=date(2026, 10, 20), cut_short=True)
    browser = await service.staff_browser("administrator")
    page = (await browser.get(f"/programmes/{programme.id}")).text
    rows = [row for row in table_rows(page) if row[0].endswith("2026")]

    assert "Outings, the newest first: 1 with both legs" in words(page)
    assert [row[0] for row in rows] == ["24 October 2026", "20 October 2026"]
    assert rows[0][1].endswith("Received") and rows[0][2].endswith("Accepted")
    assert rows[1][1] == "Not handed in yet" and rows[1][2] == "0 stops, cut short Incomplete"
    assert page.count(f'href="/review/walks/{light.id}"') == 1 and page.count("/review/walks/") == 2


async def test_closing_says_what_it_means_and_is_done_once(service: Service) -> None:
    """Nobody joins any more; the page says since when, and offers neither inviting nor closing again."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    code = code_on((await invitation(lead, id)).text)
    sure = words((await lead.get(f"/programmes/{id}/close")).text)
    answers = [await lead.post(f"/programmes/{id}/close") for _ in "ab"]
    page = (await lead.get(answers[0].headers["location"])).text
    late = await invitation(lead, id)

    assert "It cannot be opened again" in sure and "0 women joined" in sure
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "The programme is closed." in words(page) and "Closed 25 October 2026" in words(page)
    assert "/invite" not in page and "/close" not in page
    assert late.status_code == 422 and (await redeem(service, code)).status_code == 410
    events = [row["action"] for row in await fetch("select action from audit_event where subject = 'programme'")]
    assert events == ["created", "invited", "closed"]


async def test_the_list_is_hers_by_state_with_counts(service: Service) -> None:
    """Empty at first; then what she leads, with walks that came and wait."""
    lead = await service.staff_browser("lead")
    empty = words((await lead.get("/programmes")).text)
    first, second = await create(lead, name="Brixton one"), await create(lead, name="Brixton two")
    await lead.post(f"/programmes/{first}/close")
    everything = table_rows((await lead.get("/programmes")).text)
    closed = words((await lead.get("/programmes?standing=closed")).text)

    assert "You lead no programme yet" in empty
    assert [row[0] for row in everything[1:]] == ["Brixton two Lambeth", "Brixton one Lambeth"]
    assert everything[1][1:] == ["0.37 km²", "1 October 2026 to 31 December 2026", "0 walks", "0 women", "Open"]
    assert "Brixton one" in closed and "Brixton two" not in closed
    assert "Brixton two" in (await lead.get("/programmes?standing=lost")).text and second


async def test_another_lead_finds_nothing(service: Service) -> None:
    """Neither in the list nor by any address; an analyst sees it, and may change nothing."""
    lead, peer = await service.staff_browser("lead"), await service.staff_browser("lead")
    analyst = await service.staff_browser("analyst")
    id = await create(lead)
    await invitation(lead, id)
    one = f"/programmes/{id}"
    pages = [one, f"{one}/invite", f"{one}/close", f"{one}/invitations/1/withdraw"]
    theirs = [(await peer.get(page)).status_code for page in pages]
    theirs += [(await peer.post(page)).status_code for page in pages[2:]]
    hers = [(await analyst.get(page)).status_code for page in pages]

    assert theirs == [404] * 6 and "You lead no programme yet" in (await peer.get("/programmes")).text
    assert hers == [200, 403, 403, 403] and (await analyst.post(f"{one}/close")).status_code == 403
    assert f"{one}/close" not in (await analyst.get(one)).text
    assert (await lead.get(f"/programmes/{NOTHING}")).status_code == 404
    for number in (0, 2, 2**70):
        assert (await lead.get(f"{one}/invitations/{number}/withdraw")).status_code == 404
        assert (await lead.post(f"{one}/invitations/{number}/withdraw")).status_code == 404
