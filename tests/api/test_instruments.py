"""The instrument is public, as data."""

from tests.people import Service, ok


async def test_version_1_is_read_by_anybody(service: Service) -> None:
    """Factors with their scales, chips, presences and effects."""
    found = await ok(await service.http.get("/api/instruments/1"))

    assert (found["version"], len(found["factors"]), found["factors"][0]["key"]) == (1, 15, "lighting")
    assert found["factors"][0]["scale"][0] == "no useful light where people walk"
    assert found["presence_effects"] == ["safer", "no_different", "less_safe"]


async def test_an_unpublished_version_is_not_there(service: Service) -> None:
    """A 404 that says which are; so is what is no version."""
    answer = await service.http.get("/api/instruments/2")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-instrument")
    assert (await service.http.get("/api/instruments/latest")).status_code == 404
