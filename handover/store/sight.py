"""Need to know in SQL: the same as `domain/agent.py` `Sight.covers`."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, true

from handover.domain.agent import Sight
from handover.store.tables import conversations, offers


def in_sight(sight: Sight) -> ColumnElement[bool]:
    """Of rows of `conversations`."""
    if sight.everything:
        return true()
    is_asked = exists().where(
        offers.c.conversation_id == conversations.c.id,
        offers.c.ended_at.is_(None),
        offers.c.agent_id == sight.agent_id,
    )
    shared = conversations.c.team.is_(None) if sight.team is None else _of_team_or_none(sight.team)
    return or_(shared, conversations.c.owner_id == sight.agent_id, is_asked)


def _of_team_or_none(team: str) -> ColumnElement[bool]:
    return or_(conversations.c.team.is_(None), conversations.c.team == team)
