"""The register's pages over HTTP: filters kept in the address, the truth told in every state, nothing private."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from migrations.database import execute, transaction
from tests.charter.builders import LAMBETH, Pen, counted, organisation, place
from tests.people import Service

CARD = ("Ama Mensah", "@lamb.example", "1 Example Street")


async def page(service: Service, path: str, status: int = 200) -> str:
    """A page as a browser gets it."""
    answer = await service.http.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return answer.text


def names(html: str) -> list[str]:
    """The names in the table, as they are written in the page."""
    return re.findall(r"<th scope=\"row\".*?<bdi>(.*?)</bdi>", html)


def address(html: str, rel: str) -> str:
    """Where a link of the pagination leads."""
    found = re.search(rf'href="([^"]*)" rel="{rel}"', html)
    assert found, html
    return found[1].replace("&amp;", "&")


async def stands(id: UUID, **columns: Any) -> None:
    """Set columns of a signatory."""
    for column, value in columns.items():
        async with transaction():
            await execute(f"update signatory set {column} = $2 where id = $1", id, value)


async def test_what_was_asked_stays_asked(service: Service) -> None:
    """In the fields, in every page's address and in the files; and can be cleared."""
    for number in range(60):
        await Pen().stand(f"Lamb {number:02}", premises=[])
    await Pen().stand("Lamb Hotel", premises=[], organisation=organisation("Lamb Hotel", "hotel"))
    first = await page(service, "/register?q=lamb&borough=&sector=pub_or_bar")
    second = await page(service, address(first, "next"))
    again = await page(service, address(second, "prev"))

    assert names(first) == [f"Lamb {number:02}" for number in range(25)] == names(again)
    assert names(second) == [f"Lamb {number:02}" for number in range(25, 50)]
    asked = parse_qs(urlsplit(address(second, "next")).query)
    assert (asked["q"], asked["sector"], "borough" in asked) == (["lamb"], ["pub_or_bar"], False)
    assert 'value="lamb"' in second and '<option value="pub_or_bar" selected>' in second
    assert 'href="/register">Clear filters' in second
    assert "/api/charter/signatories.csv?q=lamb&amp;sector=pub_or_bar" in second


async def test_an_empty_page_says_what_to_do(service: Service) -> None:
    """Another thing when nobody signed than when nobody fits."""
    nobody = await page(service, "/register")
    await Pen().stand("The Lamb")
    none = await page(service, "/register?q=lion")

    assert "read the charter and sign it" in nobody
    assert "Nothing was found" in none and "clear\n  the filters" in none


@pytest.mark.parametrize("query", ["borough=Lambeth", "sector=pubs", "q=" + "x" * 301, "cursor=x", "q=a%00b"])
async def test_an_address_that_names_nothing_is_refused(service: Service, query: str) -> None:
    """On the list as on the map, with a page and no fault."""
    for path in ("/register", "/register/map.svg", "/register/boroughs", "/map/places.geojson"):
        answer = await service.http.get(f"{path}?{query}", headers={"Accept": "text/html"})
        assert answer.status_code in ((200,) if "cursor" in query and path != "/register" else (400, 422))


async def test_queries_of_a_page_do_not_grow_with_rows(service: Service) -> None:
    """Neither with signatories nor with their premises: of the list and of one signatory."""
    asked = []
    for count in (1, 20):
        ids = [await Pen().stand(f"Org {count} {n}", premises=[place()] * (count * 3)) for n in range(count)]
        for path in ("/register?q=o", f"/register/{ids[0]}", "/register/boroughs"):
            await page(service, path)
            async with counted() as statements:
                await page(service, path)
            asked.append(len(statements))

    assert asked[:3] == asked[3:]


@pytest.mark.parametrize(
    ("state", "words"),
    [("active", "Active"), ("review_due", "yearly review is due"), ("lapsed", "Lapsed"), ("withdrawn", "has left it")],
)
async def test_a_signatory_is_told_as_it_is(service: Service, state: str, words: str) -> None:
    """With what it promised; a certificate only while it keeps that, a badge always, a person never."""
    id = await Pen().stand("The Lamb", premises=[place("The Lamb"), place("Refuge", listed=False)])
    await stands(id, state=state)
    html = await page(service, f"/register/{id}")
    certificate = await service.http.get(f"/api/charter/signatories/{id}/certificate.pdf")
    badge = await service.http.get(f"/api/charter/signatories/{id}/badge.svg")

    kept = state in ("active", "review_due")
    assert words in html and "Train staff to ensure that all women who report are believed." in html
    assert ("certificate.pdf" in html) is kept
    assert certificate.status_code == (200 if kept else 409)
    assert badge.status_code == 200 and badge.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "SE1 1AA" in html and "Not shown publicly" in html and "Refuge" not in html
    assert not [private for private in CARD if private in html]


async def test_who_is_hidden_is_nowhere(service: Service) -> None:
    """Neither as a page nor as a certificate or badge, as if it were unknown; nor while it is held or suspended."""
    hidden = await Pen().stand("Hidden", consent={"public_listing": False, "network_contact": False})
    held = await Pen().stand("Held")
    await stands(held, state="suspended", suspended_from="active")
    for id in (hidden, held, uuid4()):
        paths = (
            f"/register/{id}",
            *(f"/api/charter/signatories/{id}/{end}" for end in ("certificate.pdf", "badge.svg")),
        )
        answers = [await service.http.get(path) for path in paths]

        assert [answer.status_code for answer in answers] == [404] * 3
        assert {answer.json()["type"] for answer in answers} == {"/problems/no-such-signatory"}


async def test_a_repeated_signature_leads_to_the_one_that_stays(service: Service) -> None:
    """By its page's old address, and its badge says what is true of that one."""
    stays, repeats = await Pen().stand("Stays"), await Pen().stand("Repeats")
    async with transaction():
        await execute(
            "update signatory set state = 'withdrawn', merged_into = (select number from signatory where id = $2) "
            "where id = $1",
            repeats,
            stays,
        )
    answer = await service.http.get(f"/register/{repeats}")
    badge = await service.http.get(f"/api/charter/signatories/{repeats}/badge.svg")

    assert (answer.status_code, answer.headers["location"]) == (301, f"/register/{stays}")
    assert "Stays" in badge.text and "Member since" in badge.text


async def test_a_chain_is_paged(service: Service) -> None:
    """Fifty premises at a time, in their order."""
    id = await Pen().stand("A Chain", premises=[place(f"Number {n:03}") for n in range(120)])
    first = await page(service, f"/register/{id}")
    third = await page(service, f"/register/{id}?page=3")

    assert names(first) == [f"Number {n:03}" for n in range(50)]
    assert names(third) == [f"Number {n:03}" for n in range(100, 120)]
    assert address(third, "prev").endswith("?page=2") and 'rel="next"' not in third


async def test_naughty_names_are_words_on_every_page(service: Service, shared_data: Any) -> None:
    """Not one of them opens an element or an attribute that the page does not have for a plain name."""
    strings = msgspec.json.decode((shared_data / "text/blns.json").read_bytes(), type=list[str])
    tried = [text for text in strings if re.search("[<>\"'&{}]", text) and text.strip() and len(text) <= 300][:60]
    plain = await Pen().stand("Plain", premises=[place("Plain")])
    tags = re.compile(r"<[a-zA-Z/!][^>]*")
    shape = [tag.split()[0] for tag in tags.findall(await page(service, f"/register/{plain}"))]
    for text in tried:
        id = await Pen().stand(text, premises=[place(text)])
        html = await page(service, f"/register/{id}")
        listed: httpx.Response = await service.http.get("/map/places.geojson", params={"q": text})

        assert [tag.split()[0] for tag in tags.findall(html)] == shape, text
        assert text in [found["properties"]["name"] for found in listed.json()["features"]]


async def test_a_filter_comes_back_as_it_was_typed(service: Service) -> None:
    """And closes no attribute."""
    html = await page(service, "/register?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in html
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html


async def test_maps_are_kept_for_a_while_and_lists_are_not(service: Service) -> None:
    """A list tells the present; without boroughs there is no map to draw, and the page says nothing of one."""
    await Pen().stand("The Lamb")
    answers = {
        path: await service.http.get(path) for path in ("/register", "/register/map.svg", "/map/boroughs.geojson")
    }

    assert answers["/register"].headers["cache-control"] == "no-store"
    assert "On the map" not in answers["/register"].text
    assert {answers[path].headers["cache-control"] for path in list(answers)[1:]} == {"public, max-age=300"}
    assert answers["/map/boroughs.geojson"].json() == {"type": "FeatureCollection", "features": []}


async def test_a_map_gets_its_places_squeezed(service: Service) -> None:
    """The same in either way, for whoever reads gzip and whoever does not."""
    await Pen().stand("The Lamb", premises=[place("One"), place("Two", listed=False)])
    answers = [
        await service.http.get("/map/places.geojson", headers={"Accept-Encoding": way}) for way in ("gzip", "identity")
    ]

    assert [answer.headers.get("content-encoding") for answer in answers] == ["gzip", None]
    assert answers[0].json() == answers[1].json()
    assert [f["properties"]["name"] for f in answers[0].json()["features"]] == ["The Lamb"]


async def test_boroughs_are_named_with_their_numbers(service: Service) -> None:
    """All thirty-three, and each leads to its own list."""
    id = await Pen().stand("The Lamb")
    async with transaction():
        await execute("update premises set borough = $1", LAMBETH)
    html = await page(service, "/register/boroughs")
    rows = re.findall(r'borough=(E\d+)">([^<]+)</a></th>\s*<td[^>]*>(\d+)<', html)

    assert len(rows) == 33 and ("E09000022", "Lambeth", "1") in rows
    assert sum(int(count) for *_, count in rows) == 1
    assert "Lambeth" in await page(service, f"/register/{id}")
