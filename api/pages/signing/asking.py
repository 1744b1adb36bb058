"""The pages that ask about the organisation, who signs, its champion, and the pledges."""

from typing import Any

from litestar import Request, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.signing.answers import Answers, one
from api.pages.signing.faults import faults_on
from api.pages.signing.visit import OVER, Visit
from charter.pledges import SECTORS
from charter.wordings import wordings

ASKED = ("organisation", "signatory", "champion", "pledges")


@get("/charter/sign/{page:str}", include_in_schema=False)
async def ask(request: Request[Any, Any, Any], page: FromPath[str]) -> Template | Redirect:
    """One page of questions, with what was answered before."""
    if page not in ASKED:
        raise NotFoundException
    visit = await Visit.of(request)
    if not visit.begun and page != ASKED[0]:
        return Redirect(OVER, status_code=303)
    context = {
        "form": Form(visit.answers.page(page)),
        "back": visit.back_from(page),
        **await _needed(page, visit.answers),
    }
    return Template(f"signing/{page}.html", context=context)


@post("/charter/sign/{page:str}", include_in_schema=False)
async def answer(request: Request[Any, Any, Any], page: FromPath[str]) -> Template | Redirect:
    """Keep the answers, rightly given or not; then go on, or show what is wrong."""
    if page not in ASKED:
        raise NotFoundException
    visit = await Visit.of(request)
    visit.answers.pages[page] = fields = await _published(await typed(request))
    form = Form(fields)
    form.refuse_all((fault.field, fault.message) for fault in faults_on(page, visit.answers))
    if form.errors:
        return await visit.again(page, form, back=visit.back_from(page), **await _needed(page, visit.answers))
    return await visit.go()


async def _needed(page: str, answers: Answers) -> dict[str, Any]:
    """What a page shows beside its fields."""
    published = await wordings()
    # Whoever began under one wording signs that one, even where another is published meanwhile.
    wording = published.get(one(answers.page("pledges"), "version")) or list(published.values())[-1]
    needed: dict[str, dict[str, Any]] = {
        "organisation": {"sectors": SECTORS.values()},
        "champion": {"signatory": one(answers.page("signatory"), "name")},
        "pledges": {"version": wording.version, "pledges": wording.pledges},
    }
    return needed.get(page, {})


async def _published(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """The fields without a version that was never published, which no page of ours holds."""
    if "version" not in fields or one(fields, "version") in await wordings():
        return fields
    return {**fields, "version": []}


HANDLERS = [ask, answer]
