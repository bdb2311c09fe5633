"""Passwords: argon2id, and what a new one must be."""

from __future__ import annotations

import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handover.domain.errors import WeakPassword
from handover.services.tokens import new_secret

LENGTH = 12
_LETTERS = "abcdefghjkmnpqrstvwxyz0123456789"
"""Of passwords that are handed on: 32, without i, l, o and u, which are misread."""
_GROUPS = 4
"""Of four letters each: 80 bits."""


def handed_password() -> str:
    """One that somebody reads out to somebody else."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS))


class Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str, email: str) -> str:
        """Raises `WeakPassword` for one that is short, or that everybody can read on an envelope."""
        if len(password) < LENGTH:
            raise WeakPassword(f"A password has at least {LENGTH} characters.", because="short")
        if password.strip().casefold() in {email, email.partition("@")[0]}:
            raise WeakPassword("A mail address is no password.", because="address")
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """Takes as long where there is no password (an empty hash) as where another one is right."""
        try:
            return self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        """Of a password that nobody knows."""
        return self._hasher.hash(new_secret())
