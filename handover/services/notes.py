"""Words among the staff: notes, whom they name, and a supervisor's whisper to the one who has the case.

None of it ever reaches a visitor: their events are `staff` for good, and nothing else of them leaves the desk.
"""

from __future__ import annotations

from collections.abc import Sequence

from handover.contract.events import NotePosted
from handover.contract.mentions import CaseColleague, MentionView
from handover.domain.agent import Agent
from handover.domain.conversation import Conversation, State
from handover.domain.errors import MentionUnseen, WhisperMissed
from handover.services.access import Action, may, require, sight_of
from handover.services.ports import UnitOfWork, Units
from handover.services.steps import acting, clean, once

SHOWN = 100
"""Open mentions somebody is shown; more are read by nobody."""
EXCERPT = 200
"""Characters."""


class Notes:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def post(
        self,
        agent: Agent,
        conversation_id: str,
        *,
        client_id: str,
        text: str,
        mentions: Sequence[str] = (),
        whisper_to: str | None = None,
    ) -> int:
        """A word among the staff; it needs no ownership. Answers with its number.

        `mentions`: ids of those it names, who are told. Raises `MentionUnseen` if one of them does not see this case.
        `whisper_to`: id of the one who has the case, from a supervisor. Raises `WhisperMissed` if it is another's by now.
        """
        require(agent, Action.SUPERVISE if whisper_to else Action.SERVE_CONVERSATIONS)
        named = tuple(sorted({*mentions} - {agent.id}))

        def act(unit: UnitOfWork, conversation: Conversation) -> int:
            _require_sight(unit, conversation, named)
            if whisper_to is not None:
                _require_ear(agent, conversation, whisper_to)
            note = NotePosted(text=clean(text), mentions=named, whisper_to=whisper_to)
            number = unit.append(conversation_id, acting(agent), note).number
            told = [one for one in named if one != whisper_to]
            unit.mentions.add(conversation_id, number, unit.now, named=told, whisper=False)
            if whisper_to is not None:
                unit.mentions.add(conversation_id, number, unit.now, named=[whisper_to], whisper=True)
            return number

        body = "note", agent.id, text, *named, *([f"whisper {whisper_to}"] if whisper_to else [])
        return once(self._unit, conversation_id, client_id, body, act)

    def colleagues(self, agent: Agent, conversation_id: str) -> list[CaseColleague]:
        """Who may know of this case, by name; oneself left out."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            found = _who_sees(unit, unit.conversations.get(conversation_id))
        return [
            CaseColleague.model_validate({"id": one.id, "name": one.name, "role": str(one.role)})
            for one in sorted(found, key=lambda one: (one.name.casefold(), one.id))
            if one.id != agent.id
        ]

    def mentions(self, agent: Agent) -> list[MentionView]:
        """Notes that name somebody and that they have not looked at, the newest first; only what they still see."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit(write=False) as unit:
            kept = unit.mentions.open_ones(sight_of(agent), SHOWN)
            summaries = unit.conversations.summaries([one.conversation_id for one in kept])
        return [
            MentionView(
                conversation_id=one.conversation_id,
                number=one.number,
                at=one.at,
                by_name=one.by_name,
                text=one.text[:EXCERPT],
                whisper=one.whisper,
                summary=summaries[one.conversation_id],
            )
            for one in kept
        ]

    def see(self, agent: Agent, conversation_id: str, number: int) -> None:
        """They have looked at this conversation, up to this event."""
        require(agent, Action.READ_CONVERSATIONS)
        with self._unit() as unit:
            unit.mentions.see(agent.id, conversation_id, number, unit.now)


def _require_sight(unit: UnitOfWork, conversation: Conversation, named: Sequence[str]) -> None:
    if named and not {*named} <= {one.id for one in _who_sees(unit, conversation)}:
        raise MentionUnseen("Somebody who is mentioned does not see this case.")


def _require_ear(agent: Agent, conversation: Conversation, whisper_to: str) -> None:
    theirs = conversation.state is State.AGENT and conversation.owner_id == whisper_to
    if not theirs or whisper_to == agent.id:
        raise WhisperMissed("This case is another agent's by now.")


def _who_sees(unit: UnitOfWork, conversation: Conversation) -> list[Agent]:
    offer = unit.offers.open_one(conversation.id)
    return [
        account.agent
        for account in unit.agents.accounts()
        if account.active
        and may(account.agent, Action.READ_CONVERSATIONS)
        and sight_of(account.agent).covers(
            owner_id=conversation.owner_id, team=conversation.team, offered_to=offer and offer.agent_id
        )
    ]
