"""The front door, what the charter is, and what we do with what people tell us."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from api.settings import Settings
from charter.wordings import current_wording


@get("/", include_in_schema=False)
async def landing() -> Template:
    """What this is, with one door for each of the three users."""
    return Template("front/landing.html")


@get("/charter", include_in_schema=False)
async def charter() -> Template:
    """What the charter is, why and how to sign it, and its pledges in the words of the present version."""
    return Template("front/charter.html", context={"charter": await current_wording()})


@get("/privacy", include_in_schema=False)
async def privacy(settings: NamedDependency[Settings]) -> Template:
    """What is kept of whom, why, how long (as this installation is set), and who sees it."""
    kept = {name: getattr(settings, name) for name in ("contact_months", "equality_months", "public_delay_days")}
    return Template("front/privacy.html", context=kept)


@get("/accessibility", include_in_schema=False)
async def accessibility() -> Template:
    """How accessible the service is, and whom to tell where it is not."""
    return Template("front/accessibility.html")


HANDLERS = [landing, charter, privacy, accessibility]
