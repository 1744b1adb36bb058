"""Who may read flagged notes, programme by programme: named and withdrawn by administrators, never by themselves."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.actions.issue import actors_by_id
from api.pages.actions.listing import MAX_PROGRAMMES
from api.pages.actions.sent import FORM
from api.pages.actions.words import actor, happened_at
from api.pages.kit.forms import Form
from api.roles import Principal
from api.sessions.queries import Staff, staff
from audits.actions.keeping import Acting
from audits.queries import ProgrammeFacts, programme, programmes
from audits.reviewing.errors import CannotNameOneself
from audits.reviewing.readers import name_reader, withdraw_reader
from audits.reviewing.restricted import leads_of, readers_history, readers_of
from migrations.sealing import Seal

ONE = "/review/readers/{programme_id:uuid}"
DONE = {
    "named": "Named. From now on she may read this programme’s flagged notes, and each reading is written down.",
    "withdrawn": "Withdrawn. She cannot read flagged notes of this programme any more.",
}
DID = {"reader named": "named", "reader withdrawn": "withdrew"}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get("/review/readers", include_in_schema=False)
async def readers_list(who: NamedDependency[Principal], seal: NamedDependency[Seal]) -> Template:
    """The programmes with those who are named for their flagged notes."""
    people = await actors_by_id(seal)
    rows = [
        {"id": one.id, "name": one.name, "readers": [actor(r.principal, people) for r in await readers_of(one.id)]}
        for one in await programmes(caller=who.caller, limit=MAX_PROGRAMMES)
    ]
    return Template("review/readers_list.html", context={"rows": rows})


@get(ONE, include_in_schema=False)
async def readers_page(
    programme_id: FromPath[UUID], who: NamedDependency[Principal], seal: NamedDependency[Seal], done: Done = ""
) -> Template:
    """Who is named, whom one may name, and the history. Raises NoSuchProgramme."""
    of = await programme(programme_id, caller=who.caller)
    return await _page(of, Form({}), who.id, seal, done=DONE.get(done))


@post(ONE, dependencies=FORM, include_in_schema=False, status_code=303)
async def change_readers(
    programme_id: FromPath[UUID],
    form: NamedDependency[Form],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
) -> Template | Redirect:
    """Withdraw somebody, or name one of those who were offered. Raises NoSuchProgramme."""
    of = await programme(programme_id, caller=acting.by)
    if gone := form.text("withdraw"):
        await withdraw_reader(programme_id, gone, acting=acting)
        return Redirect(f"/review/readers/{programme_id}?done=withdrawn", status_code=303)
    try:
        await _name(of, form, acting, seal)
    except CannotNameOneself as refused:
        form.refuse("reader", str(refused))
    if form.errors:
        return await _page(of, form, acting.by.id, seal)
    return Redirect(f"/review/readers/{programme_id}?done=named", status_code=303)


async def _name(of: ProgrammeFacts, form: Form, acting: Acting, seal: Seal) -> None:
    chosen = form.text("reader")
    if chosen in {str(person.id) for person in await _may_be_named(of, seal)}:
        await name_reader(of.id, chosen, acting=acting)
    else:
        form.refuse("reader", "Choose somebody of the list")


async def _may_be_named(of: ProgrammeFacts, seal: Seal) -> list[Staff]:
    """Administrators, and those who lead the programme: whoever else could not open its walks."""
    leads = await leads_of(of.id)
    return [
        person
        for person in await staff(seal=seal)
        if "administrator" in person.roles or ("lead" in person.roles and (not leads or str(person.id) in leads))
    ]


async def _page(of: ProgrammeFacts, form: Form, me: str, seal: Seal, *, done: str | None = None) -> Template:
    people = await actors_by_id(seal)
    named = await readers_of(of.id)
    known = {one.principal for one in named}
    context: dict[str, Any] = {
        "programme": of,
        "form": form,
        "done": done,
        "readers": [
            {
                "principal": one.principal,
                "name": actor(one.principal, people),
                "since": f"{happened_at(one.granted_at)}, by {actor(one.granted_by, people)}",
            }
            for one in named
        ],
        "offered": [
            {"value": str(person.id), "text": person.name, "hint": {"text": ", ".join(person.roles)}}
            for person in await _may_be_named(of, seal)
            if str(person.id) not in known and str(person.id) != me
        ],
        "history": [
            f"{happened_at(one['at'])}, {actor(one['by'], people)} {DID[one['action']]} {actor(one['reader'], people)}"
            for one in await readers_history(of.id)
        ],
    }
    return Template("review/readers.html", context=context, status_code=form.status)


HANDLERS = [readers_list, readers_page, change_readers]
