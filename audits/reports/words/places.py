"""One page for each place on the map: facts, scores day and night, pictures, words, questions and what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audits.instrument import VERSION_1
from audits.reports.contents import Contents, Finding, Place
from audits.reports.drawing import strips
from audits.reports.drawing.maps import locate
from audits.reports.drawing.sheets import details_of, located_in_words, sheet_of
from audits.reports.sections import Action
from audits.reports.words import figures
from audits.reports.words.actions import action_row
from audits.reports.words.dictionary import label_of
from audits.reports.words.questions import low_factors, questions

MOST_PAGES = 60  # a report of more is not read; the table, the workbook and the map layers hold every place
SHORT = {factor.key: "feeling" if factor.outcome else factor.label.lower() for factor in VERSION_1.factors}
PERSONAL = {factor.key for factor in VERSION_1.factors if factor.mode == "personal"}
NO_LIGHT = "No light measurement: phones brighten."


@dataclass(frozen=True)
class Picture:
    """A file beside the template: its name and its SVG."""

    name: str
    svg: str


def shown(contents: Contents) -> Sequence[Place]:
    """The places that have a page: hotspots before places that work, the surest first."""
    return contents.places[:MOST_PAGES]


def pages_of(contents: Contents) -> list[tuple[dict[str, Any], list[Picture]]]:
    """Every page as a template takes it, with its pictures."""
    places = shown(contents)
    sheet = sheet_of(contents)
    made = []
    for number, (place, detail) in enumerate(zip(places, details_of(contents, places), strict=True)):
        pictures = [Picture(f"place-{number}.svg", locate(sheet, detail, name=f"place-{number}"))]
        rows = _strip_rows(contents, place)
        if rows:
            title = f"{place.label}: what groups agreed, stop by stop"
            pictures.append(Picture(f"strip-{number}.svg", strips.strip(rows, title=title, name=f"strip-{number}")))
        page = {**_page(contents, place), "map": pictures[0].name, "map-alt": located_in_words(contents, place)}
        strip = {"file": pictures[1].name, "alt": strips.in_words(rows)} if rows else None
        made.append(({**page, "strip": strip, "strip-rows": [_strip_cells(row) for row in rows]}, pictures))
    return made


def _page(contents: Contents, place: Place) -> dict[str, Any]:
    actions = [action for action in contents.actions if place.label in action.places]
    return {
        "label": place.label,
        "works": place.works_well,
        "name": place.name,
        "kind": _kind(place),
        "figures": [list(figure) for figure in _figures(place)],
        "found": [_found(finding) for finding in place.findings],
        "together": _together(contents, place),
        "photos": [
            {"file": photo_file(number), "words": photo.caption or _where(photo.leg), "alt": _alt(place, photo.caption)}
            for number, photo in enumerate(contents.photos)
            if photo.place == place.label
        ],
        "quotes": [[quote.text, _where(quote.leg)] for quote in contents.quotes if quote.place == place.label],
        "no-quotes": _no_quotes(contents),
        "lenses": [{"name": lens.name, "questions": list(lens.questions)} for lens in questions(contents, place)],
        "defects": [action_row(action) for action in _of_kind(actions, "defect")],
        "moves": [action_row(action) for action in _of_kind(actions, "design")],
    }


def _found(finding: Finding) -> list[str]:
    factor, estimate, q, _, _, low = finding_row(finding)
    return [factor, estimate, q, low]


def photo_file(number: int) -> str:
    """What a photo of the contents is called beside a template."""
    return f"photo-{number}.jpg"


def finding_row(finding: Finding) -> list[str]:
    """One factor at a place: what, how far, how sure, and on how much it rests."""
    return [
        label_of(finding.factor) + (", strong" if finding.strong else ""),
        figures.estimate(finding),
        figures.q(finding),
        _people(finding),
        f"{finding.n_walks or '-'}, {finding.n_nights or '-'}",
        figures.share(finding.share_low),
    ]


def _people(finding: Finding) -> str:
    """Of what women said alone how many did; of what a group agreed the largest group, which is a floor."""
    if finding.n_people is None or finding.factor in PERSONAL:
        return str(finding.n_people or "")
    return f"at least {finding.n_people}"


def _kind(place: Place) -> str:
    if place.works_well:
        return "A place that works"
    return "Hotspot, strong" if any(finding.strong for finding in place.findings) else "Hotspot"


def _figures(place: Place) -> Iterable[tuple[str, str]]:
    first = place.findings[0]
    yield str(first.n_people or "-"), "women" if first.factor in PERSONAL else "women at least, in a group"
    yield str(first.n_walks or "-"), "walks"
    yield str(first.n_nights or "-"), "nights"
    yield figures.share(first.share_low) or "-", f"scored 0-1 on {SHORT.get(first.factor, first.factor)}"


def _together(contents: Contents, place: Place) -> str:
    if place.works_well:
        return "Shown because a review learns as much from what works."
    low = low_factors(contents, place)
    falls = [found.factor for found in contents.falling if found.slope and found.slope[1] > 0]
    both = [label_of(factor).lower() for factor in low if factor in falls]
    if not falls:
        return "No factor is known to fall with feeling in this edition, so nothing here explains it yet."
    if not both:
        return "None of the factors that fall with feeling is low here: look for what these questions do not ask."
    return f"Low here, and falling with feeling in this edition: {figures.listed(both)}. That is no proof of a cause."


def _strip_rows(contents: Contents, place: Place) -> list[strips.Row]:
    found = [strip for strip in contents.strips if strip.place == place.label]
    return [strips.Row(label_of(strip.factor), strip.dark, strip.light) for strip in found]


def _strip_cells(row: strips.Row) -> list[str]:
    return [row.label, *map(str, row.dark), *map(str, row.light)]


def _where(leg: str) -> str:
    return "after dark" if leg == "dark" else "in the light"


def _alt(place: Place, caption: str) -> str:
    return f"Photo at {place.label}, {place.name}" + (f": {caption}" if caption else "")


def _no_quotes(contents: Contents) -> str:
    if contents.audience == "public":
        return "Quotations are in no public edition."
    return "No group wrote a note here that a reviewer has read."


def _of_kind(actions: Iterable[Action], kind: str) -> list[Action]:
    return [action for action in actions if action.kind == kind]
