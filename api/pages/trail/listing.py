"""The audit trail for administrators: what was done, newest first, and a check of its chain."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.words import happened_at
from api.pages.kit.forms import whole_number
from api.trails import TRAILS
from audits.events import WORKER
from audits.people.erasure import ERASED
from audits.trail.queries import Done, done
from migrations.sealing import Seal
from migrations.trail.standing import Chained, chained
from migrations.trail.verifying import TrailChecked, verify_trail

SHOWN = 50
OF = {"audits": "Audits and evidence", "register": "The register"}
EXPECT = {"audits": "--expect", "register": "--expect-register"}
CHECKED = 5_000  # links that a page checks while somebody waits; the command checks all of them
KINDS = {
    "walk": "Walks",
    "stop": "Stops and their notes",
    "photo": "Photos",
    "programme": "Programmes",
    "issue": "Issues",
    "recommendation": "Recommendations",
    "edition": "Editions",
    "person": "People of the staff",
    "session": "Sessions",
    "token": "Programs",
    "help routes": "Help routes",
    "retention": "Retention",
    "erasure": "Erasures",
}
# Whose ids would lead from one woman to what she did: they are told as a kind, and no more.
HERS = frozenset({"auditor", "response"})
PAGES_OF = {"walk": "/review/walks/", "edition": "/evidence/editions/", "issue": "/actions/issues/"}
Word = Annotated[str, QueryParameter(description="A choice of the form; anything else is taken as any.")]


@get("/scheme/trail", include_in_schema=False)
async def trail_page(seal: NamedDependency[Seal], kind: Word = "", before: Word = "") -> Template:
    """What was done, and how far the chain has come."""
    return await _page(seal, kind=kind if kind in KINDS else "", before=before)


@post("/scheme/trail", include_in_schema=False, status_code=200)
async def check_trail(seal: NamedDependency[Seal]) -> Template:
    """Check the newest links of each chain, and say what was found."""
    checked = {of: await verify_trail(trail, seal=seal, newest=CHECKED) for of, trail in TRAILS.items()}
    return await _page(seal, checked=checked)


async def _page(
    seal: Seal, *, kind: str = "", before: str = "", checked: Mapping[str, TrailChecked] | None = None
) -> Template:
    found = await done(subject=kind or None, before=whole_number(before), limit=SHOWN + 1)
    people = await actors_by_id(seal)
    more = urlencode({"kind": kind, "before": found[SHOWN - 1].number}) if len(found) > SHOWN else ""
    context = {
        "rows": [_row(one, people) for one in found[:SHOWN]],
        "kinds": KINDS,
        "kind": kind,
        "more": more,
        "chains": [_chain(of, await chained(trail)) for of, trail in TRAILS.items()],
        "most": CHECKED,
        **_checked(checked or {}),
    }
    return Template("trail/listing.html", context=context)


def _chain(of: str, chain: Chained) -> dict[str, Any]:
    return {
        "of": OF[of],
        "links": chain.head.position,
        "linked": happened_at(chain.linked_at) if chain.linked_at else "",
        "waiting": chain.waiting,
        "head": str(chain.head),
        "option": EXPECT[of],
    }


def _checked(checked: Mapping[str, TrailChecked]) -> dict[str, Any]:
    """What a check found: how many links were looked at, and each fault under the name of its chain."""
    return {
        "checked": sum(found.links for found in checked.values()) if checked else None,
        "faults": [{"text": f"{OF[of]}: {fault}"} for of, found in checked.items() for fault in found.faults],
    }


def _row(one: Done, people: dict[str, str]) -> dict[str, Any]:
    address = PAGES_OF.get(one.subject)
    return {
        "when": happened_at(one.at),
        "who": _who(one.actor, people),
        "what": f"{one.subject}: {one.action}",
        "id": "" if one.subject in HERS else one.subject_id,
        "href": f"{address}{one.subject_id}" if address else "",
        "said": [(name, _said(value, people)) for name, value in _detail(one) if value is not None],
    }


def _who(actor: str, people: dict[str, str]) -> str:
    """Staff and programs by name; auditors are never told apart."""
    if actor == WORKER:
        return "The service itself"
    if actor == ERASED:
        return "An erased auditor"
    return people.get(actor, "An auditor, or somebody who has left")


def _detail(one: Done) -> list[tuple[str, Any]]:
    return list(msgspec.json.decode(one.detail).items()) if one.detail else []


def _said(value: Any, people: dict[str, str]) -> str:
    return people.get(str(value), str(value))


HANDLERS = [trail_page, check_trail]
