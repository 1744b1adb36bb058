"""The request as we read it: JSON that cannot be read is refused before any handler sees it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import ValidationException

from api.roles import Principal

# An escaped NUL that is not itself escaped: an even number of backslashes before \u0000.
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MAX_FIELDS_SHOWN = 20
MAX_EXACT = 2**53

# How msgspec writes where a value is, and what is wrong with it.
ANY_KEY = "[...]"
PLACE = re.compile(r"[^.\[\]]+")
WRONG_VALUE = re.compile(r"Invalid enum value (.*)", re.DOTALL)
JSON_KINDS = {dict: "object", list: "array", str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}


def address_parts(address: str) -> SplitResult:
    """The parts of an address that somebody sent; all empty where it is none.

    >>> address_parts("https://night.example/x").netloc, address_parts("http://[").netloc
    ('night.example', '')
    """
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


class UnreadableBody(Exception):
    """The body is not JSON that this service reads."""

    def __init__(self, message: str, errors: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.errors = errors


class WrongKind(Exception):
    """The body says that it is something other than JSON."""


class JsonRequest(Request[Principal, None, State]):
    """A request whose JSON body holds no NUL, no lone surrogate and no abyss of brackets."""

    async def json(self) -> Any:
        """The parsed body; raises UnreadableBody or ValidationException, naming the field where one can be named."""
        body = await self.body()
        kind = self.content_type[0]
        if kind and kind != "application/json" and not kind.endswith("+json"):
            raise WrongKind("Send JSON, with Content-Type: application/json.")
        try:
            if ESCAPED_NUL.search(body):
                raise _holds_nul(msgspec.json.decode(body))
            # Read straight into the handler's type: Litestar would read "2" as 2 and "true" as true.
            return _decoded(body or b"null", self._expected())
        except RecursionError:
            raise UnreadableBody("The JSON is nested too deep. Send it flatter.") from None
        except msgspec.ValidationError as error:
            raise ValidationException(extra=[_misfit(str(error), body)]) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UnreadableBody("The body is not valid JSON in UTF-8. Check it and send it again.") from None

    def _expected(self) -> Any:
        expected = self.scope["route_handler"].parsed_data_field
        return Any if expected is None else expected.annotation


def _decoded(body: bytes, expected: Any) -> Any:
    """The body in its type, without coercion, but that 7.0 and 7e0 are 7: JSON knows one kind of number."""
    try:
        return msgspec.json.decode(body, type=expected)
    except msgspec.ValidationError as error:
        if "got `float`" not in str(error):
            raise
    return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), expected)


def _with_whole_numbers(parsed: Any) -> Any:
    if isinstance(parsed, float):
        # Above this two whole numbers share one spelling, and nobody could say which is meant.
        return int(parsed) if parsed.is_integer() and abs(parsed) < MAX_EXACT else parsed
    if isinstance(parsed, list):
        return [_with_whole_numbers(value) for value in parsed]
    if isinstance(parsed, dict):
        return {name: _with_whole_numbers(value) for name, value in parsed.items()}
    return parsed


def _misfit(complaint: str, body: bytes) -> dict[str, str]:
    """What msgspec says of a misfit, without the value itself, and where that is: `stops[2].scores.lighting`."""
    message, _, place = complaint.partition(" - at `$")
    place = place.strip(".`")
    if ANY_KEY in place:
        # Of a body that says one key twice, or goes deeper elsewhere, the key stays unnamed.
        with suppress(LookupError, TypeError, AttributeError, RecursionError, msgspec.DecodeError):
            place = place.replace(ANY_KEY, f".{_key_of_misfit(message, place, msgspec.json.decode(body))}", 1)
    return {"message": WRONG_VALUE.sub("Not one of the values taken here", message), "key": place}


def _key_of_misfit(message: str, place: str, parsed: Any) -> str:
    """The key that msgspec writes as `...`: the first whose value is the one, or of the kind, it complains of."""
    for step in PLACE.findall(place.partition(ANY_KEY)[0]):
        parsed = parsed[int(step) if step.isdigit() else step]
    wrong = WRONG_VALUE.search(message)
    misfits = (
        str(key)
        for key, value in parsed.items()
        if (repr(value) == wrong[1] if wrong else f"got `{JSON_KINDS[type(value)]}`" in message)
    )
    return next(misfits, "...")


def _holds_nul(parsed: Any) -> UnreadableBody:
    fields = tuple((field, "Holds a NUL character.") for field in _fields_with_nul(parsed))[:MAX_FIELDS_SHOWN]
    return UnreadableBody("The body holds a NUL character. Remove it and send it again.", fields)


def _fields_with_nul(parsed: Any, path: str = "") -> Iterator[str]:
    if isinstance(parsed, str) and "\0" in parsed:
        yield path
    elif isinstance(parsed, list):
        for place, value in enumerate(parsed):
            yield from _fields_with_nul(value, f"{path}[{place}]")
    elif isinstance(parsed, dict):
        for name, value in parsed.items():
            yield from _fields_with_nul(value, f"{path}.{name}" if path else str(name))
