"""The cookie that a draft is found by, and who may post with it: pages of our own, and nobody else's."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie

from api.drafts.store import KEPT_FOR, draft, keep_draft
from api.settings import Settings
from api.wire import address_parts
from migrations.sealing import Seal, new_token

MAX_ID_LENGTH = 100


class ForeignForm(Exception):
    """A form came from a page that is not ours."""

    def __init__(self) -> None:
        super().__init__("This form was sent from another site's page. Open ours, and send it from there.")


class DraftOf:
    """The draft of one form in one browser; `kind` names the form, and its cookie.

    Raises ForeignForm where the request writes and comes from a page of somebody else's.
    """

    def __init__(self, request: Request[Any, Any, Any], kind: str) -> None:
        state = request.app.state
        self.kind = kind
        self._settings: Settings = state.settings
        self._seal: Seal = state.seal
        self._now: datetime = state.clock()
        self.id = request.cookies.get(self._cookie_name, "")[:MAX_ID_LENGTH]
        self._is_kept = False
        if request.method == "POST":
            _refuse_foreign(request, with_cookie=bool(self.id))

    @property
    def _cookie_name(self) -> str:
        # The prefix makes browsers refuse the cookie from anybody but this host, over HTTPS; loopback has none.
        return f"__Host-{self.kind}" if self._settings.https else self.kind

    async def content(self) -> bytes | None:
        """What it holds; None where nothing was kept, or its day is over. Raises CannotUnseal."""
        found = await draft(self.id, kind=self.kind, now=self._now, seal=self._seal) if self.id else None
        self._is_kept = found is not None
        return found

    async def keep(self, content: bytes) -> Cookie:
        """Keep `content`, under the same id where content() found something; the cookie to answer with.

        Raises DraftTooLarge.
        """
        # An id that nothing is kept under may have been planted by somebody who wants to read what follows.
        if not self._is_kept:
            self.id, self._is_kept = new_token(), True
        await keep_draft(self.id, content, kind=self.kind, now=self._now, seal=self._seal)
        return Cookie(
            key=self._cookie_name,
            value=self.id,
            path="/",
            max_age=int(KEPT_FOR.total_seconds()),
            httponly=True,
            secure=self._settings.https,
            samesite="lax",
        )


def _refuse_foreign(request: Request[Any, Any, Any], *, with_cookie: bool) -> None:
    origin = request.headers.get("origin")
    if origin is None:
        # Every browser tells the origin of a form; what does not tell has no cookie of ours to misuse.
        if with_cookie and request.headers.get("sec-fetch-site") != "same-origin":
            raise ForeignForm
        return
    # The Host header is what the browser itself asked for; the base address, what a proxy may have hidden from us.
    ours = {request.headers.get("host", ""), urlsplit(request.app.state.settings.base_url).netloc}
    if address_parts(origin).netloc not in ours:
        raise ForeignForm
