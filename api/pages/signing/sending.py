"""Where the form begins, its answers are checked and sent, and what is said then."""

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.limits import network_of
from api.pages.kit.forms import Form
from api.pages.signing.answers import Answers, signature_of
from api.pages.signing.faults import Fault, faults, first_open
from api.pages.signing.shown import cards, consent_rows, organisation_rows, people_rows
from api.pages.signing.visit import OVER, START, Visit
from charter.doubts.bursts import BURST_MAC
from charter.register import Arrival, Desk, sign
from charter.signing import CONFIRM_WITHIN


@get("/charter/sign", include_in_schema=False)
async def before_you_start(request: Request[Any, Any, Any]) -> Template:
    """What signing takes, and whether answers of an earlier visit are still there."""
    visit = await Visit.of(request)
    over = "over" in request.query_params and not visit.begun
    return Template("signing/start.html", context={"begun": visit.begun, "over": over, "goes_on": _goes_on(visit)})


@get("/charter/sign/check", include_in_schema=False)
async def check_answers(request: Request[Any, Any, Any]) -> Template | Redirect:
    """Everything that was answered, to be read once more; or the first page that is still open."""
    visit = await Visit.of(request)
    if not visit.begun:
        return Redirect(OVER, status_code=303)
    if still := first_open(visit.answers):
        return Redirect(f"{START}/{still}", status_code=303)
    return Template("signing/check.html", context=await _checked(visit.answers, Form()))


@post("/charter/sign/check", include_in_schema=False)
async def send(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Template | Redirect:
    """Sign, and forget what was typed but for the reference; sent twice it signs once."""
    visit = await Visit.of(request)
    if not visit.begun:
        return Redirect(f"{START}/sent" if visit.answers.sent else OVER, status_code=303)
    # The charter's own rules may have moved on since the answers were given.
    if wrong := faults(visit.answers):
        return await visit.again("check", **await _checked(visit.answers, _form(wrong)))
    reference = await _sign(request, visit.answers, desk)
    sent = Answers(id=visit.answers.id, sent=reference)
    return Redirect(f"{START}/sent", status_code=303, cookies=[await visit.draft.keep(msgspec.json.encode(sent))])


@get("/charter/sign/sent", include_in_schema=False)
async def sent(request: Request[Any, Any, Any]) -> Template | Redirect:
    """The reference, and what happens next; alike whoever signed before."""
    visit = await Visit.of(request)
    if visit.answers.sent is None:
        return Redirect(f"{START}/check" if visit.begun else OVER, status_code=303)
    context = {"reference": visit.answers.sent, "days": CONFIRM_WITHIN.days}
    return Template("signing/sent.html", context=context)


async def _sign(request: Request[Any, Any, Any], answers: Answers, desk: Desk) -> str:
    network = network_of(request, purpose=BURST_MAC) if request.app.state.settings.limits else None
    receipt = await sign(signature_of(answers), desk=desk, came=Arrival(network=network, id=answers.id))
    return receipt.reference


def _form(wrong: list[Fault]) -> Form:
    form = Form()
    form.refuse_all((f"{START}/{fault.page}#{fault.field}", fault.message) for fault in wrong)
    return form


async def _checked(answers: Answers, form: Form) -> dict[str, Any]:
    return {
        "form": form,
        "organisation": organisation_rows(answers),
        "cards": await cards(answers),
        "people": people_rows(answers),
        "consent": consent_rows(answers),
        "back": f"{START}/pledges",
    }


def _goes_on(visit: Visit) -> str:
    return f"{START}/{(first_open(visit.answers) or 'check') if visit.begun else 'organisation'}"


HANDLERS = [before_you_start, check_answers, send, sent]
