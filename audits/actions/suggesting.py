"""Suggestions to whoever raises an issue: which stops of low scores belong together, and who may be responsible.

They are a beginning and never a finding: the evidence's own method says what differs from chance.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from audits.actions.comparing import StopSeen
from audits.instrument import Instrument
from geo.places.authorities import authority

LOW = 1  # scores of 0 and 1
MAX_SUGGESTIONS = 12
CITY = "E09000001"
# What kind of body looks after what; the label names it where there is only one.
BODIES: Mapping[str, str] = {
    "borough": "Borough (other roads, town centres, street lights)",
    "tfl": "Transport for London (red routes, signals, stations, bus stops)",
    "network_rail": "Network Rail",
    "train_operator": "Train operator",
    "park": "Park or open space",
    "estate": "Housing estate or landlord",
    "bid": "Business improvement district",
    "private_owner": "Private owner",
    "police": "Police",
    "other": "Somebody else",
}
ONLY_ONE = {"tfl": "Transport for London", "network_rail": "Network Rail"}
DUE_AFTER = {"defect": timedelta(days=14), "design": timedelta(days=182)}
# NaPTAN's national codes: 910 railway stations, 940 Underground, DLR and tram; London's own 490 bus stops.
RAILWAY, TFL_STOPS = ("910",), ("940", "490")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Stops side by side at which one factor was scored low, or one cause was ticked, after dark."""

    about: str
    is_cause: bool
    label: str
    stops: tuple[StopSeen, ...]

    @property
    def walks(self) -> int:
        """How many walks stopped there."""
        return len({stop.walk_id for stop in self.stops})


@dataclass(frozen=True)
class Body:
    """A responsible body: its kind in BODIES, and its name; empty where somebody has to find it out."""

    kind: str
    name: str


def suggestions(stops: Sequence[StopSeen], asked: Instrument) -> list[Suggestion]:
    """For each 50 m cell and factor scored 0 or 1 after dark, its stops; what most walks found comes first."""
    labels = {factor.key: factor.label for factor in asked.factors} | {chip.key: chip.label for chip in asked.causes}
    groups: dict[tuple[str, bool, tuple[int, int]], list[StopSeen]] = defaultdict(list)
    for stop in stops:
        if stop.cell is None or not stop.dark:
            continue
        for factor, score in stop.scores.items():
            if isinstance(score, int) and score <= LOW:
                groups[factor, False, stop.cell].append(stop)
        for cause in stop.causes:
            groups[cause, True, stop.cell].append(stop)
    found = [
        Suggestion(about=about, is_cause=is_cause, label=labels.get(about, about), stops=tuple(together))
        for (about, is_cause, _), together in groups.items()
    ]
    found.sort(key=lambda one: (-one.walks, -len(one.stops), one.is_cause, one.about, one.stops[0].cell or ()))
    return found[:MAX_SUGGESTIONS]


def responsible(*, hubs: Sequence[str], borough: str | None) -> Body:
    """Who probably looks after a place: the owner of a hub that its stops name, else the borough that it is in.

    `hubs` are NaPTAN codes, `borough` a GSS code.

    >>> responsible(hubs=["9400ZZLUBXN"], borough="E09000022"), responsible(hubs=[], borough="E09000022")
    (Body(kind='tfl', name='Transport for London'), Body(kind='borough', name='Lambeth Council'))
    """
    if any(hub.startswith(TFL_STOPS) for hub in hubs):
        return Body("tfl", ONLY_ONE["tfl"])
    if any(hub.startswith(RAILWAY) for hub in hubs):
        return Body("network_rail", ONLY_ONE["network_rail"])
    known = authority(borough) if borough else None
    if known is None:
        return Body("borough", "")
    return Body("borough", "City of London Corporation" if known.gss == CITY else f"{known.name} Council")


def due_on(kind: str, *, today: date) -> date:
    """The day that is suggested: a fortnight for a defect, half a year for a design move."""
    return today + DUE_AFTER[kind]
