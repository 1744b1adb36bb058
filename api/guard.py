"""Who is asking, and may she: run before any handler, and before any body is read."""

from contextlib import suppress
from datetime import datetime

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler

from api.problems import NotSignedIn, NotYourRole, SecondFactorDue
from api.roles import NOBODY, REVOKED_DEVICES_MAY, ROUTES, Principal, Role
from api.sessions.cookie import cookie_of, refuse_foreign
from api.sessions.lasting import SEEN_EVERY, is_over
from api.sessions.queries import SignedIn, session_of
from api.sessions.sessions import note_seen
from api.sessions.tokens import whose
from charter.keeping.members import stands_for_somebody
from migrations.database import DatabaseError
from migrations.sealing import hash_token

MAX_TOKEN_LENGTH = 200
LAST_NUMBER = 2**31 - 1  # what an address counts (pledges, invitations, versions) is an integer of four bytes at most
SIGN_IN = "Send your token in the Authorization header: Bearer <token>. People sign in at /sign-in."


async def allow(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Know the caller and hold her role against the matrix.

    Raises NotSignedIn where a token is missing, unknown or revoked, ForeignForm where another site's page writes,
    SecondFactorDue where only that is missing, and NotYourRole where the role is not in the route's row. A route
    without a row is closed to everybody.
    """
    if connection.scope.get("method") == "OPTIONS":
        connection.scope["user"] = NOBODY  # what an address answers to is no secret
        return
    route = f"{connection.scope.get('method')} {connection.scope['path_template']}"
    allowed = ROUTES.get(route, frozenset())
    authorization = connection.headers.get("authorization")
    # A token says who is asking, whatever else the program carries; no page of another site can send one.
    who = await _in_session(connection) if authorization is None else await principal_of(authorization)
    if who.device_revoked_at is not None and route not in REVOKED_DEVICES_MAY:
        raise NotSignedIn("This device was signed out. Ask your walk's lead for a new invitation.")
    connection.scope["user"] = who
    if not who.roles & allowed:
        raise _refusal(who)


def within_count(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Raise NotFoundException for an address that counts further than anything is numbered."""
    numbers = [value for value in connection.path_params.values() if isinstance(value, int)]
    if any(not 0 <= number <= LAST_NUMBER for number in numbers):
        raise NotFoundException


async def principal_of(authorization: str) -> Principal:
    """The caller behind an Authorization header. Raises NotSignedIn."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_LENGTH:
        raise NotSignedIn(SIGN_IN)
    found = await whose(hash_token(token.strip()))
    if found is None:
        raise NotSignedIn("This token is unknown or was revoked. Ask for a new one.")
    return Principal(
        roles=frozenset({Role(found.role)}),
        id=found.id,
        name=found.name,
        auditor=found.auditor,
        device=found.device,
        device_revoked_at=found.device_revoked_at,
    )


async def _in_session(connection: ASGIConnection) -> Principal:  # type: ignore[type-arg]
    """The caller behind a session's cookie; NOBODY without one, or when the session is over. Raises ForeignForm."""
    state = connection.app.state
    cookie = cookie_of(connection, state.settings)
    session = await _session(cookie, now=state.clock()) if cookie else None
    refuse_foreign(connection, state.settings, signed_in=session is not None)
    return NOBODY if session is None else await _principal(session)


async def _session(cookie: str, *, now: datetime) -> SignedIn | None:
    """The session of that cookie, which is noted as seen; None where there is none any more."""
    found = await session_of(hash_token(cookie))
    if found is None or is_over(
        created_at=found.created_at, last_seen_at=found.last_seen_at, staff=found.person is not None, now=now
    ):
        return None
    if now - found.last_seen_at >= SEEN_EVERY:
        # Whoever only reads is served while nothing can be written; her session then ends a little early.
        with suppress(DatabaseError):
            await note_seen(found.number, now=now)
    return found


async def _principal(session: SignedIn) -> Principal:
    """Who is signed in: a champion as long as she acts for somebody, staff in today's roles, after the second factor.

    Whatever anybody may do, she may too.
    """
    roles = {Role.PUBLIC, Role.SIGNED_IN}
    if await stands_for_somebody(session.email_mac):
        roles.add(Role.CHAMPION)
    shown = session.second_factor_at is not None
    if shown:
        roles |= {Role(role) for role in session.roles}
    return Principal(
        roles=frozenset(roles),
        id=str(session.person_id or session.id),
        session=session.number,
        email_mac=session.email_mac,
        person=session.person,
        owes_second_factor=session.person is not None and not shown,
    )


def _refusal(who: Principal) -> Exception:
    if who is NOBODY:
        return NotSignedIn(SIGN_IN)
    if who.owes_second_factor:
        return SecondFactorDue()
    return NotYourRole(f"The role {who.role} may not do this. Ask an administrator if it should be able to.")
