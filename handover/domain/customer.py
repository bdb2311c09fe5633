"""One person's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Trust = Literal["none", "claimed", "code", "login"]
TRUST_LEVELS: tuple[Trust, ...] = ("none", "claimed", "code", "login")
"""Rising."""
Part = Literal["name", "email", "phone", "address"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Something a person can be known by, and the best level it was ever proven with."""

    kind: str
    value: str
    trust: Trust
    proven_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    id: str
    number: str
    name: str
    language: Literal["de", "en"]
    phone: str | None
    street: str | None
    postcode: str | None
    city: str | None
    blocked: bool
    created_at: datetime
    identities: tuple[Identity, ...]

    @property
    def email(self) -> str | None:
        return next((identity.value for identity in self.identities if identity.kind == "email"), None)

    @property
    def trust(self) -> Trust:
        return max((identity.trust for identity in self.identities), key=TRUST_LEVELS.index, default="none")

    @property
    def missing(self) -> tuple[Part, ...]:
        """What would make the record complete. An address is one part: without its town it is none."""
        parts: dict[Part, object] = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "address": self.street and self.postcode and self.city,
        }
        return tuple(part for part, value in parts.items() if not value)

    @property
    def completeness(self) -> float:
        """The share of name, mail, phone and address that is there."""
        return 1 - len(self.missing) / 4


Purpose = Literal["newsletter", "recommendations", "surveys"]
PURPOSES: tuple[Purpose, ...] = ("newsletter", "recommendations", "surveys")
"""What a customer may allow beside what their orders and the law need: offers by mail, advice from their purchases,
questions about how satisfied they are."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes or a no to one purpose, with what proves it: when and where it was said."""

    purpose: str
    given: bool
    since: datetime
    source: str
    """shop | chat | desk."""
