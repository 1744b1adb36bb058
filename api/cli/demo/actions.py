"""What followed the demo's walks: issues, what bodies answered, what was mended, and two Safety Action Plans."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from api.cli.demo.register import Ask
from api.cli.demo.world import DARK_PLACES, Leg, World, photo_headers

COUNCIL = {"body_kind": "borough", "body": "Wharf Quarter Council"}
ESTATE = {"body_kind": "estate", "body": "Basin Estate"}
DISTRICT = {"body_kind": "bid", "body": "Wharf Quarter Partnership"}
BRIDGE = "Towpath under the lock bridge"


class Actions:
    """Tells what the lead did about what was found; the clock is the demo's."""

    def __init__(self, ask: Ask, world: World, *, now: datetime, move: Callable[[datetime], None]) -> None:
        self.ask, self.world, self.now, self.move = ask, world, now, move
        self.present = now

    async def tell(self, programme: str, legs: Sequence[Leg]) -> str:
        """Nineteen days of it: mended, refused, late, waiting, and not asked yet; gives the issue that was mended."""
        self._days_ago(19)
        lamps = await self._raise(programme, legs, "defect", "Both lamps out under the bridge", "lighting")
        way_out = await self._raise(programme, legs, "design", "No way out between the bridge and the lock", "ways_out")
        walls = await self._raise(programme, legs, "design", "Only blank walls along the towpath", "overlooking")
        await self._raise(programme, legs, "defect", "Signs to the station are unlit", "wayfinding")
        mend = await self._recommend(lamps, "Replace both lamps, and note their numbers", COUNCIL, due_in=10)
        gate = await self._recommend(way_out, "Open the gate to the yard until the last train", ESTATE, due_in=60)
        late = await self._recommend(way_out, "Light the steps up to Basin Street", DISTRICT, due_in=12)
        await self._recommend(walls, "Put windows or a mural to the towpath in the next phase", ESTATE, due_in=180)
        self._days_ago(16)
        await self._answer(mend, "accepted")
        await self._answer(gate, "refused", "The yard is let, and its tenant wants it shut at night.")
        await self._answer(late, "accepted")
        self._days_ago(9)
        await self._finish(mend, "Both lamps lit; the warden looked at 22:00.")
        return lamps

    async def walk_again(self, issue: str, leg: Leg) -> None:
        """Link the stops of a later walk at the dark places."""
        self._days_ago(5)
        stops = [stop["id"] for stop in leg.body["stops"] if self._is_dark(stop)]
        await self._edit("POST", f"/api/issues/{issue}/re-audit", f"/api/issues/{issue}", {"stop_ids": stops})

    async def pilot(self, programme: str, legs: Sequence[Leg]) -> None:
        """An earlier programme: one thing mended, one refused."""
        self._days_ago(140)
        lamps = await self._raise(programme, legs, "defect", "The lamp at the lock flickers", "lighting")
        view = await self._raise(programme, legs, "design", "Hedges hide the bend of the path", "sightlines")
        mend = await self._recommend(lamps, "Replace the lamp", COUNCIL, due_in=14)
        cut = await self._recommend(view, "Cut the hedges to the height of a child", ESTATE, due_in=60)
        self._days_ago(135)
        await self._answer(mend, "accepted")
        await self._answer(cut, "refused", "Birds nest in them until August; ask again in autumn.")
        await self._finish(mend, "It burns steadily since.")

    def _days_ago(self, days: float) -> None:
        self.present = self.now - timedelta(days=days)
        self.move(self.present)

    def _is_dark(self, stop: dict[str, Any]) -> bool:
        return self.world.planned.index(stop["planned_stop_id"]) in DARK_PLACES

    async def _raise(self, programme: str, legs: Sequence[Leg], kind: str, title: str, factor: str) -> str:
        """An issue from the stops at the dark places; gives its id."""
        stops = [stop["id"] for leg in legs if leg.body["leg"] == "dark" for stop in leg.body["stops"]
                 if self._is_dark(stop)]  # fmt: skip
        body = {
            "programme_id": programme,
            "kind": kind,
            "title": title,
            "place": BRIDGE,
            "factors": [factor],
            "stop_ids": stops,
        }
        return str((await self.ask("POST", "/api/issues", "lead", json=body))["issue"]["id"])

    async def _recommend(self, issue: str, action: str, body: dict[str, str], *, due_in: int) -> str:
        due = (self.present + timedelta(days=due_in)).date()
        sent = {"issue_id": issue, "action": action, **body, "due_on": str(due)}
        return str((await self.ask("POST", "/api/recommendations", "lead", json=sent))["id"])

    async def _answer(self, recommendation: str, answer: str, reason: str | None = None) -> None:
        one, day = f"/api/recommendations/{recommendation}", str(self.present.date())
        body = {"answer": answer, "answered_on": day, "answered_by": "Head of service", "reason": reason}
        await self._edit("PUT", f"{one}/answer", one, body)

    async def _finish(self, recommendation: str, note: str) -> None:
        one = f"/api/recommendations/{recommendation}"
        await self._edit("PUT", f"{one}/done", one, {"done_on": str(self.present.date()), "note": note})
        picture = self.world.picture()
        path = f"{one}/photos/{uuid4()}?caption=The lamps, lit"
        await self.ask("PUT", path, "lead", content=picture, headers=photo_headers(picture))

    async def _edit(self, method: str, path: str, of: str, body: dict[str, Any]) -> None:
        """A change of what stands now, as whoever has read it makes it."""
        found = await self.ask("GET", of, "lead")
        etag = found["issue"]["etag"] if "issue" in found else found["etag"]
        await self.ask(method, path, "lead", json=body, headers={"If-Match": etag})
