"""Who may do what: the one table. Everything an agent does asks here first."""

from __future__ import annotations

from enum import StrEnum

from handover.domain.agent import Agent, Role
from handover.domain.errors import NotAllowed


class Action(StrEnum):
    READ_CONVERSATIONS = "read_conversations"  # lists, logs and dossiers
    SERVE_CONVERSATIONS = "serve_conversations"  # claim, answer, note, hand back, close
    READ_CUSTOMERS = "read_customers"  # records and timelines
    DECIDE_CREDIT = "decide_credit"  # approve or reject proposals, up to the limit of the role
    READ_KNOWLEDGE = "read_knowledge"  # state of the index and problems of articles


_SERVICE = frozenset(
    {Action.READ_CONVERSATIONS, Action.SERVE_CONVERSATIONS, Action.READ_CUSTOMERS, Action.DECIDE_CREDIT}
)
ALLOWED: dict[Role, frozenset[Action]] = {
    Role.AGENT: _SERVICE,
    Role.SUPERVISOR: _SERVICE | {Action.READ_KNOWLEDGE},
    Role.EDITOR: frozenset({Action.READ_KNOWLEDGE}),
    Role.ADMIN: frozenset(Action) - {Action.DECIDE_CREDIT},  # no policy gives an admin a limit
}


def may(agent: Agent, action: Action) -> bool:
    return action in ALLOWED[agent.role]


def require(agent: Agent, action: Action) -> None:
    """Raises `NotAllowed` unless the agent's role may."""
    if not may(agent, action):
        raise NotAllowed("Your role may not do this.", action=action)
