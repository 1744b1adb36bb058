"""Who acts, when, and on which version, as every handler of issues and recommendations is told."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request
from litestar.di import NamedDependency, Provide

from api.problems import IfMatchMissing
from api.roles import Principal
from audits.actions.errors import ActionChangedMeanwhile
from audits.actions.keeping import Acting

MAX_DIGITS = 9  # of a version: more names none of ours


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why something is taken back, for whoever reads it later."""

    reason: str


async def acting(who: NamedDependency[Principal], now: NamedDependency[datetime]) -> Acting:
    """Something new: there is no version to have read."""
    return Acting(by=who.caller, now=now)


async def editing(
    request: Request[Any, Any, Any], who: NamedDependency[Principal], now: NamedDependency[datetime]
) -> Acting:
    """A change of what was read: If-Match names its version. Raises IfMatchMissing, ActionChangedMeanwhile."""
    return Acting(by=who.caller, now=now, version=_version(request.headers.get("if-match")))


def _version(if_match: str | None) -> int:
    if if_match is None:
        raise IfMatchMissing
    # A proxy that compresses makes our ETag a weak one; what it names is still the same version.
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        raise ActionChangedMeanwhile
    return int(digits)


def tagged(version: int) -> dict[str, str]:
    """The headers of something that can be edited."""
    return {"ETag": f'"{version}"', "Cache-Control": "private, no-cache"}


ACTING = {"acting": Provide(acting)}
EDITING = {"acting": Provide(editing)}
