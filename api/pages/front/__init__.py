"""The front door, and the pages to read behind it: the charter, privacy, accessibility."""

from api.pages.front.landing import HANDLERS

__all__ = ["HANDLERS"]
