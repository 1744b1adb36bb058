"""What an edition says in words, chapter by chapter: one set of facts that every template takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from audits.reports import disclosure
from audits.reports.contents import Contents, Levels, Place, data_sha256
from audits.reports.drawing import charts
from audits.reports.sections import Falling
from audits.reports.words.actions import by_body
from audits.reports.words.dictionary import TABLES
from audits.reports.words.evaluation import evaluation
from audits.reports.words.figures import date_of, day, interval, listed, several
from audits.reports.words.occupation import occupation
from audits.reports.words.people import coverage, differences, participation
from audits.reports.words.places import MOST_PAGES, Picture, finding_row

FOR_WHOM = {
    "gla": "For the Greater London Authority and its design reviews. Not for publication.",
    "public": "For everybody.",
}
NOTHING_YET = "raised"  # the state of an issue about which nothing is recommended yet
SUMMED = 5  # places named on the summary
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
    "Every stop lies in a hexagon with sides of 50 metres on British National Grid. Each woman on each walk is "
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

LARGE = (
    "This edition shows hexagons of {side_m} metres. Those are counted and not tested: each is called by the clearest "
    "of the small hexagons whose middle it holds."
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


def facts_of(contents: Contents) -> dict[str, Any]:
    """What a report prints, in words; numbers are already as the audience may see them."""
    rule = disclosure.RULES[contents.audience]
    return {
        "title": contents.title,
        "description": f"Evidence from night safety audits. {FOR_WHOM[contents.audience]}",
        "area": _names(contents),
        "for-whom": FOR_WHOM[contents.audience],
        "facts": [list(fact) for fact in _cover(contents)],
        "footer": " · ".join([contents.title, f"as of {day(contents.as_of)}", SEEN_BY[contents.audience]]),
        "empty": contents.coverage.first_night is None,
        "summary": [list(point) for point in summary(contents)],
        "reading": list(READING),
        "not-claimed": list(NOT_CLAIMED),
        **participation(contents),
        **coverage(contents),
        "levels-words": _levels_words(contents),
        "falling-rows": [_falling_row(found) for found in contents.falling if found.slope],
        "map-caption": contents.left_out or "How the places felt after dark, and where nobody walked. North is up.",
        "places": [_place_told(place) for place in contents.places],
        "places-words": _places_words(contents.places),
        "no-places": list(_no_places(contents)),
        "pages-words": _pages_words(contents),
        **differences(contents),
        **occupation(contents),
        "bodies": by_body(contents.actions),
        **evaluation(contents),
        "method-words": [*METHOD, *([] if rule.side_m == 50 else [LARGE.format(side_m=rule.side_m)])],
        "quality": [list(fact) for fact in _quality(contents)],
        "rules": list(disclosure.in_words(rule)),
        "dictionary": _dictionary(contents),
        "provenance": [list(fact) for fact in _provenance(contents)],
    }


def summary(contents: Contents) -> Iterable[tuple[str, str]]:
    """One page for whoever reads only one: a heading and a few sentences each."""
    found = contents.coverage
    yield (
        "What was done",
        f"{_many(found.walks, 'walk')} on {_many(found.nights, 'night')}, {_many(found.hours, 'hour')} and "
        f"{_many(found.stops, 'stop')}; women who "
        f"answered alone: {found.people}. {found.cells_walked:,} of {found.cells_in_area:,} hexagons were walked.",
    )
    worse = [place for place in contents.places if not place.works_well]
    yield "Where it is worse", _named(worse) or " ".join(_no_places(contents))
    works = [place for place in contents.places if place.works_well]
    yield "Where it works", _named(works) or "No place stands out as better than the rest of its walks."
    falls = [one.label.lower() for one in contents.falling if one.slope and one.slope[1] > 0]
    yield (
        "What goes with it",
        f"Women felt worse where groups scored these lower: {listed(falls)}. They go together; none is shown to "
        "cause another."
        if falls
        else "No factor is known to fall together with feeling here; that may be for want of walks.",
    )
    yield "What follows", _what_follows(contents)
    yield (
        "What is not known",
        "Where nobody walked, and who was not among the women who did. The chapters on coverage and participation say "
        "which; blank is not safe.",
    )


def _named(places: Sequence[Place]) -> str:
    first = [f"{place.label}: {place.name}" for place in places[:SUMMED]]
    more = f"; and {several(len(places) - SUMMED, 'more place', 'more places')}" if len(places) > SUMMED else ""
    return f"{'; '.join(first)}{more}." if first else ""


def _what_follows(contents: Contents) -> str:
    if not contents.actions:
        return "No recommendation is recorded yet. The pages of the places end in questions that may lead to some."
    made = [action for action in contents.actions if action.state != NOTHING_YET]
    done, waiting = sum(action.done_on is not None for action in made), len(contents.actions) - len(made)
    said = f"{several(waiting, 'issue waits', 'issues wait')} for a recommendation" if waiting else ""
    if not made:
        return f"{said}."
    return (
        f"{several(len(made), 'recommendation', 'recommendations')} to "
        f"{several(len({action.body for action in made}), 'responsible body', 'responsible bodies')}; {done} done"
        f"{f'; {said}' if said else ''}."
    )


def _many(number: str, what: str) -> str:
    """A number that is in words by now, and of what."""
    return f"{number} {what}" if number == "1" else f"{number} {what}s"


def _names(contents: Contents) -> str:
    names = [programme.name for programme in contents.programmes]
    return ", ".join(names) if len(names) < 6 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _cover(contents: Contents) -> Iterable[tuple[str, str]]:
    yield "Area", _names(contents)
    yield "Nights", _period(contents)
    versions = sorted({programme.instrument_version for programme in contents.programmes})
    yield "Instrument", ", ".join(f"version {version}" for version in versions)
    yield "Method", f"{contents.method}, version {contents.method_version}"
    yield "As of", day(contents.as_of)
    yield "May be seen by", SEEN_BY[contents.audience]


def _period(contents: Contents) -> str:
    first, last = contents.coverage.first_night, contents.coverage.last_night
    if first is None or last is None:
        return "none yet"
    return date_of(first) if first == last else f"{date_of(first)} to {date_of(last)}"


def _place_told(place: Place) -> dict[str, Any]:
    return {"label": place.label, "name": place.name, "rows": [finding_row(finding) for finding in place.findings]}


def _places_words(places: Sequence[Place]) -> str:
    worse = sum(not place.works_well for place in places)
    return (
        f"{several(worse, 'place is a hotspot', 'places are hotspots')}, numbered on the map; "
        f"{several(len(places) - worse, 'works', 'work')} well, lettered. "
        "They are questions for the design review, not a ranking."
    )


def _pages_words(contents: Contents) -> str:
    if len(contents.places) <= MOST_PAGES:
        return "A place is its hexagons with their neighbours. The dark line on each map holds the hexagons themselves."
    return (
        f"The {MOST_PAGES} surest places have a page; all {len(contents.places)} are in the table, in the workbook and "
        "in the map layers."
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


def _falling_row(found: Falling) -> list[str]:
    return [found.label, interval(found.slope or (0.0, 0.0, 0.0)), found.stops, found.walks]


def _quality(contents: Contents) -> Iterable[tuple[str, str]]:
    found = contents.quality
    yield "Walks held back", f"{found.quarantined} contradict themselves and wait for review; {found.rejected} rejected"
    if contents.audience == "gla":
        yield "Not reviewed yet", f"{found.unreviewed} walks, which count here until a reviewer decides on them"
    yield "Cut short", f"{contents.coverage.cut_short} walks, which count for the stops they made"
    yield (
        "Stops without a place",
        f"{found.unlocated_stops}, over 100 m outside the area: scores without a location",
    )
    yield "Could not be told", f"{found.cannot_tell} of what groups were asked; never counted as a score"
    yield "Decided", f"{found.tested_cells:,} of {found.visited_cells:,} hexagons walked after dark, on feeling"
    yield (
        "Missed",
        "In trials with known answers about half of the worse places were found: not found is not safe",
    )


def _dictionary(contents: Contents) -> list[dict[str, Any]]:
    """The tables that most readers open first; the workbook's last sheet explains every one."""
    shown = {"places": "places", "levels": "scores"} | ({"stops": "stops"} if contents.audience == "gla" else {})
    return [
        {"table": sheet, "rows": [[column.name, column.says] for column in TABLES[table]]}
        for table, sheet in shown.items()
    ]


def charts_of(contents: Contents) -> list[tuple[dict[str, Any], Picture]]:
    """A chart for each leg of what groups agreed and one for what women said alone, with its rows in numbers."""
    made = []
    for place, chapter in enumerate(CHAPTERS):
        chosen = [found for found in contents.levels if (found.personal, found.leg) == (chapter.personal, chapter.leg)]
        if not chosen:
            continue
        rows = [_bar(levels) for levels in chosen]
        picture = Picture(f"bars-{place}.svg", charts.bars(rows, title=chapter.title, name=f"bars-{place}"))
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
    yield "As of", f"{day(contents.as_of)}: walks that had ended by then"
    yield "Data checksum", f"SHA-256 {data_sha256(contents)}"
    yield "Reproducible", "The same data makes the same bytes. Nothing here says when or by whom it was made."
