"""HTML for people: the same commands and questions, as pages."""

from api.pages import assets, confirming, landing

PAGES = [
    *assets.HANDLERS,
    *landing.HANDLERS,
    *confirming.HANDLERS,
]
