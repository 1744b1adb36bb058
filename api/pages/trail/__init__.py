"""Pages of the audit trail: who did what, and whether it still says what it said."""

from api.pages.trail import listing

HANDLERS = [*listing.HANDLERS]
