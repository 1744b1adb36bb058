"""What the app for walks is made of, served under /walk; its service worker keeps all of it on the phone."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from api.pages.assets import Asset, answer_with, asset, read_asset
from audits.people.help_routes import HelpRoutes
from audits.people.queries import help_routes

FOLDER = Path(__file__).parents[1] / "static" / "walk"
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
# The service worker that keeps the app; its address is deeper than what it serves, so the scope takes our word.
WORKERS = ("worker.js", "offline.js")
SCOPE = {"Service-Worker-Allowed": "/walk"}
ASSETS = ("idb.js", "icon.svg", "atkinson-400.woff2", "atkinson-700.woff2")
PAGE_FILES = ("shell", "away")
PAGES = ("/walk", "/walk/away", "/walk/help-routes.json")


# Whole lines of comment, and indentation: for whoever reads the source, and not sent over a bad network. No text in
# the app's files goes over more than one line.
FOR_READERS = re.compile(rb"(?m)^[ \t]*(?:(?://|/\*\*|\*(?= |/)).*\n)?")


@cache
def files() -> dict[str, Path]:
    """The app's files by their names under /walk/."""
    found = sorted(path for path in FOLDER.rglob("*") if path.suffix in KINDS)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def part(name: str) -> Asset:
    """One of the app's files; raises NotFoundException."""
    path = files().get(name)
    if path is None:
        raise NotFoundException
    written = FOR_READERS.sub(b"", path.read_bytes()) if path.suffix == ".js" else path.read_bytes()
    if name == "offline.js":
        written = f"const SHELL = {json.dumps(shell())};\n".encode() + written
    return read_asset(written, KINDS[path.suffix])


@cache
def shell() -> dict[str, Any]:
    """The addresses that the phone keeps, and a version that changes with any of them."""
    names = [name for name in files() if name not in WORKERS]
    tags = [part(name).etag for name in names] + [asset(name).etag for name in ASSETS]
    pages = [(Path(__file__).parents[1] / "templates" / "walking" / f"{name}.html").read_bytes() for name in PAGE_FILES]
    version = hashlib.sha256(b"".join([*pages, files()["offline.js"].read_bytes(), *(tag.encode() for tag in tags)]))
    addresses = [*PAGES, *(f"/walk/{name}" for name in names), *(f"/assets/{name}" for name in ASSETS)]
    return {"version": version.hexdigest()[:16], "files": addresses}


@get("/walk", include_in_schema=False)
async def app() -> Template:
    """The app's one page; which screen it shows stands after the # and reaches no server."""
    modules = [f"/walk/{name}" for name in files() if name.endswith(".js") and name not in (*WORKERS, "app.js")]
    return Template("walking/shell.html", context={"modules": ["/assets/idb.js", *modules]})


@get("/walk/away", include_in_schema=False)
async def away() -> Template:
    """Where the quick exit leads without network."""
    return Template("walking/away.html")


@get("/walk/help-routes.json", include_in_schema=False)
async def built_in_help() -> HelpRoutes:
    """The help routes of today, for a phone that has never fetched others."""
    return await help_routes()


@get("/walk/{name:path}", include_in_schema=False)
async def app_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """One of the app's files, or 304 where the browser has it."""
    wanted = name.lstrip("/")
    return answer_with(request, part(wanted), {"Cache-Control": "no-cache", **(SCOPE if wanted in WORKERS else {})})


HANDLERS = [app, away, built_in_help, app_file]
