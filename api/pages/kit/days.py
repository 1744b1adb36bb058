"""A day typed into three boxes: read, refused at its field, and shown again."""

import re
from datetime import date

from api.pages.kit.forms import Form

PARTS = ("day", "month", "year")
WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


def day_typed(name: str, form: Form) -> date | None:
    """The day of three boxes; None where all are empty, or where they make none, which is refused."""
    parts = [form.text(f"{name}-{part}").strip() for part in PARTS]
    if not any(parts):
        return None
    if missing := [part for part, text in zip(PARTS, parts, strict=True) if not text]:
        form.refuse(name, f"The date must include a {' and a '.join(missing)}.")
        return None
    try:
        day, month, year = (int(text) if WHOLE.fullmatch(text) else 0 for text in parts)
        return date(year, month, day)
    except ValueError:
        form.refuse(name, "The date must be a real one, such as 27 3 2026.")
        return None


def in_boxes(name: str, day: date | None) -> dict[str, str]:
    """The day as it would be typed."""
    parts = (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")
    return {f"{name}-{part}": text for part, text in zip(PARTS, parts, strict=True)}
