"""Bursts: how many signatures one network, e-mail domain, address or hour may bring before the scheme desk looks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from charter.signing import Signature, known_as
from migrations.database import execute, fetch_value, transaction
from migrations.sealing import Seal

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BURST_MAC = "charter-burst"  # the purpose of the keyed hash under which a network, domain or address is counted
NETWORK, DOMAIN, ADDRESS, ALL = "network", "domain", "address", "all"


@dataclass(frozen=True)
class Threshold:
    """How many signatures within a window go their way; those beyond it are held."""

    about: str
    times: int
    window: timedelta


# London's charter saw some 3,000 signatures in six years: a busy day brings tens. A trade body's evening with its
# members passes; a night of thousands writes at most twice ALL's 400 letters, and no stranger more than a handful.
THRESHOLDS = (
    Threshold(NETWORK, 10, HOUR),
    Threshold(DOMAIN, 20, DAY),
    Threshold(ADDRESS, 5, DAY),
    Threshold(ALL, 100, HOUR),
    Threshold(ALL, 400, DAY),
)
# Who writes from these has nothing in common; addresses and networks are still counted.
WEBMAIL = (
    "gmail.com, googlemail.com, outlook.com, hotmail.com, hotmail.co.uk, live.com, live.co.uk, msn.com, yahoo.com, "
    "yahoo.co.uk, ymail.com, icloud.com, me.com, mac.com, aol.com, btinternet.com, sky.com, talktalk.net, "
    "virginmedia.com, proton.me, protonmail.com, mail.com, gmx.com, gmx.co.uk"
)


async def burst(signature: Signature, *, network: bytes, now: datetime, seal: Seal) -> str | None:
    """Count a signature in the transaction in which it is filed; the first threshold that it passes, or None.

    `network` is a keyed hash of where it came from. Everything is counted, whatever was passed before: each signature
    takes the same time.
    """
    passed = [
        threshold.about
        for threshold in THRESHOLDS
        for who in sorted(_counted(threshold, signature, network, seal))
        if await _times(threshold, who, now=now) > threshold.times
    ]
    return passed[0] if passed else None


async def forget_bursts(*, now: datetime) -> None:
    """Delete counts whose windows are over; a chore."""
    async with transaction():
        await execute("delete from burst_count where window_began_at <= $1", now - 2 * DAY)


def _counted(threshold: Threshold, signature: Signature, network: bytes, seal: Seal) -> set[bytes]:
    """Under what a signature is counted: both addresses that letters would go to, and both their domains."""
    addresses = {known_as(contact.email) for contact in (signature.signatory, signature.champion)}
    if threshold.about == NETWORK:
        return {network}
    if threshold.about == ALL:
        # The hour's count and the day's may begin at the same moment, and are two.
        return {str(threshold.window).encode()}
    domains = {address.rpartition("@")[2] for address in addresses}
    counted = addresses if threshold.about == ADDRESS else domains - set(WEBMAIL.split(", "))
    return {seal.mac(one.encode(), purpose=BURST_MAC) for one in counted}


async def _times(threshold: Threshold, who: bytes, *, now: datetime) -> int:
    """Count once more in the present window; the count so far."""
    length_s = int(threshold.window.total_seconds())
    began_at = datetime.fromtimestamp(int(now.timestamp()) // length_s * length_s, UTC)
    return int(
        await fetch_value(
            "insert into burst_count (about, who, window_began_at, times) values ($1, $2, $3, 1) "
            "on conflict (about, who, window_began_at) do update set times = burst_count.times + 1 returning times",
            threshold.about,
            who,
            began_at,
        )
    )
