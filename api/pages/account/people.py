"""The people of the staff, for administrators: added, given and deprived of roles, and let go; each asked twice."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.account.account import ROLES, moment
from api.pages.kit.forms import Form, typed
from api.roles import Principal
from api.sessions.errors import LastAdministrator, NoSuchPerson, PersonNotAcceptable, YourOwnRole
from api.sessions.people import STAFF_ROLES, change_roles, create_person, end_person
from api.sessions.queries import Staff, Who, staff
from charter.register import Desk
from migrations.sealing import Seal

DONE = {
    "added": "Added. A letter tells how to sign in.",
    "roles": "The roles were changed. The change holds from the next request on.",
    "ended": "Removed from staff. Name and address were erased.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get("/scheme/people", include_in_schema=False)
async def people(seal: NamedDependency[Seal], done: Done = "") -> Template:
    """Everybody of the staff, with her roles."""
    shown = [_row(person) for person in await staff(seal=seal)]
    return Template("account/people.html", context={"people": shown, "done": DONE.get(done)})


@get("/scheme/people/new", include_in_schema=False)
async def person_form() -> Template:
    """The form that adds somebody."""
    return Template("account/new_person.html", context={"form": Form(), "roles": ROLES})


@post("/scheme/people/new", include_in_schema=False)
async def add_person(
    request: Request[Any, Any, Any], who: NamedDependency[Principal], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Add somebody, and write to her; or show the form again."""
    form = Form(await typed(request))
    described = Who(name=form.text("name"), email=form.text("email"))
    try:
        await create_person(described, roles=form.several("roles"), by=who.id, desk=desk)
    except PersonNotAcceptable as error:
        form.refuse_all(error.errors)
        context = {"form": form, "roles": ROLES}
        return Template("account/new_person.html", context=context, status_code=form.status)
    return _back("added")


@get("/scheme/people/{person_id:uuid}", include_in_schema=False)
async def person_page(person_id: FromPath[UUID], seal: NamedDependency[Seal]) -> Template:
    """One person, with the roles to choose and the way to let her go."""
    return _person_page(await _person(person_id, seal))


@get("/scheme/people/{person_id:uuid}/roles", include_in_schema=False)
async def ask_roles(
    person_id: FromPath[UUID],
    seal: NamedDependency[Seal],
    roles: Annotated[list[str] | None, QueryParameter(description="The roles to have.")] = None,
) -> Template | Redirect:
    """What would change, before it does."""
    person = await _person(person_id, seal)
    given, taken = _difference(person, roles or [])
    if not given and not taken:
        return Redirect("/scheme/people", status_code=303)
    context = {"person": person, "form": Form(), "given": given, "taken": taken, "labels": ROLES}
    return Template("account/confirm_roles.html", context=context)


@post("/scheme/people/{person_id:uuid}/roles", include_in_schema=False)
async def confirm_roles(
    request: Request[Any, Any, Any],
    person_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Give and take exactly what was confirmed."""
    asked = await typed(request)
    give, take = ([role for role in STAFF_ROLES if role in asked.get(field, [])] for field in ("give", "take"))
    try:
        await change_roles(person_id, give=give, take=take, by=who.id, now=desk.now)
    except (LastAdministrator, YourOwnRole) as error:
        return _person_page(await _person(person_id, desk.seal), refused=str(error))
    return _back("roles")


@get("/scheme/people/{person_id:uuid}/end", include_in_schema=False)
async def ask_end(person_id: FromPath[UUID], seal: NamedDependency[Seal]) -> Template:
    """What letting her go means, before it is done."""
    return Template("account/confirm_end.html", context={"person": await _person(person_id, seal), "form": Form()})


@post("/scheme/people/{person_id:uuid}/end", include_in_schema=False)
async def end(
    person_id: FromPath[UUID], who: NamedDependency[Principal], desk: NamedDependency[Desk]
) -> Template | Redirect:
    """Let her go."""
    try:
        await end_person(person_id, by=who.id, now=desk.now)
    except (LastAdministrator, YourOwnRole) as error:
        context = {"person": await _person(person_id, desk.seal), "form": Form({}, {"end": str(error)})}
        return Template("account/confirm_end.html", context=context, status_code=409)
    return _back("ended")


async def _person(id: UUID, seal: Seal) -> Staff:
    for person in await staff(seal=seal):
        if person.id == id:
            return person
    raise NoSuchPerson


def _person_page(person: Staff, *, refused: str = "") -> Template:
    form = Form({"roles": person.roles}, {"roles": refused} if refused else {})
    context = {"person": person, "form": form, "roles": ROLES}
    return Template("account/person.html", context=context, status_code=409 if refused else 200)


def _row(person: Staff) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "roles": ", ".join(_labels(person.roles)) or "None",
        "added": moment(person.created_at),
        "second_factor": "Set up" if person.second_factor else "Not yet",
    }


def _labels(roles: list[str]) -> list[str]:
    return [label for role, label in ROLES.items() if role in roles]


def _difference(person: Staff, wanted: list[str]) -> tuple[list[str], list[str]]:
    """The roles to give and to take; words that are no role are neither."""
    given = [role for role in STAFF_ROLES if role in wanted and role not in person.roles]
    return given, [role for role in person.roles if role not in wanted]


def _back(done: str) -> Redirect:
    return Redirect(f"/scheme/people?done={done}", status_code=303)


HANDLERS = [people, person_form, add_person, person_page, ask_roles, confirm_roles, ask_end, end]
