"""Forms: what was typed, kept exactly, and what is wrong with it, at the field and in the summary."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from litestar import Request

from api.wire import UnreadableBody

MAX_FIELDS = 1_000


async def typed(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Every field of a posted form (urlencoded) as it was typed, blank ones too. Raises UnreadableBody.

    Line ends are as in Python, and NUL, which no keyboard has and no database takes, is left out.
    """
    # Not the framework's parser: it drops blank fields, and keeps the last thousand bodies, names and all, in memory.
    try:
        read = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise UnreadableBody("The form cannot be read. Go back and send it again.") from None
    return {name: [_as_text(value) for value in values] for name, values in read.items()}


def _as_text(value: str) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """The number that `text` writes in at most so many digits, of which every column takes 18; None for all else.

    >>> whole_number("12"), whole_number("1234", digits=3), whole_number("-1"), whole_number("\u0661")
    (12, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


@dataclass
class Form:
    """A form as it is shown: `values` by field, each as it was typed, and one error for each field that has one.

    Templates ask `form.text("name")`, `form.several("days")` and pass `form.error("name")` as `errorMessage`; a field's
    id in the page is its name, so that the summary's links find it.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field of one value; empty where nothing was."""
        value = self.values.get(name, "")
        return str(value[0] if isinstance(value, list) and value else value or "")

    def several(self, name: str) -> list[str]:
        """What was chosen in a field that takes several."""
        value = self.values.get(name, [])
        return [str(one) for one in value] if isinstance(value, list) else [str(value)]

    def refuse(self, name: str, message: str) -> None:
        """Say what is wrong with a field; the first thing said stands."""
        self.errors.setdefault(name, message)

    def refuse_all(self, errors: Iterable[tuple[str, str]]) -> None:
        """The same for many, such as a rule's FieldErrors."""
        for name, message in errors:
            self.refuse(name, message)

    def error(self, name: str) -> dict[str, str] | None:
        """The field's error in the shape that GOV.UK's components take; None where it is right."""
        return {"text": self.errors[name]} if name in self.errors else None

    @property
    def summary(self) -> list[dict[str, str]]:
        """Every error, linked to its field, for the top of the page; to another page where its name is an address."""
        return [
            {"text": message, "href": name if name.startswith("/") else f"#{name}"}
            for name, message in self.errors.items()
        ]

    @property
    def status(self) -> int:
        """The status that a page with this form is answered with."""
        return 422 if self.errors else 200
