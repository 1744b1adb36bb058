"""The public register as pages: searched, one signatory at a time, and on maps."""

from api.pages.register import listing, maps, signatory

HANDLERS = [*listing.HANDLERS, *maps.HANDLERS, *signatory.HANDLERS]
