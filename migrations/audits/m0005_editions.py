"""How an edition comes about while somebody waits, and how it is withdrawn."""

COLUMNS = {
    "step": "text",
    "queued_at": "timestamptz",
    "leased_until": "timestamptz",
    "withdrawn_at": "timestamptz",
    "withdrawn_by": "text",
    "withdrawal": "text",
}

SQLITE = "".join(f"alter table edition add column {name} {kind};\n" for name, kind in COLUMNS.items())
POSTGRESQL = SQLITE
BACKWARDS_SQLITE = "".join(f"alter table edition drop column {name};\n" for name in reversed(COLUMNS))
BACKWARDS_POSTGRESQL = BACKWARDS_SQLITE
