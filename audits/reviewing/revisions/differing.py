"""How one version of a walk differs from another: field by field, stop by stop.

Texts of notes that are restricted, and chips about remarks, being followed or stopped, are told as changed and no more;
times are told by how far they moved, because a minute beside a place would say when somebody was there.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audits.nights import duration_s
from audits.walks import Stop, Walk
from geo.crs import Degrees, great_circle_m

WALK_FIELDS = ("instrument_version", "leg", "paired_walk_id", "group_size", "cut_short", "cut_short_reason")
STOP_FIELDS = ("sequence", "planned_stop_id", "accuracy_m", "hub")
PRESENCES = ("police", "security", "staff", "cctv_sign")
NOWHERE = (0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A field with what it was and would become; both None where they may not be told."""

    field: str
    was: Any = None
    becomes: Any = None


@dataclass(frozen=True, kw_only=True)
class StopDiffers:
    """A stop that is new, left out, or changed; `label` is its place in its own version, counted from 1."""

    id: UUID
    label: int
    kind: str  # added, left_out or changed
    changes: tuple[Changed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """All that a later version says otherwise."""

    walk: tuple[Changed, ...]
    stops: tuple[StopDiffers, ...]
    photos_added: int
    photos_left_out: int

    @property
    def nothing(self) -> bool:
        """Whether the two say the same of everything that is kept."""
        return not (self.walk or self.stops or self.photos_added or self.photos_left_out)


def difference(
    stands: Walk, later: Walk, *, open_causes: Collection[str], restricted: Collection[UUID] = ()
) -> Difference:
    """What `later` says otherwise; the notes of `restricted` stops are not told, whatever either version flags."""
    before, after = _by_id(stands.stops), _by_id(later.stops)
    stops: list[StopDiffers] = []
    for id, (label, stop) in after.items():
        if id not in before:
            stops.append(StopDiffers(id=id, label=label, kind="added"))
        elif changes := tuple(_of_stop(before[id][1], stop, open_causes, hidden=id in restricted)):
            stops.append(StopDiffers(id=id, label=label, kind="changed", changes=changes))
    stops += [StopDiffers(id=id, label=label, kind="left_out") for id, (label, _) in before.items() if id not in after]
    had, has = ({photo.id for photo in walk.photos} for walk in (stands, later))
    return Difference(
        walk=tuple(_of_walk(stands, later)),
        stops=tuple(stops),
        photos_added=len(has - had),
        photos_left_out=len(had - has),
    )


def _by_id(stops: Sequence[Stop]) -> dict[UUID, tuple[int, Stop]]:
    return {stop.id: (label, stop) for label, stop in enumerate(stops, start=1)}


def _of_walk(stands: Walk, later: Walk) -> Iterator[Changed]:
    for name in WALK_FIELDS:
        yield from _unlike(name, getattr(stands, name), getattr(later, name))
    for name in ("started_at", "ended_at"):
        yield from _moved_in_time(name, getattr(stands, name), getattr(later, name))
    had, has = ({photo.id: photo.caption for photo in walk.photos} for walk in (stands, later))
    for id in had.keys() & has.keys():
        yield from _unlike("caption", had[id], has[id])


def _of_stop(stands: Stop, later: Stop, open_causes: Collection[str], *, hidden: bool) -> Iterator[Changed]:
    for name in STOP_FIELDS:
        yield from _unlike(name, getattr(stands, name), getattr(later, name))
    yield from _moved_in_time("observed_at", stands.observed_at, later.observed_at)
    yield from _moved(stands, later)
    for factor in sorted(stands.scores.keys() | later.scores.keys()):
        yield from _unlike(f"scores.{factor}", stands.scores.get(factor), later.scores.get(factor))
    for name in PRESENCES:
        yield from _unlike(f"presence.{name}", getattr(stands.presence, name), getattr(later.presence, name))
    yield from _causes(stands, later, open_causes)
    yield from _note(stands, later, hidden=hidden)


def _unlike(field: str, was: Any, becomes: Any) -> Iterator[Changed]:
    if was != becomes:
        yield Changed(field=field, was=was, becomes=becomes)


def _moved_in_time(field: str, was: datetime, becomes: datetime) -> Iterator[Changed]:
    if was != becomes:
        yield Changed(field=field, becomes=duration_s(was, becomes))


def _moved(stands: Stop, later: Stop) -> Iterator[Changed]:
    """By how many metres; None where one of the two versions has no place for it."""
    was, becomes = stands.location.coordinates[:2], later.location.coordinates[:2]
    if was == becomes:
        return
    if NOWHERE in (was, becomes):
        yield Changed(field="location", was=was != NOWHERE, becomes=becomes != NOWHERE)
        return
    ends = [Degrees.of([lon], [lat]) for lon, lat in (was, becomes)]
    yield Changed(field="location", becomes=float(great_circle_m(*ends)[0]))


def _causes(stands: Stop, later: Stop, open_causes: Collection[str]) -> Iterator[Changed]:
    was, becomes = set(stands.causes or ()), set(later.causes or ())
    yield from _unlike("causes", sorted(was & set(open_causes)), sorted(becomes & set(open_causes)))
    if was - set(open_causes) != becomes - set(open_causes):
        yield Changed(field="sealed_causes")


def _note(stands: Stop, later: Stop, *, hidden: bool) -> Iterator[Changed]:
    if not hidden:
        yield from _unlike("note_flagged", stands.note_flagged, later.note_flagged)
    if stands.note == later.note:
        return
    if hidden or stands.note_flagged or later.note_flagged:
        yield Changed(field="note")
    else:
        yield Changed(field="note", was=stands.note, becomes=later.note)
