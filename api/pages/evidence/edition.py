"""The editions that there are, and one of them: how far its making has come, its files, and who may see it."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from api.pages.desk.words import moment
from api.pages.evidence.words import AUDIENCES, FILES, STATES, size
from api.resources.paging import Cursor, cursor_of, number_in
from api.roles import Principal
from audits.reports.editions import STEPS
from audits.reports.queries import EditionFacts, earlier_editions, edition, editions, files_of, is_hers
from audits.reports.words.figures import date_of

SHOWN = 50
BESIDE = 20  # earlier editions that one may be compared with on its page


@get("/evidence", include_in_schema=False)
async def list_editions(who: NamedDependency[Principal], cursor: Cursor = None) -> Template:
    """The newest first."""
    found = await editions(caller=who.caller, before=number_in(cursor), limit=SHOWN + 1)
    context = {
        "editions": [summary(one) for one in found[:SHOWN]],
        "next": f"/evidence?cursor={cursor_of(found[SHOWN - 1].number)}" if len(found) > SHOWN else "",
        "later": cursor is not None,
    }
    return Template("evidence/list.html", context=context)


@get("/evidence/editions/{edition_id:uuid}", include_in_schema=False)
async def edition_page(edition_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """While it is being made, how far that has come; then its files."""
    found = await edition(edition_id, caller=who.caller)
    files = await files_of(found)
    context = {
        "one": summary(found),
        "files": [_file(file) for file in sorted(files, key=lambda file: list(FILES).index(file.name))],
        "earlier": [summary(one) for one in await earlier_editions(found, limit=BESIDE)],
        "done": STEPS.index(found.step) if found.step in STEPS else 0,
        "steps": len(STEPS),
        "hers": await is_hers(found, who.caller),
    }
    return Template("evidence/edition.html", context=context)


def comparable(earlier: EditionFacts, later: EditionFacts) -> bool:
    """Whether an edition may be set beside a later one: of the same programmes, for the same audience, both ready."""
    alike = (earlier.audience, set(earlier.programme_ids)) == (later.audience, set(later.programme_ids))
    return alike and earlier.state == later.state == "ready" and earlier.number < later.number


def summary(one: EditionFacts) -> dict[str, Any]:
    """An edition as the pages show it."""
    words, colour = STATES[one.state]
    return {
        "id": one.id,
        "title": one.title,
        "state": one.state,
        "tag": {"text": words, "classes": f"govuk-tag--{colour}"},
        "audience": AUDIENCES[one.audience],
        "period": _period(one),
        "as_of": moment(one.as_of),
        "made_at": moment(one.made_at),
        "method_version": one.method_version,
        "data_sha256": one.data_sha256,
        "failure": one.failure,
        "step": one.step or "Waiting for its turn",
        "withdrawal": one.withdrawal,
        "withdrawn_at": moment(one.withdrawn_at) if one.withdrawn_at else None,
        "programmes": len(one.programme_ids),
    }


def _period(one: EditionFacts) -> str:
    if one.from_on and one.to_on:
        return f"{date_of(one.from_on)} to {date_of(one.to_on)}"
    if one.from_on:
        return f"From {date_of(one.from_on)} on"
    return f"Until {date_of(one.to_on)}" if one.to_on else "All that counted"


def _file(file: Any) -> dict[str, Any]:
    return {"name": file.name, "words": FILES[file.name], "size": size(file.bytes), "sha256": file.sha256}


HANDLERS = [list_editions, edition_page]
