"""Pages of the evidence: hotspots as they stand now, and editions from their order to their withdrawal."""

from api.pages.evidence import after, edition, hotspots, making, place

HANDLERS = [*hotspots.HANDLERS, *place.HANDLERS, *making.HANDLERS, *edition.HANDLERS, *after.HANDLERS]
