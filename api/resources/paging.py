"""Lists that are read page by page: keyset paging, with the key of the last one shown in an opaque cursor."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter

MAX_LIMIT = 500
T = TypeVar("T")

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many to give at most.")]
Cursor = Annotated[str | None, QueryParameter(description="Where the page before ended; taken from its `next`.")]


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list, and where the next is; null after the last."""

    items: list[T]
    next: str | None


def cursor_of(number: int) -> str:
    """The cursor that a page after the row `number` is asked for with."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def number_in(cursor: str | None) -> int | None:
    """The row's number in a cursor of ours, None without one. Raises ValidationException (400) for anything else."""
    if cursor is None:
        return None
    try:
        number = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii"))
    except ValueError:
        number = -1
    # Only what cursor_of writes is taken: no spaces, signs or underscores, and nothing beyond the database's numbers.
    if not 0 <= number < 2**63 or cursor_of(number) != cursor:
        message = "This cursor is not one of ours. Begin again without it."
        raise ValidationException(extra=[{"key": "cursor", "message": message}])
    return number


def page(
    request: Request[Any, Any, Any],
    found: Sequence[Any],
    *,
    limit: int,
    number: Callable[[Any], int],
    show: Callable[[Any], T],
) -> Page[T]:
    """The first `limit` of what was found; one more found than that says that there is a next page."""
    shown = found[:limit]
    after = cursor_of(number(shown[-1])) if len(found) > limit else None
    return Page(items=[show(one) for one in shown], next=next_url(request, after) if after else None)


def next_url(request: Request[Any, Any, Any], cursor: str) -> str:
    """This request's address, going on from `cursor`; relative to the host, whichever name the client knows it by."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*asked, ('cursor', cursor)])}"
