"""JSON for programs: each handler parses, calls one command or question, and presents."""

from api.resources import health, programmes, review

RESOURCES = [
    health.healthz,
    health.readyz,
    health.openapi,
    *programmes.PROGRAMMES,
    *review.REVIEW,
]
