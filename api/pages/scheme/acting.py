"""What is done with one signatory, each on a page of its own that says what it means and asks for words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.desk.words import ROLES
from api.pages.kit.forms import Form, typed
from api.roles import Principal
from charter.register import Desk
from charter.scheme.commands import ask_again, read_contacts, reinstate, suspend, write_letter, write_note
from charter.scheme.errors import NobodyToWriteTo, NotDone
from charter.scheme.queries import file_of


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that the desk may do: its words, its fields with their labels, and the command behind it."""

    title: str
    says: str
    button: str
    fields: dict[str, str]
    do: Callable[[UUID, Form, str, Desk], Awaitable[Any]]
    warning: bool = False


ACTS = {
    "contacts": Act(
        title="Show contacts",
        says="Names and addresses are shown once you say what for. Your purpose is kept, with your name and the time.",
        button="Show contacts",
        fields={"purpose": "Purpose"},
        do=lambda id, form, by, desk: read_contacts(id, purpose=form.text("purpose"), by=by, desk=desk),
    ),
    "note": Act(
        title="Write a note",
        says="Only administrators see notes. They are kept with the file.",
        button="Keep the note",
        fields={"note": "Note"},
        do=lambda id, form, by, desk: write_note(id, text=form.text("note"), by=by, desk=desk),
    ),
    "letter": Act(
        title="Write to the organisation",
        says="The letter goes to everybody there who confirmed a role, as plain text. Answers to it reach nobody.",
        button="Send the letter",
        fields={"subject": "Subject", "text": "Text"},
        do=lambda id, form, by, desk: write_letter(
            id, subject=form.text("subject"), text=form.text("text"), by=by, desk=desk
        ),
    ),
    "suspend": Act(
        title="Suspend from the register?",
        says="It leaves the public register at once, and its certificate is not given. Nothing is deleted, and you can "
        "lift the suspension. Its people are told, but not the reason: write to them about that.",
        button="Suspend",
        fields={"reason": "Reason"},
        do=lambda id, form, by, desk: suspend(id, reason=form.text("reason"), by=by, desk=desk),
        warning=True,
    ),
    "reinstate": Act(
        title="Lift the suspension?",
        says="It comes back in the state in which its year would have it today. Its people are told.",
        button="Lift the suspension",
        fields={"reason": "Reason"},
        do=lambda id, form, by, desk: reinstate(id, reason=form.text("reason"), by=by, desk=desk),
    ),
    "ask-again": Act(
        title="Send the confirmation letter again?",
        says="A new letter goes to whoever signed. The link in the earlier one works no more.",
        button="Send it again",
        fields={},
        do=lambda id, _form, by, desk: ask_again(id, by=by, desk=desk),
    ),
}


@get("/scheme/signatories/{signatory_id:uuid}/{act:str}", include_in_schema=False)
async def act_form(signatory_id: FromPath[UUID], act: FromPath[str], desk: NamedDependency[Desk]) -> Template:
    """What doing it means, and the words that it takes."""
    return await _page(signatory_id, act, Form(), desk)


@post("/scheme/signatories/{signatory_id:uuid}/{act:str}", include_in_schema=False, status_code=303)
async def act_on(
    request: Request[Any, Any, Any],
    signatory_id: FromPath[UUID],
    act: FromPath[str],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Do it, or show what is wrong. Contacts are shown in the answer itself: no address leads to them."""
    form = Form(await typed(request))
    try:
        done = await _act(act).do(signatory_id, form, who.id, desk)
    except (NotDone, NobodyToWriteTo) as refused:
        form.refuse_all(refused.errors)
        return await _page(signatory_id, act, form, desk)
    if act == "contacts":
        return await _contacts(signatory_id, done, desk)
    return Redirect(f"{_file(signatory_id)}?done={act}", status_code=303)


async def _contacts(id: UUID, found: Any, desk: Desk) -> Template:
    """Who they are, on a page that no browser keeps."""
    people = [{"role": ROLES.get(one.role, one.role), "person": one} for one in found]
    context = {"people": people, "name": await _name(id, desk), "back": _file(id)}
    return Template("scheme/contacts.html", context=context, status_code=200, headers={"Cache-Control": "no-store"})


def _act(name: str) -> Act:
    if name not in ACTS:
        raise NotFoundException
    return ACTS[name]


async def _page(id: UUID, act: str, form: Form, desk: Desk) -> Template:
    context = {"form": form, "act": _act(act), "name": await _name(id, desk), "back": _file(id)}
    return Template("scheme/act.html", context=context, status_code=form.status)


async def _name(id: UUID, desk: Desk) -> str:
    return str((await file_of(id, seal=desk.seal)).row["name"])


def _file(id: UUID) -> str:
    return f"/scheme/signatories/{id}"


HANDLERS = [act_form, act_on]
