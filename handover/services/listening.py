"""What the bot goes on understanding while a person has the word. It says nothing, owns nothing and keeps nobody waiting.

Each text of the visitor is read at most once, the newest first, and only while it is fresh: what was said a while ago is
better left unread than read after what followed it. Nothing is owed, so what a crash takes along is not made up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handover.contract.base import Language
from handover.contract.events import BotUnderstood, Event, HandoverRequested
from handover.contract.passages import PassagesAsked, PassagesFound
from handover.contract.turns import Understanding
from handover.domain.conversation import State
from handover.services.ports import Publication, UnitOfWork, Units
from handover.services.reading import likeliest, says_how_they_talk, visitor_texts
from handover.services.steps import BOT

FRESH = timedelta(seconds=8)
"""After so long nobody needs to be told any more what a text means."""
LOOK_BACK = 40
"""Events in which unread texts are looked for."""
WITH_PEOPLE = frozenset({State.WAITING, State.AGENT})


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that nobody has read for the staff yet."""

    conversation_id: str
    number: int
    text: str
    language: Language


def calls_for_reading(publication: Publication) -> bool:
    """Whether a visitor has just written to a person, or has just called one, perhaps with a text the bot never read."""
    if publication.summary.state not in WITH_PEOPLE:
        return False
    events = [stored.event for stored in publication.events]
    return bool(visitor_texts(events)) or any(isinstance(event.data, HandoverRequested) for event in events)


def question_of(unread: Unread, understood: Understanding) -> PassagesAsked | None:
    """What the knowledge base is asked about a text; nothing where it only says how somebody talks."""
    best = likeliest(understood.intents)
    if best and says_how_they_talk(best.name):
        return None
    return PassagesAsked(
        text=unread.text,
        language=unread.language,
        intent=best.name if best else "",
        confidence=best.confidence if best else 0.0,
    )


class Listening:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def next(self, conversation_id: str) -> Unread | None:
        """The newest text that is unread and fresh; nothing unless a person has the word or is waited for."""
        with self._unit(write=False) as unit:
            return _next(unit, conversation_id)

    def note(self, unread: Unread, understood: Understanding, found: PassagesFound | None, milliseconds: int) -> bool:
        """Tell the staff. False, and nothing is written, if it was told already or the bot has the word again."""
        with self._unit() as unit:
            conversation = unit.conversations.locked(unread.conversation_id)
            log = _recent(unit, conversation.id)
            if conversation.state not in WITH_PEOPLE or unread.number not in _unread(log):
                return False
            read = BotUnderstood(
                message_number=unread.number,
                intents=understood.intents,
                entities=understood.entities,
                slots=unit.turns.in_mind(conversation.id),  # its memory is what the last of these events says
                passages=found.passages if found else (),
                search=found.search if found else None,
                milliseconds=milliseconds,
                aside=True,
            )
            unit.append(conversation.id, BOT, read)
            return True


def _next(unit: UnitOfWork, conversation_id: str) -> Unread | None:
    conversation = unit.conversations.get(conversation_id)
    if conversation.state not in WITH_PEOPLE:
        return None
    log = _recent(unit, conversation_id)
    unread = _unread([event for event in log if event.at >= unit.now - FRESH], log)
    if not unread:
        return None
    number = max(unread)
    return Unread(conversation_id, number, unread[number], conversation.language)


def _recent(unit: UnitOfWork, conversation_id: str) -> list[Event]:
    return [stored.event for stored in unit.log.before(conversation_id, None, limit=LOOK_BACK)]


def _unread(said: Sequence[Event], log: Sequence[Event] | None = None) -> dict[int, str]:
    """Texts in `said` of which `log` tells no reading, by number."""
    read = {
        event.data.message_number for event in (said if log is None else log) if isinstance(event.data, BotUnderstood)
    }
    return {number: text for number, text in visitor_texts(said).items() if number not in read}
