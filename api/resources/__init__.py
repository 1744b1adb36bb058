"""JSON for programs: each handler parses, calls one command or question, and presents."""

from api.resources import charter, editions, geo, health, instruments, photos, programmes, responses, review, walks

RESOURCES = [
    health.healthz,
    health.readyz,
    health.openapi,
    *charter.CHARTER,
    *programmes.PROGRAMMES,
    *review.REVIEW,
    *instruments.INSTRUMENTS,
    *walks.WALKS,
    *photos.PHOTOS,
    *responses.RESPONSES,
    *geo.PLACES,
    *editions.EVIDENCE,
]
