"""Is the trail what it was? Every link held against the one before, and every event against its link."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from migrations.database import fetch_one, fetch_value, stream
from migrations.sealing import Seal
from migrations.trail.chain import Head, Link, Trail, commitment
from migrations.trail.standing import head_at

MOST_TOLD = 20
LATE = timedelta(days=1)
LINKS = """
    select link.number, link.event, link.cause, link.salt, link.commitment, link.linked_at, link.mac,
           said.number as found, said.at, said.actor, said.action, said.subject, said.subject_id, said.detail
    from {links} as link left join {events} as said on said.number = link.event
    where link.number > $1 order by link.number
"""
# The highest number there is, too, in one statement: a link beyond the head is none of ours.
HEAD = """
    select position, mac, coalesce((select max(number) from {links}), 0) as highest
    from {head} where number = 1
"""
UNLINKED = """
    select count(*) from {events} as said
    where not exists (select 1 from {links} as link where link.event = said.number)
"""


@dataclass
class TrailChecked:
    """What was found: `faults` are sentences, none where the trail is whole, and `more` those not told.

    `waiting` events are not linked yet; `erased` were scrubbed by erasures, and `late` were linked over a day after
    they say that they happened, as those from before there was a chain.
    """

    links: int = 0
    erased: int = 0
    late: int = 0
    waiting: int = 0
    head: Head = field(default_factory=lambda: Head(0, b""))
    faults: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return not self.faults

    def say(self, fault: str) -> None:
        """Tell a fault, or count it where enough were told."""
        if len(self.faults) < MOST_TOLD:
            self.faults.append(fault)
        else:
            self.more += 1


async def verify_trail(
    trail: Trail, *, seal: Seal, expect: Head | None = None, newest: int | None = None
) -> TrailChecked:
    """Read the chain from its beginning, or its `newest` links alone, and hold everything against everything.

    `expect` is a head that was written down elsewhere earlier: without it, nobody can tell that the newest events were
    cut off together with their links.
    """
    stands = await fetch_one(trail.of(HEAD)) or {"position": 0, "mac": b"", "highest": 0}
    end = Head(stands["position"], stands["mac"])
    begin = await head_at(trail, max(0, end.position - newest)) if newest is not None else Head(0, b"")
    reading = _Reading(trail, seal, begin, end, expect)
    async for rows in stream(trail.of(LINKS), begin.position):
        for row in rows:
            reading.take(row)
    found = reading.finish(highest=stands["highest"])
    found.waiting = await fetch_value(trail.of(UNLINKED))
    return found


class _Reading:
    """The chain as far as it was read."""

    def __init__(self, trail: Trail, seal: Seal, begin: Head, end: Head, expect: Head | None) -> None:
        self.purpose, self.seal, self.last, self.expect = trail.purpose, seal, begin, expect
        # It may grow while it is read, so its head is met on the way.
        self.end, self.met = end, begin == end
        self.found = TrailChecked()
        # Events whose content is gone: each must be told of again by an erasure's link.
        self.scrubbed: set[int] = set()

    def take(self, row: Mapping[str, Any]) -> None:
        link = Link(**{name: row[name] for name in ("number", "event", "cause", "commitment", "linked_at")})
        self.found.links += 1
        if link.number != self.last.position + 1:
            self.found.say(f"Links are missing between {self.last.position} and {link.number}.")
        elif link.mac_after(self.last.mac, self.seal, purpose=self.purpose) != row["mac"]:
            self.found.say(f"Link {link.number} was changed, or made without our key.")
        self.last = Head(link.number, row["mac"])
        self.met |= self.last == self.end
        self._hold_against_event(link, row)
        if self.expect and self.expect.position == link.number and self.expect.mac != row["mac"]:
            self.found.say(f"Link {link.number} is not the one that was written down.")

    def _hold_against_event(self, link: Link, row: Mapping[str, Any]) -> None:
        if row["found"] is None:
            self.found.say(f"The event of link {link.number} is gone.")
            return
        if link.cause == "erased":
            self.found.erased += 1
            self.scrubbed.discard(link.event)
        elif link.linked_at - row["at"] > LATE:
            self.found.late += 1
        if row["salt"] is None:
            self.scrubbed.add(link.event)
        elif commitment(row, row["salt"]) != link.commitment:
            self.found.say(f"The event of link {link.number} says something else than when it was linked.")

    def finish(self, *, highest: int) -> TrailChecked:
        """What was found, when all of it was read."""
        for event in sorted(self.scrubbed):
            self.found.say(f"What event {event} says is not covered any more, and no erasure says why.")
        if not self.met or highest != self.end.position:
            self.found.say("The chain does not end where its head says: links at its end are gone, or were added.")
        if self.expect and self.expect.position > self.last.position:
            self.found.say(
                f"The chain ends at {self.last.position}; what was written down was link {self.expect.position}."
            )
        self.found.head = self.last
        return self.found
