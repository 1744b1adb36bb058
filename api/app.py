"""The one place where parts meet: routes, what they may use, and who may call them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from litestar import Litestar, Request
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.plugins import InitPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from api.doorstep import Doorstep
from api.guard import allow, within_count
from api.limits import slow_down
from api.pages import PAGES
from api.pages.kit.templates import environment
from api.postman import Postman
from api.problems import answer
from api.resources import RESOURCES
from api.roles import Principal
from api.settings import Settings, secret_key
from api.wire import JsonRequest
from api.worker import Tools, working
from audits.darkroom.children import Darkroom
from audits.photo_store.store import PhotoStore
from charter.register import Desk
from migrations.database import open_database
from migrations.sealing import Seal, new_token

Clock = Callable[[], datetime]
MAX_JSON_BYTES = 12_000_000  # a walk of 500 stops with full notes is about 3 MB; a chain's 5,000 premises about 2 MB
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
    state = State(
        {"seal": Seal(secret_key(settings)), "settings": settings, "clock": clock, "photo_store": photo_store}
    )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with open_database(state.settings.database_url), Darkroom() as state.darkroom:
            if not worker:
                yield
                return
            tools = tools_of(state.settings, clock=clock, postman=postman, photo_store=photo_store)
            async with working(tools):
                yield

    app = Litestar(
        route_handlers=[*RESOURCES, *PAGES],
        dependencies=_dependencies(state),
        guards=[allow, within_count, slow_down],
        lifespan=[lifespan],
        request_class=JsonRequest,
        request_max_body_size=MAX_JSON_BYTES,
        exception_handlers={Exception: answer, 404: answer, 405: answer},
        openapi_config=OpenAPIConfig(title="Night Safety", version="1", path=SCHEMA_PAGES, render_plugins=()),
        on_app_init=[_last(WithoutSchemaPages())],
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment(base_url=settings.base_url))
        ),
        state=state,
        logging_config=None,
        debug=False,
    )
    app.asgi_handler = Doorstep(app.asgi_handler, https=settings.https)
    return app


def tools_of(settings: Settings, *, clock: Clock, postman: Postman, photo_store: PhotoStore) -> Tools:
    """What the chores work with."""
    return Tools(
        clock=clock,
        postman=postman,
        photo_store=photo_store,
        seal=Seal(secret_key(settings)),
        base_url=settings.base_url,
        contact_months=settings.contact_months,
        equality_months=settings.equality_months,
        public_delay_days=settings.public_delay_days,
    )


def _dependencies(state: State) -> dict[str, Provide]:
    """What a handler may ask for by name; each is looked up in the application's state when it is asked for."""

    def now() -> datetime:
        return state.clock()  # type: ignore[no-any-return]

    def desk() -> Desk:
        base_url = state.settings.base_url
        return Desk(now=state.clock(), seal=state.seal, base_url=base_url, new_id=uuid4, new_token=new_token)

    def who(request: Request[Any, Any, Any]) -> Principal:
        return request.scope["user"]  # type: ignore[no-any-return]

    parts = {name: _part(state, name) for name in ("settings", "seal", "darkroom", "photo_store")}
    asked: dict[str, Callable[..., Any]] = {**parts, "now": now, "desk": desk, "who": who}
    return {name: Provide(answer, sync_to_thread=False) for name, answer in asked.items()}


def _part(state: State, name: str) -> Callable[[], Any]:
    return lambda: state[name]


def _last(plugin: InitPlugin) -> Callable[[AppConfig], AppConfig]:
    """Litestar adds its own plugins after ours; one appended at initialisation runs after those."""

    def add(app_config: AppConfig) -> AppConfig:
        app_config.plugins.append(plugin)
        return app_config

    return add
