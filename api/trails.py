"""The trails of this service, by what they are of; each has a chain of its own."""

from collections.abc import Mapping

from audits.events import TRAIL as AUDITS
from charter.events import TRAIL as REGISTER
from migrations.trail.chain import Trail

TRAILS: Mapping[str, Trail] = {"audits": AUDITS, "register": REGISTER}
