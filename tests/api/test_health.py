"""Health and the documented interface."""

from markupsafe import escape

from api.roles import ROUTES
from tests.people import Service


async def test_the_process_and_the_service_answer(service: Service) -> None:
    """On a migrated database with room on the disk both say so."""
    alive, ready = await service.http.get("/healthz"), await service.http.get("/readyz")

    assert alive.json() == {"status": "ok"}
    assert ready.status_code == 200 and ready.json() == dict.fromkeys(("status", "database", "schema", "disk"), "ok")


async def test_the_document_names_every_route_and_its_errors(service: Service) -> None:
    """Every JSON route stands in OpenAPI 3.1, and each operation tells the shape of its errors."""
    document = (await service.http.get("/api/openapi.json")).json()
    operations = {f"{m.upper()} {path}": o for path, ms in document["paths"].items() for m, o in ms.items()}

    assert document["openapi"].startswith("3.1")
    assert {r for r in ROUTES if " /api/" in r} - set(operations) == {"GET /api/openapi.json"}
    assert all("application/problem+json" in o["responses"]["default"]["content"] for o in operations.values())


async def test_the_front_door_has_three_doors(service: Service) -> None:
    """For organisations, auditors and analysts, with the help routes under them."""
    page = (await service.http.get("/")).text

    assert page.count('class="ns-door"') == 3
    assert "999" in page and "61016" in page


async def test_people_read_what_programs_fetch(service: Service) -> None:
    """The pledges and the questions are pages too, in the same words."""
    charter, questions = await service.http.get("/charter"), await service.http.get("/questions/1")
    pledges = (await service.http.get("/api/charter")).json()["pledges"]
    factors = (await service.http.get("/api/instruments/1")).json()["factors"]

    assert all(escape(pledge["text"]) in charter.text for pledge in pledges)
    assert all(escape(factor["label"]) in questions.text for factor in factors)
    assert (await service.http.get("/questions/99")).status_code == 404


async def test_assets_are_cached_compressed_and_ours(service: Service) -> None:
    """The browser asks nobody else, and asks once."""
    css = await service.http.get("/assets/govuk-frontend.css", headers={"Accept-Encoding": "gzip"})
    again = await service.http.get("/assets/govuk-frontend.css", headers={"If-None-Match": css.headers["etag"]})

    assert css.headers["content-encoding"] == "gzip" and int(css.headers["content-length"]) < 30_000
    assert (again.status_code, again.content) == (304, b"")
    assert (await service.http.get("/assets/..%2fpackage.json")).status_code == 404
