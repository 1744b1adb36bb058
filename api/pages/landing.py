"""The front door, with one door behind it for each of the three users."""

from litestar import get
from litestar.response import Template


@get("/", include_in_schema=False)
async def landing() -> Template:
    """What this is, and where to go from here."""
    return Template("landing.html")


HANDLERS = [landing]
