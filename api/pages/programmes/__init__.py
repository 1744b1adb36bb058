"""Pages of programmes: commissioned with an area, joined by invitation, followed while they are walked, and closed."""

from api.pages.programmes import changing, closing, commissioning, coverage, inviting, listing, one, planning

HANDLERS = [
    *listing.HANDLERS,
    *commissioning.HANDLERS,
    *one.HANDLERS,
    *coverage.HANDLERS,
    *planning.HANDLERS,
    *inviting.HANDLERS,
    *changing.HANDLERS,
    *closing.HANDLERS,
]
