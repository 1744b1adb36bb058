"""The public list of places."""

from typing import Any

import pytest

from geo.places.boundaries import read_town_centres
from geo.places.hubs import read_hubs
from geo.places.importing import import_places
from tests.geo.places.files import geojson, naptan, square
from tests.people import TONIGHT, Service

BRIXTON_CENTRE = {"layerreference": "T1", "sitename": "Brixton", "classification": "Major", "borough": "Lambeth"}


@pytest.fixture
async def brixton(service: Service) -> Service:
    """The service with a town centre and two hubs."""
    await import_places(read_town_centres(geojson((BRIXTON_CENTRE, square(-0.12, 51.46)))), now=TONIGHT)
    far = {"ATCOCode": "9400ZZLUUXB", "CommonName": "Uxbridge", "Longitude": "-0.4787", "Latitude": "51.5463"}
    await import_places(read_hubs(naptan({}, far)), now=TONIGHT)
    return service


async def ask(service: Service, path: str) -> Any:
    answer = await service.http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def names(service: Service, query: str) -> list[str]:
    return [place["name"] for place in (await ask(service, f"/api/places?{query}"))["items"]]


async def test_anybody_may_see_which_places_are_known(brixton: Service) -> None:
    """A town centre is shown with its class, borough and a point on it; its boundary only when asked for."""
    [centre] = (await ask(brixton, "/api/places?kind=town_centre"))["items"]

    assert (centre["key"], centre["category"], centre["borough"]) == ("T1", "Major", "E09000022")
    assert centre["location"]["coordinates"] == pytest.approx([-0.115, 51.465])
    assert centre["geometry"] is None


async def test_boundaries_come_when_they_are_asked_for(brixton: Service) -> None:
    [centre] = (await ask(brixton, "/api/places?kind=town_centre&geometry=true"))["items"]

    assert centre["geometry"]["type"] == "Polygon"
    assert await ask(brixton, f"/api/places/{centre['id']}") == centre


async def test_the_list_is_narrowed_by_name_kind_category_borough_and_box(brixton: Service) -> None:
    assert await names(brixton, "q=BRIX") == ["Brixton", "Brixton Underground Station"]
    assert await names(brixton, "kind=hub&category=MET&bbox=-0.5,51.5,-0.4,51.6") == ["Uxbridge"]
    assert await names(brixton, "borough=E09000022") == ["Brixton"]


async def test_pages_follow_each_other_to_the_end(brixton: Service) -> None:
    """Each page's `next` leads on, and the last has none."""
    seen, following = [], "/api/places?limit=1"
    while following:
        page = await ask(brixton, following)
        seen += [place["name"] for place in page["items"]]
        following = page["next"]

    assert seen == ["Brixton", "Brixton Underground Station", "Uxbridge"]


async def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(service: Service) -> None:
    """400 where it cannot be read, 422 where it can but is no place on the globe."""
    unreadable = ["kind=pub", "bbox=1,2,3", "bbox=a,b,c,d", "borough=Lambeth", "category=%00", "limit=0", "cursor=!"]
    unacceptable = ["bbox=0,52,1,51", "bbox=nan,51,1,52", "bbox=0,51,1,1e999", "bbox=-200,51,1,52"]
    asked = [*unreadable, f"q={'x' * 201}", *unacceptable]
    answers = [await service.http.get(f"/api/places?{query}") for query in asked]

    assert [answer.status_code for answer in answers] == [400] * 8 + [422] * 4
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert all(answer.json()["detail"].endswith(".") for answer in answers)


async def test_any_text_may_be_sought(service: Service) -> None:
    for text in ("%00", "%25", "%F0%9F%8C%99", "'--", "%ED%A0%80", "%5C", "+"):
        assert (await ask(service, f"/api/places?q={text}"))["items"] == []


async def test_a_place_that_is_not_there_is_a_404(service: Service) -> None:
    answers = [await service.http.get(f"/api/places/{number}") for number in ("0", "999", "9223372036854775808", "x")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[1].json()["type"] == "/problems/no-such-place"
