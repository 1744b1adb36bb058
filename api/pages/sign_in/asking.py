"""Asking for a link: an address is typed, and everybody is told the same."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect, Template

from api.limits import LETTERS_TO_SIGN_IN, slow_down_each
from api.pages.kit.forms import Form, typed
from api.sessions.errors import AddressNotAcceptable
from api.sessions.lasting import own_path
from api.sessions.links import ask
from api.settings import Settings
from charter.register import Desk
from charter.signing import known_as

Next = Annotated[str, QueryParameter(name="next", description="Where to go afterwards; a path of ours.")]


@get("/sign-in", include_in_schema=False)
async def address_form(after: Next = "") -> Template:
    """The form that asks for an address."""
    return Template("sign_in/address.html", context={"form": Form({"next": own_path(after)})})


@post("/sign-in", include_in_schema=False)
async def ask_for_link(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], settings: NamedDependency[Settings]
) -> Template | Redirect:
    """Note the request, whoever it is; the worker writes to those whom we know."""
    form = Form(await typed(request))
    email = form.text("email").strip()
    await slow_down_each(LETTERS_TO_SIGN_IN, known_as(email), settings=settings, seal=desk.seal, now=desk.now)
    try:
        await ask(email, next=form.text("next"), desk=desk)
    except AddressNotAcceptable as error:
        form.refuse_all(error.errors)
        return Template("sign_in/address.html", context={"form": form}, status_code=form.status)
    return Redirect("/sign-in/letter", status_code=303)


@get("/sign-in/letter", include_in_schema=False)
async def look_for_letter() -> Template:
    """What happens next; the page knows no address, so it is one and the same for everybody."""
    return Template("sign_in/letter.html")


HANDLERS = [address_form, ask_for_link, look_for_letter]
