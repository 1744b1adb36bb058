"""Inviting: places and a last day, the joining sheet that shows the code this once, and taking an invitation back."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import segno
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.actions.sent import FORM, uuid_typed
from api.pages.actions.sketch import sketch
from api.pages.kit.days import day_typed, in_boxes
from api.pages.kit.forms import Form, whole_number
from api.pages.programmes.one import ONE, around
from api.pages.programmes.words import body, nights
from api.resources.programmes import hash_code
from api.roles import Principal
from api.settings import Settings
from audits.actions.keeping import Acting
from audits.errors import InvitationNotAcceptable, NoSuchInvitation, ProgrammeClosed
from audits.people.queries import help_routes
from audits.planning.invitations import withdraw_invitation
from audits.planning.queries import Led, led
from audits.programmes import CODE_BITS, NewInvitation, code_from, invite, today_in_london
from charter.letters import long_date
from migrations.sealing import Seal

INVITATION = ONE + "/invitations/{number:int}/withdraw"
USUAL_PLACES = 12


@get(f"{ONE}/invite", include_in_schema=False)
async def invite_form(
    programme_id: FromPath[UUID], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> Template:
    """For how many, and until when; until the programme's last night, unless that is over."""
    found = await led(programme_id, caller=who.caller)
    until = max(found.programme.closes_on, today_in_london(now))
    return _form(found, who, Form({"id": str(uuid4()), "places": str(USUAL_PLACES), **in_boxes("expires_on", until)}))


@post(f"{ONE}/invite", dependencies=FORM, include_in_schema=False, status_code=200)
async def make_invitation(
    programme_id: FromPath[UUID],
    form: NamedDependency[Form],
    who: NamedDependency[Principal],
    acting: NamedDependency[Acting],
    seal: NamedDependency[Seal],
    settings: NamedDependency[Settings],
) -> Template:
    """Make it, and show its sheet; the same form again shows the same sheet."""
    found, new = await led(programme_id, caller=who.caller), _typed(form)
    code = code_of(uuid_typed(form, "id"), programme_id, seal)
    if new is not None:
        try:
            await invite(programme_id, new, code_hash=hash_code(code, seal), by=acting.by, now=acting.now)
            return await _sheet(found, new, code, settings)
        except InvitationNotAcceptable as refused:
            form.refuse_all(refused.errors)
        except ProgrammeClosed as refused:
            form.refuse("places", str(refused))
    return _form(found, who, form)


def code_of(form_id: UUID, programme_id: UUID, seal: Seal) -> str:
    """The code that a form makes: of its random id under our key, so that a form sent twice is one invitation."""
    mac = seal.mac(form_id.bytes + programme_id.bytes, purpose="invitation-of-a-form")
    return code_from(int.from_bytes(mac[:8]) >> (64 - CODE_BITS))


@get(INVITATION, include_in_schema=False)
async def withdraw_form(
    programme_id: FromPath[UUID], number: FromPath[int], who: NamedDependency[Principal]
) -> Template:
    """What withdrawing means."""
    found = await led(programme_id, caller=who.caller)
    if not 1 <= number <= len(found.invitations):
        raise NoSuchInvitation("This programme has no such invitation. Look at its list again.")
    one = found.invitations[number - 1]
    label = one.label or f"Invitation {number}"
    return Template("programmes/withdraw.html", context={**around(found, who), "one": one, "label": label})


@post(INVITATION, dependencies=FORM, include_in_schema=False, status_code=303)
async def withdraw(programme_id: FromPath[UUID], number: FromPath[int], acting: NamedDependency[Acting]) -> Redirect:
    """Let nobody join with it any more."""
    await withdraw_invitation(programme_id, number, by=acting.by, now=acting.now)
    return Redirect(f"/programmes/{programme_id}?done=withdrawn", status_code=303)


def _typed(form: Form) -> NewInvitation | None:
    expires_on, label = day_typed("expires_on", form), form.text("label").strip()
    places = whole_number(form.text("places").strip(), digits=9)
    if expires_on is None:
        form.refuse("expires_on", "Enter the last day on which it can be used")
    if places is None:
        form.refuse("places", "Enter how many women may join with it, such as 12")
    if form.errors or expires_on is None or places is None:
        return None
    return NewInvitation(places=places, expires_on=expires_on, label=label or None)


def _form(found: Led, who: Principal, form: Form) -> Template:
    context = {**around(found, who), "form": form, "back": f"/programmes/{found.programme.id}"}
    return Template("programmes/invite.html", context=context, status_code=form.status)


async def _sheet(found: Led, new: NewInvitation, code: str, settings: Settings) -> Template:
    of, url = found.programme, f"{settings.base_url}/join#{code}"
    context: dict[str, Any] = {
        "of": of,
        "body": body(of.lead_body) if of.lead_body else "",
        "nights": nights(of),
        "code": code,
        "url": url,
        "join": f"{settings.base_url}/join",
        "qr": segno.make(url, error="q", micro=False).svg_data_uri(scale=5, border=4, light="#ffffff"),
        "places": new.places,
        "until": long_date(new.expires_on),
        "map": sketch(of.area, [], title="Map of the area where you walk", route=of.line),
        "help": (await help_routes()).routes,
        "back": f"/programmes/{of.id}",
    }
    # The code is in this answer alone: no cache may keep it.
    return Template("programmes/sheet.html", context=context, headers={"Cache-Control": "no-store"})


HANDLERS = [invite_form, make_invitation, withdraw_form, withdraw]
