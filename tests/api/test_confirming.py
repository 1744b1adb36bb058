"""The page that a letter's link opens, as a person uses it without JavaScript."""

import re

from api.worker import send_letters
from tests.people import Service

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
PERSON = {"name": "Ama Mensah", "job_title": "Manager", "email": "ama@example.org"}
SIGNATURE = {
    "charter_version": "2018",
    "organisation": {"name": "The Lantern", "sector": "pub_or_bar", "website": None, "operates_at_night": True},
    "premises": [],
    "signatory": {**PERSON, "has_authority": True},
    "champion": PERSON,
    "pledges": [1, 2, 3, 4, 5, 6, 7],
    "consent": {"public_listing": True, "network_contact": False},
}


async def code_of_a_signature(service: Service) -> str:
    """The code in the letter that follows a signature."""
    await service.http.post("/api/charter/signatures", json=SIGNATURE)
    await send_letters(service.tools)
    found = re.search(r"/charter/confirm#([\w-]+)", service.outbox.letters[0].text)
    assert found
    return found[1]


async def test_looking_consumes_nothing_and_the_button_confirms(service: Service) -> None:
    """A mail scanner may open the page as often as it likes."""
    code = await code_of_a_signature(service)
    looked = [await service.http.get("/charter/confirm") for _ in range(3)]
    done = await service.http.post("/charter/confirm", data={"code": f" http://x/charter/confirm#{code} "})
    again = await service.http.post("/charter/confirm", data={"code": code})

    assert {page.status_code for page in looked} == {200}
    assert done.status_code == 200 and "that is confirmed" in done.text
    assert again.status_code == 410 and "There is a problem" in again.text
    assert [s["name"] for s in (await service.http.get("/api/charter/signatories")).json()["items"]] == ["The Lantern"]


async def test_an_empty_form_says_what_to_enter(service: Service) -> None:
    """At the field and in the summary, with the title saying so."""
    page = await service.http.post("/charter/confirm", content="", headers=FORM)

    assert page.status_code == 422
    assert page.text.count("Enter the code from your letter") == 2
    assert "<title>Error: " in page.text and 'aria-describedby="code-hint code-error"' in page.text
