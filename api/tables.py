"""The api's own rows: who may knock as a program, how often a network has knocked, and forms on their way.

Constraints and indexes stand in migrations/api.
"""

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz

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


class Draft(Row, tablename="draft"):
    """A form that is not sent yet; deleted when it is, or a day after its last change."""

    id_hash = Text(
        null=False, default=None, unique=True, help_text="SHA-256 of the id in the browser's cookie, in hex."
    )
    kind = Text(null=False, default=None, unique=False, help_text="Which form it is of.")
    sealed = Bytea(null=False, default=None, unique=False, help_text="What was typed, sealed.")
    changed_at = Timestamptz(null=False, default=None, unique=False, help_text="When it was changed last.")
