"""Pages of the review desk: what waits, a walk with its map and its table, and the decisions about it."""

from api.pages.review import flagged, in_bulk, listing, photos, position, readers, revision, walk

HANDLERS = [
    *listing.HANDLERS,
    *in_bulk.HANDLERS,
    *walk.HANDLERS,
    *position.HANDLERS,
    *flagged.HANDLERS,
    *readers.HANDLERS,
    *photos.HANDLERS,
    *revision.HANDLERS,
]
