"""Who hands something in, as the handlers of walks, photos and responses are told."""

from datetime import datetime

from litestar.di import NamedDependency, Provide

from api.roles import Principal
from audits.responses import Sending
from migrations.sealing import Seal


async def _sending(
    who: NamedDependency[Principal], now: NamedDependency[datetime], seal: NamedDependency[Seal]
) -> Sending:
    return Sending(by=who.caller, now=now, seal=seal, revoked_at=who.device_revoked_at)


SENDING = {"sending": Provide(_sending)}
