"""Codes made of time (RFC 6238): keys, the step that a code belongs to, and codes for the day a phone is lost."""

import hashlib
import hmac
from base64 import b32encode
from datetime import datetime

import pyotp
import segno

KEY_BYTES = 20  # as many as SHA-1 gives (RFC 4226, section 4)
STEPS_AROUND = (-1, 0, 1)  # phones' clocks are wrong by half a minute; RFC 6238, section 5.2
RECOVERY_CODES = 10
ISSUER = "Night Safety"


def new_key(token: str) -> str:
    """A key of 160 bits in base32, made of a fresh token."""
    return b32encode(hashlib.sha256(token.encode()).digest()[:KEY_BYTES]).decode()


def step_of(code: str, key: str, *, now: datetime) -> int | None:
    """The step of 30 s whose code this is, out of the present one and its neighbours; None where it is none of theirs.

    All three are compared, each in constant time, so that the time taken tells nothing.
    """
    totp = pyotp.TOTP(key)
    present = totp.timecode(now)
    matching = [step for step in (present + by for by in STEPS_AROUND) if _same(totp.generate_otp(step), code)]
    return max(matching, default=None)


def code_at(key: str, *, now: datetime) -> str:
    """What an app with that key shows now."""
    return str(pyotp.TOTP(key).at(now))


def setup_address(key: str, *, name: str) -> str:
    """What an app reads from the QR code."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=ISSUER)


def as_picture(address: str) -> str:
    """The QR code as a data: URI of an SVG; it is made here, so that no other server ever sees the key."""
    picture: str = segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#ffffff")
    return picture


def in_fours(text: str) -> str:
    """As it is copied by hand.

    >>> in_fours("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def recovery_code(token: str) -> str:
    """A code of 60 bits made of a fresh token, in three groups of letters and digits that are hard to confuse."""
    letters = b32encode(hashlib.sha256(token.encode()).digest()).decode()[:12]
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def tidy(code: str) -> str:
    """A code as it is compared, however it was copied.

    >>> tidy(" 123 456 "), tidy("abcd-efgh-ijkl")
    ('123456', 'ABCDEFGHIJKL')
    """
    return "".join(letter for letter in code.upper() if letter.isalnum() and letter.isascii())


def _same(right: str, given: str) -> bool:
    return hmac.compare_digest(right.encode(), given.encode())
