"""Occupation in words: transport at night, who is there, and which signatories of the charter are near."""

from collections.abc import Iterable
from typing import Any

from audits.reports.contents import Contents
from audits.reports.drawing.charts import count_in_words
from audits.reports.words.figures import date_of, several

ASKED = ("night_transport", "hub_waiting", "company", "help")
NEAREST = 3  # signatories named at each place; the workbook has all


def occupation(contents: Contents) -> dict[str, Any]:
    """The chapter's tables, and what stands in their place where they are empty."""
    return {
        "occupation-rows": [
            [levels.label, *map(count_in_words, levels.counts or (None,) * 4), levels.n]
            for levels in contents.levels
            if levels.factor in ASKED and levels.leg == "dark"
        ],
        "presence-rows": list(_presences(contents)),
        "signatory-rows": list(_signatories(contents)),
        "no-signatories": _no_signatories(contents),
    }


def _presences(contents: Contents) -> Iterable[list[str]]:
    for seen in contents.presences:
        effects = seen.effects or (None, None, None)
        felt = [count_in_words(effect) for effect in effects] if seen.effects else ["not enough people yet"] * 3
        yield [seen.label, f"{seen.there} of {seen.stops}", *felt]


def _signatories(contents: Contents) -> Iterable[list[str]]:
    for place in contents.places:
        near = [found for found in contents.signatories if found.place == place.label]
        for found in near[:NEAREST]:
            confirmed = date_of(found.last_confirmed_on) if found.last_confirmed_on else ""
            name = found.name if found.premises in ("", found.name) else f"{found.premises} ({found.name})"
            yield [place.label, name, found.sector, f"{found.distance_m} m", confirmed]
        if len(near) > NEAREST:
            yield [place.label, f"and {several(len(near) - NEAREST, 'more place', 'more places')}", "", "", ""]


def _no_signatories(contents: Contents) -> str:
    if not contents.places:
        return "No place is on the map, so there is nothing to be near to."
    return "No listed place of a signatory lies within 400 m of a place on the map. The charter has room to grow here."
