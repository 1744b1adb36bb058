"""HTML for people: the same commands and questions, as pages."""

from api.pages import assets, landing

PAGES = [
    *assets.HANDLERS,
    *landing.HANDLERS,
]
