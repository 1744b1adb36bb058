"""The people of an organisation: who has which role, handing over, the deputy, leaving; each with a second look."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.desk.overview import SAVED, Saved
from api.pages.desk.words import day, moment
from api.pages.kit.forms import Form, typed
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.errors import NomineeNotAcceptable
from charter.keeping import people
from charter.keeping.at_desk import AtDesk, Person
from charter.keeping.evidence import CHAMPION_GRACE
from charter.keeping.members import Member
from charter.keeping.queries import at_desk
from charter.register import Desk, opened
from charter.signing import CHAMPION, DEPUTY, SIGNATORY, Contact
from migrations.sealing import CannotUnseal, Seal

PEOPLE = "/desk/{signatory_id:uuid}/people"
TITLES = {SIGNATORY: "Who signed", CHAMPION: "Champion", DEPUTY: "Deputy"}
NAMING = {"hand-over": people.hand_over, "deputy": people.name_deputy}


@get(PEOPLE, include_in_schema=False)
async def show(
    signatory_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
    saved: Saved = "",
) -> Template:
    """Everybody with a role, and whoever was asked to take one; their names, for their own colleagues only."""
    by = await member_for(who, signatory_id)
    shown = await at_desk(by)
    leaves = [person.role for person in shown.people if _is_hers(person, who)]
    cards = [_card(person, desk) for person in shown.people]
    more = {"banner": SAVED.get(saved), "may_leave": leaves, "cards": cards}
    return Template("desk/people.html", context={**_context(shown, by), **_missing(shown), **more})


def _missing(shown: AtDesk) -> dict[str, Any]:
    """Which roles somebody has, and until when a champion may be missing."""
    gone_on = shown.champion_gone_on
    return {
        "has_champion": shown.of_role(CHAMPION, confirmed=True) is not None,
        "has_deputy": any(person.role == DEPUTY for person in shown.people),
        "gone_on": day(gone_on) if gone_on else "",
        "lapses_after": day(gone_on + CHAMPION_GRACE) if gone_on else "",
    }


@get([f"{PEOPLE}/hand-over", f"{PEOPLE}/deputy"], include_in_schema=False)
async def naming_form(
    signatory_id: FromPath[UUID], request: Request[Any, Any, Any], who: NamedDependency[Principal]
) -> Template:
    """Whom to name."""
    return await _naming(await member_for(who, signatory_id), request, Form())


@post([f"{PEOPLE}/hand-over", f"{PEOPLE}/deputy"], include_in_schema=False, status_code=303)
async def name(
    signatory_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Name her, and say that a letter is on its way, whoever she is."""
    by = await member_for(who, signatory_id)
    form = Form(await typed(request))
    try:
        await NAMING[_role_in(request)](by, _named(form), desk=desk)
    except NomineeNotAcceptable as refused:
        form.refuse_all(refused.errors)
        return await _naming(by, request, form)
    return Redirect(f"/desk/{signatory_id}/people?saved=asked", status_code=303)


def _named(form: Form) -> Contact:
    return Contact(
        name=form.text("name").strip(), job_title=form.text("job_title").strip(), email=form.text("email").strip()
    )


@post(f"{PEOPLE}/{{person_id:uuid}}/letter", include_in_schema=False, status_code=303)
async def ask_again(
    signatory_id: FromPath[UUID],
    person_id: FromPath[UUID],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Redirect:
    """Send whoever was named a new link."""
    by = await member_for(who, signatory_id)
    await people.ask_again(by, person_id, desk=desk)
    return Redirect(f"/desk/{signatory_id}/people?saved=asked", status_code=303)


@get([f"{PEOPLE}/leave", f"{PEOPLE}/deputy/remove"], include_in_schema=False)
async def sure(
    signatory_id: FromPath[UUID], request: Request[Any, Any, Any], who: NamedDependency[Principal]
) -> Template:
    """What follows, before it is done."""
    by = await member_for(who, signatory_id)
    leaving = request.url.path.endswith("/leave")
    context = {**_context(await at_desk(by), by), "leaving": leaving, "action": request.url.path}
    return Template("desk/sure.html", context=context)


@post(f"{PEOPLE}/deputy/remove", include_in_schema=False, status_code=303)
async def remove_deputy(
    signatory_id: FromPath[UUID], who: NamedDependency[Principal], desk: NamedDependency[Desk]
) -> Redirect:
    """Let the deputy go."""
    by = await member_for(who, signatory_id)
    await people.remove_deputy(by, desk=desk)
    return Redirect(f"/desk/{signatory_id}/people?saved=deputy-removed", status_code=303)


@post(f"{PEOPLE}/leave", include_in_schema=False, status_code=303)
async def leave(signatory_id: FromPath[UUID], who: NamedDependency[Principal], desk: NamedDependency[Desk]) -> Redirect:
    """Leave; the desk that she comes to then may be another organisation's, or an empty one."""
    by = await member_for(who, signatory_id)
    await people.leave(by, desk=desk)
    return Redirect("/desk?saved=left", status_code=303)


def _is_hers(person: Person, who: Principal) -> bool:
    """Whether it is her own role, and one that she can leave."""
    return person.role in (CHAMPION, DEPUTY) and person.confirmed_at is not None and person.email_mac == who.email_mac


def _context(shown: AtDesk, by: Member) -> dict[str, Any]:
    return {
        "desk": shown,
        "back": f"/desk/{shown.id}",
        "page": f"/desk/{shown.id}/people",
        "may_name": by.role != DEPUTY,
        "role": by.role,
    }


def _role_in(request: Request[Any, Any, Any]) -> str:
    return request.url.path.rpartition("/")[2]


async def _naming(by: Member, request: Request[Any, Any, Any], form: Form) -> Template:
    shown = await at_desk(by)
    context = {
        **_context(shown, by),
        "back": f"/desk/{shown.id}/people",
        "form": form,
        "deputy": _role_in(request) == "deputy",
        "action": request.url.path,
    }
    return Template("desk/name.html", context=context, status_code=form.status)


def _card(person: Person, desk: Desk) -> dict[str, Any]:
    waiting = person.confirmed_at is None
    over = waiting and (person.link_until is None or person.link_until <= desk.now)
    return {
        "person": person,
        "title": TITLES[person.role],
        "name": _name_of(person, desk.seal),
        "waiting": waiting,
        "over": over,
        "link_until": moment(person.link_until) if person.link_until else "",
        "since": moment(person.confirmed_at) if person.confirmed_at else "",
    }


def _name_of(person: Person, seal: Seal) -> str:
    try:
        contact = opened({"id": person.id, "sealed": person.sealed}, seal)
    except CannotUnseal:
        return "A name that cannot be read"  # one spoilt row must not close the page to everybody
    return f"{contact.name}, {contact.job_title}"


HANDLERS = [show, naming_form, name, ask_again, sure, remove_deputy, leave]
