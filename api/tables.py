"""The api's own rows: who may knock as a program, and how often a network has knocked.

Constraints and indexes stand in migrations/api.
"""

from piccolo.columns import UUID, Integer, Text, Timestamptz

from migrations.database import Row


class ApiToken(Row, tablename="api_token"):
    """A bearer token of a program or of staff, with one role; revoked ones stay, so that the trail names them."""

    id = UUID(null=False, default=None, unique=True, help_text="What the audit trail calls its holder.")
    name = Text(null=False, default=None, unique=False, help_text="What people call its holder; two may share one.")
    role = Text(null=False, default=None, unique=False, help_text="lead, analyst or administrator.")
    token_hash = Text(null=False, default=None, unique=True, help_text="SHA-256 of the token, in hex.")
    created_at = Timestamptz(null=False, default=None, unique=False, help_text="When it was made.")
    revoked_at = Timestamptz(null=True, default=None, unique=False, help_text="Since when it opens nothing.")


class RequestCount(Row, tablename="request_count"):
    """How often one network asked for one slowed route within one window of time."""

    client = Text(null=False, default=None, unique=False, help_text="A keyed hash of the address; never the address.")
    route = Text(null=False, default=None, unique=False, help_text="Method and path, as in the matrix of routes.")
    window_began_at = Timestamptz(null=False, default=None, unique=False, help_text="When the window began.")
    times = Integer(null=False, default=None, unique=False, help_text="How many requests it has seen.")
