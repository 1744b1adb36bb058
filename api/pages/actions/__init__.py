"""Pages of what follows a walk: issues, recommendations and their answers, what is done, and the Safety Action Plan."""

from api.pages.actions import again, finishing, issue, listing, plan, raising, recommending, undoing

HANDLERS = [
    *listing.HANDLERS,
    *raising.HANDLERS,
    *issue.HANDLERS,
    *recommending.HANDLERS,
    *finishing.HANDLERS,
    *again.HANDLERS,
    *undoing.HANDLERS,
    *plan.HANDLERS,
]
