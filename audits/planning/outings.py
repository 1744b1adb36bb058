"""Outings: the light leg and the dark leg of one group, put side by side as their phones named each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Leg:
    """A walk as its lead sees it in a list: no time is finer than its night, and nobody who walked is in it."""

    id: UUID
    leg: str
    state: str
    night_of: date
    paired_walk_id: UUID | None
    stops: int
    cut_short: bool


@dataclass(frozen=True)
class Outing:
    """The legs of one outing; one of them may not have come yet, or never will."""

    light: Leg | None
    dark: Leg | None

    @property
    def night_of(self) -> date:
        """The night of the dark leg, or of the other where there is none."""
        leg = self.dark or self.light
        assert leg is not None, "an outing has a leg"
        return leg.night_of


def outings(legs: Iterable[Leg]) -> list[Outing]:
    """Every leg in exactly one outing, the newest night first, in whatever order the legs come.

    Two legs belong together where either names the other and one is light and one dark. Where several would have the
    same partner, the two that name each other come first, then those of one night, then the smaller ids.
    """
    known = {leg.id: leg for leg in legs}
    partner: dict[UUID, Leg] = {}
    for light, dark in sorted(_couples(known), key=_first):
        if light.id not in partner and dark.id not in partner:
            partner |= {light.id: dark, dark.id: light}
    with_dark = [Outing(partner.get(leg.id), leg) for leg in known.values() if leg.leg == "dark"]
    alone = [Outing(leg, None) for leg in known.values() if leg.leg == "light" and leg.id not in partner]
    return sorted([*with_dark, *alone], key=_newest_first)


Couple = tuple[Leg, Leg]


def _couples(known: dict[UUID, Leg]) -> set[Couple]:
    found = set()
    for leg in known.values():
        other = known.get(leg.paired_walk_id) if leg.paired_walk_id else None
        if other is not None and {leg.leg, other.leg} == {"light", "dark"}:
            found.add((leg, other) if leg.leg == "light" else (other, leg))
    return found


def _first(couple: Couple) -> tuple[bool, bool, UUID, UUID]:
    light, dark = couple
    mutual = light.paired_walk_id == dark.id and dark.paired_walk_id == light.id
    return not mutual, light.night_of != dark.night_of, light.id, dark.id


def _newest_first(outing: Outing) -> tuple[int, UUID]:
    leg = outing.dark or outing.light
    assert leg is not None, "an outing has a leg"
    return -leg.night_of.toordinal(), leg.id
