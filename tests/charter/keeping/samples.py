"""Evidence that is whole, for every test of keeping a pledge."""

from datetime import date
from typing import Any

from charter.keeping.evidence import Keeping

TODAY = date(2026, 10, 25)  # of tests.charter.builders.NOW and tests.people.TONIGHT, in London

EVIDENCE: dict[int, dict[str, Any]] = {
    1: {"started_on": "2026-01-05", "briefed_on": "2026-01-12"},
    2: {"began_on": "2026-06-01", "ends_on": "2026-12-31", "channels": ["posters", "social_media"]},
    3: {"shown_at": ["entrance", "toilets"], "checked_on": "2026-10-20"},
    4: {"routes": ["staff_in_person", "online_form"], "languages": ["English", "বাংলা"], "formats": ["print"]},
    5: {
        "course": "Believe her",
        "provider": "Night Time Training",
        "trained_on": "2026-09-01",
        "staff_trained": 18,
        "staff_in_scope": 24,
        "refresh_on": "2027-09-01",
    },
    6: {"log_kept": True, "owner_role": "Duty manager", "reviewed_on": "2026-10-01"},
    7: {
        "checked_on": "2026-10-10",
        "cctv_and_lights": "yes",
        "toilets": "no",
        "access_audit": "no",
        "safety_audit": "yes",
        "quiet_space": "not_applicable",
        "where_staff_stand": "yes",
        "actions_open": 2,
        "actions_closed": 0,
    },
}


def keeping(pledge: int, evidence: dict[str, Any] | None = None, *, state: str = "evidenced") -> Keeping:
    """How a pledge is kept, as it is sent."""
    return Keeping(
        state=state,
        statement=f"This is how we keep pledge {pledge}.",
        evidence=EVIDENCE[pledge] if evidence is None else evidence,
        evidence_on=date(2026, 10, 1) if pledge == 4 else None,
    )
