"""report.pdf: tagged, accessible (PDF/UA-1) and fit for an archive (PDF/A-2a), set by typst from data alone."""

import logging
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import msgspec
import typst

from audits.errors import ReportNotMade
from audits.reports.contents import Contents
from audits.reports.drawing.maps import draw
from audits.reports.drawing.sheets import coverage_sheet, sheet_of
from audits.reports.words.places import Picture, pages_of, photo_file
from audits.reports.words.report import charts_of, facts_of
from geo.drawing.lettering import FAMILIES, all_printable, font_folders

TEMPLATE = "report.typ"
NO_PHOTOS: Mapping[str, bytes] = MappingProxyType({})
logger = logging.getLogger("night_safety.reports")


Photos = Mapping[str, bytes]  # JPEGs by the key that the contents name them by


def set_report(contents: Contents, photos: Photos = NO_PHOTOS) -> bytes:
    """The report as PDF bytes; takes about half a second of one core. Raises ReportNotMade."""
    sheet, coverage = sheet_of(contents), coverage_sheet(contents)
    charts, pages = charts_of(contents), pages_of(contents)
    told = {
        **facts_of(contents),
        "map-alt": sheet.description,
        "coverage-alt": coverage.description,
        "charts": [chart for chart, _ in charts],
        "pages": [page for page, _ in pages],
    }
    facts = all_printable(told)
    # PDF/UA wants a title, and one of nothing but invisible characters is none.
    facts |= {"fonts": list(FAMILIES), "title": facts["title"].strip() or "Untitled"}
    pictures = [Picture("map.svg", draw(sheet)), Picture("coverage.svg", draw(coverage, name="coverage"))]
    pictures += [picture for _, picture in charts] + [picture for _, few in pages for picture in few]
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        for picture in pictures:
            (folder / picture.name).write_text(picture.svg, encoding="utf8")
        for number, photo in enumerate(contents.photos):
            (folder / photo_file(number)).write_bytes(photos[photo.key])
        (folder / "data.json").write_bytes(msgspec.json.encode(facts))
        (folder / TEMPLATE).write_bytes((files("audits.reports.files") / TEMPLATE).read_bytes())
        return typeset(folder, contents.as_of)


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
