"""What stands on a certificate, and while what is true: a rule of words and states."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from charter.errors import NotCertified
from charter.pledges import Pledge
from charter.queries import Entry

# One whose review is due still stands in the register, and its certificate says when it last confirmed.
CERTIFIED_IN = ("active", "review_due")


@dataclass(frozen=True, kw_only=True)
class Content:
    """A certificate as it is set; the same content makes the same bytes."""

    id: UUID
    reference: str
    name: str
    charter_version: str
    pledges: tuple[Pledge, ...]
    signed_on: date
    last_confirmed_on: date
    page: str


def content_of(entry: Entry, pledges: tuple[Pledge, ...], *, base_url: str, shown: bool = True) -> Content:
    """What is certified of a signatory, with its pledges as signed; one that is not `shown` has no page to lead to.

    Raises NotCertified once it lapsed or withdrew.
    """
    if entry.state not in CERTIFIED_IN or entry.signed_on is None or entry.last_confirmed_on is None:
        raise NotCertified(entry.state)
    return Content(
        id=entry.id,
        reference=entry.reference,
        name=entry.name,
        charter_version=entry.charter_version,
        pledges=pledges,
        signed_on=entry.signed_on,
        last_confirmed_on=entry.last_confirmed_on,
        page=f"{base_url.rstrip('/')}/" + (f"register/{entry.id}" if shown else "charter"),
    )
