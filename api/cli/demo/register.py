"""The demo's organisations: who signed when, and what became of it, so that every state of the register can be seen."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from api.postman import Letter
from api.worker import Tools, keep_years, send_letters
from charter.keeping.at_desk import NOT_BEGUN
from charter.keeping.evidence import Keeping
from charter.keeping.members import Member, member_of
from charter.keeping.people import leave
from charter.keeping.pledges import keep_pledge
from charter.register import email_mac
from charter.signing import london_date
from charter.year.leaving import Withdrawal, withdraw
from charter.year.reviewing import PLEDGES, Looked, review

Place = tuple[float, float]
Ask = Callable[..., Awaitable[Any]]
ELSEWHERE: Place = (-0.0851, 51.5341)  # across the demo's border, in its other borough


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One of the demo's: how many days ago it signed and did what it did; None is never."""

    name: str
    sector: str
    signed: int
    confirmed: bool = True
    sites: int = 1
    kept: tuple[int, ...] = ()
    reviewed: int | None = None
    withdrew: int | None = None
    champion_left: int | None = None


ORGANISATIONS = (
    Organisation(name="The Lantern", sector="pub_or_bar", signed=200, kept=(1, 3, 4, 5, 6, 7)),
    # Signed more than a year ago and reviewed since; a chain with a site in each of the demo's boroughs.
    Organisation(
        name="Moth & Moon", sector="nightclub_or_music_venue", signed=420, sites=3, kept=(1, 3, 5), reviewed=60
    ),
    Organisation(name="Saffron Table", sector="restaurant_or_takeaway", signed=378, kept=(1,)),  # its review is due
    Organisation(name="Canal Street Hotel", sector="hotel", signed=410),
    Organisation(name="The Little Playhouse", sector="theatre_cinema_or_arts", signed=300, withdrew=40),
    # Unlisted by their sectors: a driver's home, and a place that somebody may be looking for.
    Organisation(name="Nightline Minicabs", sector="taxi_or_private_hire", signed=90, kept=(1, 6)),
    Organisation(name="Harbour House", sector="charity_or_community", signed=45),
    Organisation(name="Corner House Supermarket", sector="retail_or_supermarket", signed=345, champion_left=10),
    Organisation(name="Wharf Quarter BID", sector="bid_landowner_or_developer", signed=20, confirmed=False),
    Organisation(name="The Late Bookshop", sector="retail_or_supermarket", signed=20, confirmed=False),
)
CHAMPION = "champion1@example.org"  # of the first
LAPSED, WITHDRAWN = "Canal Street Hotel", "The Little Playhouse"


class Register:
    """Tells their stories in the order in which they happened; the clock is the demo's."""

    def __init__(self, ask: Ask, *, tools: Tools, letters: list[Letter], places: list[Place]) -> None:
        self.ask, self.tools, self.letters, self.places = ask, tools, letters, places
        self.ids: dict[str, UUID] = {}

    async def tell(self, now: datetime, move: Callable[[datetime], None]) -> None:
        """Everything from the first signature to `now`, to which the clock is moved at last."""
        for days, act in sorted(self._story(), key=lambda happened: -happened[0]):
            move(now - timedelta(days=days))
            await act()
        move(now)
        await keep_years(self.tools)
        await send_letters(self.tools)

    def _story(self) -> Iterator[tuple[int, Callable[[], Awaitable[None]]]]:
        for number, one in enumerate(ORGANISATIONS, 1):
            yield one.signed, partial(self._sign, one, number)
            # The week after; what is written later about an earlier day comes later in the story.
            yield from ((one.signed - 7, partial(self._keep, one, number, pledge)) for pledge in one.kept)
            if one.reviewed is not None:
                yield one.reviewed, partial(self._review, one, number)
            if one.champion_left is not None:
                yield one.champion_left, partial(self._champion_leaves, one, number)
            if one.withdrew is not None:
                yield one.withdrew, partial(self._withdraw, one, number)

    async def _sign(self, one: Organisation, number: int) -> None:
        at = [self.places[(number + 4 * site) % len(self.places)] for site in range(one.sites - 1)]
        sites = [self.places[number % len(self.places)], *at[1:], *([ELSEWHERE] if one.sites > 1 else [])]
        receipt = await self.ask("POST", "/api/charter/signatures", json=signature(one, number, sites))
        self.ids[one.name] = UUID(receipt["id"])
        before = len(self.letters)
        await send_letters(self.tools)
        for letter in self.letters[before:] if one.confirmed else ():
            if "/charter/confirm#" in letter.text:
                token = letter.text.split("/charter/confirm#")[1].split()[0]
                await self.ask("POST", "/api/charter/confirmations", json={"token": token})

    async def _keep(self, one: Organisation, number: int, pledge: int) -> None:
        now = self.tools.clock()
        by = await self._member(one, f"champion{number}@example.org")
        keeping = Keeping(state="evidenced", statement=STATEMENTS[pledge], **evidence(pledge, london_date(now)))
        await keep_pledge(by, pledge, keeping, version=NOT_BEGUN, now=now)

    async def _review(self, one: Organisation, number: int) -> None:
        by = await self._member(one, f"champion{number}@example.org")
        await review(by, Looked(details_confirmed=True, pledges_looked_at=PLEDGES), desk=self.tools.desk())

    async def _withdraw(self, one: Organisation, number: int) -> None:
        by = await self._member(one, f"manager{number}@example.org")
        await withdraw(by, Withdrawal(confirmed=True, reason="The theatre has closed."), desk=self.tools.desk())

    async def _champion_leaves(self, one: Organisation, number: int) -> None:
        await leave(await self._member(one, f"champion{number}@example.org"), desk=self.tools.desk())

    async def _member(self, one: Organisation, email: str) -> Member:
        return await member_of(self.ids[one.name], email_mac=email_mac(email, self.tools.seal))


def signature(one: Organisation, number: int, sites: list[Place]) -> dict[str, Any]:
    """The application of one invented organisation with premises at `sites` (longitude, latitude)."""
    person = {"name": f"Person {number}", "job_title": "Manager", "email": f"manager{number}@example.org"}
    return {
        "charter_version": "2018",
        "organisation": {"name": one.name, "sector": one.sector, "website": None, "operates_at_night": True},
        "premises": [_premises(one.name, number, site, where) for site, where in enumerate(sites)],
        "signatory": {**person, "has_authority": True},
        "champion": {**person, "email": f"champion{number}@example.org"},
        "pledges": [1, 2, 3, 4, 5, 6, 7],
        "consent": {"public_listing": True, "network_contact": False},
    }


def _premises(name: str, number: int, site: int, where: Place) -> dict[str, Any]:
    return {
        "name": f"{name} {site + 1}" if site else name,
        "address": f"{number + 10 * site} Wharf Lane",
        "postcode": "N1 0AA",
        "location": {"type": "Point", "coordinates": list(where)},
        "opening_hours": [{"days": ["fri", "sat"], "opens": "17:00", "closes": "02:00"}],
    }


STATEMENTS = {
    1: "Our champion briefs every new shift and is on the rota each weekend.",
    3: "The message stands where people queue and on the back of every toilet door.",
    4: "Any of the staff takes a report, in person or by the QR code on the door.",
    5: "Everybody on the floor and on the doors took the course; new starters within a month.",
    6: "The duty manager keeps the log, and we look through it together each quarter.",
    7: "We walked the premises after dark with the list, and mended what we could at once.",
}


def evidence(pledge: int, today: date) -> dict[str, Any]:
    """What shows it, as of `today`, in the shape of charter.keeping.evidence."""
    day = str(today)
    shown: dict[int, dict[str, Any]] = {
        1: {"started_on": day, "briefed_on": day},
        3: {"shown_at": ["entrance", "toilets"], "checked_on": day},
        4: {"routes": ["staff_in_person", "online_form"], "languages": ["English", "Bengali"], "formats": ["print"]},
        5: {
            "course": "Welfare and vulnerability at night",
            "provider": "An invented trainer",
            "trained_on": day,
            "staff_trained": 14,
            "staff_in_scope": 18,
            "refresh_on": str(today + timedelta(days=365)),
        },
        6: {"log_kept": True, "owner_role": "Duty manager", "reviewed_on": day},
        7: {
            "checked_on": day,
            **dict.fromkeys(("cctv_and_lights", "toilets", "safety_audit", "where_staff_stand"), "yes"),
            **dict.fromkeys(("access_audit", "quiet_space"), "no"),
            "actions_open": 2,
            "actions_closed": 3,
        },
    }
    return {"evidence": shown[pledge], "evidence_on": today}
