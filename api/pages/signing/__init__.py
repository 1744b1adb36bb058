"""Signing the charter as a form of short pages, and following the letter that comes of it."""

from api.pages.signing import asking, confirming, places, premises, sending

HANDLERS = [
    *sending.HANDLERS,
    *asking.HANDLERS,
    *premises.HANDLERS,
    *places.HANDLERS,
    *confirming.HANDLERS,
]
