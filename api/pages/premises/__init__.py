"""An organisation's premises at its desk: found, added, changed, moved, closed, and taken from a spreadsheet."""

from api.pages.premises import finding, listing, one, spreadsheet

HANDLERS = [*spreadsheet.HANDLERS, *finding.HANDLERS, *one.HANDLERS, *listing.HANDLERS]
