"""Pages of photos at the review desk: one with its decision, painting over, a walk's side by side, what waits."""

from api.pages.review.photos import covering, listing, one, together

HANDLERS = [*listing.HANDLERS, *one.HANDLERS, *covering.HANDLERS, *together.HANDLERS]
