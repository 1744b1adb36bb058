"""JSON for programs: each handler parses, calls one command or question, and presents."""

from api.resources import (
    charter,
    editions,
    geo,
    health,
    instruments,
    photos,
    programmes,
    responses,
    review,
    walks,
)
from api.resources.actions import ACTIONS
from api.resources.mine import files, organisation, pledges
from api.resources.mine import people as representatives
from api.resources.mine.premises import PREMISES
from api.resources.mine.year import YEAR
from api.resources.people.equality import EQUALITY
from api.resources.people.help_routes import HELP
from api.resources.register import indicators, proofs, reach
from api.resources.reviewing.photos import PHOTO_REVIEW
from api.resources.reviewing.stops import STOPS
from api.resources.sessions.sign_in import SIGN_IN

RESOURCES = [
    health.healthz,
    health.readyz,
    health.openapi,
    *charter.CHARTER,
    *proofs.PROOFS,
    *reach.REACH,
    *indicators.INDICATORS,
    *organisation.HANDLERS,
    *pledges.HANDLERS,
    *files.HANDLERS,
    *representatives.HANDLERS,
    *programmes.PROGRAMMES,
    *review.REVIEW,
    *STOPS,
    *PHOTO_REVIEW,
    *ACTIONS,
    *instruments.INSTRUMENTS,
    *walks.WALKS,
    *photos.PHOTOS,
    *responses.RESPONSES,
    *geo.PLACES,
    *editions.EVIDENCE,
    *SIGN_IN,
    *HELP,
    *EQUALITY,
    *PREMISES,
    *YEAR,
]
