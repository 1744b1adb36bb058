"""The rows of what was painted over, and of pictures that nobody may see any more.

Instants are UTC; JSON is text. Constraints and indexes stand in migrations/audits.
"""

from piccolo.columns import UUID, Text, Timestamptz

from audits.tables import Photo
from migrations.columns import must, part_of
from migrations.database import Row


class PhotoCover(Row, tablename="photo_cover"):
    """What a reviewer painted over in a photo, once and for good."""

    id = must(UUID, "The id that her page made, so that a button pressed twice paints once.", unique=True)
    photo = part_of(Photo, "The photo.")
    rectangles = must(Text, "What was covered, in percent of the picture: a JSON list of left, top, width, height.")
    covered_at = must(Timestamptz, "When it was painted over.")
    covered_by = must(Text, "The id of the reviewer.")


class DiscardedPicture(Row, tablename="discarded_picture"):
    """A file of the photo store that shows what was painted over since; the worker removes it, and then this row."""

    key = must(Text, "Its key in the photo store.")
    discarded_at = must(Timestamptz, "When no photo's row pointed at it any more.")
