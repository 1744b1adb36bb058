"""What maps of the register are drawn from: a sheet of counts, light borough outlines, and dots for listed places."""

import gzip
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from api.pages.register.asked import ASKED, Asked
from api.resources.downloads import Download, begin
from charter.as_files import as_point
from charter.queries import by_borough, spots
from geo.drawing.london import Sheet, draw
from geo.drawing.outlines import outlines

GEOJSON = "application/geo+json"
# Counting every place of a large register takes a while; a map may be a few minutes old, and a list never is.
FOR_A_WHILE = {"Cache-Control": "public, max-age=300"}
SQUEEZED = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
GZIP_BITS = 31  # zlib's way to say: with gzip's header and trailer


@get("/register/map.svg", dependencies=ASKED, include_in_schema=False)
async def register_map(asked: NamedDependency[Asked]) -> Response[str]:
    """London with the number of signatories found in each borough."""
    sheet = Sheet(
        title="Signatories by borough",
        description="The number of signatories with premises in each London borough.",
        counts=await by_borough(asked.sought),
        counted="Signatories with premises in the borough",
        marked=asked.borough or None,
    )
    return Response(draw(await outlines(), sheet), media_type="image/svg+xml", headers=FOR_A_WHILE)


@get("/map/boroughs.geojson", include_in_schema=False)
async def borough_outlines(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The boroughs' outlines, light enough to be sent with every map; of London's, 17 kB."""
    content = (await outlines()).geojson
    headers = {**FOR_A_WHILE, "ETag": f'"{sha256(content).hexdigest()[:20]}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    if takes_gzip(request):
        content, headers = gzip.compress(content, mtime=0), {**headers, **SQUEEZED}
    return Response(content, media_type=GEOJSON, headers=headers)


@get("/map/places.geojson", dependencies=ASKED, include_in_schema=False)
async def places(request: Request[Any, Any, Any], asked: NamedDependency[Asked]) -> Download:
    """Listed places with the names of their signatories, and nothing more: what a map needs of 50,000 is 1 MB."""
    pieces = _features(spots(asked.sought))
    if not takes_gzip(request):
        return await begin(pieces, name="places.geojson", media_type=GEOJSON)
    answer = await begin(squeezed(pieces), name="places.geojson", media_type=GEOJSON)
    answer.headers.update(SQUEEZED)
    return answer


def takes_gzip(request: Request[Any, Any, Any]) -> bool:
    """Whether the client reads gzip; every browser does."""
    return "gzip" in request.headers.get("accept-encoding", "")


async def squeezed(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The pieces as one gzip stream, each sent as soon as there is something to send."""
    press = zlib.compressobj(6, zlib.DEFLATED, GZIP_BITS)
    async with aclosing(pieces):
        async for piece in pieces:
            if pressed := press.compress(piece):
                yield pressed
    yield press.flush()


async def _features(batches: AsyncGenerator[list[Any], None]) -> AsyncGenerator[bytes, None]:
    before = b'{"type":"FeatureCollection","features":['
    async with aclosing(batches):
        async for batch in batches:
            yield before + b",".join(msgspec.json.encode(_feature(*spot)) for spot in batch)
            before = b","
    yield b"]}" if before == b"," else before + b"]}"


def _feature(id: Any, name: str, location: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": as_point(location), "properties": {"id": id, "name": name}}


HANDLERS = [register_map, borough_outlines, places]
