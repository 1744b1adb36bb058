"""What the forms of issues and recommendations have in common: who acts on which version, and what was refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from litestar import Request
from litestar.di import Provide

from api.pages.actions.listing import as_uuid
from api.pages.kit.forms import Form, typed, whole_number
from api.resources.actions.acting import ACTING
from audits.actions.content import check_reason
from audits.actions.errors import ActionChangedMeanwhile, ActionNotAcceptable, OutOfTurn
from audits.actions.keeping import Acting

MAX_DIGITS = 9
REFUSALS = (ActionNotAcceptable, ActionChangedMeanwhile, OutOfTurn)
CHANGED = "Somebody else has changed this since you opened it. Compare with the issue’s page, then save again."


async def form_sent(request: Request[Any, Any, Any]) -> Form:
    """The form as it was typed."""
    return Form(await typed(request))


FORM = {**ACTING, "form": Provide(form_sent)}


def on_version(acting: Acting, form: Form) -> Acting:
    """Who acts, on the version that her page was made of."""
    return replace(acting, version=version_typed(form))


def reason_typed(form: Form) -> str:
    """Why something is corrected; refused at its field where that is not said."""
    reason = form.text("reason")
    try_rule(form, lambda: check_reason(reason))
    return reason


def try_rule(form: Form, rule: Callable[[], None], *, fields: Mapping[str, str] | None = None) -> None:
    """Say at their fields everything that a rule refuses, so that all of it can be put right at once."""
    try:
        rule()
    except ActionNotAcceptable as refused:
        refused_at(form, refused, fields=fields)


def version_typed(form: Form) -> int:
    """What she saw; a number that nothing has where the form was tampered with."""
    return whole_number(form.text("version"), digits=MAX_DIGITS) or 0


def uuid_typed(form: Form, name: str) -> UUID:
    """The id in a hidden field; one that names nothing where that was tampered with."""
    return as_uuid(form.text(name)) or uuid4()


def refused_at(
    form: Form,
    refused: ActionNotAcceptable | ActionChangedMeanwhile | OutOfTurn,
    *,
    else_at: str = "reason",
    fields: Mapping[str, str] | None = None,
) -> None:
    """Say what was refused at its field, by the page's own name of it; what is about no field, at `else_at`."""
    if isinstance(refused, ActionNotAcceptable):
        form.refuse_all(((fields or {}).get(name, name), message) for name, message in refused.errors)
    else:
        form.refuse(else_at, CHANGED if isinstance(refused, ActionChangedMeanwhile) else str(refused))
