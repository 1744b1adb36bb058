"""Signatures that may repeat an earlier one: side by side, and one question."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.scheme.words import REASONS, age, day, moment, row, sector
from api.roles import Principal
from charter.register import Desk
from charter.scheme.duplicates import different, merge
from charter.scheme.errors import NotDone
from charter.scheme.notes import check_texts
from charter.scheme.queries import Pair, Short, open_pairs, pair

DONE = {
    "same": "Merged. The people of the newer signature were told by letter.",
    "different": "Noted as different. They will not be shown together again.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get("/scheme/duplicates", include_in_schema=False)
async def duplicates(desk: NamedDependency[Desk], done: Done = "") -> Template:
    """Every pair that nobody judged yet."""
    shown = [{**_pair(one), "noticed": age(one.noticed_at, desk.now)} for one in await open_pairs()]
    return Template("scheme/duplicates.html", context={"pairs": shown, "done": DONE.get(done), "back": "/scheme"})


@get("/scheme/duplicates/{pair_id:uuid}", include_in_schema=False)
async def compare(pair_id: FromPath[UUID], desk: NamedDependency[Desk]) -> Template:
    """The two beside each other."""
    return await _page(pair_id, Form(), desk)


@post("/scheme/duplicates/{pair_id:uuid}", include_in_schema=False, status_code=303)
async def judge(
    request: Request[Any, Any, Any],
    pair_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Different at once; the same after one more page, for it cannot be undone."""
    form = Form(await typed(request))
    decision = form.text("decision")
    if decision not in DONE:
        form.refuse("decision", "Select whether the two are the same organisation")
        return await _page(pair_id, form, desk)
    if decision == "same" and (first := await _before_merging(pair_id, form, desk)):
        return first
    await _decide(pair_id, decision, form, by=who.id, desk=desk)
    return Redirect(f"/scheme/duplicates?done={decision}", status_code=303)


async def _decide(id: UUID, decision: str, form: Form, *, by: str, desk: Desk) -> None:
    if decision == "different":
        await different(id, by=by, desk=desk)
    else:
        await merge(id, reason=form.text("reason"), by=by, desk=desk)


async def _before_merging(id: UUID, form: Form, desk: Desk) -> Template | None:
    """The page that comes before a merge: what is wrong, or whether she is sure; None once she is."""
    try:
        check_texts(reason=form.text("reason"))
    except NotDone as refused:
        form.refuse_all(refused.errors)
        return await _page(id, form, desk)
    if form.text("confirmed") == "yes":
        return None
    found, _ = await pair(id)
    context = {"form": form, "pair": _pair(found), "back": f"/scheme/duplicates/{id}"}
    return Template("scheme/merge_sure.html", context=context, status_code=200)


async def _page(id: UUID, form: Form, desk: Desk) -> Template:
    found, premises = await pair(id)
    both = [{**_side(one, desk), "premises": premises[one.id]} for one in (found.other, found.signatory)]
    context = {"form": form, "pair": _pair(found), "both": both, "back": "/scheme/duplicates"}
    return Template("scheme/duplicate.html", context=context, status_code=form.status)


def _pair(one: Pair) -> dict[str, Any]:
    return {
        "id": one.id,
        "reasons": ", ".join(REASONS.get(reason, reason) for reason in one.reasons),
        "decided": one.decision is not None,
        "newer": one.signatory,
        "older": one.other,
    }


def _side(one: Short, desk: Desk) -> dict[str, Any]:
    return {
        **row(one, desk.now),
        "sector": sector(one.sector),
        "sent": moment(one.applied_at),
        "signed": day(one.signed_on),
        "confirmed": day(one.last_confirmed_on),
    }


HANDLERS = [duplicates, compare, judge]
