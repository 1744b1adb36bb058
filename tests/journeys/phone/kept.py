"""What a service holds in the end, counted: nothing is lost, and nothing there twice."""

from dataclasses import dataclass

from migrations.database import fetch, fetch_value, open_database
from tests.journeys.server import Server


@dataclass(frozen=True)
class Kept:
    """How much of each kind there is; `walks` tells the state of each."""

    walks: list[str]
    stops: int = 0
    photos: int = 0
    responses: int = 0


async def kept(server: Server) -> Kept:
    """What the database holds; a photo counts when its file is there too, a response when its walk is."""
    files = {path.name for path in (server.data_dir / "photos").rglob("*") if path.is_file()}
    async with open_database(server.database_url):
        walks = [str(row["state"]) for row in await fetch("select state from walk order by received_at")]
        stored = await fetch("select rendition_1600 from photo where state = 'stored' and walk is not null")
        stops = await fetch_value("select count(*) from stop")
        responses = await fetch_value("select count(*) from response where walk is not null")
    return Kept(walks, stops, sum(row["rendition_1600"] in files for row in stored), responses)
