"""How long a session lasts, and where somebody may go from one."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

LONGEST = timedelta(hours=12)  # a working day: whoever is in for longer shows again that it is she
IDLE = timedelta(hours=2)
STAFF_IDLE = timedelta(minutes=30)  # what staff may see is more than one organisation's
LINK_LASTS = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=1)  # a write at each request would queue every page behind the one writer
MAX_NEXT_LENGTH = 500


def is_over(*, created_at: datetime, last_seen_at: datetime, staff: bool, now: datetime) -> bool:
    """Whether a session has ended by itself: half-open, so that at the limit it is over."""
    return now - created_at >= LONGEST or now - last_seen_at >= (STAFF_IDLE if staff else IDLE)


def own_path(address: str) -> str:
    r"""A path of ours with its query, to go on to; empty where `address` is anything else.

    >>> own_path("/desk?q=a"), own_path("//elsewhere.example"), own_path("/\\elsewhere.example")
    ('/desk?q=a', '', '')
    """
    # Browsers take \ for /, drop tabs and line ends, and read // as the beginning of a host.
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return ""
    parts = urlsplit(address)
    return address if not parts.netloc and " " not in address and len(address) <= MAX_NEXT_LENGTH else ""
