"""Organisations whose champions sign in, and the cookie that carries a session."""

import re
from typing import Any

import httpx

from api.worker import send_letters
from tests.people import Service

COOKIE = "night-safety"
MINUTES_2 = 120  # more than a step of the second factor on both sides


def signature(email: str, name: str = "The Lamb") -> dict[str, Any]:
    """An organisation without premises, signed by its champion herself."""
    person = {"name": "Jo", "job_title": "Manager", "email": email}
    return {
        "charter_version": "2018",
        "organisation": {"name": name, "sector": "office_employer", "website": None, "operates_at_night": True},
        "premises": [],
        "signatory": {**person, "has_authority": True},
        "champion": person,
        "pledges": [1, 2, 3, 4, 5, 6, 7],
        "consent": {"public_listing": True, "network_contact": False},
    }


async def champion(service: Service, email: str, name: str = "The Lamb") -> str:
    """Sign for an organisation and confirm it; gives its id."""
    signed = await service.http.post("/api/charter/signatures", json=signature(email, name))
    await send_letters(service.tools)
    code = next(
        found[1]
        for letter in reversed(service.outbox.letters)
        if letter.to == email and (found := re.search(r"/charter/confirm#([\w-]+)", letter.text))
    )
    confirmed = await service.http.post("/api/charter/confirmations", json={"token": code})
    assert confirmed.status_code == 200, confirmed.text
    return str(signed.json()["id"])


def cookie_of(browser: httpx.AsyncClient) -> str:
    """What the browser holds."""
    return str(browser.cookies.get(COOKIE, ""))


async def is_signed_in(browser: httpx.AsyncClient) -> bool:
    """Whether the account page opens; whoever is signed out is led to sign in."""
    answer = await browser.get("/account")
    assert answer.status_code in (200, 303), answer.text
    return answer.status_code == 200


def planted(service: Service, id: str) -> httpx.AsyncClient:
    """A browser that holds this as its session's id, whoever put it there."""
    browser = service.browser()
    browser.cookies.set(COOKIE, id, domain="127.0.0.1", path="/")
    return browser
