"""Who may do what: the one table. Everything an agent does asks here first.

Every route of the desk's API names its row (`api/dependencies.py`), every frame of the agents' socket too
(`realtime/agent_socket.py`), and the page is told its own (`/api/me`). Whose conversations and customers somebody may know
is the other half: `need_to_know.py`.
"""

from __future__ import annotations

from enum import StrEnum

from handover.domain.agent import Agent, Role, Sight
from handover.domain.errors import NotAllowed


class Action(StrEnum):
    OWN_ACCOUNT = "own_account"  # who one is; password, sessions, a socket
    READ_CONVERSATIONS = "read_conversations"  # lists, logs, dossiers and the search, of one's own and one's team
    READ_ALL_CONVERSATIONS = "read_all_conversations"  # those of every team
    SERVE_CONVERSATIONS = "serve_conversations"  # claim, answer, note, hand back, close
    READ_CUSTOMERS = "read_customers"  # records and timelines, with a case or a reason
    KEEP_SHARED_ANSWERS = "keep_shared_answers"  # canned answers of everybody
    ACT_FOR_CUSTOMERS = (
        "act_for_customers"  # orders, invoices, subscriptions of whoever one serves; credit within the limit
    )
    DECIDE_CREDIT = "decide_credit"  # approve or reject proposals, up to the limit of the role
    REVERSE_CREDIT = "reverse_credit"  # book a credit back
    READ_KNOWLEDGE = "read_knowledge"  # state of the index and problems of articles
    READ_AUDIT = "read_audit"  # who saw and did what
    SUPERVISE = "supervise"  # watch and whisper, assign cases, the live board
    KEEP_DESK_RULES = "keep_desk_rules"  # opening hours, offers, topics and teams
    KEEP_STAFF = "keep_staff"  # other people's skills, team, load limit
    SETTLE_GAPS = "settle_gaps"  # what agents propose to the editors
    KEEP_ACCOUNTS = "keep_accounts"  # other people's accounts: add, disable, roles, passwords, sessions, second steps


_SERVICE = frozenset(
    {
        Action.OWN_ACCOUNT,
        Action.READ_CONVERSATIONS,
        Action.SERVE_CONVERSATIONS,
        Action.READ_CUSTOMERS,
        Action.ACT_FOR_CUSTOMERS,
        Action.DECIDE_CREDIT,
    }
)
_OVERSIGHT = frozenset(
    {
        Action.READ_ALL_CONVERSATIONS,
        Action.KEEP_SHARED_ANSWERS,
        Action.REVERSE_CREDIT,
        Action.READ_KNOWLEDGE,
        Action.READ_AUDIT,
        Action.KEEP_DESK_RULES,
        Action.KEEP_STAFF,
        Action.SUPERVISE,
        Action.SETTLE_GAPS,
    }
)
_MONEY = frozenset({Action.ACT_FOR_CUSTOMERS, Action.DECIDE_CREDIT, Action.REVERSE_CREDIT})
ALLOWED: dict[Role, frozenset[Action]] = {
    Role.AGENT: _SERVICE,
    Role.SUPERVISOR: _SERVICE | _OVERSIGHT,
    Role.EDITOR: frozenset({Action.OWN_ACCOUNT, Action.READ_KNOWLEDGE, Action.SETTLE_GAPS}),
    Role.ADMIN: frozenset(Action) - _MONEY,  # no policy gives an admin a limit
}


def may(agent: Agent, action: Action) -> bool:
    return action in ALLOWED[agent.role]


def require(agent: Agent, action: Action) -> None:
    """Raises `NotAllowed` unless the agent's role may."""
    if not may(agent, action):
        raise NotAllowed("Your role may not do this.", action=action)


def sight_of(agent: Agent) -> Sight:
    """Which conversations somebody may know of, if their role reads any."""
    return Sight(agent.id, agent.team, everything=may(agent, Action.READ_ALL_CONVERSATIONS))
