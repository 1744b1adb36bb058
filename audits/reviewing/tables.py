"""The rows of a review beside the walk's own: who looked at a photo or a disclosure, and where a stop was before.

Instants are UTC; geometry is WGS 84, longitude first. Constraints and indexes stand in migrations/audits.
"""

from functools import partial

from piccolo.columns import Boolean, Bytea, Text, Timestamptz

from audits.tables import Photo, Programme, Stop
from geo.geometry import Geometry
from migrations.columns import may, must, part_of
from migrations.database import Row


class PhotoVote(Row, tablename="photo_vote"):
    """What one reviewer found about one photo; a photo that shows a person takes two of them."""

    photo = part_of(Photo, "The photo.")
    principal = must(Text, "The id of the reviewer.")
    decision = must(Text, "publishable or withheld.")
    shows_person = must(Boolean, "Whether she saw a person in it.")
    voted_at = must(Timestamptz, "When she looked.")


class StopCorrection(Row, tablename="stop_correction"):
    """Where a stop was before a reviewer moved it; the first of a stop's corrections holds the original."""

    stop = part_of(Stop, "The stop.")
    location_before = may(partial(Geometry, "Point"), "Where it was, a Point; null where it had no location.")
    reason = must(Text, "Why it was moved, in the reviewer's words.")
    corrected_at = must(Timestamptz, "When it was moved.")
    corrected_by = must(Text, "The id of the reviewer.")
    by_phone = may(Boolean, "True where a later version of its phone had it elsewhere and was taken over.")


class NoteReader(Row, tablename="note_reader"):
    """A reviewer whom an administrator trusts with the flagged notes of one programme."""

    programme = part_of(Programme, "Whose flagged notes.")
    principal = must(Text, "The id of the reviewer.")
    granted_at = must(Timestamptz, "Since when.")
    granted_by = must(Text, "The id of the administrator.")


class NoteDecision(Row, tablename="note_decision"):
    """What a person decided about a flagged note after reading it; the last one of a stop stands."""

    stop = part_of(Stop, "The stop that the note is of.")
    decision = must(Text, "restricted, safeguarding, redacted or returned.")
    sealed = may(Bytea, "What she wrote about it, sealed; for named readers alone.")
    decided_at = must(Timestamptz, "When it was decided.")
    decided_by = must(Text, "The id of the reviewer.")
