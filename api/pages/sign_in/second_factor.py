"""The second factor of staff: shown at each sign-in, set up once with a picture to scan and codes to keep."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.limits import CODES, slow_down_each
from api.pages.kit.forms import Form, typed
from api.pages.sign_in.asking import Next
from api.pages.sign_in.confirming import STAFFS_HOME
from api.problems import NotYourRole
from api.roles import Principal
from api.sessions import queries, second_factor
from api.sessions.cookie import session_cookie
from api.sessions.errors import CodeNotRight
from api.sessions.lasting import own_path
from api.sessions.second_factor import Holder
from api.sessions.totp import as_picture, in_fours, setup_address
from api.settings import Settings
from charter.register import Desk
from migrations.sealing import Seal

WRONG = "Type the six digits that your app shows now; each works once, so wait for the next if you used these"


def holder_of(who: Principal) -> Holder:
    """Whoever of the staff is asking, as the holder of a second factor. Raises NotYourRole for everybody else."""
    if who.person is None or who.session is None:
        raise NotYourRole("Only the scheme's staff have a second factor. You are signed in without one.")
    return Holder(person=who.person, id=UUID(who.id), session=who.session, shown=not who.owes_second_factor)


@get("/sign-in/code", include_in_schema=False)
async def code_form(who: NamedDependency[Principal], after: Next = "") -> Template | Redirect:
    """The form that asks for a code; whoever has no second factor yet sets one up instead."""
    if not await queries.has_second_factor(holder_of(who).person):
        return Redirect("/sign-in/second-factor", status_code=303)
    return Template("sign_in/code.html", context={"form": Form({"next": own_path(after)})})


@post("/sign-in/code", include_in_schema=False)
async def show_code(
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Template | Redirect:
    """Take the code, and go on in a session with a new id; or show the form again."""
    form, holder = Form(await typed(request)), holder_of(who)
    await slow_down_each(CODES, who.id, settings=settings, seal=desk.seal, now=desk.now)
    try:
        token = await second_factor.show(form.text("code"), holder=holder, desk=desk)
    except CodeNotRight:
        return _again("sign_in/code.html", form)
    onwards = own_path(form.text("next")) or STAFFS_HOME
    return Redirect(onwards, status_code=303, cookies=[session_cookie(token, settings)])


@get("/sign-in/second-factor", include_in_schema=False)
async def setup_form(
    who: NamedDependency[Principal], seal: NamedDependency[Seal], after: Next = ""
) -> Template | Redirect:
    """The picture to scan, and the same key to type."""
    holder = holder_of(who)
    shown = await _offered(holder, seal)
    # Whoever has one and was offered no other has nothing to do here.
    if shown is None:
        return Redirect("/sign-in/code" if who.owes_second_factor else STAFFS_HOME, status_code=303)
    return Template("sign_in/second_factor.html", context={"form": Form({"next": own_path(after)}), **shown})


@post("/sign-in/second-factor", include_in_schema=False)
async def set_up(
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
) -> Template:
    """Take the second factor into use, and show the recovery codes, once."""
    form, holder = Form(await typed(request)), holder_of(who)
    await slow_down_each(CODES, who.id, settings=settings, seal=desk.seal, now=desk.now)
    try:
        token, codes = await second_factor.set_up(form.text("code"), holder=holder, desk=desk)
    except CodeNotRight:
        return _again("sign_in/second_factor.html", form, **(await _offered(holder, desk.seal) or {}))
    return codes_page(codes, onwards=own_path(form.text("next")), cookies=[session_cookie(token, settings)])


def codes_page(codes: list[str], *, onwards: str = "", **response: Any) -> Template:
    """The page that shows recovery codes, and gives them as a file that no server keeps."""
    text = "Night Safety: recovery codes. Each works once.\r\n\r\n" + "\r\n".join(codes) + "\r\n"
    context = {
        "codes": codes,
        "file": f"data:text/plain;charset=utf-8,{quote(text)}",
        "onwards": onwards or STAFFS_HOME,
    }
    return Template("sign_in/recovery_codes.html", context=context, **response)


def _again(template: str, form: Form, **shown: str) -> Template:
    """The page again, with what is wrong at its field."""
    form.refuse("code", WRONG)
    return Template(template, context={"form": form, **shown}, status_code=form.status)


async def _offered(holder: Holder, seal: Seal) -> dict[str, str] | None:
    """What the page shows of the key that is being set up; None where there is none, or it is not hers to see yet."""
    if not holder.shown and await queries.has_second_factor(holder.person):
        return None
    key = await queries.offered_key(holder.person, seal=seal)
    if key is None:
        return None
    name = await queries.address_of(holder.session, seal=seal)
    return {"key": in_fours(key), "picture": as_picture(setup_address(key, name=name))}


HANDLERS = [code_form, show_code, setup_form, set_up]
