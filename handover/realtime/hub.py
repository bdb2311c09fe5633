"""Who sits at which socket, and who is told of what. Everything but `publish` runs on the event loop.

The hub is in memory and may be lost at any time: sockets come back with their cursor and read the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from handover.contract.base import ActorKind, Language
from handover.contract.frames import (
    AgentEvent,
    AgentReadShown,
    AgentTypingShown,
    ConversationSummary,
    EventFrame,
    Presence,
    QueuePlace,
    ReadShown,
    TypingShown,
)
from handover.domain.agent import Agent
from handover.realtime.line import Close, Line, Parcel, parcel
from handover.realtime.threads import in_thread
from handover.services.access import Action, may
from handover.services.ports import Publication, StoredEvent

log = logging.getLogger(__name__)

SUMMARIES_KEPT = 10_000
MOVES_THE_QUEUE = frozenset(
    {
        "handover.requested",
        "handover.given_up",
        "conversation.claimed",
        "conversation.requeued",
        "conversation.closed",
    }
)


@dataclass(eq=False, slots=True)
class VisitorSeat:
    """One open socket of a visitor."""

    conversation_id: str
    line: Line
    language: Language = "en"


@dataclass(eq=False, slots=True, frozen=True)
class AgentSeat:
    """One open socket of an agent, good for as long as the session lives."""

    agent: Agent
    session_hash: str
    line: Line


class Hub:
    """The `Publisher` of this process. `bot_asked` is called with a conversation that owes a bot's turn."""

    def __init__(self) -> None:
        self.bot_asked: Callable[[str], None] = lambda _conversation_id: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._visitors: defaultdict[str, set[VisitorSeat]] = defaultdict(set)
        self._agents: set[AgentSeat] = set()
        self._summaries: OrderedDict[str, ConversationSummary] = OrderedDict()
        self._queue_moved = asyncio.Event()

    # --- from the services, on any thread ---

    def publish(self, publication: Publication) -> None:
        self._soon(self._fan_out, publication)

    def open_sessions(self) -> frozenset[str]:
        return frozenset(seat.session_hash for seat in tuple(self._agents))

    def session_ended(self, session_hash: str) -> None:
        """Hangs up on the sockets of a session that was logged out or disabled."""
        self._soon(self._end_session, session_hash)

    def visitor_online(self, conversation_id: str) -> bool:
        return conversation_id in self._visitors

    # --- life ---

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        self._loop = None

    async def keep_queue(self, places: Callable[[], dict[str, QueuePlace]]) -> None:
        """Tells every waiting visitor their place whenever the queue has moved. Runs until cancelled."""
        while True:
            await self._queue_moved.wait()
            self._queue_moved.clear()
            try:
                self._tell_places(await in_thread(places))
            except Exception:
                log.exception("queue places could not be told")

    # --- seats ---

    def seat_visitor(self, seat: VisitorSeat) -> None:
        was_away = not self.visitor_online(seat.conversation_id)
        self._visitors[seat.conversation_id].add(seat)
        if was_away:
            self._to_staff([parcel(Presence(conversation_id=seat.conversation_id, online=True))])

    def unseat_visitor(self, seat: VisitorSeat) -> None:
        seats = self._visitors[seat.conversation_id]
        seats.discard(seat)
        if not seats:
            del self._visitors[seat.conversation_id]
            self._to_staff([parcel(Presence(conversation_id=seat.conversation_id, online=False))])

    def seat_agent(self, seat: AgentSeat) -> None:
        self._agents.add(seat)

    def unseat_agent(self, seat: AgentSeat) -> None:
        self._agents.discard(seat)

    # --- what passes and is not kept ---

    def summary_of(self, conversation_id: str) -> ConversationSummary | None:
        """The last summary published, if it is still at hand."""
        return self._summaries.get(conversation_id)

    def show_typing(self, conversation_id: str, by: ActorKind, *, on: bool, name: str | None = None) -> None:
        """To the other side: a visitor's typing to the staff, the bot's and agents' to the visitor."""
        if by == "visitor":
            self._to_staff([parcel(AgentTypingShown(conversation_id=conversation_id, by=by, on=on))])
        else:
            self._to_visitor(conversation_id, TypingShown(by=by, name=name, on=on))

    def show_read(self, conversation_id: str, by: Literal["visitor", "staff"], number: int) -> None:
        self._to_staff([parcel(AgentReadShown(conversation_id=conversation_id, by=by, number=number))])
        if by == "staff":
            self._to_visitor(conversation_id, ReadShown(by=by, number=number))

    # --- on the loop ---

    def _soon(self, act: Callable[..., None], *args: object) -> None:
        loop = self._loop
        if loop is None:
            return  # no sockets yet, or none any more: readers take it from the log
        try:
            loop.call_soon_threadsafe(act, *args)
        except RuntimeError:
            log.debug("published while the loop was closing")

    def _fan_out(self, publication: Publication) -> None:
        conversation_id = publication.conversation_id
        self._remember(publication.summary)
        for seat in self._visitors.get(conversation_id, ()):
            seat.language = publication.view.language
            _push_all(seat.line, (_for_visitor(stored) for stored in publication.events))
        self._to_staff(self._for_staff(publication))
        if any(stored.event.data.type in MOVES_THE_QUEUE for stored in publication.events):
            self._queue_moved.set()
        if publication.bot_is_asked:
            self.bot_asked(conversation_id)

    def _remember(self, summary: ConversationSummary) -> None:
        self._summaries[summary.id] = summary
        self._summaries.move_to_end(summary.id)
        if len(self._summaries) > SUMMARIES_KEPT:
            self._summaries.popitem(last=False)

    def _for_staff(self, publication: Publication) -> list[Parcel]:
        if not self._agents:
            return []
        conversation_id = publication.conversation_id
        online = self.visitor_online(conversation_id)
        summary = publication.summary.model_copy(update={"visitor_online": online})
        return [
            parcel(AgentEvent(conversation_id=conversation_id, event=stored.event, summary=summary))
            for stored in publication.events
        ]

    def _to_staff(self, parcels: list[Parcel]) -> None:
        for seat in self._agents:
            if may(seat.agent, Action.READ_CONVERSATIONS):
                _push_all(seat.line, parcels)

    def _to_visitor(self, conversation_id: str, frame: BaseModel) -> None:
        for seat in self._visitors.get(conversation_id, ()):
            seat.line.say(frame)

    def _tell_places(self, places: dict[str, QueuePlace]) -> None:
        for conversation_id, place in places.items():
            self._to_visitor(conversation_id, place)

    def _end_session(self, session_hash: str) -> None:
        for seat in self._agents:
            if seat.session_hash == session_hash:
                seat.line.hang_up(Close.BAD_TICKET, "session ended")


def _for_visitor(stored: StoredEvent) -> Parcel | None:
    event = stored.public
    if event is None:
        return None
    return Parcel(EventFrame(event=event).model_dump_json(), event.number, event.after)


def _push_all(line: Line, parcels: Iterable[Parcel | None]) -> None:
    for sent in parcels:
        if sent is not None:
            line.push(sent)
