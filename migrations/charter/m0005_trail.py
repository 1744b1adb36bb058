"""The register's trail as a chain, as the audits' is: a link for each event, and the head it ends at."""

from migrations.trail.ddl import chain_ddl

CHAIN = chain_ddl(events="charter_event", links="charter_link", head="charter_head")
SQLITE, POSTGRESQL = CHAIN["sqlite"], CHAIN["postgresql"]
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = "drop table charter_head;\ndrop table charter_link;"
