"""Consent may be taken back at the desk, and a hidden organisation has its certificate too."""

import io

import pypdf
import pytest

from tests.api.desk.champions import champion_of
from tests.people import Service

HIDE = {"public_listing": "no", "network_contact": "no"}
SHOW = {"public_listing": "yes", "network_contact": "yes"}


async def test_hiding_takes_it_out_of_the_register_at_once_and_showing_brings_it_back(service: Service) -> None:
    """By id, in the list and as a badge; its pledges and its desk stay."""
    desk = await champion_of(service)
    id = desk.page.rpartition("/")[2]
    hidden = await desk.browser.post(f"{desk.page}/listing", data=HIDE)
    gone = [await service.http.get(path) for path in (f"/api/charter/signatories/{id}", f"/register/{id}")]
    listed = (await service.http.get("/api/charter/signatories")).json()["items"]
    own = await desk.browser.get(desk.page)

    assert hidden.headers["location"] == f"{desk.page}?saved=listing"
    assert [answer.status_code for answer in gone] == [404, 404] and listed == [] and own.status_code == 200

    await desk.browser.post(f"{desk.page}/listing", data=SHOW)
    assert (await service.http.get(f"/api/charter/signatories/{id}")).status_code == 200


async def test_the_same_again_changes_nothing(service: Service) -> None:
    """And leaves no event; a change leaves one that names nobody."""
    desk = await champion_of(service)
    first, again = [await desk.browser.post(f"{desk.page}/listing", data=HIDE) for _ in range(2)]
    history = (await desk.browser.get(f"{desk.page}/history")).text

    assert "saved=listing" in first.headers["location"] and "saved=unchanged" in again.headers["location"]
    assert history.count("changed who sees the organisation") == 1


@pytest.mark.parametrize("sent", [{}, {"public_listing": "perhaps", "network_contact": "no"}])
async def test_both_questions_are_answered(service: Service, sent: dict[str, str]) -> None:
    """Else the page says which is not."""
    desk = await champion_of(service)
    answer = await desk.browser.post(f"{desk.page}/listing", data=sent)

    assert answer.status_code == 422 and "Select whether the public may see it" in answer.text


async def test_a_hidden_organisation_has_its_certificate_at_the_desk_alone(service: Service) -> None:
    """Its code leads to the charter, as there is no page of its own; the public address says 404."""
    desk = await champion_of(service)
    await desk.browser.post(f"{desk.page}/listing", data=HIDE)
    made = await desk.browser.get(f"{desk.page}/certificate.pdf")
    public = await service.http.get(f"/api/charter/signatories/{desk.page.rpartition('/')[2]}/certificate.pdf")
    words = pypdf.PdfReader(io.BytesIO(made.content)).pages[0].extract_text()

    assert (made.status_code, public.status_code) == (200, 404)
    assert "The Lamb" in words and "/register/" not in words


async def test_another_champion_finds_neither(service: Service) -> None:
    """404, as for an organisation that is not there; and nothing is changed."""
    desk, other = await champion_of(service), await champion_of(service, "The Ram", "ram@example.org")
    answers = [
        await other.browser.get(f"{desk.page}/listing"),
        await other.browser.post(f"{desk.page}/listing", data=HIDE),
        await other.browser.get(f"{desk.page}/certificate.pdf"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await service.http.get("/api/charter/signatories")).json()["items"] != []
