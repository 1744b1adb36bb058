"""Hotspots and editions as pages: what they say, to whom they are not there, and what becomes of an order."""

import re
from html import unescape
from uuid import uuid4

import httpx
import pytest

from api.worker import make_editions
from audits.reports.editions import NewEdition, begin
from audits.reports.gathered import Order
from tests.api.actions.test_pages import HIDDEN
from tests.api.register.pages import words
from tests.api.test_editions import Walked, commissioned
from tests.audits.builders import ANALYST, NOW
from tests.audits.reports.walked import STOPS, Nights, walk_nights
from tests.people import Service

NEW = "/evidence/new"


@pytest.fixture
async def walked(service: Service) -> Walked:
    """A programme with an uneasy place, its lead and an analyst."""
    lead = await service.staff("lead")
    programme = await commissioned(service, lead, "Brixton <after> dark")
    await walk_nights(programme, Nights(state="accepted"))
    return Walked(service, programme, lead, await service.staff("analyst"))


async def ordered(browser: httpx.AsyncClient, walked: Walked, **typed: object) -> str:
    """The address of an edition that was previewed and ordered."""
    asked = {"title": "Brixton 2026", "audience": "gla", "programme_ids": str(walked.programme.id), **typed}
    preview = await browser.post(NEW, data={"id": str(uuid4()), **asked})
    assert preview.status_code == 200, preview.text
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(preview.text)}
    made = await browser.post(NEW, data={**hidden, "step": "make"})
    again = await browser.post(NEW, data={**hidden, "step": "make"})
    assert (made.status_code, again.headers["location"]) == (303, made.headers["location"])
    return str(made.headers["location"])


async def test_the_table_says_what_the_map_shows(walked: Walked) -> None:
    """Every class has its words, the interval stands beside the estimate, and the uneasy place leads to its page."""
    browser = await walked.service.staff_browser("analyst")
    page = (await browser.get(f"/evidence/hotspots?programme={walked.programme.id}")).text
    place = re.search(r'href="(/evidence/places/[^"]+)"', page)
    assert place, page
    told = words((await browser.get(unescape(place[1]))).text)

    assert "Hotspot" in words(page) and " to −" in words(page) and "Not walked is not the same" in words(page)
    assert "not walked: nothing is known" in page and '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "Questions for the review" in told and "Brixton <after> dark" in told


async def test_a_long_table_goes_on_from_page_to_page(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell is on one page of it; beyond the last is the last, and what is no number is the first."""
    monkeypatch.setattr("api.pages.evidence.hotspots.ROWS", 4)
    browser = await walked.service.staff_browser("analyst")
    address, pages = f"/evidence/hotspots?programme={walked.programme.id}", []
    while address:
        pages.append((await browser.get(address)).text)
        onward = re.search(r'href="([^"]+)" rel="next"', pages[-1])
        address = unescape(onward[1]).partition("#")[0] if onward else ""
    first = (await browser.get(f"/evidence/hotspots?programme={walked.programme.id}&page=%C2%B2")).text
    beyond = (await browser.get(f"/evidence/hotspots?programme={walked.programme.id}&page=99")).text
    cells = [cell for page in pages for cell in re.findall(r'<span class="govuk-hint">(h50:[^<]+)<', page)]

    assert len(pages) == 3 and len(cells) == len(set(cells)) == STOPS
    assert "Visited cells, 5 to 8 of 9, what" in words(pages[1])
    assert words(first) == words(pages[0]) and words(beyond) == words(pages[2])
    assert 'rel="prev"' not in pages[0] and "factor=feeling" in pages[0]


async def test_both_legs_and_every_factor_have_a_page(walked: Walked) -> None:
    """What nobody was asked is a page that says so; what is no choice is taken as the first."""
    browser = await walked.service.staff_browser("analyst")
    pages = [
        words((await browser.get(f"/evidence/hotspots?programme={walked.programme.id}&factor={factor}&leg={leg}")).text)
        for factor, leg in (("lighting", "light"), ("night_transport", "dark"), ("no such", "no such"))
    ]

    assert "Lighting in the light" in pages[0]
    assert "No score of transport at night" in pages[1]
    assert "Would I come here at night after dark" in pages[2]


async def test_nothing_of_another_leads_programme_is_there(walked: Walked) -> None:
    """Not its hotspots, not a place, not its area, not its editions; and nothing at all for who is no staff."""
    analyst, other = await walked.service.staff_browser("analyst"), await walked.service.staff_browser("lead")
    edition = await ordered(analyst, walked)
    paths = [
        f"/evidence/hotspots?programme={walked.programme.id}",
        f"/evidence/places/{walked.programme.id}?cell=h50:1:1",
        f"/evidence/programmes/{walked.programme.id}/area",
        edition,
        f"{edition}/withdraw",
        f"{edition}/beside/{uuid4()}",
    ]

    assert [(await other.get(path)).status_code for path in paths] == [404] * len(paths)
    assert "Brixton" not in (await other.get("/evidence")).text + (await other.get(NEW)).text
    assert (await walked.service.browser().get("/evidence")).status_code in (302, 303, 401)


async def test_every_edition_is_on_one_page_of_the_list(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, the newest first, however few of the editions that were read are hers to see."""
    monkeypatch.setattr("api.pages.evidence.edition.SHOWN", 2)
    monkeypatch.setattr("audits.reports.queries.READ_AT_ONCE", 2)
    browser, other = await walked.service.staff_browser("analyst"), await walked.service.staff_browser("lead")
    another = await commissioned(walked.service, await walked.service.staff("lead"), "Elsewhere")
    for number in range(1, 6):
        order = Order(title=f"Edition {number}", audience="gla")
        programmes = (walked.programme.id, another.id)[: 1 + number % 2]
        await begin(NewEdition(id=uuid4(), order=order, programme_ids=programmes), by=ANALYST, now=NOW)
    address, seen = "/evidence", []
    while address:
        page = (await browser.get(address)).text
        seen.append(re.findall(r"Edition \d", page))
        onward = re.search(r'href="(/evidence\?cursor=[^"]+)"', page)
        address = unescape(onward[1]) if onward else ""

    assert seen == [["Edition 5", "Edition 4"], ["Edition 3", "Edition 2"], ["Edition 1"]]
    assert re.findall(r"Edition \d", (await other.get("/evidence")).text) == []
    assert (await browser.get("/evidence?cursor=nonsense")).status_code == 400


async def test_an_order_says_what_would_be_held_back(walked: Walked) -> None:
    """A period leaves out what women said alone; a public order of an open programme is refused at its field."""
    browser = await walked.service.staff_browser("analyst")
    asked = {"title": "Brixton", "audience": "gla", "programme_ids": str(walked.programme.id), "id": str(uuid4())}
    first = {"from-day": "4", "from-month": "10", "from-year": "2026"}
    whole, part = await browser.post(NEW, data=asked), await browser.post(NEW, data={**asked, **first})
    public = await browser.post(NEW, data={**asked, "audience": "public"})
    nothing = await browser.post(NEW, data={"id": str(uuid4())})

    assert "All that women said alone" not in words(whole.text)
    assert "All that women said alone" in words(part.text)
    assert public.status_code == 422 and 'href="#programme_ids"' in public.text
    assert [nothing.text.count(f'href="#{name}"') for name in ("title", "audience", "programme_ids")] == [1, 1, 1]


async def test_an_edition_is_made_by_the_worker_and_handed_out(walked: Walked) -> None:
    """Waiting, then ready with its files, which the page names with their size."""
    browser = await walked.service.staff_browser("analyst")
    edition = await ordered(browser, walked)
    waiting = words((await browser.get(edition)).text)
    done = await make_editions(walked.service.tools)
    ready = (await browser.get(edition)).text

    assert "Waiting for its turn" in waiting and done == 1
    assert "Ready" in words(ready) and "report.pdf" in ready
    files = re.findall(r'href="(/api/editions/[^"]+)"', ready)
    assert [(await browser.get(file)).status_code for file in files] == [200] * 7


async def test_a_fault_leaves_no_half_edition(walked: Walked, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is failed with a sentence, it has no file, and the next one is made."""
    browser = await walked.service.staff_browser("analyst")
    edition = await ordered(browser, walked)

    async def full(content: bytes) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(walked.service.photo_store, "put", full)
        with pytest.raises(OSError, match="full"):
            await make_editions(walked.service.tools)
    failed = words((await browser.get(edition)).text)
    another = await ordered(browser, walked, title="Again")
    await make_editions(walked.service.tools)

    assert "It was not made." in failed and "report.pdf" not in failed
    assert "Ready" in words((await browser.get(another)).text)


async def test_a_withdrawn_edition_says_why_and_hands_out_nothing(walked: Walked) -> None:
    """A reason is asked for; then its page gives it, and its files are gone for everybody."""
    browser = await walked.service.staff_browser("analyst")
    edition = await ordered(browser, walked)
    await make_editions(walked.service.tools)
    silent = await browser.post(f"{edition}/withdraw", data={"reason": " "})
    done = await browser.post(f"{edition}/withdraw", data={"reason": "A stop was <misplaced>."})
    address = f"/api/editions/{edition.rsplit('/', 1)[1]}"
    file, told = await browser.get(f"{address}/report.pdf"), (await browser.get(address)).json()

    assert told["state"] == "withdrawn" and told["withdrawal"] == "A stop was <misplaced>." and told["withdrawn_at"]
    assert (silent.status_code, done.status_code, file.status_code) == (422, 303, 410)
    assert "A stop was <misplaced>." in words((await browser.get(edition)).text)


async def test_a_public_edition_is_withdrawn_by_its_own_staff_alone(walked: Walked) -> None:
    """Another lead reads it like everybody; she is offered no withdrawal, and what she sends changes nothing."""
    made = await walked.public_edition()
    other, analyst = await walked.service.staff_browser("lead"), await walked.service.staff_browser("analyst")
    edition = f"/evidence/editions/{made['id']}"
    read = await other.get(edition)
    tried = [await other.get(f"{edition}/withdraw"), await other.post(f"{edition}/withdraw", data={"reason": "Mine"})]
    file = await walked.service.http.get(f"/api/editions/{made['id']}/report.pdf")

    assert read.status_code == 200 and "Withdraw this edition" not in read.text
    assert [answer.status_code for answer in tried] == [404, 404] and file.status_code == 200
    assert "Withdraw this edition" in (await analyst.get(edition)).text


async def test_two_editions_are_set_beside_each_other(walked: Walked) -> None:
    """By what both published; only of the same programmes for the same readers."""
    browser = await walked.service.staff_browser("analyst")
    earlier, later = await ordered(browser, walked), await ordered(browser, walked, title="Later")
    await make_editions(walked.service.tools)
    page = await browser.get(f"{later}/beside/{earlier.rsplit('/', 1)[1]}")
    turned = await browser.get(f"{earlier}/beside/{later.rsplit('/', 1)[1]}")

    assert "Flagged in both" in words(page.text) and turned.status_code == 409
    assert re.search(r"grid reference TQ \d{4} \d{4} \(h50:\d+:\d+\)", words(page.text))
