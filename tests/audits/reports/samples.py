"""Contents of editions made by hand, for the files that are made of them."""

import math
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from audits.instrument import VERSION_1
from audits.reports.contents import Contents, Coverage, Finding, Ground, Levels, Place, Programme, Ring, StopRow
from audits.reports.sections import (
    Action,
    Difference,
    Evaluation,
    Falling,
    Nearby,
    PresenceSeen,
    ProfileRow,
    Quality,
    Quote,
    Strip,
    Visit,
)

MIDDLE = (531_053.0, 175_423.0)  # Brixton Underground Station, British National Grid
MIDDLE_CELL = (4963, 2339)
KINDS = ("ordinary", "ordinary", "not_enough_evidence", "works_well", "hotspot", "ordinary")


def finding(q: int = 0, r: int = 0, /, **more: Any) -> Finding:
    """A finding `q`, `r` cells from Brixton's station, tested and ordinary unless told otherwise."""
    facts: dict[str, Any] = {
        "factor": "feeling",
        "leg": "dark",
        "q_cell": MIDDLE_CELL[0] + q,
        "r_cell": MIDDLE_CELL[1] + r,
        "side_m": 50,
        "kind": "ordinary",
        "n_people": "10-19",
        "n_walks": 6,
        "n_nights": 4,
        "n_stops": 9,
        "estimate": -0.3,
        "interval": (-0.6, 0.1),
        "q": 0.21,
        "share_low": 0.4,
        "stability": 3,
    }
    return Finding(**(facts | more))


def circle(radius_m: float) -> Ring:
    """A ring around Brixton's station."""
    angles = [math.tau * step / 48 for step in range(49)]
    return tuple(
        (round(MIDDLE[0] + radius_m * math.cos(a), 1), round(MIDDLE[1] + radius_m * math.sin(a), 1)) for a in angles
    )


def walked_line() -> Ring:
    """A route through the middle, from west to east."""
    return tuple((MIDDLE[0] + 25.0 * step, MIDDLE[1] + 60 * math.sin(step / 4)) for step in range(-20, 21))


def places() -> tuple[Place, ...]:
    """One hotspot with two factors, and one place that works."""
    worse = finding(2, 0, kind="hotspot", strong=True, estimate=-0.8, interval=(-1.2, -0.4), q=0.011)
    lamps = msgspec.structs.replace(worse, factor="lighting", n_people=14, strong=False, estimate=-0.42)
    better = finding(-3, 1, kind="works_well", estimate=0.5, interval=(0.2, 0.8), q=0.03)
    q, r = MIDDLE_CELL
    there = {"easting_m": MIDDLE[0] + 170, "northing_m": MIDDLE[1], "cells": ((q + 2, r), (q + 2, r + 1))}
    here = {"easting_m": MIDDLE[0] - 220, "northing_m": MIDDLE[1] + 75, "cells": ((q - 3, r + 1),)}
    return (
        Place(label="1", name="170 m east of Brixton Station", works_well=False, findings=(worse, lamps), **there),
        Place(label="A", name="230 m west of Brixton Station", works_well=True, findings=(better,), **here),
    )


def levels() -> tuple[Levels, ...]:
    """Counts for every factor, of both legs for what groups agreed; one personal factor has too few people."""
    made = []
    for place, factor in enumerate(VERSION_1.factors):
        for leg in ("dark", "light") if factor.mode == "group" else ("dark",):
            counts = (place % 5, 4 + place % 3, 9, 20 - place) if factor.mode == "group" else (None, 15, 40, 25)
            few = factor.key == "treatment"
            facts = {"factor": factor.key, "label": factor.label, "personal": factor.mode == "personal", "leg": leg}
            said = "not enough people yet" if few else "10-19 people" if factor.mode == "personal" else "33"
            made.append(Levels(counts=None if few else counts, n=said, unanswered="3", **facts))  # type: ignore[arg-type]
    return tuple(made)


def stop_row(number: int, **more: Any) -> StopRow:
    """One scored stop."""
    scores = (2, "cannot_tell", None, "not_applicable", 0, 1, 3, None, None, 2, 1)
    facts: dict[str, Any] = {
        "programme": "Brixton",
        "stop_no": number,
        "night_of": date(2026, 10, 24),
        "leg": "dark",
        "sun_band": "night",
        "longitude": -0.114888,
        "latitude": 51.462618,
        "cell": "h50:4963:2339",
        "hub": "9400ZZLUBXN",
        "scores": scores,
        "presences": (False, True, False, True),
        "causes": ("glare", "noise"),
    }
    return StopRow(**(facts | more))


def contents(**more: Any) -> Contents:
    """A whole edition about Brixton."""
    around = [(q, r) for q in range(-5, 6) for r in range(-1, 2)]
    found = tuple(finding(q, r, kind=KINDS[(q * 7 + r * 3) % len(KINDS)]) for q, r in around)
    ground = Ground(area=(circle(520),), walks=(walked_line(),), hubs=((*MIDDLE, "Brixton Station"),))
    facts: dict[str, Any] = {
        "title": "Brixton, autumn 2026",
        "audience": "gla",
        "as_of": datetime(2026, 10, 25, 1, 20, tzinfo=UTC),
        "from_on": None,
        "to_on": None,
        "method": "Within-walk contrast",
        "method_version": "1",
        "programmes": (programme(),),
        "coverage": coverage(),
        "levels": levels(),
        "findings": found,
        "places": places(),
        "stops": (stop_row(1), stop_row(2)),
        "ground": ground,
        **chapters(),
    }
    return Contents(**(facts | more))


def chapters() -> dict[str, Any]:
    """Something in every chapter that the public too may have, and what only the GLA gets."""
    around = [(q, r) for q in range(-5, 6) for r in range(-1, 2)]
    cells = [(MIDDLE_CELL[0] + q, MIDDLE_CELL[1] + r) for q, r in around]
    agreed = [factor for factor in VERSION_1.factors if factor.mode == "group"]
    return {
        "visits": tuple(Visit(50, q, r, (q + r) % 3 == 0) for q, r in cells),
        "walk_next": ("300 m south of Brixton Station",),
        "strips": tuple(
            Strip(place="1", factor=factor.key, dark=(4, 3, n % 3, 1), light=(0, 1, 2, n))
            for n, factor in enumerate(agreed)
        ),
        "quotes": (Quote(place="1", text="Lamp out by the arch, nobody in sight.", leg="dark"),),
        "falling": (
            Falling(factor="lighting", label="Lighting", slope=(0.4, 0.2, 0.6), stops="72", walks="9"),
            Falling(factor="help", label="Help", slope=(0.1, -0.1, 0.3), stops="70", walks="9"),
            Falling(factor="access", label="Access", slope=None, stops="", walks=""),
        ),
        "presences": (
            PresenceSeen(key="police", label="Police", there="3", stops="80", effects=(10, 20, 15)),
            PresenceSeen(key="staff", label="Staff", there="9", stops="80", effects=None),
        ),
        "signatories": (
            Nearby(
                place="1",
                name="The Lamb",
                sector="Pub or bar",
                premises="The Lamb",
                distance_m=120,
                last_confirmed_on=date(2026, 9, 1),
            ),
        ),
        "profile": (ProfileRow(question="Age", answer="25-34", people=10),),
        "differences": (Difference(question="Age", answer="25-34", factor="feeling", counts=(None, 15, 30, 10)),),
        "actions": actions(),
        "evaluation": Evaluation(
            sites=2,
            compared=1,
            controls=9,
            done_from=date(2026, 10, 10),
            done_to=date(2026, 10, 12),
            full=(0.3, 0.1, 0.5),
            split=(0.2, -0.1, 0.5),
        ),
        "quality": Quality(quarantined="1", cannot_tell="4%", tested_cells=20, visited_cells=33),
    }


def actions() -> tuple[Action, ...]:
    """A defect that is done, and a design move that waits."""
    at = {"places": ("1",), "where": "by the arch", "issue": "Dark arch", "due_on": date(2026, 12, 1)}
    lamp = {"kind": "defect", "action": "Mend the lamp", "body": "Lambeth", "state": "done", "answer": "accepted"}
    wall = {"kind": "design", "action": "Open the blank wall", "body": "Network Rail", "state": "waiting", "answer": ""}
    return (
        Action(**at, **lamp, done_on=date(2026, 10, 10), re_audit="walked again once"),  # type: ignore[arg-type]
        Action(**at, **wall, done_on=None, re_audit=""),  # type: ignore[arg-type]
    )


def programme(name: str = "Brixton") -> Programme:
    """A programme of the autumn."""
    return Programme(name=name, opens_on=date(2026, 10, 1), closes_on=date(2026, 12, 31), instrument_version=1)


def coverage(**more: Any) -> Coverage:
    """A pilot's walking."""
    facts: dict[str, Any] = {
        "first_night": date(2026, 10, 3),
        "last_night": date(2026, 10, 24),
        "walks": "10",
        "outings": "5",
        "nights": "5",
        "hours": "14.5",
        "stops": "80",
        "people": "10-19",
        "cut_short": "1",
        "cells_walked": 33,
        "cells_walked_once": 12,
        "cells_in_area": 131,
    }
    return Coverage(**(facts | more))


def empty_contents() -> Contents:
    """An edition of a programme that nobody has walked for yet."""
    none = coverage(
        first_night=None,
        last_night=None,
        walks="0",
        outings="0",
        nights="0",
        hours="0",
        stops="0",
        people="none",
        cut_short="0",
        cells_walked=0,
        cells_walked_once=0,
    )
    ground = Ground(area=(circle(520),))
    nothing = dict.fromkeys((*chapters(), "findings", "places", "stops", "levels"), ())
    return contents(**nothing | {"coverage": none, "ground": ground, "evaluation": Evaluation(), "quality": Quality()})
