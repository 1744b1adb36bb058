"""report.html: the report for screens and for readers who cannot use a PDF; one file that asks nobody for anything.

Its style stands in the page, so it may be kept, mailed and printed; the page it is served on allows exactly this style
(STYLE_SHA256). What people wrote is escaped by the template.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from audits.reports.contents import Contents
from audits.reports.drawing.maps import draw
from audits.reports.drawing.sheets import coverage_sheet, sheet_of
from audits.reports.words.places import Picture, pages_of, photo_file
from audits.reports.words.report import charts_of, facts_of
from geo.drawing.lettering import all_printable, visible

NO_PHOTOS: Mapping[str, bytes] = MappingProxyType({})
HERE = "audits.reports.files"
STYLE = (files(HERE) / "report.css").read_text(encoding="utf8")
STYLE_SHA256 = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# What the page may load where it is served: its own style, photos that stand in it, and nothing from anywhere else.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_SHA256}'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
)


def page(contents: Contents, photos: Mapping[str, bytes] = NO_PHOTOS) -> bytes:
    """The report as an HTML page, the same bytes for the same contents."""
    facts: dict[str, Any] = all_printable(facts_of(contents), visible)
    said = _named(facts)
    made = _template().render(
        **{**said, "title": said["title"].strip() or "Untitled"},
        style=Markup(STYLE),  # noqa: S704 (ours)
        map=_drawn(draw(sheet_of(contents))),
        coverage_map=_drawn(draw(coverage_sheet(contents), name="coverage")),
        charts=[{**all_printable(told, visible), "svg": _drawn(picture.svg)} for told, picture in charts_of(contents)],
        pages=[_place(told, pictures) for told, pictures in pages_of(contents)],
        photos={photo_file(n): _base64(photos[photo.key]) for n, photo in enumerate(contents.photos)},
    )
    return made.encode()


def _place(told: dict[str, Any], pictures: list[Picture]) -> dict[str, Any]:
    svgs = [_drawn(picture.svg) for picture in pictures]
    return {**_named(all_printable(told, visible)), "svg": svgs[0], "strip_svg": svgs[1] if len(svgs) > 1 else None}


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts under names that a template of Python's can say."""
    return {name.replace("-", "_"): value for name, value in facts.items()}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 (drawn by us, texts escaped)


@cache
def _template() -> Template:
    source = (files(HERE) / "report.html").read_text(encoding="utf8")
    ours = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return ours.from_string(source)
