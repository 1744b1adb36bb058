"""The trail as a chain: a link for each event, over a commitment to what it says, and the head it ends at."""

from migrations.trail.ddl import chain_ddl

CHAIN = chain_ddl(events="audit_event", links="trail_link", head="trail_head")
SQLITE, POSTGRESQL = CHAIN["sqlite"], CHAIN["postgresql"]
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = "drop table trail_head;\ndrop table trail_link;"
