"""The pages of an organisation's premises as a champion's browser gets them."""

import html
import re
from uuid import uuid4

import httpx

from geo.places.demo import import_demo_places
from migrations.database import fetch_value
from tests.api.desk.champions import AtDesk, champion_of
from tests.charter.premises.chains import row, sheet
from tests.people import Service

TYPED = {
    "name": "=The <b>Fox</b>",
    "address": "2 Example Street",
    "postcode": "se1 1aa",
    "position": "https://www.openstreetmap.org/#map=19/51.5055/-0.0877",
    "listed": "yes",
    "opening_hours": "fri sat 17:00-02:00",
    "own_reference": "Shop 2",
}


async def sent(desk: AtDesk, path: str, **typed: str) -> httpx.Response:
    """The answer to a form."""
    return await desk.browser.post(f"{desk.page}/premises{path}", data=typed)


async def page(desk: AtDesk, path: str = "") -> str:
    """A page of the premises, which must be there."""
    answer = await desk.browser.get(f"{desk.page}/premises{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def place_named(text: str, name: str) -> str:
    """The path of the premises that a list names."""
    found = re.search(rf'{re.escape(html.escape(name))}</strong>.*?/premises(/[0-9a-f-]{{36}})"', text, re.DOTALL)
    assert found, text
    return found[1]


def hidden(text: str, name: str) -> str:
    """What a page sends back of its own."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return html.unescape(found[1])


async def looked_at(desk: AtDesk, content: bytes) -> httpx.Response:
    """The answer to a chosen file."""
    return await desk.browser.post(f"{desk.page}/premises/spreadsheet", files={"file": ("p.csv", content, "text/csv")})


async def test_premises_are_added_changed_and_closed_by_forms(service: Service) -> None:
    """The list leads to each; what is typed is text, and closing is asked twice."""
    desk = await champion_of(service, premises=[])
    added = await sent(desk, "/add", **TYPED)
    path = place_named(await page(desk), TYPED["name"])
    moved = await sent(desk, path, **TYPED | {"etag": hidden(await page(desk, path), "etag"), "address": "3 New Road"})
    shown = await page(desk, "?q=new+road")
    closed = await sent(desk, f"{path}/close", etag=hidden(await page(desk, f"{path}/close"), "etag"))

    assert [answer.status_code for answer in (added, moved, closed)] == [303, 303, 303]
    assert "3 New Road" in shown
    assert "<b>Fox" not in shown
    assert "You have no premises in the register" in await page(desk)


async def test_what_is_wrong_is_said_at_its_field_and_kept(service: Service) -> None:
    """And what somebody else changed meanwhile is not overwritten."""
    desk = await champion_of(service, premises=[])
    wrong = await sent(desk, "/add", **TYPED | {"postcode": "none", "position": "east", "listed": ""})
    await sent(desk, "/add", **TYPED)
    path = place_named(await page(desk), TYPED["name"])
    stale = await sent(desk, path, **TYPED | {"etag": "older", "name": "Other"})

    assert wrong.status_code == stale.status_code == 422
    assert all(f'id="{field}-error"' in wrong.text for field in ("postcode", "position", "listed"))
    assert 'value="east"' in wrong.text and "<b>Fox" not in wrong.text
    assert "Somebody else has changed this" in stale.text


async def test_premises_are_found_among_known_venues(service: Service) -> None:
    """By a part of the name; what is known stands in the form, and its borough beside it."""
    await import_demo_places(now=service.clock())
    desk = await champion_of(service, premises=[])
    found = await page(desk, "/find?name=the")
    venue = re.search(r'name="venue" type="radio" value="(\d+)"', found)
    assert venue, found
    begun = await page(desk, f"/add?venue={venue[1]}")
    nothing = await page(desk, "/find?name=nobody+of+this+name")

    assert re.search(r'id="name"[^>]* value="[^"]*The ', begun) and "<b>Now" not in begun
    assert re.search(r"Now: 5\d\.\d+, -?\d\.\d+, in \w+", begun)
    assert "We know no venue with" in nothing and f'href="{desk.page}/premises/add"' in nothing


async def test_a_place_next_to_hers_is_searched_without_losing_what_she_typed(service: Service) -> None:
    """The form comes back with places to choose from; the chosen one is where the premises are."""
    await import_demo_places(now=service.clock())
    desk = await champion_of(service, premises=[])
    searched = await sent(desk, "/add", **TYPED | {"position": "", "near": "the", "find": "yes"})
    chosen = re.search(r'name="at" type="radio" value="(\d+)"', searched.text)
    assert chosen, searched.text
    added = await sent(desk, "/add", **TYPED | {"position": "", "near": "the", "sought": "the", "at": chosen[1]})

    assert searched.status_code == 200 and 'value="Shop 2"' in searched.text
    assert "Found for “the”" in searched.text and 'class="govuk-error-summary"' not in searched.text
    assert added.status_code == 303, added.text


async def test_what_its_kind_hides_is_hidden_unless_she_says_otherwise(service: Service) -> None:
    """A charity's form begins with no, and warns."""
    charity = {"name": "Refuge", "sector": "charity_or_community", "website": None, "operates_at_night": True}
    hidden = await page(await champion_of(service, organisation=charity, premises=[]), "/add")

    assert "somebody must not find" in hidden
    assert re.search(r'value="no" checked', hidden)


async def test_a_spreadsheet_is_looked_at_before_it_is_taken(service: Service) -> None:
    """Looking changes nothing; then all rows are taken, and the same file does nothing more."""
    desk = await champion_of(service, premises=[])
    rows = sheet(row(name="Fox, é"), row(name="Hare", address="9 Other Street"))
    seen = await looked_at(desk, rows)
    before = await fetch_value("select count(*) from premises")
    taken = await sent(desk, "/spreadsheet/take", content=hidden(seen.text, "content"))
    again = await looked_at(desk, rows)

    assert "adds 2 premises, changes 0 and leaves 0" in seen.text
    assert (before, taken.status_code, await fetch_value("select count(*) from premises")) == (0, 303, 2)
    assert "adds 0 premises, changes 0 and leaves 2" in again.text


async def test_a_faulty_row_is_named_and_nothing_taken(service: Service) -> None:
    """By its row in the spreadsheet, when it is looked at and when it is sent all the same."""
    desk = await champion_of(service, premises=[])
    faulty = sheet(row(), row(name="Hare", postcode="none"))
    seen = await looked_at(desk, faulty)
    taken = await sent(desk, "/spreadsheet/take", content=faulty.decode())
    empty = await looked_at(desk, b"")

    assert (seen.status_code, taken.status_code, empty.status_code) == (422, 422, 422)
    assert "Row 3: Write a whole British postcode" in seen.text
    assert "Row 3: Write a whole British postcode" in taken.text
    assert await fetch_value("select count(*) from premises") == 0


async def test_another_champion_finds_no_page_of_them(service: Service) -> None:
    """Nor do those of her own organisation lead to another's premises."""
    desk = await champion_of(service, premises=[])
    await sent(desk, "/add", **TYPED)
    path = place_named(await page(desk), TYPED["name"])
    other = await champion_of(service, "The Peer", "peer@peer.example", premises=[])
    hers = AtDesk(other.browser, desk.id)
    paths = (
        "",
        "/find",
        "/add",
        path,
        f"{path}/close",
        "/spreadsheet",
        "/spreadsheet/template.csv",
        "/spreadsheet/premises.csv",
    )
    got = [await other.browser.get(f"{hers.page}/premises{one}") for one in paths]
    posted = [await sent(hers, one, **TYPED) for one in ("/add", path, f"{path}/close", "/spreadsheet/take")]
    posted += [await looked_at(hers, sheet(row())), await sent(other, path, **TYPED)]
    posted += [await other.browser.get(f"{other.page}/premises/{uuid4()}")]

    assert {answer.status_code for answer in got + posted} == {404}


async def test_an_address_that_no_database_takes_is_no_fault_of_ours(service: Service) -> None:
    """A NUL is left out of what is sought, a page beyond all numbers is refused, and no pledge has such a number."""
    desk = await champion_of(service)
    far = [(await desk.browser.get(f"{desk.page}/premises?after={number}")).status_code for number in (2**31, 2**63)]
    pictures = [f"{desk.page}/pledges/{number}/files/{uuid4()}" for number in (2**31, 2**63)]

    assert "Premises" in await page(desk, "?q=%00") and "Premises" in await page(desk, f"?after={2**31 - 1}")
    assert "venue" in await page(desk, "/find?name=a%00b")
    assert far == [400, 400]
    assert [(await desk.browser.get(path)).status_code for path in pictures] == [404, 404]
