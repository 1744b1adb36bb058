"""The rows of the chain over the trail; what was done stands in audit_event, apart, so that erasure can reach it.

Instants are UTC. Constraints and indexes stand in migrations/audits.
"""

from piccolo.columns import BigInt, Bytea, Text, Timestamptz

from audits.tables import AuditEvent
from migrations.columns import belongs_to, may, must
from migrations.database import Row


class TrailLink(Row, tablename="trail_link"):
    """One link; its number is its place in the chain, counted from 1 without a gap."""

    event = belongs_to(AuditEvent, "The event that it commits to.")
    cause = must(Text, "written, or erased: what the event says was scrubbed, and this is what it says since.")
    salt = may(Bytea, "Random bytes under the commitment; null once an erasure scrubbed what was committed to.")
    commitment = must(Bytea, "SHA-256 of the salt and of what the event says.")
    linked_at = must(Timestamptz, "When it was linked.")
    mac = must(Bytea, "HMAC of all this and of the link before, under a key that is not in the database.")


class TrailHead(Row, tablename="trail_head"):
    """Where the chain ends: one row, locked by whoever adds to it."""

    position = must(BigInt, "The number of the last link; 0 before the first.")
    mac = must(Bytea, "Its HMAC.")
