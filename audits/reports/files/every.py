"""Every file of an edition, each made of its contents and the pictures that they name."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor

from audits.photo_store.store import PhotoStore
from audits.photos import for_a_report
from audits.reports.contents import Contents
from audits.reports.files.as_csv import stops_csv
from audits.reports.files.as_geojson import hotspots_geojson
from audits.reports.files.as_gpkg import edition_gpkg
from audits.reports.files.as_html import page
from audits.reports.files.as_pdf import set_report
from audits.reports.files.as_xlsx import workbook
from audits.reports.files.as_zip import bundle

MEDIA_TYPES = {
    "report.pdf": "application/pdf",
    "report.html": "text/html; charset=utf-8",
    "hotspots.geojson": "application/geo+json",
    "stops.csv": "text/csv; charset=utf-8",
    "workbook.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "edition.gpkg": "application/geopackage+sqlite3",
    "edition.zip": "application/zip",
}


async def set_files(
    contents: Contents, photo_store: PhotoStore, thread: Executor | None = None
) -> list[tuple[str, bytes]]:
    """Every file of an edition, by name; made in a thread, so that nobody else waits."""
    renditions = {photo.key: await photo_store.get(photo.key) for photo in contents.photos}

    def made() -> list[tuple[str, bytes]]:
        return files_made(contents, {key: for_a_report(rendition) for key, rendition in renditions.items()})

    return await asyncio.get_running_loop().run_in_executor(thread, made)


def files_made(contents: Contents, photos: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """The same from photos in the size of a report, by key; takes a core for a while, and nothing else."""
    files = [
        ("report.pdf", set_report(contents, photos)),
        ("report.html", page(contents, photos)),
        ("hotspots.geojson", hotspots_geojson(contents)),
        ("workbook.xlsx", workbook(contents)),
        ("edition.gpkg", edition_gpkg(contents)),
    ]
    if contents.audience == "gla":
        files.append(("stops.csv", stops_csv(contents.stops)))
    return [*files, ("edition.zip", bundle(contents, files, photos))]
