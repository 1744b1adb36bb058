"""How often one network may ask what a guesser or a spammer would ask; counted in the database, for all processes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.problems import TooManyRequests
from api.settings import Settings
from migrations.database import execute, fetch_value, transaction
from migrations.sealing import Seal

HOUR_S = 3600


@dataclass(frozen=True)
class Allowance:
    """At most `times` requests from one network within a window of `window_s` seconds."""

    times: int
    window_s: int = HOUR_S


# A pub's shared network signs once; a group of twelve redeems from one phone's hotspot; guessing codes takes millions.
ALLOWANCES: dict[str, Allowance] = {
    "POST /api/charter/signatures": Allowance(30),
    "POST /api/charter/confirmations": Allowance(60),
    "POST /charter/confirm": Allowance(60),
    # A form of some ten pages, and four more for each of its premises; sending it is signing.
    "POST /charter/sign/{page}": Allowance(300),
    "POST /charter/sign/premises": Allowance(300),
    "POST /charter/sign/premises/{place}/find": Allowance(300),
    "POST /charter/sign/premises/{place}/details": Allowance(300),
    "POST /charter/sign/premises/{place}/position": Allowance(300),
    "POST /charter/sign/premises/{place}/hours": Allowance(300),
    "POST /charter/sign/premises/{place}/remove": Allowance(300),
    "POST /charter/sign/check": Allowance(30),
    "POST /api/invitations/redeem": Allowance(60),
    "POST /api/sign-in": Allowance(60),
    "POST /sign-in": Allowance(60),
    "POST /api/sign-in/confirm": Allowance(60),
    "POST /sign-in/confirm": Allowance(60),
    "POST /sign-in/code": Allowance(60),
    "POST /sign-in/second-factor": Allowance(60),
}

QUARTER_S = 900
# What is slowed by whose it is, from wherever it is asked. A code of six digits is right three times in a million: at
# five guesses a quarter of an hour, a thief of letters guesses for more than a year until her chance is even.
LETTERS_TO_SIGN_IN, CODES = "letters to sign in", "codes of a second factor"
ALLOWANCES_EACH: dict[str, Allowance] = {
    LETTERS_TO_SIGN_IN: Allowance(6, QUARTER_S),
    CODES: Allowance(5, QUARTER_S),
}


async def slow_down(connection: ASGIConnection, _: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Count this request where its route has an allowance; raises TooManyRequests with the seconds to wait."""
    state = connection.app.state
    route = f"{connection.scope.get('method')} {connection.scope['path_template']}"
    allowance = ALLOWANCES.get(route)
    if allowance is None or not state.settings.limits:
        return
    client = network_of(connection, purpose="request-count").hex()
    now = state.clock()
    if await times_asked(client, route, allowance, now=now) > allowance.times:
        raise TooManyRequests(allowance.window_s - int(now.timestamp()) % allowance.window_s)


async def slow_down_each(what: str, whose: str, *, settings: Settings, seal: Seal, now: datetime) -> None:
    """Count this once more for the address or person `whose`; raises TooManyRequests with the seconds to wait.

    It is counted alike for addresses that are known and for others.
    """
    if not settings.limits:
        return
    allowance = ALLOWANCES_EACH[what]
    client = seal.mac(whose.encode(), purpose="request-count-each").hex()
    if await times_asked(client, what, allowance, now=now) > allowance.times:
        raise TooManyRequests(allowance.window_s - int(now.timestamp()) % allowance.window_s)


async def times_asked(client: str, route: str, allowance: Allowance, *, now: datetime) -> int:
    """Count one more request of `client` in the present window, and give the count so far."""
    window = int(now.timestamp()) // allowance.window_s * allowance.window_s
    async with transaction():
        return int(
            await fetch_value(
                "insert into request_count (client, route, window_began_at, times) values ($1, $2, $3, 1) "
                "on conflict (client, route, window_began_at) do update set times = request_count.times + 1 "
                "returning times",
                client,
                route,
                datetime.fromtimestamp(window, UTC),
            )
        )


async def forget_counts(*, before: datetime) -> None:
    """Delete counts whose window began before `before`; a chore."""
    async with transaction():
        await execute("delete from request_count where window_began_at < $1", before)


def network_of(connection: ASGIConnection, *, purpose: str) -> bytes:  # type: ignore[type-arg]
    """A keyed hash of the client's address: all of it that is ever kept, and only as long as a window."""
    state = connection.app.state
    address = client_address(connection, proxy_hops=state.settings.proxy_hops)
    return bytes(state.seal.mac(address.encode(), purpose=purpose))


def client_address(connection: ASGIConnection, *, proxy_hops: int) -> str:  # type: ignore[type-arg]
    """The client's address: the peer's, or what the outermost of `proxy_hops` trusted proxies saw.

    Each proxy appends the address it saw to X-Forwarded-For, so the one to believe is the `proxy_hops`-th from the
    right; what stands left of it is the client's own claim.
    """
    peer = connection.client.host if connection.client else "unknown"
    if proxy_hops == 0:
        return peer
    seen = [part.strip() for part in connection.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return seen[-proxy_hops] if len(seen) >= proxy_hops else peer
