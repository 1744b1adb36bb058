"""The signing form as a person fills it in, page by page, in a browser without JavaScript."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import httpx

START = "/charter/sign"
AMA, JO = "ama@lamb.example", "jo@lamb.example"
Fields = Mapping[str, Any]

ORGANISATION = {
    "name": "The Lamb & Flag",
    "sector": "pub_or_bar",
    "website": "www.lamb.example",
    "operates_at_night": "yes",
}
DETAILS = {"name": "The Lamb", "address": "1 Example Street\r\nLondon", "postcode": "se11aa", "listed": "yes"}
POSITION = {"position": "51.5055, -0.0877"}
HOURS = {"hours-0-days": ["fri", "sat"], "hours-0-opens": "5pm", "hours-0-closes": "2am"}
SIGNATORY = {"name": "Ama Mensah", "job_title": "Manager", "email": AMA, "has_authority": "yes"}
CHAMPION = {"who": "other", "name": "Jo Champion", "job_title": "Duty manager", "email": JO}
PLEDGES = {"version": "2018", "agreed": "yes", "public_listing": "yes"}


async def sent(browser: httpx.AsyncClient, page: str, fields: Fields) -> httpx.Response:
    """Post one page."""
    return await browser.post(f"{START}/{page}", data=dict(fields))


async def passes(browser: httpx.AsyncClient, page: str, fields: Fields) -> str:
    """Post one page that is taken; where it leads."""
    answer = await sent(browser, page, fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix(f"{START}/")


async def adds_premises(browser: httpx.AsyncClient, place: int = 1, **changes: Any) -> str:
    """Add a place, all of its pages; where the last leads."""
    await passes(browser, "premises", {"more": "yes"})
    await passes(browser, f"premises/{place}/details", {**DETAILS, **changes})
    await passes(browser, f"premises/{place}/position", POSITION)
    return await passes(browser, f"premises/{place}/hours", HOURS)


async def answers_all(browser: httpx.AsyncClient, **changes: Fields) -> str:
    """Fill in every page of a pub with one place; where the last leads. `changes` are of the pages by name."""
    await passes(browser, "organisation", {**ORGANISATION, **changes.get("organisation", {})})
    await adds_premises(browser, **changes.get("details", {}))
    await passes(browser, "premises", {"more": "no"})
    await passes(browser, "signatory", {**SIGNATORY, **changes.get("signatory", {})})
    await passes(browser, "champion", {**CHAMPION, **changes.get("champion", {})})
    return await passes(browser, "pledges", {**PLEDGES, **changes.get("pledges", {})})


async def shown(browser: httpx.AsyncClient, page: str = "") -> str:
    """A page of the form as it is read."""
    answer = await browser.get(f"{START}/{page}".rstrip("/"))
    assert answer.status_code == 200, (page, answer.status_code, answer.headers.get("location"))
    return answer.text


def summary(html: str) -> list[tuple[str, str]]:
    """The links of the error summary, and what they say."""
    found = re.search(r'<ul class="govuk-list govuk-error-summary__list">(.*?)</ul>', html, re.DOTALL)
    links = re.findall(r'<a href="([^"]*)">(.*?)</a>', found[1], re.DOTALL) if found else []
    return [(unescape(href), unescape(words).strip()) for href, words in links]
