"""Ids, secrets and fingerprints. The database keeps the sha256 of a secret, never the secret."""

from __future__ import annotations

import hashlib
import secrets
import uuid


def new_id() -> str:
    """An id for a row: unguessable, 32 characters."""
    return uuid.uuid4().hex


def new_secret() -> str:
    """A bearer secret of 32 random bytes, safe in URLs and headers."""
    return secrets.token_urlsafe(32)


def fingerprint(*parts: str) -> str:
    """sha256 over the parts, each with its length, so that no two lists of parts look alike."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()
