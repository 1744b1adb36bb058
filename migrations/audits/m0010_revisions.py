"""Later versions of a walk: what a reviewer made of each, and all that taking one over needs."""

REVISION = {
    "content_mac": "{bytes}",
    "route": "{route}",
    "decision": "text constraint walk_revision_decision_known check (decision in ('taken', 'left', 'replaced'))",
    "decided_at": "timestamptz",
    "decided_by": "text",
    "reason": "text",
}
ADD = "".join(f"alter table walk_revision add column {name} {kind};\n" for name, kind in REVISION.items())
FORWARDS = ADD + "alter table stop_correction add column by_phone boolean;\n"

SQLITE = FORWARDS.format(bytes="blob", route="geometry_blob")
POSTGRESQL = FORWARDS.format(bytes="bytea", route="geometry(Geometry, 4326)")
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = "alter table stop_correction drop column by_phone;\n" + "".join(
    f"alter table walk_revision drop column {name};\n" for name in reversed(REVISION)
)
