"""Everything the edges may call, put together once in `app.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from handover.services.agents import Agents
from handover.services.conversations import Conversations
from handover.services.credit import Credits
from handover.services.customers import Customers
from handover.services.dossier import Dossiers
from handover.services.identity import Identities
from handover.services.outbox import Outbox
from handover.services.routing import Handovers
from handover.services.shop import Shop
from handover.services.turns import Turns


class Presence(Protocol):
    """Who is there right now."""

    def visitor_online(self, conversation_id: str) -> bool: ...


class Part(NamedTuple):
    """One part of the house and how it is. `stale`: it works, with something older than it should be."""

    name: str
    state: Literal["up", "stale", "down"]
    detail: str = ""


class Readiness(Protocol):
    """The parts without which a visitor gets no answer, as they were at the last look."""

    def __call__(self) -> list[Part]: ...
    def look(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    conversations: Conversations
    handovers: Handovers
    turns: Turns
    identities: Identities
    dossiers: Dossiers
    customers: Customers
    agents: Agents
    shop: Shop
    credits: Credits
    outbox: Outbox
    presence: Presence
    knowledge: Callable[[], dict[str, Any]]
    """What the index holds and what is wrong with the articles: `status.json`."""
    readiness: Readiness
