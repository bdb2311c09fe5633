"""The search over conversations and customers, within what somebody may know."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import NamedTuple

from handover.contract.base import Language
from handover.contract.events import Event, MessagePosted, NotePosted
from handover.contract.frames import State
from handover.contract.search import ConversationFound, HitPart, SearchHit, SearchResults
from handover.domain.agent import Agent
from handover.domain.words import excerpt, words
from handover.services.access import Action, may, require, sight_of
from handover.services.audit import days
from handover.services.customers import customer_row
from handover.services.ports import SearchFilter, Units
from handover.services.steps import printable

WORDS_MOST = 8
"""Words of a search that count; a longer one is no search any more."""
LEAST = 2
"""Characters of a word that is looked for: fewer would find everything."""
CUSTOMERS = 5


class SearchQuery(NamedTuple):
    """What somebody looks for; days are the shop's. None: any."""

    text: str = ""
    state: State | None = None
    agent_id: str | None = None
    language: Language | None = None
    customer_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None


class Search:
    def __init__(self, unit: Units, zone: tzinfo) -> None:
        self._unit, self._zone = unit, zone

    def find(self, agent: Agent, query: SearchQuery, limit: int) -> SearchResults:
        """Conversations in which every word was said, however it goes on, the newest first; and customers.

        Nothing in the text is an operator. A text that holds no word to look for finds nothing.
        """
        require(agent, Action.READ_CONVERSATIONS)
        wanted, filters = looked_for(query.text), self._filter(query)
        if not wanted and (query.text.strip() or not any(filters)):
            return SearchResults(conversations=(), more=False, customers=())
        with self._unit(write=False) as unit:
            found = unit.search.conversations(wanted, filters, sight_of(agent), limit + 1)
            shown = found[:limit]
            summaries, hits = unit.conversations.summaries(shown), unit.search.hits(shown, wanted)
            known = unit.customers.search(printable(query.text), CUSTOMERS) if wanted and not any(filters) else []
            customers = tuple(customer_row(unit, agent, one) for one in known if may(agent, Action.READ_CUSTOMERS))
        conversations = tuple(
            ConversationFound(summary=summaries[one], hit=_hit(hits.get(one), wanted)) for one in shown
        )
        return SearchResults(conversations=conversations, more=len(found) > limit, customers=customers)

    def _filter(self, query: SearchQuery) -> SearchFilter:
        since, until = days(query.first_day, query.last_day, self._zone)
        return SearchFilter(query.state, query.agent_id, query.language, query.customer_id, since, until)


def looked_for(text: str) -> set[str]:
    """The words of a search; of too many the longest."""
    found = sorted((word for word in words(text) if len(word) >= LEAST), key=lambda word: (-len(word), word))
    return set(found[:WORDS_MOST])


def _hit(event: Event | None, wanted: set[str]) -> SearchHit | None:
    if event is None or not isinstance(event.data, MessagePosted | NotePosted):
        return None
    parts = tuple(HitPart(text=part.text, hit=part.hit) for part in excerpt(_said(event.data), wanted))
    return SearchHit(number=event.number, at=event.at, actor=event.actor, parts=parts)


def _said(payload: MessagePosted | NotePosted) -> str:
    files = payload.files if isinstance(payload, MessagePosted) else ()
    return " · ".join(part for part in (payload.text, *(file.name for file in files)) if part)
