"""Hotspots and editions over HTTP: each as far as the caller may see, refused with the field, never half there."""

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from audits.queries import OPERATOR, ProgrammeFacts
from audits.queries import programme as programme_of
from tests.audits.builders import BRIXTON
from tests.audits.reports.walked import Nights, walk_nights
from tests.people import Service, ok

Header = dict[str, str]
TWO_NIGHTS: dict[str, Any] = {"factor": "lighting", "from": "2026-10-03", "to": "2026-10-04"}


@dataclass
class Walked:
    """A programme that was walked, its lead, an analyst, and what they ask."""

    service: Service
    programme: ProgrammeFacts
    lead: Header
    analyst: Header

    async def hotspots(self, who: Header | None = None, /, **asked: Any) -> httpx.Response:
        """What a caller is told of hotspots; by default an analyst of `feeling` in the programme."""
        params = {"programme_id": str(self.programme.id), "factor": "feeling", **asked}
        params = {name: value for name, value in params.items() if value is not None}
        return await self.service.http.get("/api/hotspots", params=params, headers=who or self.analyst)

    async def order(self, who: Header | None = None, /, **asked: Any) -> httpx.Response:
        """What a caller is answered who orders an edition; by default an analyst, for the GLA."""
        body = {"title": "Brixton", "programme_ids": [str(self.programme.id)], "audience": "gla", **asked}
        return await self.service.http.post("/api/editions", json=body, headers=who or self.analyst)

    async def public_edition(self) -> dict[str, Any]:
        """A public edition, made once October is old enough."""
        await self.service.http.post(f"/api/programmes/{self.programme.id}/close", headers=self.lead)
        self.service.clock.present = datetime(2026, 11, 20, tzinfo=UTC)
        return dict(await ok(await self.order(audience="public"), 201))


async def commissioned(service: Service, lead: Header, name: str) -> ProgrammeFacts:
    """A programme of that lead."""
    body = {"name": name, "area": BRIXTON, "instrument_version": 1}
    dates = {"opens_on": "2026-10-01", "closes_on": "2026-12-31"}
    made = await ok(await service.http.post("/api/programmes", json={**body, **dates}, headers=lead), 201)
    return await programme_of(UUID(made["id"]), caller=OPERATOR)


@pytest.fixture
async def walked(service: Service) -> Walked:
    lead = await service.staff("lead")
    programme = await commissioned(service, lead, "Brixton")
    await walk_nights(programme, Nights(state="accepted"))
    return Walked(service, programme, lead, await service.staff("analyst"))


async def test_hotspots_are_features_with_their_method(walked: Walked) -> None:
    """The uneasy place is a hotspot after dark; every visited cell is there, tested or not."""
    answer = await walked.hotspots()
    found = await ok(answer)
    classes = [feature["properties"]["class"] for feature in found["features"]]

    assert answer.headers["content-type"].startswith("application/geo+json")
    assert (found["type"], found["factor"], found["leg"], found["method_version"]) == (
        "FeatureCollection",
        "feeling",
        "dark",
        "1",
    )
    assert len(classes) == 9 and classes.count("hotspot") == 1


async def test_people_who_spoke_alone_are_bands(walked: Walked) -> None:
    """Twelve women are `10-19`, and an estimate has one decimal."""
    (hot,) = [f for f in (await ok(await walked.hotspots()))["features"] if f["properties"]["class"] == "hotspot"]

    assert hot["properties"]["n_people"] == "10-19"
    assert hot["properties"]["estimate"] == round(hot["properties"]["estimate"], 1)


async def test_group_factors_are_counted_by_walk_and_may_have_a_period(walked: Walked) -> None:
    """With six walks lighting is described and never flagged; two nights of them can be asked for."""
    everything = await ok(await walked.hotspots(factor="lighting"))
    two = await ok(await walked.hotspots(**TWO_NIGHTS))

    assert {f["properties"]["class"] for f in everything["features"]} == {"not_enough_evidence"}
    assert {f["properties"]["n_walks"] for f in everything["features"]} == {6}
    assert {(f["properties"]["n_walks"], f["properties"]["n_people"]) for f in two["features"]} == {(2, 7)}


async def test_the_overview_has_larger_cells(walked: Walked) -> None:
    """`cells=150` names cells of 150 m."""
    found = await ok(await walked.hotspots(cells="150", factor="lighting", leg="light"))

    assert {feature["id"].split(":")[0] for feature in found["features"]} == {"h150"}
    assert {feature["properties"]["leg"] for feature in found["features"]} == {"light"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-10-01"}, "from"),
        ({"to": "2026-10-31"}, "to"),
        ({"factor": "danger"}, "factor"),
    ],
)
async def test_what_says_too_much_or_means_nothing_is_422(walked: Walked, asked: dict[str, Any], field: str) -> None:
    """A period of what women said alone, or a factor that nobody scores, names its field."""
    answer = await walked.hotspots(**asked)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    "asked", [{"leg": "noon"}, {"cells": "10"}, {"factor": None}, {"programme_id": "x"}, {"from": "October"}]
)
async def test_what_cannot_be_read_is_400(walked: Walked, asked: dict[str, Any]) -> None:
    """Unknown words and missing parameters are named, not guessed."""
    answer = await walked.hotspots(**asked)

    assert answer.status_code in (400, 404) and answer.json()["type"].startswith("/problems/")


async def test_hotspots_are_for_staff_and_only_of_what_is_theirs(walked: Walked) -> None:
    """A lead sees her own programme, another lead 404, an auditor 403, nobody 401."""
    other = await walked.service.staff("lead", "Another")
    mine, theirs = await walked.hotspots(walked.lead), await walked.hotspots(other)
    nobody = await walked.service.http.get("/api/hotspots", params={"factor": "feeling"})

    assert [answer.status_code for answer in (mine, theirs, nobody)] == [200, 404, 401]


async def test_without_a_programme_all_of_the_callers_are_asked(walked: Walked) -> None:
    """An analyst gets both programmes, another lead only hers, which nobody walked."""
    other = await walked.service.staff("lead", "Another")
    await commissioned(walked.service, other, "Peckham")
    every, hers = await walked.hotspots(programme_id=None), await walked.hotspots(other, programme_id=None)

    assert (len((await ok(every))["features"]), (await ok(hers))["features"]) == (9, [])


async def test_an_edition_is_made_with_its_files(walked: Walked) -> None:
    """201, ready, with checksums that are those of the bytes."""
    made = await ok(await walked.order(), 201)
    names = [file["name"] for file in made["files"]]

    assert (made["state"], made["method_version"], made["as_of"]) == ("ready", "1", "2026-10-08T23:00:00Z")
    assert names == [
        "edition.gpkg",
        "edition.zip",
        "hotspots.geojson",
        "report.html",
        "report.pdf",
        "stops.csv",
        "workbook.xlsx",
    ]
    for file in made["files"]:
        got = await walked.service.http.get(f"/api/editions/{made['id']}/{file['name']}", headers=walked.analyst)
        assert got.headers["content-type"].split(";")[0] == file["media_type"].split(";")[0]
        assert (hashlib.sha256(got.content).hexdigest(), len(got.content)) == (file["sha256"], file["bytes"])


async def test_the_stops_are_those_of_the_walks(walked: Walked) -> None:
    """Seven walks of nine stops, in the contract's columns; blank is not asked."""
    made = await ok(await walked.order(walked.lead), 201)
    got = await walked.service.http.get(f"/api/editions/{made['id']}/stops.csv", headers=walked.lead)
    rows = list(csv.DictReader(io.StringIO(got.content.decode())))

    assert len(rows) == 63 and rows[0]["stop_no"] == "1" and rows[4]["causes"] == "glare"
    assert (rows[0]["lighting"], rows[0]["hub_waiting"], rows[0]["night_transport"]) == ("0", "not_applicable", "")


async def test_the_report_for_screens_opens_under_a_policy_of_its_own(walked: Walked) -> None:
    """Its one style by its hash, and nothing else; other files are there to keep."""
    made = await ok(await walked.order(), 201)
    got = await walked.service.http.get(f"/api/editions/{made['id']}/report.html", headers=walked.analyst)
    kept = await walked.service.http.get(f"/api/editions/{made['id']}/edition.zip", headers=walked.analyst)

    assert got.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert got.headers["content-disposition"].startswith("inline")
    assert kept.headers["content-disposition"].startswith("attachment")


async def test_an_edition_made_again_is_the_same(walked: Walked) -> None:
    """Other id, same data, same bytes."""
    first, second = await ok(await walked.order(), 201), await ok(await walked.order(walked.lead), 201)

    assert first["id"] != second["id"]
    assert (first["data_sha256"], first["files"]) == (second["data_sha256"], second["files"])


async def test_a_public_edition_is_for_everybody_and_has_no_stops(walked: Walked) -> None:
    """Without a token: the report and the cells are there, stops.csv is not."""
    made = await walked.public_edition()
    path = f"/api/editions/{made['id']}"
    answers = [await walked.service.http.get(f"{path}{name}") for name in ("", "/report.pdf", "/hotspots.geojson")]
    stops = await walked.service.http.get(f"{path}/stops.csv", headers=walked.analyst)

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (stops.status_code, stops.json()["type"]) == (404, "/problems/no-such-edition")


async def test_what_is_for_the_gla_is_not_there_for_others(walked: Walked) -> None:
    """The public, an auditor and another lead are told alike that there is no such edition."""
    made = await ok(await walked.order(), 201)
    other = await walked.service.staff("lead", "Another")
    answers = [
        await walked.service.http.get(f"/api/editions/{made['id']}{name}", headers=who)
        for who in ({}, other)
        for name in ("", "/report.pdf", "/nothing.xyz")
    ]
    absent = await walked.service.http.get(f"/api/editions/{uuid4()}", headers=other)

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["detail"] for answer in [*answers, absent]}) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"title": ""}, 400),
        ({"title": "  "}, 422),
        ({"programme_ids": []}, 422),
        ({"programme_ids": [str(uuid4())]}, 404),
        ({"audience": "press"}, 400),
        ({"as_of": "2026-10-08T23:00:00"}, 400),
        ({"audience": "public"}, 422),
        ({"colour": "violet"}, 400),
    ],
)
async def test_orders_that_cannot_be_are_refused(walked: Walked, asked: dict[str, Any], status: int) -> None:
    """Each with its status, and nothing is made."""
    answer = await walked.order(**asked)

    assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"


async def test_a_lead_orders_only_her_own(walked: Walked) -> None:
    """Another lead's programme is not there for her; the public may not order at all."""
    other = await walked.service.staff("lead", "Another")
    theirs, nobody = await walked.order(other), await walked.order({"Authorization": "Bearer none"})

    assert (theirs.status_code, nobody.status_code) == (404, 401)


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "<script>alert(1)</script>", "中文 😀 \u202e", "#panic()"])
async def test_a_title_is_given_back_exactly_and_runs_nowhere(walked: Walked, title: str) -> None:
    """Naughty titles are titles."""
    made = await ok(await walked.order(title=title), 201)
    shown = await ok(await walked.service.http.get(f"/api/editions/{made['id']}", headers=walked.analyst))

    assert (shown["title"], shown["state"]) == (title, "ready")


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"from": "October"}, "from"), ({"to": "2026-02-30"}, "to"), ({"from": ""}, "from"), ({"factor": None}, "factor")],
)
async def test_a_question_that_cannot_be_read_names_its_own_word(
    walked: Walked, asked: dict[str, Any], field: str
) -> None:
    """The fields are those of the query, never of our code; a missing one is named too."""
    answer = await walked.hotspots(**{"factor": "lighting", **asked})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_moment_to_come_is_refused(walked: Walked) -> None:
    """An edition as of tomorrow would change until then."""
    answer = await walked.order(as_of="2031-01-01T00:00:00Z")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "as_of")


async def test_the_stops_are_plain_utf_8(walked: Walked) -> None:
    """One charset in the header, and no mark before the first column's name."""
    made = await ok(await walked.order(), 201)
    got = await walked.service.http.get(f"/api/editions/{made['id']}/stops.csv", headers=walked.analyst)

    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    assert got.content.decode().startswith("programme,stop_no,")


async def test_hotspots_of_all_programmes_leave_a_single_woman_out(walked: Walked) -> None:
    """Beside the twelve women of one programme the one of another changes nothing that is told of `feeling`."""
    alone = await ok(await walked.hotspots(programme_id=None))
    beside = await commissioned(walked.service, walked.lead, "Beside")
    await walk_nights(beside, Nights(women=1, after=10_000_000))

    assert await ok(await walked.hotspots(programme_id=None)) == alone
