"""Who is asking, and may she: run before any handler, and before any body is read."""

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.problems import NotSignedIn, NotYourRole
from api.roles import NOBODY, REVOKED_DEVICES_MAY, ROUTES, Principal, Role
from api.tokens import whose
from migrations.sealing import hash_token

MAX_TOKEN_LENGTH = 200
SIGN_IN = "Send your token in the Authorization header: Bearer <token>."


async def allow(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Know the caller and hold her role against the matrix.

    Raises NotSignedIn where a token is missing, unknown or revoked, and NotYourRole where the role is not in the
    route's row. A route without a row is closed to everybody.
    """
    if connection.scope.get("method") == "OPTIONS":
        connection.scope["user"] = NOBODY  # what an address answers to is no secret
        return
    route = f"{connection.scope.get('method')} {connection.scope['path_template']}"
    allowed = ROUTES.get(route, frozenset())
    who = await principal_of(connection.headers.get("authorization"))
    if who.device_revoked_at is not None and route not in REVOKED_DEVICES_MAY:
        raise NotSignedIn("This device was signed out. Ask your walk's lead for a new invitation.")
    connection.scope["user"] = who
    if who.role in allowed:
        return
    if who.role is Role.PUBLIC:
        raise NotSignedIn(SIGN_IN)
    raise NotYourRole(f"The role {who.role} may not do this. Ask an administrator if it should be able to.")


async def principal_of(authorization: str | None) -> Principal:
    """The caller behind an Authorization header; NOBODY without one."""
    if authorization is None:
        return NOBODY
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_LENGTH:
        raise NotSignedIn(SIGN_IN)
    found = await whose(hash_token(token.strip()))
    if found is None:
        raise NotSignedIn("This token is unknown or was revoked. Ask for a new one.")
    return Principal(
        role=Role(found.role),
        id=found.id,
        name=found.name,
        auditor=found.auditor,
        device=found.device,
        device_revoked_at=found.device_revoked_at,
    )
