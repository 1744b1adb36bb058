"""Help routes: right from the first start, replaced as a whole, and never by what a phone cannot use."""

from datetime import date
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from audits.people.errors import HelpNotAcceptable
from audits.people.help_routes import FIRST, MAX_ROUTES, HelpRoute, NewHelpRoutes, check_help
from audits.people.publishing import publish_help
from audits.people.queries import help_routes
from tests.audits.builders import NOW

NEXT = NewHelpRoutes(dated=date(2026, 12, 1), routes=FIRST.routes[:2])


def test_the_first_routes_could_be_published() -> None:
    """Emergencies come first, and the line that its operator has not confirmed says so."""
    check_help(NewHelpRoutes(dated=FIRST.dated, routes=FIRST.routes))

    assert FIRST.routes[0].contact == "999"
    assert [route.key for route in FIRST.routes if not route.confirmed] == ["sexual_abuse"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Police!"}, "routes[0].key"),
        ({"name": " "}, "routes[0].name"),
        ({"contact": "call me"}, "routes[0].contact"),
        ({"kind": "web", "contact": "javascript:alert(1)"}, "routes[0].contact"),
        ({"note": "x" * 301}, "routes[0].note"),
    ],
)
def test_what_a_phone_cannot_use_is_refused(changes: dict[str, Any], field: str) -> None:
    """The field is named."""
    bad: HelpRoute = msgspec.structs.replace(FIRST.routes[0], **changes)
    with pytest.raises(HelpNotAcceptable) as refused:
        check_help(NewHelpRoutes(dated=FIRST.dated, routes=(bad,)))

    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("routes", [(), FIRST.routes * MAX_ROUTES, FIRST.routes[:1] * 2])
def test_none_too_many_and_twins_are_refused(routes: tuple[HelpRoute, ...]) -> None:
    """A version always has somewhere to turn to."""
    with pytest.raises(HelpNotAcceptable):
        check_help(NewHelpRoutes(dated=FIRST.dated, routes=routes))


async def test_what_was_published_last_is_in_force(database: str) -> None:
    """Before anything was, the program's own."""
    before = await help_routes()
    await publish_help(NEXT, id=uuid4(), by="administrator", now=NOW)
    published = await publish_help(NEXT, id=uuid4(), by="administrator", now=NOW)

    assert before == FIRST
    assert await help_routes() == published
    assert (published.version, published.dated, published.routes) == ("2026-3", NEXT.dated, NEXT.routes)
