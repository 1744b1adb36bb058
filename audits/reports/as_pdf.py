"""report.pdf: tagged, accessible (PDF/UA-1) and fit for an archive (PDF/A-2a), set by typst from data alone."""

import asyncio
import logging
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import typst

from audits.errors import ReportNotMade
from audits.instrument import INSTRUMENTS
from audits.nights import LONDON
from audits.reports import charts, disclosure
from audits.reports.contents import Contents, Finding, Levels, Place, data_sha256
from audits.reports.lettering import FAMILIES, all_printable, font_folders
from audits.reports.maps import draw
from audits.reports.sheets import sheet_of

TEMPLATE = "report.typ"
SMALL_Q = 0.001
logger = logging.getLogger("night_safety.reports")

FOR_WHOM = {
    "gla": "For the Greater London Authority and its design reviews. Not for publication.",
    "public": "For everybody.",
}
SEEN_BY = {"gla": "the GLA and its design reviews", "public": "everybody"}
READING = (
    "Groups of women walked a route after dark; where they also walked it in the light, the two are told apart. At "
    "each stop the group agreed aloud how well eleven things worked, from 0, the worst, to 3, the best. Then each "
    "woman said alone, and only if she wished, how it was for her and whether she would come here at night.",
    "A hotspot is a place that the same women, on the same walks, scored lower than the rest of those walks, by "
    "more than chance explains once it is counted how many places were looked at. A place that works is the same, "
    "the other way round. Areas are not ranked against each other, and the scores are never added into one.",
    "Most places in a small audit cannot be decided. They are drawn with stripes: somebody walked there, and there "
    "are not enough people, walks or nights to say more. Where the map shows dots, nobody walked.",
)
NOT_CLAIMED = (
    "This is how places were perceived and how they worked. It is not a measure of crime, and it does not predict any.",
    "A place that nobody walked is not safe and not unsafe: it is unknown.",
    "A factor that falls together with the feeling of a place need not be its cause.",
    "The women who walked are not a sample of all women in London.",
)
METHOD = (
    "Every stop lies in a hexagon with sides of {side_m} metres on British National Grid. Each woman on each walk is "
    "her own control: her scores in a hexagon and its six neighbours are compared with her scores at the other stops "
    "of that walk. For what the group agreed, the walk is the control. So a lenient group, or a bad mood, does not "
    "make a hotspot.",
    "The spread is estimated between people and between walks, and the larger is used. Hexagons are tested with at "
    "least 5 people, 3 walks and 2 nights behind them; what groups agreed needs at least 8 walks. The "
    "Benjamini-Hochberg procedure keeps the share of false findings among all that were tested below 5 %; q in "
    "the tables is that share if every place at least as clear were called a finding. A strong hotspot is one whose "
    "whole interval lies more than a tenth of a point below no difference. Stability, in the GeoJSON, counts in how "
    "many of four shifted grids the finding stays.",
    "Light is the sun's altitude at each stop. A leg in the light and a leg in the dark of one outing count as one.",
)


@dataclass(frozen=True)
class Chapter:
    """One chart of scores: whose, of which leg, and under which words."""

    personal: bool
    leg: str
    title: str
    caption: str


CHAPTERS = (
    Chapter(False, "dark", "Agreed aloud, after dark", "Scores of the stops after dark, worst at the left."),
    Chapter(False, "light", "Agreed aloud, in the light", "Scores of the stops in the light, worst at the left."),
    Chapter(
        True,
        "dark",
        "Said alone by each woman, after dark",
        "Where too few women answered nothing is shown; the rest is rounded to five.",
    ),
)


@dataclass(frozen=True)
class Picture:
    """A file beside the template: its name and its SVG."""

    name: str
    svg: str


async def report(contents: Contents) -> bytes:
    """The report as PDF bytes, the same for the same contents; set in a thread, so that nobody else waits.

    Raises ReportNotMade.
    """
    return await asyncio.to_thread(set_report, contents)


def set_report(contents: Contents) -> bytes:
    """The report as PDF bytes; takes about a third of a second of one core. Raises ReportNotMade."""
    sheet = sheet_of(contents)
    chart_rows = _charts(contents)
    facts = all_printable({**facts_of(contents), "map-alt": sheet.description, "charts": [c for c, _ in chart_rows]})
    # PDF/UA wants a title, and one of nothing but invisible characters is none.
    facts |= {"fonts": list(FAMILIES), "title": facts["title"].strip() or "Untitled"}
    pictures = [Picture("map.svg", draw(sheet)), *(picture for _, picture in chart_rows)]
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        for picture in pictures:
            (Path(folder) / picture.name).write_text(picture.svg, encoding="utf8")
        (Path(folder) / "data.json").write_bytes(msgspec.json.encode(facts))
        (Path(folder) / TEMPLATE).write_bytes((files("audits.reports") / TEMPLATE).read_bytes())
        return typeset(Path(folder), contents.as_of)


def typeset(folder: Path, as_of: datetime) -> bytes:
    """The template in `folder`, with the data and pictures beside it, as PDF. Raises ReportNotMade."""
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(folder / TEMPLATE),
            root=str(folder),
            font_paths=list(font_folders()),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1", "a-2a"],
            timestamp=int(as_of.timestamp()),
        )
    except typst.TypstError as error:
        logger.error("report not set: %s", error.message)
        raise ReportNotMade("The report could not be set. The fault is ours and was logged; try again later.") from None
    for warning in warnings:
        logger.warning("report: %s", warning.message)
    return bytes(pdf)


def facts_of(contents: Contents) -> dict[str, Any]:
    """What the template prints, in words; numbers are already as the audience may see them."""
    rule = disclosure.RULES[contents.audience]
    return {
        "title": contents.title,
        "description": f"Evidence from night safety audits. {FOR_WHOM[contents.audience]}",
        "area": _names(contents),
        "for-whom": FOR_WHOM[contents.audience],
        "facts": [list(fact) for fact in _cover(contents)],
        "footer": f"{contents.title} · as of {_day(contents.as_of)} · {SEEN_BY[contents.audience]}",
        "reading": list(READING),
        "not-claimed": list(NOT_CLAIMED),
        "empty": contents.coverage.first_night is None,
        "coverage": [list(fact) for fact in _coverage(contents)],
        "coverage-words": _where(contents),
        "map-caption": contents.left_out or "How the places felt after dark, and where nobody walked. North is up.",
        "places": [_place_told(place) for place in contents.places],
        "places-words": _places_words(contents.places),
        "no-places": list(_no_places(contents)),
        "levels-words": _levels_words(contents),
        "method-words": [paragraph.format(side_m=rule.side_m) for paragraph in METHOD],
        "rules": list(disclosure.in_words(rule)),
        "provenance": [list(fact) for fact in _provenance(contents)],
    }


def _names(contents: Contents) -> str:
    names = [programme.name for programme in contents.programmes]
    return ", ".join(names) if len(names) < 6 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _cover(contents: Contents) -> Iterable[tuple[str, str]]:
    yield "Area", _names(contents)
    yield "Nights", _period(contents)
    versions = sorted({programme.instrument_version for programme in contents.programmes})
    yield "Instrument", ", ".join(f"version {version}" for version in versions)
    yield "Method", f"{contents.method}, version {contents.method_version}"
    yield "As of", _day(contents.as_of)
    yield "May be seen by", SEEN_BY[contents.audience]


def _period(contents: Contents) -> str:
    first, last = contents.coverage.first_night, contents.coverage.last_night
    if first is None or last is None:
        return "none yet"
    return _date(first) if first == last else f"{_date(first)} to {_date(last)}"


def _day(instant: datetime) -> str:
    return _date(instant.astimezone(LONDON).date())


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _coverage(contents: Contents) -> Iterable[tuple[str, str]]:
    found = contents.coverage
    yield found.walks, "walks"
    yield found.outings, "outings (light and dark legs together)"
    yield found.nights, "nights"
    yield found.hours, "hours walked"
    yield found.stops, "stops scored"
    yield found.people, "women answered alone"
    yield found.cut_short, "walks cut short, which count too"
    yield f"{found.cells_walked:,} of {found.cells_in_area:,}", "hexagons of the area walked"


def _where(contents: Contents) -> str:
    found = contents.coverage
    once = "" if found.cells_walked_once is None else f", {found.cells_walked_once:,} of them only once"
    never = max(0, found.cells_in_area - found.cells_walked)
    return (
        f"{found.cells_walked:,} hexagons were walked{once}; {never:,} of the area were never walked, "
        "and nothing is known of them."
    )


def _place_told(place: Place) -> dict[str, Any]:
    return {"label": place.label, "name": place.name, "rows": [_row_of(finding) for finding in place.findings]}


def _row_of(finding: Finding) -> list[str]:
    return [
        label_of(finding.factor) + (", strong" if finding.strong else ""),
        _estimate(finding),
        "" if finding.q is None else "< 0.001" if finding.q < SMALL_Q else f"{finding.q:.3f}",
        str(finding.n_people or ""),
        f"{finding.n_walks or '-'}, {finding.n_nights or '-'}",
        "" if finding.share_low is None else f"{finding.share_low:.0%}",
    ]


def _estimate(finding: Finding) -> str:
    """The estimate with as many decimals as its audience gets."""
    if finding.estimate is None or finding.interval is None:
        return ""
    digits = 2 if isinstance(finding.n_people, int) else 1
    estimate, low, high = (f"{value:+.{digits}f}" for value in (finding.estimate, *finding.interval))
    return f"{estimate} ({low} to {high})".replace("-", "\N{MINUS SIGN}")


def label_of(factor: str) -> str:
    """The factor's label in the newest instrument that has it."""
    labels = {known.key: known.label for version in sorted(INSTRUMENTS) for known in INSTRUMENTS[version].factors}
    return labels.get(factor, factor)


def _places_words(places: Sequence[Place]) -> str:
    worse = sum(not place.works_well for place in places)
    return (
        f"{worse} {'place is a hotspot' if worse == 1 else 'places are hotspots'}, numbered on the map; "
        f"{len(places) - worse} {'works' if len(places) - worse == 1 else 'work'} well, lettered. "
        "They are questions for the design review, not a ranking."
    )


def _no_places(contents: Contents) -> tuple[str, str]:
    if contents.coverage.first_night is None:
        return "Nothing to show yet.", "No walk is counted in this edition."
    tested = any(finding.kind == "ordinary" for finding in contents.findings)
    if tested:
        return "No place stands out.", "Places were tested, and none differs from the rest of its walks beyond chance."
    return (
        "Not enough evidence yet.",
        "No place has the people, walks and nights that a test needs: at least 5 people, 3 walks and 2 nights, and 8 "
        "walks for what groups agreed. The scores below describe what was found.",
    )


def _levels_words(contents: Contents) -> str:
    exact = "every stop counts once" if contents.audience == "gla" else "counts are rounded to five"
    words = f"Each factor stands for itself; there is no sum. For what groups agreed aloud, {exact}."
    return f"{words} {contents.left_out}" if contents.left_out else words


def _charts(contents: Contents) -> list[tuple[dict[str, Any], Picture]]:
    """A chart for each leg of what groups agreed and one for what women said alone, with its rows in numbers."""
    made = []
    for place, chapter in enumerate(CHAPTERS):
        chosen = [found for found in contents.levels if (found.personal, found.leg) == (chapter.personal, chapter.leg)]
        if not chosen:
            continue
        rows = [_bar(levels) for levels in chosen]
        picture = Picture(f"bars-{place}.svg", charts.bars(rows, title=chapter.title))
        chart = {"title": chapter.title, "caption": chapter.caption, "file": picture.name, "alt": charts.in_words(rows)}
        made.append(({**chart, "rows": [_cells(row) for row in rows]}, picture))
    return made


def _bar(levels: Levels) -> charts.Bar:
    return charts.Bar(levels.label, levels.counts, levels.n, levels.unanswered)


def _cells(row: charts.Bar) -> list[str]:
    counts = ["" if row.counts is None else charts.count_in_words(count) for count in row.counts or (None,) * 4]
    return [row.label, *counts, row.n, row.unanswered]


def _provenance(contents: Contents) -> Iterable[tuple[str, str]]:
    yield "Edition", contents.title
    yield "Method", f"{contents.method}, version {contents.method_version}"
    yield "As of", f"{_day(contents.as_of)}: walks that had ended by then"
    yield "Data checksum", f"SHA-256 {data_sha256(contents)}"
    yield "Reproducible", "The same data makes the same bytes. Nothing here says when or by whom it was made."
