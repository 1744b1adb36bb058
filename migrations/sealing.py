"""Sealing: special data is written so that only this installation reads it, and only in its own place."""

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_VERSION = 1  # the first byte of everything sealed, so that keys can be changed one day
NONCE_BYTES = 12  # 96 random bits, as NIST SP 800-38D wants them for GCM
TAG_BYTES = 16
MIN_KEY_BYTES = 32
TOKEN_BYTES = 32


class CannotUnseal(Exception):
    """What was sealed was changed, belongs elsewhere, or needs another key."""


class Seal:
    """Seals with AES-256-GCM under a key derived from the installation's; the table, column and row are bound in."""

    def __init__(self, key: bytes) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise ValueError(f"A key has at least {MIN_KEY_BYTES} bytes, this one has {len(key)}. Make a new one.")
        self._key = key
        self._cipher = AESGCM(_derived(key, "seal"))
        self._mac_keys: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return "Seal(...)"

    def seal(self, plain: bytes | str, *, table: str, column: str, row: str) -> bytes:
        """`plain` (text as UTF-8), readable only with this key and for this place."""
        content = plain.encode() if isinstance(plain, str) else plain
        # Random, because a counter would begin again when a backup is restored.
        nonce = os.urandom(NONCE_BYTES)
        version = bytes([KEY_VERSION])
        return version + nonce + self._cipher.encrypt(nonce, content, version + _place(table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """What was sealed for this place. Raises CannotUnseal."""
        version, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if version != bytes([KEY_VERSION]) or len(rest) < TAG_BYTES:
            raise CannotUnseal(f"The content sealed in {table}.{column} was not sealed by this version.")
        try:
            return self._cipher.decrypt(nonce, rest, version + _place(table, column, row))
        except InvalidTag:
            raise CannotUnseal(
                f"The content sealed in {table}.{column} was changed, moved, or sealed with another key. "
                "Restore the secret file that belongs to this database."
            ) from None

    def open_text(self, sealed: bytes, *, table: str, column: str, row: str) -> str:
        """The text that was sealed for this place. Raises CannotUnseal."""
        return self.open(sealed, table=table, column=column, row=row).decode()

    def mac(self, content: bytes, *, purpose: str) -> bytes:
        """HMAC-SHA256 of `content` (32 bytes), under a key of its own for each purpose."""
        # Deriving costs more than the HMAC itself, and the purposes are few.
        if purpose not in self._mac_keys:
            self._mac_keys[purpose] = _derived(self._key, f"mac:{purpose}")
        return hmac.digest(self._mac_keys[purpose], content, hashlib.sha256)


def hash_token(token: str) -> str:
    """How a token is kept: SHA-256 in hex. Tokens hold 256 random bits, so that a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A new secret of 256 random bits, in letters that a URL takes as they are."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _derived(key: bytes, purpose: str) -> bytes:
    """A subkey of 256 bits by HKDF-SHA256 (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"night-safety:{purpose}".encode()).derive(key)


def _place(*parts: str) -> bytes:
    """The parts with their lengths before them, so that ("ab", "c") is another place than ("a", "bc")."""
    # Without the lengths a content could be moved between places that only spell alike.
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4) + part for part in encoded)
