"""One matrix of routes and roles: a route without a row is a fault, and so is a row without a route."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar

from api.roles import REVOKED_DEVICES_MAY, ROUTES, Role
from tests.people import Service


def routes_of(app: Litestar) -> Iterator[str]:
    """Every route the application answers, as `METHOD /path/{name}`."""
    for route in app.routes:
        for method in getattr(route, "methods", ()):
            if method not in ("OPTIONS", "HEAD"):
                yield f"{method} {route.path_format or '/'}"


def with_ids(route: str) -> tuple[str, str]:
    """A route's method, and its path with a made-up id wherever one is asked."""
    method, path = route.split(" ")
    with_numbers = re.sub(r"\{(number|place|version)\}", "1", path)
    return method, re.sub(r"\{\w+\}", "018f0000-0000-7000-8000-000000000000", with_numbers)


async def test_every_route_declares_its_roles(service: Service) -> None:
    """The matrix and the application name the same routes."""
    assert set(routes_of(service.app)) == set(ROUTES)
    assert set(ROUTES) >= REVOKED_DEVICES_MAY


async def test_nobody_enters_where_a_role_is_needed(service: Service) -> None:
    """Without a token, and with an unknown one, every protected route answers 401 before it looks at anything."""
    for route, roles in ROUTES.items():
        if Role.PUBLIC in roles:
            continue
        method, path = with_ids(route)
        for headers in ({}, {"Authorization": "Bearer made-up"}):
            answer = await service.http.request(method, path, headers=headers)
            assert answer.status_code == 401, route
            assert answer.json()["type"] == "/problems/not-signed-in"


@pytest.mark.parametrize("role", ["lead", "analyst", "administrator"])
async def test_a_role_outside_the_row_is_refused(service: Service, role: str) -> None:
    """A known caller whose role is not in the row answers 403, whatever she sends."""
    headers = await service.staff(role)
    for route in (r for r, roles in ROUTES.items() if Role(role) not in roles):
        method, path = with_ids(route)

        answer = await service.http.request(method, path, headers=headers)

        assert answer.status_code == 403, route


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer " + "x" * 500, "token"])
async def test_a_malformed_authorization_is_401(service: Service, header: str) -> None:
    """Also on a public route: a caller who means to be known must not be served as a stranger."""
    answer = await service.http.get("/api/charter", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
