"""Correcting what the register says of an organisation, with a reason."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.roles import Principal
from charter.pledges import SECTORS
from charter.register import Desk
from charter.scheme.commands import Listing, correct
from charter.scheme.errors import NotDone
from charter.scheme.queries import file_of


@get("/scheme/signatories/{signatory_id:uuid}/correct", include_in_schema=False)
async def correction_form(signatory_id: FromPath[UUID], desk: NamedDependency[Desk]) -> Template:
    """The listing as it stands, to be put right."""
    row = (await file_of(signatory_id, seal=desk.seal)).row
    values = {
        "name": row["name"],
        "sector": row["sector"],
        "website": row["website"] or "",
        "public_listing": "yes" if row["public_listing"] else "no",
    }
    return _page(signatory_id, Form(values))


@post("/scheme/signatories/{signatory_id:uuid}/correct", include_in_schema=False, status_code=303)
async def correct_listing(
    request: Request[Any, Any, Any],
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Put it right, or show what is wrong."""
    form = Form(await typed(request))
    try:
        await correct(signatory_id, _listing(form), reason=form.text("reason"), by=who.id, desk=desk)
    except NotDone as refused:
        form.refuse_all(refused.errors)
        return _page(signatory_id, form)
    return Redirect(f"/scheme/signatories/{signatory_id}?done=correct", status_code=303)


def _listing(form: Form) -> Listing:
    return Listing(
        name=form.text("name").strip(),
        sector=form.text("sector"),
        website=form.text("website").strip() or None,
        public_listing=form.text("public_listing") == "yes",
    )


def _page(id: UUID, form: Form) -> Template:
    context = {"form": form, "sectors": SECTORS.values(), "back": f"/scheme/signatories/{id}"}
    return Template("scheme/correct.html", context=context, status_code=form.status)


HANDLERS = [correction_form, correct_listing]
