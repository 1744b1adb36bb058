"""Styles, fonts and pictures, served by ourselves, compressed once, cached under an address that changes with them."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

HERE = Path(__file__).parent
FONT = HERE / "node_modules" / "@fontsource" / "atkinson-hyperlegible" / "files"
MAPLIBRE = HERE / "node_modules" / "maplibre-gl" / "dist"
SOURCES: dict[str, tuple[Path, str]] = {
    "govuk-frontend.css": (
        HERE / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.css",
        "text/css; charset=utf-8",
    ),
    "govuk-frontend.js": (
        HERE / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js",
        "text/javascript; charset=utf-8",
    ),
    "start.js": (HERE / "static" / "start.js", "text/javascript; charset=utf-8"),
    "night-safety.css": (HERE / "static" / "night-safety.css", "text/css; charset=utf-8"),
    "locate.js": (HERE / "static" / "locate.js", "text/javascript; charset=utf-8"),
    "join.js": (HERE / "static" / "join.js", "text/javascript; charset=utf-8"),
    "reach.css": (HERE / "static" / "reach.css", "text/css; charset=utf-8"),
    "confirm.js": (HERE / "static" / "confirm.js", "text/javascript; charset=utf-8"),
    "register.css": (HERE / "static" / "register.css", "text/css; charset=utf-8"),
    "pointing.js": (HERE / "static" / "pointing.js", "text/javascript; charset=utf-8"),
    "print.js": (HERE / "static" / "print.js", "text/javascript; charset=utf-8"),
    "photos.css": (HERE / "static" / "photos.css", "text/css; charset=utf-8"),
    "cover.js": (HERE / "static" / "cover.js", "text/javascript; charset=utf-8"),
    "making.js": (HERE / "static" / "making.js", "text/javascript; charset=utf-8"),
    "drawing.js": (HERE / "static" / "drawing.js", "text/javascript; charset=utf-8"),
    "map.js": (HERE / "static" / "map.js", "text/javascript; charset=utf-8"),
    "maplibre-gl.mjs": (MAPLIBRE / "maplibre-gl.mjs", "text/javascript; charset=utf-8"),
    "maplibre-gl-worker.mjs": (MAPLIBRE / "maplibre-gl-worker.mjs", "text/javascript; charset=utf-8"),
    "maplibre-gl.css": (MAPLIBRE / "maplibre-gl.css", "text/css; charset=utf-8"),
    "idb.js": (HERE / "node_modules" / "idb" / "build" / "index.js", "text/javascript; charset=utf-8"),
    "icon.svg": (HERE / "static" / "icon.svg", "image/svg+xml"),
    "atkinson-400.woff2": (FONT / "atkinson-hyperlegible-latin-400-normal.woff2", "font/woff2"),
    "atkinson-700.woff2": (FONT / "atkinson-hyperlegible-latin-700-normal.woff2", "font/woff2"),
}
MONTH = "public, max-age=2592000"
SHORT = "public, max-age=300"  # what scripts import from each other has no version in its address
COMPRESSIBLE = ("text/", "image/svg", "application/manifest+json")


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: plain, and gzipped where that is smaller."""

    plain: bytes
    zipped: bytes | None
    media_type: str
    etag: str


def missing_assets() -> list[str]:
    """The names whose files npm has not brought yet; `night-safety doctor` tells of them."""
    return [name for name, (path, _) in SOURCES.items() if not path.exists()]


@cache
def asset(name: str) -> Asset:
    """Read and compress one asset; raises NotFoundException where there is none of that name."""
    path, media_type = SOURCES.get(name, (HERE / "absent", ""))
    if not path.is_file():
        raise NotFoundException
    return read_asset(path.read_bytes(), media_type)


def read_asset(plain: bytes, media_type: str) -> Asset:
    """Bytes as they are sent: compressed once, under a tag that changes with them."""
    zipped = gzip.compress(plain, mtime=0) if media_type.startswith(COMPRESSIBLE) else None
    return Asset(plain, zipped, media_type, f'"{hashlib.sha256(plain).hexdigest()[:20]}"')


def asset_url(name: str) -> str:
    """The address of an asset as pages write it; a changed file has another, so that no browser keeps the old one."""
    return f"/assets/{name}?v={asset(name).etag[1:9]}" if SOURCES[name][0].is_file() else f"/assets/{name}"


@get("/assets/{name:str}", include_in_schema=False)
async def asset_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One asset, or 304 where the browser has it."""
    return answer_with(request, asset(name), {"Cache-Control": MONTH if request.url.query else SHORT})


def answer_with(request: Request[Any, Any, Any], found: Asset, headers: dict[str, str]) -> Response[bytes]:
    """The asset, compressed where the browser takes that, or 304 where it has it."""
    headers = {"ETag": found.etag, "Vary": "Accept-Encoding", **headers}
    if request.headers.get("if-none-match") == found.etag:
        return Response(b"", status_code=304, headers=headers)
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.zipped, media_type=found.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(found.plain, media_type=found.media_type, headers=headers)


HANDLERS = [asset_file]
