"""Where each page route is looked at. A new page needs at most one line here, for what its path names anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from api.roles import ROUTES, Role
from migrations.database import fetch

ORGANISATION = "The Lantern"  # the demo's first, whose champion looks

# What finds those of the demo that a path may name; every one found is looked at. ABOUT has others for some routes.
VALUES: Mapping[str, str] = {
    "signatory_id": f"select id from signatory where name = '{ORGANISATION}'",
    "premises_id": f"select id from premises where name = '{ORGANISATION}'",
    "pair_id": "select id from possible_duplicate limit 1",
    "person_id": "select id from person where ended_at is null limit 1",
    "issue_id": "select id from issue where state in ('walked_again', 'refused')",
    "recommendation_id": "select id from recommendation where state = 'done' limit 1",
    "programme_id": "select id from programme where name like 'Wharf Quarter%'",
    "walk_id": "select id from walk where state in ('received', 'quarantined')",
    "stop_id": "select id from stop where note_flagged limit 1",
    "photo_id": "select id from photo where state = 'stored' limit 1",
    "edition_id": "select id from edition where audience = 'gla' order by number desc limit 1",
    "earlier_id": "select id from edition where audience = 'gla' order by number limit 1",
    "cell": "select 'h50:' || cell_q || ':' || cell_r as id from stop where cell_q is not null "
    "group by cell_q, cell_r order by count(*) desc limit 1",
}
ABOUT: Mapping[str, Mapping[str, str]] = {
    "GET /register/": {
        "signatory_id": "select id from signatory where state in ('active', 'review_due', 'lapsed', 'withdrawn')"
    },
    "GET /review/walks/{walk_id}/versions/": {
        "walk_id": "select walk.id from walk join walk_revision on walk_revision.walk = walk.number",
        "number": "select number as id from walk_revision",
    },
    "GET /plans/": {"programme_id": "select id from programme where name = 'Lock pilot'"},
}
# What a path may name that no table holds.
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "GET /questions/": {"version": ("1",)},
    "GET /charter/sign/": {"page": ("organisation", "signatory", "champion", "pledges"), "place": ("1",)},
    "GET /scheme/signatories/": {"act": ("contacts", "letter", "note", "suspend", "reinstate", "ask-again")},
    "GET /desk/": {"number": ("1", "2", "3", "4", "5", "6", "7")},
    "GET /programmes/": {"number": ("1",)},
    "GET /actions/issues/": {"step": ("withdraw", "unlink")},
    "GET /actions/recommendations/": {"step": ("withdraw", "undo")},
}
# What a page must be asked, beside its path.
ASKED: Mapping[str, str] = {"GET /evidence/places/{programme_id}": "?cell={cell}"}
# Other faces of a page: what it shows when it is searched, filtered, or has just done something.
FACES: Mapping[str, tuple[str, ...]] = {
    "GET /register": ("?q=lan&sector=pub_or_bar", "?q=nobody+of+this+name"),
    "GET /reach": ("?by=town_centre",),
    "GET /charter/sign/premises/{place}/find": ("?name=the", "?name=nobody"),
    "GET /charter/sign/premises/{place}/position": ("?near=the", "?near=nobody"),
    "GET /desk/{signatory_id}": ("?saved=left",),
    "GET /desk/{signatory_id}/premises": ("?saved=added", "?q=nowhere"),
    "GET /scheme/signatories": ("?q=lantern", "?q=nobody+of+this+name"),
}
# Forms that refuse to be sent as they stand, looked at with what they say then.
REFUSING = (
    "GET /charter/sign/{page}",
    "GET /charter/sign/premises/{place}/details",
    "GET /charter/confirm",
    "GET /sign-in",
    "GET /sign-in/confirm",
    "GET /desk/{signatory_id}/premises/add",
    "GET /desk/{signatory_id}/premises/spreadsheet",
    "GET /desk/{signatory_id}/people/hand-over",
    "GET /desk/{signatory_id}/withdraw",
    "GET /desk/{signatory_id}/review",
    "GET /scheme/people/new",
    "GET /scheme/signatories/{signatory_id}/correct",
)
# What answers a GET and is no page to look at, and why.
NO_PAGES: Mapping[str, str] = {
    "GET /assets/{name}": "files",
    "GET /healthz": "a word for machines",
    "GET /readyz": "a word for machines",
    "GET /walk": "the walking app, which is looked at in tests/journeys/phone",
    "GET /walk/{name}": "files of the walking app",
    "GET /desk/{signatory_id}/pledges/{number}/files/{file_id}": "a picture",
    "GET /actions/recommendations/{recommendation_id}/photos/{photo_id}": "a picture",
    "GET /evidence/programmes/{programme_id}/area": "GeoJSON",
}
# Who looks, where it is not whoever may least of those in the matrix.
WHO: Mapping[str, str] = {
    "GET /charter/sign/sent": "signer",
    "GET /sign-in/code": "returner",
    "GET /sign-in/second-factor": "newcomer",
    "GET /account": "administrator",
}
A_FILE = re.compile(r"\.\w+$")
NAMED = re.compile(r"\{(\w+)\}")
WHAT_TO_DO = (
    "Say in tests/journeys/every_page/addresses.py what finds one (VALUES, WORDS), or why it is no page (NO_PAGES)."
)


@dataclass(frozen=True)
class Address:
    """One address of a page route, and who of the world's people looks at it."""

    route: str
    path: str
    who: str


def page_routes() -> list[str]:
    """Every route that shows a page."""
    gets = [route for route in ROUTES if route.startswith("GET ") and not route.startswith("GET /api/")]
    return [route for route in gets if route not in NO_PAGES and not A_FILE.search(route)]


def unknown(route: str) -> list[str]:
    """The names in a route's address that nothing is known of."""
    return [name for name in NAMED.findall(_address(route)) if not _words(route, name) and not _statement(route, name)]


async def addresses() -> list[Address]:
    """Where every page is looked at, in the world that is open."""
    return [address for route in page_routes() for address in await _addresses_of(route)]


async def _addresses_of(route: str) -> list[Address]:
    names, who = NAMED.findall(_address(route)), who_looks(route)
    found = [_words(route, name) or await _found(_statement(route, name)) for name in names]
    paths = [_address(route).format_map(dict(zip(names, chosen, strict=True))) for chosen in product(*found)]
    return [Address(route, path + face, who) for path in paths for face in ("", *FACES.get(route, ()))]


def _address(route: str) -> str:
    return route.removeprefix("GET ") + ASKED.get(route, "")


def who_looks(route: str) -> str:
    """Whoever may least: a stranger, a champion, or else an administrator."""
    if route in WHO:
        return WHO[route]
    if Role.PUBLIC in ROUTES[route]:
        return "stranger"
    return "champion" if ROUTES[route] <= {Role.CHAMPION, Role.SIGNED_IN} else "administrator"


def _statement(route: str, name: str) -> str:
    narrowed = [values[name] for start, values in ABOUT.items() if route.startswith(start) and name in values]
    return [*narrowed, VALUES.get(name, "")][0]


def _words(route: str, name: str) -> tuple[str, ...]:
    return next((words[name] for start, words in WORDS.items() if route.startswith(start) and name in words), ())


async def _found(statement: str) -> tuple[str, ...]:
    rows = tuple(str(row["id"]) for row in await fetch(statement))
    assert rows, f"nothing in the demo's world is found by: {statement}"
    return rows
