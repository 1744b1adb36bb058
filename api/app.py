"""The one place where parts meet: routes, what they may use, and who may call them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.plugins import InitPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from api.doorstep import Doorstep
from api.guard import allow
from api.limits import slow_down
from api.pages import PAGES
from api.pages.assets import asset_url
from api.postman import Postman
from api.problems import answer
from api.resources import RESOURCES
from api.roles import Principal
from api.settings import Settings, secret_key
from api.wire import JsonRequest
from api.worker import Tools, working
from audits.darkroom.children import Darkroom
from audits.photo_store import PhotoStore
from migrations.database import open_database
from migrations.sealing import Seal

Clock = Callable[[], datetime]
MAX_JSON_BYTES = 12_000_000  # a walk of 500 stops with full notes is about 3 MB; a chain's 5,000 premises about 2 MB
TEMPLATES = Path(__file__).parent / "pages" / "templates"
# Litestar adds schema pages that load scripts from elsewhere; ours is the one in resources/health.py.
SCHEMA_PAGES = "/litestar-schema-pages"


class WithoutSchemaPages(InitPlugin):
    """Takes out the pages that Litestar's OpenAPI plugin adds, and keeps the schema itself."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Drop the router that was added under SCHEMA_PAGES."""
        kept = [handler for handler in app_config.route_handlers if getattr(handler, "path", None) != SCHEMA_PAGES]
        app_config.route_handlers = kept
        return app_config


def create_app(
    settings: Settings, *, clock: Clock, postman: Postman, photo_store: PhotoStore, worker: bool = False
) -> Litestar:
    """The whole service as an ASGI application.

    `clock` answers the present as an aware UTC time, `postman` sends letters, `photo_store` keeps files.
    With `worker` the chores (letters, retention) run inside this process. The database opens with the lifespan.
    """
    seal = Seal(secret_key(settings))
    darkroom = Darkroom()

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with open_database(settings.database_url), darkroom:
            if not worker:
                yield
                return
            async with working(Tools(clock=clock, postman=postman, photo_store=photo_store, seal=seal)):
                yield

    def now() -> datetime:
        return clock()

    def who(request: Request[Any, Any, Any]) -> Principal:
        return request.scope["user"]  # type: ignore[no-any-return]

    parts: dict[str, Any] = {"settings": settings, "seal": seal, "darkroom": darkroom, "photo_store": photo_store}
    dependencies = {name: Provide(_always(part), sync_to_thread=False) for name, part in parts.items()}
    app = Litestar(
        route_handlers=[*RESOURCES, *PAGES],
        dependencies={
            **dependencies,
            "now": Provide(now, sync_to_thread=False),
            "who": Provide(who, sync_to_thread=False),
        },
        guards=[allow, slow_down],
        lifespan=[lifespan],
        request_class=JsonRequest,
        request_max_body_size=MAX_JSON_BYTES,
        exception_handlers={Exception: answer, 404: answer, 405: answer},
        openapi_config=OpenAPIConfig(title="Night Safety", version="1", path=SCHEMA_PAGES, render_plugins=()),
        on_app_init=[_last(WithoutSchemaPages())],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_pages(settings))),
        state=State({"settings": settings, "seal": seal, "clock": clock}),
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Doorstep(app.asgi_handler, https=settings.https)
    return app


def _always(part: Any) -> Callable[[], Any]:
    return lambda: part


def _last(plugin: InitPlugin) -> Callable[[AppConfig], AppConfig]:
    """Litestar adds its own plugins after ours; one appended at initialisation runs after those."""

    def add(app_config: AppConfig) -> AppConfig:
        app_config.plugins.append(plugin)
        return app_config

    return add


def _pages(settings: Settings) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(base_url=settings.base_url, asset_url=asset_url)
    return environment
