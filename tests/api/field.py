"""A programme in Brixton with phones that speak HTTP: what tests of handing in start from."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.audits.phones import a_body, a_stop
from tests.journeys.walks import Picture
from tests.people import Service

Header = dict[str, str]


@dataclass
class Field:
    """The service, one programme with its lead, and the headers of three auditors' phones."""

    service: Service
    programme_id: str
    lead: Header
    auditors: list[Header]

    @property
    def me(self) -> Header:
        """The first auditor."""
        return self.auditors[0]

    def body(self, *photos: Picture, **more: Any) -> dict[str, Any]:
        """A walk of one stop with these photos, sent just now."""
        stop = a_stop()
        manifest = [photo.in_manifest(stop["id"]) for photo in photos]
        sent = self.service.clock().isoformat()
        return a_body(self.programme_id, [stop], photos=manifest, client_sent_at=sent, **more)  # type: ignore[arg-type]

    async def put(self, path: str, who: Header | None = None, **request: Any) -> httpx.Response:
        """PUT as an auditor."""
        headers = (who or self.me) | request.pop("headers", {})
        return await self.service.http.put(f"/api/{path}", headers=headers, **request)

    async def put_walk(self, body: dict[str, Any], walk_id: str = "", who: Header | None = None) -> httpx.Response:
        """The first step."""
        return await self.put(f"walks/{walk_id or uuid4()}", who, json=body)

    async def put_photo(self, photo: Picture, who: Header | None = None, **headers: str) -> httpx.Response:
        """The second step."""
        return await self.put(f"photos/{photo.id}", who, content=photo.content, headers=photo.headers | headers)

    async def complete(self, walk_id: str, who: Header | None = None, **request: Any) -> httpx.Response:
        """The third step."""
        url = f"/api/walks/{walk_id}/complete"
        return await self.service.http.post(url, headers=who or self.me, **request)

    async def get(self, path: str, who: Header | None = None) -> httpx.Response:
        """GET as an auditor."""
        return await self.service.http.get(f"/api/{path}", headers=who or self.me)
