"""The desk's pages as a champion's browser gets them."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.desk.champions import PICTURE, AtDesk, champion_of, tokens_of
from tests.charter.builders import person
from tests.charter.keeping.samples import EVIDENCE
from tests.people import Service

TRAINED = {
    "state": "evidenced",
    "statement": "Everybody on the floor.",
    "version": "0",
    "course": "Believe her",
    "provider": "Night Time Training",
    "trained_on-day": "1",
    "trained_on-month": "9",
    "trained_on-year": "2026",
    "staff_trained": "1,018",
    "staff_in_scope": "1 024",
    "refresh_on-day": "1",
    "refresh_on-month": "9",
    "refresh_on-year": "2027",
}
SAM = {"name": "Sam Successor", "job_title": "Manager", "email": "sam@lamb.example"}


async def seen(desk: AtDesk, path: str = "") -> str:
    """A page of hers, which must be there."""
    answer = await desk.browser.get(f"{desk.page}{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def sent(desk: AtDesk, path: str, data: dict[str, Any], **more: Any) -> httpx.Response:
    """A form of hers, posted as a browser does: the one that may carry a picture in parts."""
    if "/pledges/" in path and "files" not in more:
        more["files"] = {"picture": ("", b"", "application/octet-stream")}
    return await desk.browser.post(f"{desk.page}{path}", data=data, **more)


async def test_one_organisation_is_gone_straight_to(service: Service) -> None:
    """Several are chosen from."""
    desk = await champion_of(service)
    straight = await desk.browser.get("/desk")
    other = await champion_of(service, "The Ram")
    choice = await other.browser.get("/desk")

    assert (straight.status_code, straight.headers["location"]) == (303, desk.page)
    assert "Which organisation?" in choice.text and "The Lamb" in choice.text and "The Ram" in choice.text


async def test_the_desk_says_what_is_next(service: Service) -> None:
    """And links to every pledge."""
    desk = await champion_of(service)
    page = await seen(desk)

    assert "Start pledge 1" in page and "Start pledge 2" not in page
    assert all(f'href="{desk.page}/pledges/{number}"' in page for number in range(1, 8))


async def test_a_pledge_is_kept_by_its_form(service: Service) -> None:
    """Saved, told so, shown again as it was typed, and in the history."""
    desk = await champion_of(service)
    saved = await sent(desk, "/pledges/5", TRAINED)
    page = (await desk.browser.get(saved.headers["location"])).text
    kept = (await desk.api("GET", "/pledges/5")).json()

    assert saved.status_code == 303
    assert "You have changed how this pledge is kept." in page
    assert (kept["evidence"]["staff_trained"], kept["evidence"]["staff_in_scope"]) == (1018, 1024)
    assert 'value="Night Time Training"' in page
    assert re.search(r"25 October 2026, \d\d:\d\d · The champion", page)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"trained_on-day": ""}, "trained_on", "The date must include a day."),
        ({"trained_on-month": "13"}, "trained_on", "The date must be a real one"),
        ({"trained_on-year": "٢٠٢٦"}, "trained_on", "The date must be a real one"),
        ({"trained_on-year": "2027"}, "trained_on", "cannot be in the future"),
        ({"staff_trained": "most"}, "staff_trained", "Enter a whole number"),
        ({"staff_trained": "2000"}, "staff_trained", "This must be 1,024 or less"),
        ({"course": ""}, "course", "Enter the name of the course."),
        ({"state": ""}, "state", "Choose not started, in progress or evidenced."),
        ({"statement": "x" * 2_001}, "statement", "longer than 2,000 characters"),
        ({"version": "7"}, "state", "Somebody else has changed this"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    service: Service, changes: dict[str, str], field: str, message: str
) -> None:
    """In the summary, linked, and in the title; what was typed stays."""
    desk = await champion_of(service)
    answer = await sent(desk, "/pledges/5", {**TRAINED, **changes})

    assert answer.status_code == 422
    assert "<title>Error: Pledge 5" in answer.text
    assert f'<a href="#{field}">' in answer.text and answer.text.count(message) == 2
    assert f'id="{field}"' in answer.text and "Night Time Training" in answer.text


@pytest.mark.parametrize("number", range(1, 8))
async def test_every_form_gives_back_what_stands(service: Service, number: int) -> None:
    """Posting a page as it is shown changes nothing, whichever pledge it is."""
    desk = await champion_of(service)
    await desk.picture(number, PICTURE)
    day = "2026-10-01" if number == 4 else None
    body = {"state": "evidenced", "statement": "So.\nAnd so.", "evidence": EVIDENCE[number], "evidence_on": day}
    kept = await desk.keep(number, body)
    assert kept.status_code == 200, kept.text
    again = await sent(desk, f"/pledges/{number}", typed_in(await seen(desk, f"/pledges/{number}")))

    assert again.headers["location"].endswith("saved=same"), again.text


def typed_in(page: str) -> dict[str, Any]:
    """What a browser would post of the page's first form."""
    form = page.partition("<form")[2].partition("</form>")[0]
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        chosen = ("checkbox" not in tag and "radio" not in tag) or " checked" in tag
        if name and chosen:
            fields.setdefault(name[1], []).append(value[1] if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        fields[name] = [text]
    return fields


BEGUN = {"state": "in_progress", "version": "0", "statement": "Posters", "picture_id": str(uuid4())}


async def test_a_picture_is_added_with_the_form_and_removed(service: Service) -> None:
    """Once, however often the form is sent; its caption is the text for those who cannot see it."""
    desk = await champion_of(service)
    files = {"picture": ("poster.jpg", PICTURE, "image/jpeg")}
    data = {**BEGUN, "caption": "Poster by the door"}
    added = await sent(desk, "/pledges/2", data, files=files)
    await sent(desk, "/pledges/2", {**data, "version": "1"}, files=files)
    page = (await desk.browser.get(added.headers["location"])).text
    (shown,) = re.findall(r'src="([^"]+)"\s+alt="Poster by the door"', page)
    picture = await desk.browser.get(shown)
    removed = await desk.browser.post(shown.partition("?")[0] + "/remove")

    assert (added.status_code, picture.headers["content-type"], removed.status_code) == (303, "image/jpeg", 303)
    assert (await desk.browser.get(shown)).status_code == 404


@pytest.mark.parametrize(
    ("content", "caption", "field", "message"),
    [
        (b"", "A poster", "picture", "Choose the picture that this describes."),
        (b"%PDF-1.7", "A poster", "picture", "screenshot"),
        (PICTURE, " ", "caption", "Say in a few words"),
        (PICTURE[:-300], "A poster", "picture", "cut off"),
    ],
)
async def test_what_is_no_picture_is_said_at_the_field(
    service: Service, content: bytes, caption: str, field: str, message: str
) -> None:
    """With everything else as it was typed, and nothing of it kept."""
    desk = await champion_of(service)
    files = {"picture": ("a.jpg", content, "image/jpeg")}
    answer = await sent(desk, "/pledges/2", {**BEGUN, "caption": caption}, files=files)

    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text and message in answer.text
    assert f'value="{caption}"' in answer.text and "Posters</textarea>" in answer.text
    assert (await desk.api("GET", "/pledges/2")).json()["state"] == "not_started"


async def test_a_picture_stays_where_the_rest_must_be_put_right(service: Service) -> None:
    """It is there already when the form is shown again, and not asked for twice."""
    desk = await champion_of(service)
    files = {"picture": ("a.jpg", PICTURE, "image/jpeg")}
    answer = await sent(desk, "/pledges/2", {**BEGUN, "state": "evidenced", "caption": "Poster"}, files=files)

    assert answer.status_code == 422
    assert 'alt="Poster"' in answer.text and 'value="Poster"' not in answer.text
    assert f'value="{BEGUN["picture_id"]}"' not in answer.text


async def test_a_hand_over_by_its_pages(service: Service) -> None:
    """The old champion sees that somebody was asked, and is out once she confirmed."""
    desk = await champion_of(service)
    asked = await sent(desk, "/people/hand-over", SAM)
    page = await seen(desk, "/people?saved=asked")
    (token,) = await tokens_of(service)
    await service.http.post("/api/charter/confirmations", json={"token": token})
    sam = AtDesk(await service.signs_in(SAM["email"]), desk.id)

    assert asked.headers["location"] == f"{desk.page}/people?saved=asked"
    assert "Sam Successor, Manager" in page and "Asked" in page
    assert "Jo Champion" not in await seen(sam, "/people")
    assert (await desk.browser.get(f"{desk.page}/people")).status_code in (403, 404)
    assert "took the role over" in await seen(sam, "/history")


async def test_nobody_wrong_is_named(service: Service) -> None:
    """Every field says what is wrong with it."""
    desk = await champion_of(service)
    answer = await sent(desk, "/people/deputy", {"name": "", "job_title": "", "email": "no address"})

    assert answer.status_code == 422
    assert all(f'<a href="#{field}">' in answer.text for field in ("name", "job_title", "email"))


async def test_a_deputy_is_named_asked_again_and_let_go(service: Service) -> None:
    """Each with a page that says what follows."""
    desk = await champion_of(service)
    await sent(desk, "/people/deputy", SAM)
    letter = re.search(r'action="[^"]*(/people/[^"]*/letter)"', await seen(desk, "/people"))
    assert letter
    again = await sent(desk, letter[1], {})
    sure = await seen(desk, "/people/deputy/remove")
    ended = await sent(desk, "/people/deputy/remove", {})

    assert (again.status_code, ended.status_code) == (303, 303)
    assert "End the deputy’s role?" in sure
    assert "Sam Successor" not in await seen(desk, "/people")


async def test_leaving_ends_at_an_empty_desk(service: Service) -> None:
    """Which says what happened, and how to come back."""
    desk = await champion_of(service)
    sure = await seen(desk, "/people/leave")
    left = await sent(desk, "/people/leave", {})
    empty = await desk.browser.get(left.headers["location"])

    assert "pledge 1 lapses after 30 days" in sure
    assert "You have left your role" in empty.text and "You do not act for an organisation" in empty.text


PAGES = ("", "/history", "/people", "/people/hand-over", "/people/deputy", "/people/leave", "/people/deputy/remove")


async def test_another_champion_finds_no_page(service: Service) -> None:
    """Of an organisation that is not hers, by its id; nor does she post there."""
    theirs = await champion_of(service)
    hers = await champion_of(service, "The Ram", "ram@ram.example", signatory=person("r@r.example", has_authority=True))
    asked = [await hers.browser.get(f"{theirs.page}{path}") for path in (*PAGES, "/pledges/1")]
    posted = [await hers.browser.post(f"{theirs.page}{path}", data=SAM) for path in ("/pledges/5", *PAGES[3:])]

    assert {answer.status_code for answer in (*asked, *posted)} == {404}
