"""Where signatories are against where night venues are, and the scheme's figures, for people to read."""

from api.pages.reach import indicators, reach

HANDLERS = [*reach.HANDLERS, *indicators.HANDLERS]
