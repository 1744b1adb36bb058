"""The application as a server loads it: settings from the environment, the real clock, postman and store."""

import os
from datetime import UTC, datetime
from pathlib import Path

from litestar import Litestar

from api.app import Clock, create_app, tools_of
from api.logs import log_to_stderr
from api.postman import postman_for
from api.settings import Settings, settings_from
from api.worker import Tools
from audits.photo_store.bucket import bucket_at
from audits.photo_store.folder import FolderPhotoStore
from audits.photo_store.store import PhotoStore


def application() -> Litestar:
    """One process's application; granian and uvicorn call this as a factory."""
    log_to_stderr()
    settings = settings_from(os.environ)
    return create_app(
        settings,
        clock=present,
        postman=postman_for(settings.mail),
        photo_store=store_for(settings),
        worker=True,
    )


def tools_for(settings: Settings, *, clock: Clock) -> Tools:
    """What the chores work with, outside a server."""
    return tools_of(settings, clock=clock, postman=postman_for(settings.mail), photo_store=store_for(settings))


def store_for(settings: Settings) -> PhotoStore:
    """The store of photos and editions' files that the settings name."""
    if settings.photos.startswith("s3://"):
        return bucket_at(settings.photos, endpoint=settings.photos_endpoint)
    return FolderPhotoStore(Path(settings.photos.removeprefix("folder:")))


def present() -> datetime:
    """The present, as an aware UTC time."""
    return datetime.now(UTC)
