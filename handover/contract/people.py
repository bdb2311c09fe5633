"""The staff as supervisors and admins keep it."""

from __future__ import annotations

from datetime import datetime

from handover.contract.accounts import RoleName
from handover.contract.base import Language, Wire
from handover.contract.routing import AgentStatus


class PersonRow(Wire):
    """Somebody with an account."""

    id: str
    name: str
    email: str
    role: RoleName
    active: bool
    serves: bool
    """Takes cases; the rest says for which."""
    status: AgentStatus
    online: bool
    load: int
    load_limit: int
    languages: tuple[Language, ...]
    topics: tuple[str, ...]
    """None named: all."""
    team: str | None
    shift_until: datetime | None = None


class People(Wire):
    """Answer to `GET /api/people`."""

    people: tuple[PersonRow, ...]
    """By name; those whose account is disabled last."""
    topics: tuple[str, ...]
    """All that the desk's rules know."""
    teams: tuple[str, ...]
    load_most: int


class Handed(Wire):
    """A password that is shown once, to be handed on."""

    id: str
    email: str
    password: str
