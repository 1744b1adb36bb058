"""The pages of the year: reviewing it, and leaving the charter."""

from api.pages.year import leaving, reviewing

HANDLERS = [*reviewing.HANDLERS, *leaving.HANDLERS]
