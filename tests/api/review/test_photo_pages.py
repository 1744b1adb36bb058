"""Photos at the desk as a browser without scripts uses them: two people decide, squares and numbers paint over."""

import re
from uuid import uuid4

import httpx
import pytest

from migrations.database import fetch, fetch_value
from tests.api.field import Field
from tests.api.register.pages import words
from tests.audits.pictures import alike, corners, encoded, seen
from tests.journeys.walks import picture

GREY = (80, 90, 95)
YES = {"decision": "publishable", "person": "yes"}


@pytest.fixture
async def photo(field: Field) -> str:
    """The id of a photo that came with its walk, of a programme that every administrator sees."""
    taken = picture(encoded(corners(640, 480)))
    assert (await field.put_walk(field.body(taken), str(uuid4()))).status_code == 201
    assert (await field.put_photo(taken)).status_code == 201
    return taken.id


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def decide(browser: httpx.AsyncClient, photo: str, **said: str) -> str:
    """Decide on the photo's page as it now is; gives the words that follow."""
    url = f"/review/photos/{photo}"
    seen_key = hidden((await browser.get(url)).text, "seen")
    answer = await browser.post(url, data={"seen": seen_key, **said})
    return words((await browser.get(answer.headers["location"])).text if answer.status_code == 303 else answer.text)


async def test_two_people_decide_about_a_person(field: Field, photo: str) -> None:
    """Each page says who has agreed, who must still, and how to take it back; the queue tells whose turn it is."""
    first, second = [await field.service.staff_browser("administrator") for _ in range(2)]
    after_one = await decide(first, photo, **YES)
    queues = [words((await browser.get("/review/photos")).text) for browser in (first, second)]
    desk = words((await second.get("/review")).text)
    before_two = words((await second.get(f"/review/photos/{photo}")).text)
    after_two = await decide(second, photo, **YES)

    assert "One more person must agree before the photo is shown" in after_one
    assert "You agreed: somebody else must" in queues[0] and "Waits for you, or another" in queues[1]
    assert "1 waits for you as the second person" in desk and "that can be you" in before_two
    assert "The photo may be shown" in after_two and "Two different people agree" in after_two
    await first.post(f"/review/photos/{photo}/withdraw")
    assert await fetch_value("select review from photo") == "unreviewed"
    assert "withdrew her decision" in words((await second.get(f"/review/photos/{photo}")).text)


async def test_one_person_twice_is_one(field: Field, photo: str) -> None:
    """Whatever she presses."""
    first = await field.service.staff_browser("administrator")
    for said in (YES, YES, {**YES, "person": "no"}):
        await decide(first, photo, **said)

    assert await fetch_value("select review from photo") == "unreviewed"


async def test_what_is_missing_is_said_at_its_field(field: Field, photo: str) -> None:
    """No decision; to show it without having looked for people; a picture that was painted over meanwhile."""
    browser = await field.service.staff_browser("administrator")
    said = [await decide(browser, photo, **typed) for typed in ({}, {"decision": "publishable"})]
    stale = await browser.post(f"/review/photos/{photo}", data={**YES, "seen": "a" * 64})

    assert "Choose whether the photo may be shown" in said[0] and "Say whether a person is visible" in said[1]
    assert stale.status_code == 422 and "was painted over since you looked at it" in words(stale.text)
    assert await fetch("select 1 from photo_vote") == []


async def test_squares_and_numbers_are_looked_at_and_painted_over(field: Field, photo: str) -> None:
    """Looking paints nothing, going back keeps the marks, and pressing twice paints once."""
    browser, url = await field.service.staff_browser("administrator"), f"/review/photos/{photo}/cover"
    await decide(browser, photo, **YES)
    page = (await browser.get(url)).text
    typed = {"left": "90", "top": "90 %", "width": "10", "height": "10"}
    marked = {"cover_id": hidden(page, "cover_id"), "square": ["A1", "B1", "A2", "Z9"], **typed}
    looked = (await browser.post(url, data={**marked, "step": "look"})).text
    again = {
        "cover_id": hidden(looked, "cover_id"),
        "rectangle": re.findall(r'name="rectangle" value="([^"]*)"', looked),
        "square": re.findall(r'name="square" value="([^"]*)"', looked),
    }
    changing = (await browser.post(url, data={**again, "step": "change"})).text
    assert await fetch_value("select count(*) from photo_cover") == 0
    painted = [await browser.post(url, data={**again, "step": "paint"}) for _ in range(2)]
    shown = seen((await browser.get(f"/api/photos/{photo}?width=1600")).content)

    assert page.count('name="square"') == 12 * 9 and "cannot be undone" in looked and looked.count("<rect ") == 3
    assert again["rectangle"] == ["90 90 10 10"] and again["square"] == ["A1", "B1", "A2"]
    assert changing.count("checked") == 4
    assert {answer.headers["location"] for answer in painted} == {f"/review/photos/{photo}?done=covered"}
    assert await fetch_value("select count(*) from photo_cover") == 1
    for place in ((5, 5), (70, 10), (20, 70), (630, 470)):
        assert alike(shown.getpixel(place), GREY), place  # type: ignore[arg-type]
    assert alike(shown.getpixel((300, 10)), (220, 20, 20))  # type: ignore[arg-type]
    assert "Nobody has decided yet" in words((await browser.get(f"/review/photos/{photo}?done=covered")).text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Mark what is to be painted over"),
        ({"left": "x"}, "Enter the left as a number of percent"),
        ({"left": "120", "top": "0", "width": "10", "height": "10"}, "Enter 0 or more, and less than 100"),
        ({"rectangle": "1 2 3", "square": "Q7"}, "Mark what is to be painted over"),
    ],
)
async def test_what_cannot_be_painted_is_said(field: Field, photo: str, typed: dict[str, str], said: str) -> None:
    """And nothing is painted, even where a page was tampered with."""
    browser = await field.service.staff_browser("administrator")
    answer = await browser.post(f"/review/photos/{photo}/cover", data={"step": "paint", **typed})

    assert answer.status_code == 422 and said in words(answer.text)
    assert await fetch_value("select count(*) from photo_cover") == 0


async def test_a_walks_photos_stand_side_by_side(field: Field, photo: str) -> None:
    """At 1600 pixels, each a way to its decision."""
    browser = await field.service.staff_browser("administrator")
    walk_id = await fetch_value("select walk_id from photo")
    page = (await browser.get(f"/review/walks/{walk_id}/photos")).text
    walk = (await browser.get(f"/review/walks/{walk_id}")).text

    assert f"/api/photos/{photo}?width=1600" in page and f'href="/review/photos/{photo}"' in page
    assert f'href="/review/photos/{photo}"' in walk and f"/review/walks/{walk_id}/photos" in walk


async def test_a_photo_that_has_not_come_is_told(field: Field) -> None:
    """There is nothing to decide about, nor to paint over."""
    taken = picture(encoded(corners()))
    await field.put_walk(field.body(taken), str(uuid4()))
    browser = await field.service.staff_browser("administrator")
    page = await browser.get(f"/review/photos/{taken.id}")
    refused = await browser.get(f"/review/photos/{taken.id}/cover")

    assert "has not come yet" in words(page.text) and "Save the decision" not in page.text
    assert refused.status_code == 409 and "nothing to paint over" in words(refused.text)


async def test_photos_are_not_there_for_another_lead(field: Field, photo: str) -> None:
    """By no address of the desk."""
    peer, one = await field.service.staff_browser("lead"), f"/review/photos/{photo}"
    walk_id = await fetch_value("select walk_id from photo")
    answers = [
        await peer.get(one),
        await peer.post(one, data=YES),
        await peer.post(f"{one}/withdraw"),
        await peer.get(f"{one}/cover"),
        await peer.post(f"{one}/cover", data={"square": "A1", "step": "paint"}),
        await peer.get(f"/review/walks/{walk_id}/photos"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert photo not in (await peer.get("/review/photos?standing=undecided")).text
