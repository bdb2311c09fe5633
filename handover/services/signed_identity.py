"""Identity tokens: the website that embeds the chat says, signed, which of its customers is logged in there.

A JSON Web Token with `aud` (the desk's public address), `iat`, `exp` (ten minutes at most) and `sub` (the customer's
number) or `email` (as the shop keeps it, in lower case), or both. One key, and only the algorithms that belong to it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from handover.domain.errors import TokenRefused
from handover.services.ports import UnitOfWork

LONGEST = timedelta(minutes=10)
"""From now to `exp`: a token is made for one visit of a page, not to be kept."""
SKEW = timedelta(seconds=30)
"""By which two clocks may differ."""


class SignedIn(NamedTuple):
    customer_id: str
    identity_id: str | None
    """Of the mail address, if the token names one."""


class Signatures:
    """What makes a token worth believing. Without a key no token is."""

    def __init__(self, audience: str, *, secret: str = "", public_key: Path | None = None) -> None:
        """Raises `ValueError` for a file that holds no public key of the kinds RSA and EC (P-256)."""
        self._audience = audience
        self._key: Any = secret
        self._algorithms = ["HS256"] if secret else []
        if public_key is not None:
            self._key, self._algorithms = _loaded(public_key)

    def customer_of(self, unit: UnitOfWork, token: str) -> SignedIn:
        """Raises `TokenRefused`, which does not say why: whoever made a good token does not need to be told."""
        claims = self._verified(token, unit.now)
        number, email = claims.get("sub"), claims.get("email")
        by_email = unit.customers.find_by_email(email) if isinstance(email, str) else None
        by_number = unit.customers.id_of_number(number) if isinstance(number, str) else None
        found = {
            *([by_email and by_email.customer_id] if email is not None else []),
            *([by_number] if number is not None else []),
        }
        customer_id = found.pop() if len(found) == 1 else None
        if customer_id is None:
            raise _refused()
        return SignedIn(customer_id, by_email and by_email.identity_id)

    def _verified(self, token: str, now: datetime) -> dict[str, Any]:
        if not self._algorithms:
            raise _refused()
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=self._algorithms,
                audience=self._audience,
                options={"require": ["exp", "iat", "aud"], "verify_exp": False, "verify_iat": False},
            )
            issued, expires = float(claims["iat"]), float(claims["exp"])
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError):
            raise _refused() from None
        at, skew = now.timestamp(), SKEW.total_seconds()
        if not (issued <= at + skew and at < expires + skew and expires <= at + LONGEST.total_seconds() + skew):
            raise _refused()
        return claims


def _loaded(file: Path) -> tuple[Any, list[str]]:
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"KULANZ_IDENTITY_KEY: {file} is no public key in PEM: {error}") from None
    if isinstance(key, RSAPublicKey):
        return key, ["RS256"]
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1":
        return key, ["ES256"]
    raise ValueError(f"KULANZ_IDENTITY_KEY: {file} is neither an RSA nor a P-256 key")


def _refused() -> TokenRefused:
    return TokenRefused("This identity token opens nothing.")
