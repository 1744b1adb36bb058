"""HTML for people: the same commands and questions, as pages."""

from api.pages import assets, confirming, landing, reading

PAGES = [
    *assets.HANDLERS,
    *landing.HANDLERS,
    *confirming.HANDLERS,
    *reading.HANDLERS,
]
