"""JSON for programs: each handler parses, calls one command or question, and presents."""

from api.resources import charter, geo, health, programmes, review

RESOURCES = [
    health.healthz,
    health.readyz,
    health.openapi,
    *charter.CHARTER,
    *programmes.PROGRAMMES,
    *review.REVIEW,
    *geo.PLACES,
]
