"""Photos at the review desk over HTTP, by the same rules as its pages: two people, and painting over for good."""

from uuid import UUID, uuid4

import pytest

from api.worker import remove_painted_over
from migrations.database import fetch_value
from tests.api.field import Field
from tests.audits.pictures import corners, encoded, seen
from tests.journeys.walks import picture
from tests.people import ok

PERSON = {"decision": "publishable", "shows_person": True}
CORNER = {"left": 0, "top": 0, "width": 20, "height": 20}


@pytest.fixture
async def photo(field: Field) -> str:
    """The path of a photo that came with its walk."""
    taken = picture(encoded(corners(640, 480)))
    assert (await field.put_walk(field.body(taken), str(uuid4()))).status_code == 201
    assert (await field.put_photo(taken)).status_code == 201
    return f"/api/photos/{taken.id}"


async def test_two_different_people_show_a_person(field: Field, photo: str) -> None:
    """And each answer tells how many have agreed and how many must."""
    http, second = field.service.http, await field.service.staff("administrator")
    alone = [await ok(await http.post(f"{photo}/review", json=PERSON, headers=field.lead)) for _ in range(2)]
    both = await ok(await http.post(f"{photo}/review", json=PERSON, headers=second))
    back = await ok(await http.delete(f"{photo}/review", headers=field.lead))

    told = {"photo_id": photo.rpartition("/")[2], "shows_person": True, "needed": 2}
    assert alone == [{**told, "review": "unreviewed", "agreed": 1, "mine": "publishable"}] * 2
    assert both == {**told, "review": "publishable", "agreed": 2, "mine": "publishable"}
    assert back == {**told, "review": "unreviewed", "agreed": 1, "mine": None}
    assert await ok(await http.get(f"{photo}/review", headers=second)) == {**back, "mine": "publishable"}


async def test_what_was_painted_over_cannot_be_had_again(field: Field, photo: str) -> None:
    """Under neither width, nor by a browser that kept it; and the earlier picture can no longer be decided about."""
    http, one = field.service.http, f"{photo}/covers/{uuid4()}"
    before = [await http.get(f"{photo}?width={width}", headers=field.lead) for width in (320, 1600)]
    await ok(await http.post(f"{photo}/review", json=PERSON, headers=field.lead))
    first = await ok(await http.put(one, json={"rectangles": [CORNER]}, headers=field.lead), 201)
    again = await ok(await http.put(one, json={"rectangles": [CORNER]}, headers=field.lead))
    for known in before:
        headers = {**field.lead, "If-None-Match": known.headers["etag"]}
        now = await http.get(str(known.url), headers=headers)
        assert now.status_code == 200 and now.headers["etag"] != known.headers["etag"]
        assert seen(now.content).getpixel((10, 10)) != seen(known.content).getpixel((10, 10))

    assert (first["review"], first["agreed"], first["shows_person"]) == ("unreviewed", 0, None) and first == again
    stale = {**field.lead, "If-Match": before[1].headers["etag"]}
    refused = await http.post(f"{photo}/review", json=PERSON, headers=stale)
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/picture-changed")
    fresh = (await http.get(f"{photo}/review", headers=field.lead)).headers["etag"]
    await ok(await http.post(f"{photo}/review", json=PERSON, headers={**field.lead, "If-Match": fresh}))


async def test_the_worker_removes_the_earlier_pictures(field: Field, photo: str) -> None:
    """As soon as nobody can be about to point at them."""
    key = await fetch_value("select rendition_1600 from photo")
    await ok(
        await field.service.http.put(f"{photo}/covers/{uuid4()}", json={"rectangles": [CORNER]}, headers=field.lead),
        201,
    )
    # The test's clock stands in the past, where these files have only just come.
    assert await remove_painted_over(field.service.tools) == 0
    field.service.clock.move(days=3650)

    assert await remove_painted_over(field.service.tools) == 2
    assert not await field.service.photo_store.exists(key)


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"rectangles": []}, 422, "cover-not-acceptable"),
        ({"rectangles": [{**CORNER, "width": 0}]}, 422, "cover-not-acceptable"),
        ({"rectangles": [{**CORNER, "left": "NaN"}]}, 400, "unreadable"),
        ({"rectangles": [{**CORNER, "bottom": 3}]}, 400, "unreadable"),
        ({}, 400, "unreadable"),
    ],
)
async def test_what_cannot_be_painted_over(
    field: Field, photo: str, body: dict[str, object], status: int, problem: str
) -> None:
    """Each with a sentence."""
    answer = await field.service.http.put(f"{photo}/covers/{uuid4()}", json=body, headers=field.lead)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


async def test_other_rectangles_under_the_same_id_are_a_conflict(field: Field, photo: str) -> None:
    """409, and nothing was painted."""
    one = f"{photo}/covers/{uuid4()}"
    await ok(await field.service.http.put(one, json={"rectangles": [CORNER]}, headers=field.lead), 201)
    answer = await field.service.http.put(one, json={"rectangles": [CORNER, CORNER]}, headers=field.lead)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/cover-differs")


async def test_nobody_else_decides_or_paints(field: Field, photo: str) -> None:
    """Another lead finds no such photo; the one who took it has no say in it here."""
    http, other = field.service.http, await field.service.staff("lead")
    cover = {"rectangles": [CORNER]}
    for who, status in ((other, 404), (field.me, 403)):
        answers = [
            await http.get(f"{photo}/review", headers=who),
            await http.post(f"{photo}/review", json=PERSON, headers=who),
            await http.delete(f"{photo}/review", headers=who),
            await http.put(f"{photo}/covers/{uuid4()}", json=cover, headers=who),
        ]
        assert [answer.status_code for answer in answers] == [status] * 4
    assert await fetch_value("select review from photo where id = $1", UUID(photo.rpartition("/")[2])) == "unreviewed"
