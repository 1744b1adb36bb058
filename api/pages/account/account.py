"""The account: as whom one is signed in and where, signing out everywhere, and for staff the second factor."""

from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.pages.sign_in.second_factor import codes_page, holder_of
from api.roles import Principal, Role
from api.sessions import queries, second_factor
from api.sessions.cookie import session_cookie
from api.sessions.sessions import sign_out_everywhere
from api.settings import Settings
from charter.keeping.members import organisations_of
from charter.register import Desk
from charter.signing import LONDON
from migrations.sealing import Seal

ROLES = {Role.LEAD: "Lead of walks", Role.ANALYST: "Analyst", Role.ADMINISTRATOR: "Administrator"}


@get("/account", include_in_schema=False)
async def account(who: NamedDependency[Principal], seal: NamedDependency[Seal]) -> Template:
    """As whom one is signed in, and where."""
    assert who.session is not None, "the matrix lets in sessions only"
    assert who.email_mac is not None, "every session has an address"
    # Until she has shown her second factor, how many ways around it are left is not hers to know.
    staff = None if who.owes_second_factor else who.person
    context = {
        "who": who,
        "email": await queries.address_of(who.session, seal=seal),
        "roles": [label for role, label in ROLES.items() if role in who.roles],
        "sessions": [_shown(one, who.session) for one in await queries.sessions_of(who.email_mac)],
        "organisations": await organisations_of(who.email_mac),
        "codes_left": await queries.recovery_codes_left(staff) if staff is not None else None,
    }
    return Template("account/account.html", context=context)


@post("/account/sign-out-everywhere", include_in_schema=False)
async def leave_everywhere(
    who: NamedDependency[Principal], desk: NamedDependency[Desk], settings: NamedDependency[Settings]
) -> Redirect:
    """End every session of hers, this one too."""
    assert who.email_mac is not None, "the matrix lets in sessions only"
    await sign_out_everywhere(who.email_mac, by=who.id, now=desk.now)
    return Redirect("/sign-in", status_code=303, cookies=[session_cookie("", settings)])


@post("/account/recovery-codes", include_in_schema=False, status_code=200)
async def new_codes(who: NamedDependency[Principal], desk: NamedDependency[Desk]) -> Template:
    """New recovery codes, shown once."""
    return codes_page(await second_factor.new_recovery_codes(holder=holder_of(who), desk=desk))


@post("/account/second-factor", include_in_schema=False)
async def replace_second_factor(who: NamedDependency[Principal], desk: NamedDependency[Desk]) -> Redirect:
    """Begin to set up another phone; the one in use works until the other does."""
    await second_factor.offer_another(holder_of(who), desk=desk)
    return Redirect("/sign-in/second-factor", status_code=303)


def _shown(one: queries.Beginning, present: int) -> dict[str, Any]:
    return {
        "began": moment(one.created_at),
        "last_seen": moment(one.last_seen_at),
        "present": one.number == present,
    }


def moment(at: datetime) -> str:
    """An instant as people in London read it."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


HANDLERS = [account, leave_everywhere, new_codes, replace_second_factor]
