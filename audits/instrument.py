"""The instrument: what auditors are asked, as data with versions. What was published once stays acceptable for ever."""

from functools import cached_property
from typing import Literal

import msgspec

from audits.errors import UnknownInstrument

WORST, BEST = 0, 3
ANSWERS = ("cannot_tell", "not_applicable")
Mode = Literal["group", "personal"]
# What a phone may send: readable or not, it is kept; `on_scale` tells which.
Score = int | float | Literal["cannot_tell", "not_applicable"]


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """One thing scored from 0 (worst) to 3 (best): `group` scores are agreed aloud, `personal` ones given alone."""

    key: str
    mode: Mode
    label: str
    scale: tuple[str, str, str, str]
    draws_on: str
    hub_only: bool = False
    # What the factors explain, and not one of them.
    outcome: bool = False


class Chip(msgspec.Struct, frozen=True, kw_only=True):
    """A cause to tick. A personal one belongs to a response; on a stop it is sealed and never exported."""

    key: str
    label: str
    personal: bool = False


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about who or what was there; never scored, for it is not safer for everyone."""

    key: str
    label: str


class Instrument(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One published version of what is asked at a stop."""

    version: int
    answers: tuple[str, ...] = ANSWERS
    factors: tuple[Factor, ...]
    presence: tuple[Presence, ...]
    presence_effects: tuple[str, ...] = ("safer", "no_different", "less_safe")
    causes: tuple[Chip, ...]
    photo_caption: str = "This is not a light measurement: phones brighten."
    reminder: str = "This is not for reporting a crime. In danger, call 999; press 55 if you cannot speak."

    def keys(self, mode: Mode) -> frozenset[str]:
        """The keys of the factors scored in this mode."""
        return self._keys[mode]

    def open_causes(self) -> frozenset[str]:
        """The chips that may be stored in the open on a stop."""
        return self._open_causes

    # Asked of every stop and response, of files of millions.
    @cached_property
    def _keys(self) -> dict[Mode, frozenset[str]]:
        modes: tuple[Mode, ...] = ("group", "personal")
        return {mode: frozenset(factor.key for factor in self.factors if factor.mode == mode) for mode in modes}

    @cached_property
    def _open_causes(self) -> frozenset[str]:
        return frozenset(chip.key for chip in self.causes if not chip.personal)


def on_scale(score: Score) -> bool:
    """Whether a score can be read: a whole number from 0 to 3, or an answer of its own."""
    return isinstance(score, str) or score in (0, 1, 2, 3)


def value_and_answer(score: Score) -> tuple[int | None, str | None]:
    """A readable score as it is stored: a value or an answer, never both."""
    return (None, score) if isinstance(score, str) else (int(score), None)


def instrument(version: int) -> Instrument:
    """The instrument as it was published under this version; raises UnknownInstrument."""
    try:
        return INSTRUMENTS[version]
    except KeyError:
        known = ", ".join(str(number) for number in INSTRUMENTS)
        raise UnknownInstrument(f"No instrument has this version. Published so far: {known}.") from None


# Never edited once published: a walk of 2026 must read the same in 2036. What changes becomes version 2.
VERSION_1 = Instrument(
    version=1,
    factors=(
        # Aloud, one score for the group: what the place is like.
        Factor(
            key="lighting",
            mode="group",
            label="Lighting",
            scale=(
                "no useful light where people walk",
                "some light; faces unreadable or deep dark gaps",
                "path and nearby faces clear; some dark patches or glare",
                "even and comfortable; faces clear well ahead; no glare",
            ),
            draws_on="Safetipin, StreetSafe",
        ),
        Factor(
            key="sightlines",
            mode="group",
            label="Sightlines",
            scale=(
                "cannot see past the next corner or screen",
                "short views, several hiding places",
                "mostly clear, one or two blind spots",
                "clear ahead, behind and to the sides",
            ),
            draws_on="Safetipin openness",
        ),
        Factor(
            key="ways_out",
            mode="group",
            label="Ways out",
            scale=(
                "enclosed, one way on, no turning back",
                "few exits, far apart or locked at night",
                "another way out within about a minute",
                "several obvious routes to a busier place",
            ),
            draws_on="METRAC entrapment",
        ),
        Factor(
            key="overlooking",
            mode="group",
            label="Overlooking",
            scale=(
                "blank walls and shut fronts only",
                "a few dark windows",
                "some lit windows or open doors",
                "active fronts, people facing the space",
            ),
            draws_on="Safetipin visibility",
        ),
        Factor(
            key="access",
            mode="group",
            label="Access",
            scale=(
                "impassable for a wheelchair, buggy or cane user",
                "long detour, steps, missing kerbs, heavy clutter",
                "passable with care; minor barriers",
                "step-free, wide, smooth, rest places, safe crossing",
            ),
            draws_on="Safetipin walk path",
        ),
        Factor(
            key="wayfinding",
            mode="group",
            label="Finding the way",
            scale=(
                "no signs or landmarks, easily lost",
                "signs few, unlit or contradictory",
                "main route clear, side routes not",
                "legible at a glance, lit, plain",
            ),
            draws_on="PAS 6463",
        ),
        Factor(
            key="upkeep",
            mode="group",
            label="Upkeep",
            scale=(
                "derelict, waste, broken fittings",
                "repeated neglect",
                "minor litter or wear",
                "cared for, working",
            ),
            draws_on="StreetSafe",
        ),
        # Only where people wait or change; elsewhere an answer would be a guess.
        Factor(
            key="night_transport",
            mode="group",
            label="Transport at night",
            hub_only=True,
            scale=(
                "no service now within 15 min walk",
                "service, but over 20 min wait or unknown",
                "service within 10-20 min, shown reliably",
                "frequent, live times, easy interchange at this hour",
            ),
            draws_on="Safetipin transport",
        ),
        Factor(
            key="hub_waiting",
            mode="group",
            label="Waiting at the hub",
            hub_only=True,
            scale=(
                "exposed, dark, no shelter, no help",
                "shelter but hidden, or dark approach",
                "lit, visible, seat; unstaffed",
                "lit, visible, seat, staff or help point, safe approach",
            ),
            draws_on="TfL practice",
        ),
        # More people is not safer for everyone, so the scale asks who is there and how it flows.
        Factor(
            key="company",
            mode="group",
            label="Company",
            scale=(
                "nobody, or one group dominating",
                "few people, mostly men, or a lingering crowd",
                "some mix of people",
                "comfortable flow, women and varied ages",
            ),
            draws_on="Safetipin people, gender usage",
        ),
        Factor(
            key="help",
            mode="group",
            label="Help",
            scale=(
                "no staff, open door, help point or signal",
                "one, uncertain",
                "one reliable source near",
                "several, visible",
            ),
            draws_on="Safetipin security, adapted",
        ),
        # Alone and in private: how the place treats each of them differently.
        Factor(
            key="sensory",
            mode="personal",
            label="Noise, glare, smell and crush",
            scale=(
                "unbearable: would leave",
                "hard: noise, glare, flicker, smell or crush",
                "tolerable with effort",
                "calm or easily tuned out",
            ),
            draws_on="PAS 6463",
        ),
        Factor(
            key="treatment",
            mode="personal",
            label="How people treated me",
            scale=(
                "threatened, followed, abused",
                "stared at, commented on, approached",
                "slight unease",
                "left alone or welcomed",
            ),
            draws_on="StreetSafe, Free to Be",
        ),
        Factor(
            key="belonging",
            mode="personal",
            label="Belonging",
            scale=(
                "unwelcome, targeted or watched because of who I am",
                "out of place or under suspicion",
                "neutral",
                "belonged here",
            ),
            draws_on="METRAC, Safer Parks",
        ),
        Factor(
            key="feeling",
            mode="personal",
            label="Would I come here at night",
            outcome=True,
            scale=(
                "would not come here at night",
                "would avoid it",
                "would pass through",
                "would come alone",
            ),
            draws_on="Safetipin feeling",
        ),
    ),
    presence=(
        # Facts without a scale: police or cameras reassure some and frighten others.
        Presence(key="police", label="Police"),
        Presence(key="security", label="Private security"),
        Presence(key="staff", label="Staff"),
        Presence(key="cctv_sign", label="A sign that says CCTV"),
    ),
    causes=(
        Chip(key="noise", label="Noise"),
        Chip(key="glare", label="Glare"),
        Chip(key="flicker", label="Flicker"),
        Chip(key="crush", label="Crush"),
        Chip(key="smell", label="Smell"),
        # What was done to somebody: hers to say, never the group's.
        Chip(key="racist_remark", label="Racist remark", personal=True),
        Chip(key="sexist_remark", label="Sexist remark", personal=True),
        Chip(key="homophobic_remark", label="Homophobic remark", personal=True),
        Chip(key="transphobic_remark", label="Transphobic remark", personal=True),
        Chip(key="disablist_remark", label="Disablist remark", personal=True),
        Chip(key="followed", label="Followed", personal=True),
        Chip(key="stopped", label="Stopped or questioned by police or security", personal=True),
    ),
)

INSTRUMENTS = {1: VERSION_1}
