"""What the desk must be able to read again is kept encrypted: a stolen database or backup alone does not open it.

The key is made from the one secret that every installation has beside its database (`KULANZ_CHANNEL_SECRET`). With another
secret, what was sealed before cannot be read any more.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes."""


class Unreadable(Exception):
    """Sealed for another place, or with another secret, or changed since."""


class Seal:
    """AES-256-GCM. `purpose` keeps the keys of two uses of one secret apart."""

    def __init__(self, secret: str, purpose: str) -> None:
        """Raises `ValueError` without a secret: a key that everybody can make keeps nothing."""
        if not secret:
            raise ValueError("nothing is sealed without a secret")
        derived = HKDF(SHA256(), length=32, salt=None, info=f"kulanz {purpose}".encode())
        self._cipher = AESGCM(derived.derive(secret.encode()))

    def seal(self, text: str, place: str) -> str:
        """`place`: where it will be kept, e.g. an account's id. In no other place it can be opened."""
        nonce = os.urandom(NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())).decode()

    def open(self, sealed: str, place: str) -> str:
        """Raises `Unreadable`."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unreadable from None
