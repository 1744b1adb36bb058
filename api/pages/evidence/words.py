"""The words of the evidence's pages: classes, audiences, states, and what each file of an edition is for."""

from typing import Any

from audits.reports.contents import Finding
from audits.reports.words import figures

CLASSES = {
    "strong": "Hotspot, strong",
    "hotspot": "Hotspot",
    "works_well": "Works well",
    "ordinary": "Nothing found",
    "not_enough_evidence": "Not enough evidence yet",
    "suppressed": "Too few people to show",
}
LEGS = {"dark": "After dark", "light": "In the light"}
AUDIENCES = {
    "gla": (
        "Within the GLA",
        "Every stop with what groups agreed there, quotations, and what women said alone in bands.",
    ),
    "public": ("The public", "Closed programmes and whole months that are old enough; accepted walks; large cells."),
}
STATES = {
    "making": ("Being made", "yellow"),
    "ready": ("Ready", "green"),
    "failed": ("Failed", "red"),
    "withdrawn": ("Withdrawn", "grey"),
}
FILES = {
    "report.pdf": "The report, to read and to print",
    "report.html": "The same report for screens and screen readers",
    "workbook.xlsx": "Every table as a workbook, with its data dictionary",
    "hotspots.geojson": "Visited cells as a map layer",
    "edition.gpkg": "All map layers, styled for QGIS",
    "stops.csv": "Every stop with its group scores; within the GLA only",
    "edition.zip": "Everything in one file, with a manifest of hashes",
}
KNOWN = {"new": "New", "turned": "Now the opposite", "gone": "No longer flagged", "still": "Flagged in both"}


def class_of(finding: Finding) -> str:
    """What is known of a cell, in words."""
    return CLASSES["strong" if finding.kind == "hotspot" and finding.strong else finding.kind]


def row_of(finding: Finding, name: str) -> dict[str, Any]:
    """A cell as a row of the table; what may not be said, or is not known, is a dash."""
    return {
        "cell": finding.cell,
        "name": name,
        "class": class_of(finding),
        "flagged": finding.kind in ("hotspot", "works_well"),
        "estimate": figures.estimate(finding) or "–",
        "q": figures.q(finding) or "–",
        "people": finding.n_people or "–",
        "walks": finding.n_walks or "–",
        "nights": finding.n_nights or "–",
        "low": figures.share(finding.share_low) or "–",
        "stability": "–" if finding.stability is None else f"{finding.stability} of 4",
    }


def size(count: int) -> str:
    """A number of bytes as people read it.

    >>> size(512), size(48_200), size(3_100_000)
    ('512 bytes', '48 kB', '3.1 MB')
    """
    if count < 1_000:
        return f"{count} bytes"
    return f"{count / 1_000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
