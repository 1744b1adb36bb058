"""An organisation's listing: whether the public sees it, and its certificate, which it has either way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.resources.mine.acting import member_for
from api.roles import Principal
from api.settings import Settings
from charter.certificate.content import content_of
from charter.certificate.setting import certificate
from charter.keeping.consent import Agreed, agreed, change_mind
from charter.keeping.members import Member
from charter.keeping.queries import at_desk
from charter.queries import own_entry
from charter.wordings import pledges_of

QUESTIONS = {
    "public_listing": "Select whether the public may see it",
    "network_contact": "Select whether we may write to you about the network",
}


@get("/desk/{signatory_id:uuid}/listing", include_in_schema=False)
async def listing_form(signatory_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """What it agrees to now."""
    by = await member_for(who, signatory_id)
    now = await agreed(by)
    return await _page(by, Form({name: "yes" if getattr(now, name) else "no" for name in QUESTIONS}))


@post("/desk/{signatory_id:uuid}/listing", include_in_schema=False, status_code=303)
async def change_listing(
    signatory_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """Change it, or show what is missing."""
    by = await member_for(who, signatory_id)
    form = Form(await typed(request))
    form.refuse_all((name, asks) for name, asks in QUESTIONS.items() if form.text(name) not in ("yes", "no"))
    if form.errors:
        return await _page(by, form)
    changed = await change_mind(by, Agreed(**{name: form.text(name) == "yes" for name in QUESTIONS}), now=now)
    return Redirect(f"/desk/{signatory_id}?saved={'listing' if changed else 'unchanged'}", status_code=303)


@get("/desk/{signatory_id:uuid}/certificate.pdf", include_in_schema=False)
async def own_certificate(
    signatory_id: FromPath[UUID], who: NamedDependency[Principal], settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Also of an organisation that the register does not show; its code then leads to the charter. 409 as ever."""
    entry = await own_entry((await member_for(who, signatory_id)).signatory)
    content = content_of(
        entry.entry, await pledges_of(entry.entry.charter_version), base_url=settings.base_url, shown=entry.public
    )
    headers = {"Content-Disposition": f'inline; filename="{content.reference}.pdf"'}
    return Response(await certificate(content), media_type="application/pdf", headers=headers)


async def _page(by: Member, form: Form) -> Template:
    desk = await at_desk(by)
    context = {"form": form, "desk": desk, "back": f"/desk/{desk.id}"}
    return Template("desk/listing.html", context=context, status_code=form.status)


HANDLERS = [listing_form, change_listing, own_certificate]
