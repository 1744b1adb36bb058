"""The year over HTTP: reviewing and withdrawing by the interface and by the pages, and by nobody else."""

import re

import httpx
import pytest

from api.worker import keep_years, send_letters
from migrations.database import execute, fetch_value, transaction
from tests.charter.builders import AMA, JO, signature
from tests.people import Service, ok

LOOKED = {"details_confirmed": True, "pledges_looked_at": [1, 2, 3, 4, 5, 6, 7]}
TICKED = {"details_confirmed": "yes", "pledges_looked_at": ["1", "2", "3", "4", "5", "6", "7"]}
NOBODYS = "11111111-1111-4111-8111-111111111111"


async def sign(service: Service, name: str = "The Lamb", ama: str = AMA, jo: str = JO) -> str:
    """An organisation with its signatory and champion confirmed; gives its id."""
    body = signature(name)
    body["signatory"]["email"], body["champion"]["email"] = ama, jo
    receipt = await ok(await service.http.post("/api/charter/signatures", json=body), 202)
    await send_letters(service.tools)
    for letter in service.outbox.letters:
        for token in re.findall(r"/charter/confirm#([\w-]+)", letter.text):
            await service.http.post("/api/charter/confirmations", json={"token": token})
    return str(receipt["id"])


async def keep(service: Service) -> None:
    """The worker's chore, and the letters."""
    await keep_years(service.tools)
    await send_letters(service.tools)


async def shown(service: Service, id: str) -> dict[str, str]:
    """The signatory as the public sees it."""
    return dict(await ok(await service.http.get(f"/api/charter/signatories/{id}")))


async def test_a_year_is_reviewed_by_the_interface(service: Service) -> None:
    """Lapsed by the calendar, shown as such, back by a review, and due a year from then."""
    id = await sign(service)
    service.clock.move(days=365 + 31)
    await keep(service)
    assert (await shown(service, id))["state"] == "lapsed"

    jo = await service.signs_in(JO)
    reviewed = await ok(await jo.post("/api/charter/mine/review", json=LOOKED))
    assert (reviewed["state"], reviewed["reinstated"]) == ("active", True)
    assert (reviewed["last_confirmed_on"], reviewed["review_due_on"]) == ("2027-11-25", "2028-11-25")
    public = await shown(service, id)
    assert (public["state"], public["last_confirmed_on"]) == ("active", reviewed["last_confirmed_on"])


async def test_a_review_that_looked_at_nothing_is_refused(service: Service) -> None:
    """With what is left, by field."""
    await sign(service)
    jo = await service.signs_in(JO)
    answer = await jo.post("/api/charter/mine/review", json={**LOOKED, "pledges_looked_at": [1, 2]})

    assert answer.status_code == 422 and answer.json()["type"] == "/problems/review-not-acceptable"
    assert {error["field"] for error in answer.json()["errors"]} == {"pledges_looked_at"}
    assert (await jo.post("/api/charter/mine/review", json={})).status_code == 400


async def test_an_organisation_withdraws_by_the_interface(service: Service) -> None:
    """Her session opens nothing of it any more, and its address answers as if it were nobody's."""
    id = await sign(service)
    jo = await service.signs_in(JO)
    assert (await jo.post("/api/charter/mine/withdrawal", json={"confirmed": False})).status_code == 422

    answer = await ok(await jo.post("/api/charter/mine/withdrawal", json={"confirmed": True, "reason": "We close."}))
    assert answer == {"state": "withdrawn"} and (await shown(service, id))["state"] == "withdrawn"
    assert (await jo.get(f"/desk/{id}/review")).status_code in (403, 404)
    assert await fetch_value("select count(*) from contact where sealed is not null") == 0


@pytest.mark.parametrize("path", ["review", "review/done", "withdraw"])
async def test_pages_of_the_year_are_its_own_peoples(service: Service, path: str) -> None:
    """A stranger is asked to sign in; another organisation's champion finds nothing, as at an address of nobody's."""
    id = await sign(service)
    await sign(service, "The Ram", "ama@ram.example", "jo@ram.example")
    other = await service.signs_in("jo@ram.example")

    assert (await service.browser().get(f"/desk/{id}/{path}")).status_code in (303, 401)
    assert (await other.get(f"/desk/{id}/{path}")).status_code == 404
    assert (await other.get(f"/desk/{NOBODYS}/{path}")).status_code == 404
    if path != "review/done":
        assert (await other.post(f"/desk/{id}/{path}", data=TICKED)).status_code == 404


async def test_a_year_is_reviewed_on_the_page(service: Service) -> None:
    """Without a tick it says what is left, at the field and on top; with all of them it is done."""
    id = await sign(service)
    jo = await service.signs_in(JO)
    page = await jo.get(f"/desk/{id}/review")
    assert page.status_code == 200 and "The Lamb" in page.text and f"/desk/{id}/pledges/7" in page.text

    missed = await jo.post(f"/desk/{id}/review", data={"pledges_looked_at": ["1"]})
    assert missed.status_code == 422 and "<title>Error: Review the year" in missed.text
    assert 'href="#details_confirmed"' in missed.text and 'href="#pledges_looked_at"' in missed.text
    assert re.search(r'value="1"[^>]*checked', missed.text)
    endless = await jo.post(f"/desk/{id}/review", data={"pledges_looked_at": ["1" * 5_000]})
    assert endless.status_code == 422

    done = await jo.post(f"/desk/{id}/review", data=TICKED)
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/{id}/review/done")
    assert "Review done" in (await jo.get(done.headers["location"])).text


async def test_an_organisation_withdraws_on_the_page(service: Service) -> None:
    """After a tick; the page that follows names nobody."""
    id = await sign(service)
    ama = await service.signs_in(AMA)
    assert "cannot be undone" in (await ama.get(f"/desk/{id}/withdraw")).text
    missed = await ama.post(f"/desk/{id}/withdraw", data={"reason": "We <b>close</b>"})
    assert missed.status_code == 422 and "We &lt;b&gt;close&lt;/b&gt;" in missed.text

    done = await ama.post(f"/desk/{id}/withdraw", data={"confirmed": "yes", "reason": ""})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/withdrawn")
    page = await service.http.get("/desk/withdrawn")
    assert "has withdrawn" in page.text and "Lamb" not in page.text


async def test_a_deputy_reviews_and_does_not_withdraw(service: Service) -> None:
    """Her page says whose it is to leave, and has no form; the interface answers 403."""
    id = await sign(service)
    async with transaction():
        await execute("update contact set role = 'deputy' where role = 'champion'")
    jo = await service.signs_in(JO)
    page = (await jo.get(f"/desk/{id}/withdraw")).text
    answer = await jo.post("/api/charter/mine/withdrawal", json={"confirmed": True})

    assert "You are a deputy" in page and 'name="confirmed"' not in page
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-for-a-deputy")
    await ok(await jo.post("/api/charter/mine/review", json=LOOKED))


async def test_a_suspended_one_is_told_why_there_is_no_form(service: Service) -> None:
    """On the page, and by the interface."""
    id = await sign(service)
    jo = await service.signs_in(JO)
    async with transaction():
        await execute("update signatory set state = 'suspended', suspended_from = 'active'")
    page = (await jo.get(f"/desk/{id}/review")).text
    answer = await jo.post("/api/charter/mine/review", json=LOOKED)

    assert "has suspended this organisation" in page and "pledges_looked_at" not in page
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/review-not-open")


async def test_a_foreign_page_withdraws_nobody(service: Service) -> None:
    """A form of another site has another origin."""
    id = await sign(service)
    ama = await service.signs_in(AMA)
    foreign = httpx.Headers({"Origin": "https://evil.example"})

    answer = await ama.post(f"/desk/{id}/withdraw", data={"confirmed": "yes"}, headers=foreign)
    assert answer.status_code == 403 and (await shown(service, id))["state"] == "active"


async def test_markup_in_a_name_stays_words(service: Service) -> None:
    """On every page of the year."""
    id = await sign(service, "<script>alert(1)</script>")
    jo = await service.signs_in(JO)
    await ok(await jo.post("/api/charter/mine/review", json=LOOKED))

    for path in ("review", "review/done", "withdraw"):
        page = (await jo.get(f"/desk/{id}/{path}")).text
        assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
