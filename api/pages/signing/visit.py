"""One visit to the form: the answers so far, kept in a draft, and where to go from here."""

from typing import Any
from uuid import uuid4

import msgspec
from litestar import Request
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.response import Redirect, Template

from api.drafts.cookie import DraftOf
from api.pages.kit.forms import Form
from api.pages.signing.answers import Answers, Typed
from api.pages.signing.faults import PAGES, first_open

START = "/charter/sign"
OVER = f"{START}?over=yes"  # nothing is kept of this browser any more
KIND = "signing"


class Visit:
    """A request to one of the form's pages; `begun` is whether there are answers already."""

    def __init__(self, draft: DraftOf, answers: Answers, *, begun: bool) -> None:
        self.draft, self.answers, self.begun = draft, answers, begun

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> "Visit":
        """The answers in this browser's draft, or none. Raises ForeignForm."""
        draft = DraftOf(request, KIND)
        content = await draft.content()
        kept = msgspec.json.decode(content, type=Answers) if content else None
        if kept is None or kept.sent:
            return cls(draft, Answers(id=uuid4(), sent=kept.sent if kept else None), begun=False)
        return cls(draft, kept, begun=True)

    def place(self, number: int) -> Typed:
        """The fields of the place of that number; empty for the next one. Raises NotFoundException beyond it."""
        if not 1 <= number <= len(self.answers.premises) + 1:
            raise NotFoundException
        return self.answers.premises[number - 1] if number <= len(self.answers.premises) else {}

    def answer_place(self, number: int, typed: Typed, *, instead_of: tuple[str, ...] = ()) -> None:
        """Add the fields to a place, or begin it with them; `instead_of` names the beginnings of fields to forget."""
        kept = {field: values for field, values in self.place(number).items() if not field.startswith(instead_of)}
        self.answers.premises[number - 1 : number] = [{**kept, **typed}]

    async def keep(self) -> Cookie:
        """Keep the answers; the cookie to answer with."""
        self.answers.sent = None
        return await self.draft.keep(msgspec.json.encode(self.answers))

    async def go(self, page: str | None = None) -> Redirect:
        """Keep the answers and go on: to `page`, or to the first that is still open, or to check them all."""
        return Redirect(
            f"{START}/{page or first_open(self.answers) or 'check'}", status_code=303, cookies=[await self.keep()]
        )

    async def again(self, template: str, form: Form, **context: Any) -> Template:
        """Keep the answers and show the page with what is wrong."""
        return Template(
            f"signing/{template}.html",
            context={"form": form, **context},
            status_code=form.status,
            cookies=[await self.keep()],
        )

    def back_from(self, page: str) -> str:
        """The address before `page`: the answers to be checked where all are there, else the page before it."""
        if self.begun and first_open(self.answers) is None:
            return f"{START}/check"
        place = PAGES.index(page)
        return f"{START}/{PAGES[place - 1]}" if place else START
