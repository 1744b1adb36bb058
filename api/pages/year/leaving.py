"""Withdrawing: what it means, a tick, and where the way back is."""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.year.reviewing import CHECKED, HERE
from charter.keeping.members import Member
from charter.keeping.queries import at_desk
from charter.register import Desk
from charter.signing import DEPUTY
from charter.year.errors import WithdrawalNotAcceptable
from charter.year.leaving import MAX_REASON, Withdrawal, withdraw


@get("/desk/{signatory_id:uuid}/withdraw", dependencies=HERE, include_in_schema=False)
async def withdrawal_form(by: NamedDependency[Member]) -> Template:
    """What withdrawing means, before it is asked for."""
    return await _form(by, Form())


@post("/desk/{signatory_id:uuid}/withdraw", dependencies=HERE, include_in_schema=False)
async def withdraw_organisation(
    request: Request[Any, Any, Any], by: NamedDependency[Member], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Withdraw, or show what is wrong with the form."""
    form = Form(await typed(request))
    # An empty field is no reason: the desk is not told that somebody said nothing.
    withdrawal = Withdrawal(confirmed=form.text("confirmed") == CHECKED, reason=form.text("reason") or None)
    try:
        await withdraw(by, withdrawal, desk=desk)
    except WithdrawalNotAcceptable as refused:
        form.refuse_all(refused.errors)
        return await _form(by, form)
    # She stands for it no more, so that the page that says so is nobody's own.
    return Redirect("/desk/withdrawn", status_code=303)


@get("/desk/withdrawn", include_in_schema=False)
async def withdrawn() -> Template:
    """That it is done, and how to come back; it names nobody, so that everybody may read it."""
    return Template("year/withdrawn.html")


async def _form(by: Member, form: Form) -> Template:
    organisation = await at_desk(by)
    context = {
        "form": form,
        "organisation": organisation,
        "back": f"/desk/{organisation.id}",
        "deputy": by.role == DEPUTY,
        "max_reason": MAX_REASON,
    }
    return Template("year/withdraw.html", context=context, status_code=form.status)


HANDLERS = [withdrawal_form, withdraw_organisation, withdrawn]
