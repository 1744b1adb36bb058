"""Every text that an organisation, its people or the scheme desk may write, holding every naughty string, is text."""

import csv
import io
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from api.sessions import people
from api.worker import send_letters
from charter import signing
from charter.keeping import evidence, files
from charter.scheme import commands, notes, publishing
from charter.year import leaving
from geo.spreadsheets import FORMULA_STARTS
from migrations.database import execute, fetch_value, transaction
from tests.api.desk.champions import PICTURE, AtDesk, tokens_of
from tests.charter.builders import organisation, person, place, signature
from tests.charter.keeping.samples import EVIDENCE
from tests.inert import naughty, read, squeezed
from tests.journeys.every_page.addresses import NAMED, WORDS, page_routes
from tests.people import Service, ok

ROOM = 100_000  # for the whole list in any field
LIMITS = {
    signing: ("MAX_NAME", "MAX_ADDRESS", "MAX_JOB_TITLE", "MAX_OWN_REFERENCE"),
    evidence: ("MAX_STATEMENT", "MAX_TEXT"),
    files: ("MAX_CAPTION",),
    commands: ("MAX_NAME",),
    notes: ("MAX_SUBJECT", "MAX_TEXT"),
    leaving: ("MAX_REASON",),
    publishing: ("MAX_PLEDGE", "MAX_CHANGES"),
    people: ("MAX_NAME_LENGTH",),
}
PLAIN = "Quitenormal"
OF_ERRORS = {"a", "div", "li", "p", "span", "ul", "h2", "br"}  # one more of each for a text that is refused
WRITTEN = {2: "other_channel", 3: "shown_elsewhere", 4: "other_route", 5: "course", 6: "owner_role"}
LISTS = (
    "/register",
    "/desk",
    "/scheme",
    "/scheme/held",
    "/scheme/duplicates",
    "/scheme/signatories",
    "/scheme/register",
)


@pytest.fixture
async def no_limits(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts may be as long as the whole list: what is shown of them does not depend on their length."""
    for module, names in LIMITS.items():
        for name in names:
            monkeypatch.setattr(module, name, ROOM)
    async with transaction():
        await execute("pragma ignore_check_constraints = on")  # of the one connection that writes


async def stands(service: Service, text: str, at: str) -> AtDesk:
    """An organisation in which every text is `text`, those of its people, its pledges and its premises too."""
    places = [{**place(text), "address": text, "own_reference": text, "listed": listed} for listed in (True, False)]
    people = {
        "signatory": person(f"ama@{at}.example", name=text, job_title=text, has_authority=True),
        "champion": person(f"jo@{at}.example", name=text, job_title=text),
    }
    body = signature(premises=places, organisation=organisation(text), **people)
    filed = await ok(await service.http.post("/api/charter/signatures", json=body), 202)
    for token in await tokens_of(service):
        await ok(await service.http.post("/api/charter/confirmations", json={"token": token}))
    desk = AtDesk(await service.signs_in(f"jo@{at}.example"), filed["id"])
    for number, sample in EVIDENCE.items():
        said = {WRITTEN[number]: text} if number in WRITTEN else {}
        more = {"languages": [text]} if number == 4 else {"provider": text} if number == 5 else {}
        kept = {"state": "in_progress", "statement": text, "evidence": {**sample, **said, **more}}
        await ok(await desk.keep(number, kept))
    await ok(await desk.picture(2, PICTURE, caption=text), 201)
    return desk


async def asks_people(desk: AtDesk, text: str) -> None:
    """A deputy and another champion, who have not answered yet."""
    at = "plain" if text == PLAIN else "naughty"
    for role in ("deputy", "hand-over"):
        asked = {"name": text, "job_title": text, "email": f"{role}@{at}.example"}
        answer = await desk.browser.post(f"{desk.page}/people/{role}", data=asked)
        assert answer.status_code == 303, answer.text


async def is_looked_after(desk: AtDesk, scheme: httpx.AsyncClient, text: str) -> None:
    """The scheme's desk writes about the organisation, and to it."""
    file = f"/scheme/signatories/{desk.id}"
    for act, said in (
        ("note", {"note": text}),
        ("letter", {"subject": text, "text": text}),
        ("suspend", {"reason": text}),
        ("reinstate", {"reason": text}),
        ("correct", {"name": text, "sector": "hotel", "website": "", "public_listing": "yes", "reason": text}),
    ):
        answer = await scheme.post(f"{file}/{act}", data=said)
        assert answer.status_code == 303, (act, answer.text)


def paths_of(desk: AtDesk, premises: str) -> Iterator[tuple[str, str]]:
    """Every page about an organisation: its route, and its address for this one."""
    values = {"signatory_id": (desk.id,), "premises_id": (premises,)}
    for route in page_routes():
        words = next((words for start, words in WORDS.items() if route.startswith(start)), {})
        if "{signatory_id}" in route:
            names = NAMED.findall(route)
            for chosen in product(*({**words, **values}[name] for name in names)):
                yield route, route.removeprefix("GET ").format_map(dict(zip(names, chosen, strict=True)))


async def pages_of(desk: AtDesk, scheme: httpx.AsyncClient) -> list[tuple[str, str]]:
    """The pages about an organisation as its champion and the scheme's desk see them."""
    statement = (
        "select p.id from premises p join signatory s on s.number = p.signatory where s.id = $1 and not p.listed"
    )
    premises = str(await fetch_value(statement, desk.id))
    pages = []
    for route, path in paths_of(desk, premises):
        answer = await (scheme if "/scheme" in path else desk.browser).get(path)
        assert answer.status_code in (200, 303), (route, answer.text)
        pages.append((path.replace(desk.id, "").replace(premises, ""), answer.text))
    purpose = await scheme.post(f"/scheme/signatories/{desk.id}/contacts", data={"purpose": "To look"})
    return [*pages, ("contacts", purpose.text)]


# What is shown does not depend on the database, and PostgreSQL would index no name of this length.
@pytest.mark.only_on("sqlite")
async def test_every_text_is_text_wherever_it_is_shown(service: Service, shared_data: Path, no_limits: None) -> None:
    """The tags and attributes of each page and letter are those for plain words; no cell is a formula or a link."""
    text = f"=cmd|' /C calc'!A0 {' '.join(naughty(shared_data))}"
    scheme = await service.staff_browser("administrator")
    desks = [await stands(service, PLAIN, "plain"), await stands(service, text, "naughty")]
    for desk, said in zip(desks, (PLAIN, text), strict=True):
        await asks_people(desk, said)
        await is_looked_after(desk, scheme, said)
    await send_letters(service.tools)
    plain, tried = [await pages_of(desk, scheme) for desk in desks]
    for (path, sober), (_, page) in zip(plain, tried, strict=True):
        told = read(page)
        assert (told.wrong, told.shape) == ([], read(sober).shape), path
        assert told.shows(text) == read(sober).shows(PLAIN), path
    assert len(tried) > 30
    for path in LISTS:
        for browser in (scheme, desks[1].browser):
            assert read((await browser.get(path, params={"q": text[:50]})).text).wrong == [], path
    refused = [await errors_of(desk, scheme, said) for desk, said in zip(desks, (PLAIN, text), strict=True)]
    for (path, sober), (_, page) in zip(*refused, strict=True):
        told = read(page)
        more = {tag for tag in told.tags if told.tags[tag] != read(sober).tags[tag]}
        assert told.wrong == [] and more <= OF_ERRORS and told.shows(text), (path, more)
    letters_are_inert(service)
    await files_are_inert(desks[1], scheme, text)


async def errors_of(desk: AtDesk, scheme: httpx.AsyncClient, text: str) -> list[tuple[str, str]]:
    """What was typed, given back with something else to put right."""
    file, fields = f"/scheme/signatories/{desk.id}", dict.fromkeys(("name", "job_title", "email", "address"), text)
    where = dict.fromkeys(("postcode", "position", "opening_hours", "own_reference", "near"), text)
    found = []
    for browser, path, typed in (
        (desk.browser, f"{desk.page}/premises/add", {**fields, **where}),
        (desk.browser, f"{desk.page}/people/deputy", fields),
        (desk.browser, f"{desk.page}/withdraw", {"reason": text}),
        (desk.browser, f"{desk.page}/pledges/5", {"statement": text, "course": text, "staff_trained": text}),
        (scheme, f"{file}/correct", {"name": text, "website": text, "reason": ""}),
        (scheme, f"{file}/letter", {"subject": "", "text": text}),
        (scheme, "/scheme/people/new", {"name": text, "email": text}),
        (scheme, "/scheme/wordings/new", {"version": text, "changes": text, "text-1": text}),
        (scheme, "/sign-in", {"email": text}),
    ):
        more: dict[str, Any] = {"files": {"picture": ("", b"", "text/plain")}} if "/pledges/" in path else {}
        answer = await browser.post(path, data=typed, **more)
        assert answer.status_code == 422, (path, answer.status_code)
        found.append((path.replace(desk.id, ""), answer.text))
    return found


def letters_are_inert(service: Service) -> None:
    """Each that went to the one has the tags, the links and the subject of the one that went to the other."""
    by_whom: dict[str, list[Any]] = {"plain": [], "naughty": []}
    for letter in service.outbox.letters:
        _, _, domain = letter.to.partition("@")
        if domain.removesuffix(".example") in by_whom:
            by_whom[domain.removesuffix(".example")].append(letter)

    for sober, told in zip(by_whom["plain"], by_whom["naughty"], strict=True):
        assert read(told.html).shape == read(sober.html).shape and read(told.html).wrong == []
        assert "\n" not in told.subject and told.text.count("://") == sober.text.count("://")
    assert len(by_whom["naughty"]) >= 8


async def files_are_inert(desk: AtDesk, scheme: httpx.AsyncClient, text: str) -> None:
    """Of the whole register, of the public's, and of the organisation's own premises."""
    book = load_workbook(io.BytesIO((await scheme.get("/scheme/register.xlsx")).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    sources = [
        await scheme.get("/scheme/register.csv"),
        await scheme.get("/api/charter/signatories.csv"),
        await desk.browser.get(f"{desk.page}/premises/spreadsheet/premises.csv"),
    ]
    for source in sources:
        rows = list(csv.reader(io.StringIO(source.text, newline="")))
        # A number may begin with a minus; nothing else may.
        begun = [cell for row in rows for cell in row if cell[:1] in FORMULA_STARTS and not _is_number(cell)]
        assert begun == [] and any(squeezed(text) in squeezed(cell) for row in rows for cell in row)

    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert [cell for cell in cells if str(cell.value).startswith("=cmd|' /C calc'!A0")]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
