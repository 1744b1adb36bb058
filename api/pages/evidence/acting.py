"""What editions are made with, as every handler of the evidence is told."""

from litestar import Request
from litestar.di import NamedDependency, Provide

from api.pages.kit.forms import Form, typed
from api.settings import Settings
from audits.photo_store.store import PhotoStore
from audits.reports.editions import Press
from migrations.sealing import Seal


async def press(
    photo_store: NamedDependency[PhotoStore], seal: NamedDependency[Seal], settings: NamedDependency[Settings]
) -> Press:
    """The press of this service."""
    return Press(photo_store=photo_store, seal=seal, public_delay_days=settings.public_delay_days)


async def form_sent(request: Request) -> Form:  # type: ignore[type-arg]
    """The form as it was typed."""
    return Form(await typed(request))


PRESS = {"press": Provide(press)}
FORM = {"form": Provide(form_sent)}
