"""The rows of what is planned. When anybody will walk is in none of them: nobody shall be waited for.

Geometry is WGS 84, longitude first. Constraints and indexes stand in migrations/audits.
"""

from functools import partial

from piccolo.columns import UUID, Integer, Text

from audits.tables import Programme
from geo.geometry import Geometry
from migrations.columns import must, part_of
from migrations.database import Row


class PlannedStop(Row, tablename="planned_stop"):
    """A place where both legs of a walk are to stop; a re-audit plans it again under the same id."""

    id = must(UUID, "The id that stops name as planned_stop_id; the same in every programme that stops there again.")
    programme = part_of(Programme, "For whose walks it is planned.")
    sequence = must(Integer, "Its place in the walk, from 1.")
    name = must(Text, "How a group finds it, 1 to 100 characters.")
    location = must(partial(Geometry, "Point"), "Where it is, a Point.")
