"""Who may call what: one matrix for every route, and the principal behind a request."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from audits.queries import Caller


class Role(StrEnum):
    """What a caller is known as; administrators look after people and settings."""

    PUBLIC = "public"
    AUDITOR = "auditor"
    LEAD = "lead"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who is calling: `id` is the token's or the auditor's id, numbers are rows of the audits slice."""

    role: Role
    id: str = ""
    name: str = ""
    auditor: int | None = None
    device: int | None = None
    device_revoked_at: datetime | None = None

    @property
    def caller(self) -> Caller:
        """As far as the audits care who is calling."""
        return Caller(
            id=self.id,
            sees_all=self.role in (Role.ANALYST, Role.ADMINISTRATOR),
            administrator=self.role is Role.ADMINISTRATOR,
            lead=self.role is Role.LEAD,
            auditor=self.auditor,
            device=self.device,
        )


NOBODY = Principal(role=Role.PUBLIC)

EVERYONE = frozenset(Role)
AUDITORS = frozenset({Role.AUDITOR})
LEADS = frozenset({Role.LEAD, Role.ADMINISTRATOR})
STAFF = frozenset({Role.LEAD, Role.ANALYST, Role.ADMINISTRATOR})
KNOWN = EVERYONE - {Role.PUBLIC}

# Every route, by its path without types (`{walk_id}`, not `{walk_id:uuid}`), and who may call it. What is not theirs
# among it answers 404 in the command or question itself.
ROUTES: dict[str, frozenset[Role]] = {
    "GET /": EVERYONE,
    "GET /assets/{name}": EVERYONE,
    "GET /charter": EVERYONE,
    "GET /questions/{version}": EVERYONE,
    "GET /join": EVERYONE,
    "GET /charter/confirm": EVERYONE,
    "POST /charter/confirm": EVERYONE,
    "GET /healthz": EVERYONE,
    "GET /readyz": EVERYONE,
    "GET /api/openapi.json": EVERYONE,
    "GET /api/charter": EVERYONE,
    "POST /api/charter/signatures": EVERYONE,
    "POST /api/charter/confirmations": EVERYONE,
    "GET /api/charter/signatories": EVERYONE,
    "GET /api/charter/signatories.csv": EVERYONE,
    "GET /api/charter/signatories.geojson": EVERYONE,
    "GET /api/charter/signatories/{signatory_id}": EVERYONE,
    "GET /api/places": EVERYONE,
    "GET /api/places/{number}": EVERYONE,
    "POST /api/programmes": LEADS,
    "GET /api/programmes": KNOWN,
    "GET /api/programmes/{programme_id}": KNOWN,
    "POST /api/programmes/{programme_id}/close": LEADS,
    "POST /api/programmes/{programme_id}/invitations": LEADS,
    "POST /api/invitations/redeem": frozenset({Role.PUBLIC, Role.AUDITOR}),
    "POST /api/devices/revoke": LEADS | AUDITORS,
    "GET /api/instruments/{version}": EVERYONE,
    "PUT /api/walks/{walk_id}": AUDITORS,
    "GET /api/walks/{walk_id}": AUDITORS,
    "GET /api/walks/{walk_id}/receipt": AUDITORS,
    "POST /api/walks/{walk_id}/complete": AUDITORS,
    "PUT /api/photos/{photo_id}": AUDITORS,
    "GET /api/photos/{photo_id}": KNOWN,
    "PUT /api/responses/{response_id}": AUDITORS,
    "GET /api/responses/{response_id}/receipt": AUDITORS,
    "GET /api/walks": LEADS,
    "POST /api/walks/{walk_id}/review": LEADS,
    "POST /api/photos/{photo_id}/review": LEADS,
    "GET /api/hotspots": STAFF,
    "POST /api/editions": STAFF,
    "GET /api/editions/{edition_id}": EVERYONE,
    "GET /api/editions/{edition_id}/{name}": EVERYONE,
}

# A phone whose token was revoked may still hand in walks begun before that, to the end: their photos, completion, and
# the receipt by which it deletes its copy. The commands hold each against the walk.
REVOKED_DEVICES_MAY: frozenset[str] = frozenset(
    {
        "PUT /api/walks/{walk_id}",
        "PUT /api/photos/{photo_id}",
        "POST /api/walks/{walk_id}/complete",
        "GET /api/walks/{walk_id}",
        "GET /api/walks/{walk_id}/receipt",
    }
)
