"""Retention: what was kept as long as one YAML file (`KULANZ_RETENTION`) says is deleted, a little at a time.

Each step is a transaction of its own and whole in itself, so a run that is killed or done twice leads to the same end.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from handover.contract.events import ConversationForgotten
from handover.domain.conversation import Conversation, State
from handover.domain.errors import InvalidInput
from handover.domain.retention import Kept, Periods
from handover.services.ports import UnitOfWork, Units
from handover.services.rule_files import read_rules
from handover.services.steps import SYSTEM, move

log = logging.getLogger(__name__)

ROWS = 200
"""Deleted in one transaction: some milliseconds for whoever waits to write."""
CONVERSATIONS = 10
"""The same, with some dozen events each."""
LONGEST = 36_500
_FILE = TypeAdapter(dict[Kept, Annotated[int, Field(ge=1, le=LONGEST, strict=True)]])
BY_CONVERSATION = frozenset({Kept.TRANSCRIPTS, Kept.ANONYMOUS, Kept.BOT_DETAILS, Kept.SKELETONS})
Forgotten = Literal["retention", "erasure"]


def load_periods(path: Path) -> Periods:
    """Days by class of data. Raises `InvalidInput` for anything that is not exactly such a file."""
    days = read_rules(path, _FILE.validate_python)
    if missing := sorted(set(Kept) - set(days)):
        raise InvalidInput(f"{path.name}: it says nothing about {', '.join(missing)}")
    return {kept: timedelta(days=days[kept]) for kept in Kept}


class Retention:
    def __init__(self, unit: Units, periods: Periods) -> None:
        self._unit, self.periods = unit, periods

    def due(self) -> dict[Kept, int]:
        """How many conversations or rows the next run would delete something of."""
        with self._unit(write=False) as unit:
            return {kept: unit.retention.count(kept, unit.now - self.periods[kept]) for kept in Kept}

    def run(self) -> dict[Kept, int]:
        """Deletes all that is due, and says how much of each class."""
        done = {kept: self._run(kept) for kept in Kept}
        if any(done.values()):
            log.info("retention: %s", ", ".join(f"{count} {kept}" for kept, count in done.items() if count))
        return done

    def _run(self, kept: Kept) -> int:
        total = 0
        while True:
            with self._unit() as unit:
                done = self._step(unit, kept)
            total += done
            if done == 0:
                return total

    def _step(self, unit: UnitOfWork, kept: Kept) -> int:
        before = unit.now - self.periods[kept]
        if kept not in BY_CONVERSATION:
            return unit.retention.delete_rows(kept, before, ROWS)
        taken = unit.retention.take(kept, before, CONVERSATIONS)
        for conversation_id in taken:
            _let_go(unit, kept, conversation_id)
        return len(taken)


def _let_go(unit: UnitOfWork, kept: Kept, conversation_id: str) -> None:
    match kept:
        case Kept.BOT_DETAILS:
            unit.retention.empty(conversation_id)
        case Kept.SKELETONS:
            unit.retention.drop(conversation_id)
        case _:
            forget(unit, unit.conversations.locked(conversation_id), "retention")


def forget(unit: UnitOfWork, conversation: Conversation, reason: Forgotten) -> None:
    """End a conversation and delete its log. One event tells of it, so that every reader comes to see the same."""
    if conversation.state is not State.CLOSED:
        move(unit, conversation, conversation.close(outcome=None))
    told = unit.append(conversation.id, SYSTEM, ConversationForgotten(reason=reason))
    unit.retention.forget(conversation.id, told.number)
