"""Names of listed places are searched by an index: by trigrams on PostgreSQL; on SQLite names alone are read.

SQLite's own trigrams (FTS5) keep what was deleted until they are merged, and a name that must not be found any more has
to go at once. Its index here holds names and signatories only, a fraction of the table.
"""

SQLITE = "create index premises_named on premises (folded, signatory) where folded is not null;"
POSTGRESQL = "create index premises_named on premises using gin (folded gin_trgm_ops);"
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = "drop index premises_named;"
