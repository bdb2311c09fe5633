"""Who documents come from: one YAML file of the shop (`KULANZ_SENDER`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import yaml

from handover.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    name: str
    street: str
    postcode: str
    city: str
    email: str
    vat_id: str
    vat_percent: int
    """Contained in the shop's prices."""
    bank: str
    iban: str
    bic: str
    zone: tzinfo
    """The shop's days and hours."""

    @property
    def address(self) -> str:
        return f"{self.name}, {self.street}, {self.postcode} {self.city}"


def load_letterhead(path: Path, zone: tzinfo) -> Letterhead:
    """Raises `InvalidInput` for a file that lacks something or has something else in it."""
    try:
        return Letterhead(**yaml.safe_load(path.read_text("utf-8")), zone=zone)
    except (OSError, TypeError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path.name}: {error}") from error
