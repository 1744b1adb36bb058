"""JSON for programs: each handler parses, calls one command or question, and presents."""

from api.resources import health

RESOURCES = [
    health.healthz,
    health.readyz,
    health.openapi,
]
