"""The charter's wordings: those published, a new one typed, looked at and published; and signing it at one's desk."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.scheme.words import moment
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.keeping.queries import at_desk
from charter.pledges import NUMBERS
from charter.register import Desk
from charter.scheme.errors import NotDone, WordingTaken
from charter.scheme.publishing import Draft, check, publish, sign_wording
from charter.wordings import current_wording, pledges_of, wordings

Done = Annotated[str, QueryParameter(description="Whether something was just done: yes.")]


@get("/scheme/wordings", include_in_schema=False)
async def list_wordings(done: Done = "") -> Template:
    """Every wording, the one that is signed now first."""
    found = [
        {"wording": one, "at": moment(one.published_at) if one.published_at else "With the scheme"}
        for one in reversed((await wordings()).values())
    ]
    return Template("scheme/wordings.html", context={"wordings": found, "done": done == "yes", "back": "/scheme"})


@get("/scheme/wordings/new", include_in_schema=False)
async def wording_form() -> Template:
    """A new wording, begun with the words of the present one."""
    present = await current_wording()
    texts = {f"text-{pledge.number}": pledge.text for pledge in present.pledges}
    evidence = {f"evidence-{pledge.number}": pledge.evidence for pledge in present.pledges}
    return _page(Form({**texts, **evidence}))


@post("/scheme/wordings/new", include_in_schema=False, status_code=303)
async def publish_wording(
    request: Request[Any, Any, Any], who: NamedDependency[Principal], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Show it as it would be read; publish it once its version was typed a second time."""
    form = Form(await typed(request))
    draft = _draft(form)
    if form.text("step") == "change":
        return _page(form)
    try:
        check(draft, await wordings())
        if form.text("step") == "publish" and form.text("again").strip() == draft.version:
            await publish(draft, by=who.id, desk=desk)
            return Redirect("/scheme/wordings?done=yes", status_code=303)
    except (NotDone, WordingTaken) as refused:
        form.refuse_all(refused.errors)
        return _page(form)
    return _preview(form, draft)


def _preview(form: Form, draft: Draft) -> Template:
    """The wording as it would be read; asked to publish it, what she has to type first."""
    if form.text("step") == "publish":
        form.refuse("again", f"Enter {draft.version} to publish this wording")
    context = {"form": form, "draft": draft, "numbers": NUMBERS, "back": "/scheme/wordings"}
    return Template("scheme/wording_preview.html", context=context, status_code=form.status)


@get("/desk/{signatory_id:uuid}/wording", include_in_schema=False)
async def wording_at_desk(signatory_id: FromPath[UUID], who: NamedDependency[Principal], done: Done = "") -> Template:
    """The present wording beside the one that was signed, and the button that signs it."""
    by = await member_for(who, signatory_id)
    desk = await at_desk(by)
    present = await current_wording()
    signed = {pledge.number: pledge.text for pledge in await pledges_of(desk.charter_version)}
    shown = {"organisation": desk, "present": present, "signed": signed, "back": f"/desk/{signatory_id}"}
    told = {"newer": present.version != desk.charter_version, "deputy": by.role == "deputy", "done": done == "yes"}
    return Template("scheme/wording_at_desk.html", context={**shown, **told})


@post("/desk/{signatory_id:uuid}/wording", include_in_schema=False, status_code=303)
async def sign_at_desk(
    request: Request[Any, Any, Any],
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Redirect:
    """Sign exactly the wording that she was shown."""
    by = await member_for(who, signatory_id)
    await sign_wording(by, Form(await typed(request)).text("version"), desk=desk)
    return Redirect(f"/desk/{signatory_id}/wording?done=yes", status_code=303)


def _draft(form: Form) -> Draft:
    return Draft(
        version=form.text("version").strip(),
        texts=tuple(form.text(f"text-{number}").strip() for number in NUMBERS),
        evidence=tuple(form.text(f"evidence-{number}").strip() for number in NUMBERS),
        changes=form.text("changes").strip(),
    )


def _page(form: Form) -> Template:
    context = {"form": form, "numbers": NUMBERS, "back": "/scheme/wordings"}
    return Template("scheme/new_wording.html", context=context, status_code=form.status)


HANDLERS = [list_wordings, wording_form, publish_wording, wording_at_desk, sign_at_desk]
