"""Organisations whose champions have signed in, for every test of the desk's pages and interface."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from api.worker import send_letters
from tests.audits.pictures import corners, encoded, exif
from tests.charter.builders import JO, person, signature
from tests.people import Service, ok

PICTURE = encoded(corners(800, 600), exif=exif())


@dataclass
class AtDesk:
    """A champion's browser, and where her organisation's desk is."""

    browser: httpx.AsyncClient
    id: str

    @property
    def page(self) -> str:
        """Her desk's address."""
        return f"/desk/{self.id}"

    async def api(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        """Ask the interface for her own organisation."""
        params = {"signatory": self.id, **more.pop("params", {})}
        return await self.browser.request(method, f"/api/charter/mine{path}", params=params, **more)

    async def keep(self, number: int, body: dict[str, Any]) -> httpx.Response:
        """Say how a pledge is kept, having looked at it first."""
        etag = (await self.api("GET", f"/pledges/{number}")).headers["etag"]
        return await self.api("PUT", f"/pledges/{number}", json=body, headers={"If-Match": etag})

    async def picture(self, number: int, content: bytes, **more: Any) -> httpx.Response:
        """Add a picture of evidence."""
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {"Content-Type": more.pop("kind", "image/jpeg"), "Content-Digest": f"sha-256=:{digest}:"}
        path = f"/pledges/{number}/files/{more.pop('id', uuid4())}"
        params = {"caption": more.pop("caption", "Poster by the door")}
        return await self.api("PUT", path, content=content, headers=headers, params=params)


async def tokens_of(service: Service) -> list[str]:
    """The tokens of every letter that waits, in the order of writing."""
    before = len(service.outbox.letters)
    await send_letters(service.tools)
    return [letter.text.partition("/charter/confirm#")[2].split()[0] for letter in service.outbox.letters[before:]]


async def champion_of(service: Service, name: str = "The Lamb", email: str = JO, **changes: Any) -> AtDesk:
    """A champion who confirmed and signed in, of an organisation that stands in the register."""
    body = signature(name, champion=person(email, name="Jo Champion"), **changes)
    filed = await ok(await service.http.post("/api/charter/signatures", json=body), 202)
    for token in await tokens_of(service):
        await ok(await service.http.post("/api/charter/confirmations", json={"token": token}))
    return AtDesk(await service.signs_in(email), filed["id"])
