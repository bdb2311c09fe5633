"""Who sits at which socket, and who is told of what. Everything but `publish` runs on the event loop.

The hub is in memory and may be lost at any time: sockets come back with their cursor and read the log. Where several
processes serve one database, each has a hub, and they tell each other what was committed and what merely passes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
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
    OutOfSight,
    Presence,
    ReadShown,
    RulesChanged,
    TypingShown,
    Viewer,
    Viewers,
    Writing,
)
from handover.domain.agent import Agent
from handover.realtime.line import Close, Line, Parcel, parcel
from handover.realtime.looks import Look, Looks
from handover.realtime.memory import Elsewhere, Recent
from handover.realtime.passing import (
    Left,
    LookPassed,
    Passing,
    Published,
    Pulse,
    ReadPassed,
    Roster,
    TypingPassed,
    VisitorSeated,
)
from handover.services.access import Action, may, sight_of
from handover.services.listening import calls_for_reading
from handover.services.ports import Publication, StoredEvent

log = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Conversations, of which the last summary and number are at hand."""
MOVES_THE_QUEUE = frozenset(
    {
        "handover.requested",
        "handover.given_up",
        "conversation.claimed",
        "conversation.requeued",
        "conversation.transferred",
        "conversation.closed",
        "contact.left",
        "contact.settled",
        "routing.offer_ended",  # somebody else may be asked
    }
)


@dataclass(eq=False, slots=True)
class VisitorSeat:
    """One open socket of a visitor."""

    conversation_id: str
    line: Line
    language: Language = "en"
    is_doubted: bool = False
    """Somebody proved who they are since this socket was let in: its secret may open the conversation no more."""


@dataclass(eq=False, slots=True, frozen=True)
class AgentSeat:
    """One open socket of an agent, good for as long as the session lives."""

    agent: Agent
    session_hash: str
    line: Line


class Hub:
    """The `Publisher` of this process."""

    def __init__(self) -> None:
        self.bot_asked: Callable[[str], None] = lambda _conversation_id: None
        """Called with a conversation in which a commit of this process left the bot a turn."""
        self.person_written_to: Callable[[str], None] = lambda _conversation_id: None
        """Called with a conversation in which a visitor has, in a commit of this process, written to a person or called one."""
        self.tell_others: Callable[[Passing], None] = lambda _passing: None
        """Called with what the other processes should know."""
        self.missed: Callable[[str], None] | None = None
        """Called with a conversation whose events did not come one after the other; it reads the log for the rest."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._visitors: defaultdict[str, set[VisitorSeat]] = defaultdict(set)
        self._agents: set[AgentSeat] = set()
        self._elsewhere = Elsewhere()
        self._looks = Looks()
        self._summaries: Recent[ConversationSummary] = Recent(REMEMBERED)
        self._told: Recent[int] = Recent(REMEMBERED)
        self.queue_moved = asyncio.Event()
        """Set when places in the queue may have changed, or somebody wants to know theirs."""
        self.places_wanted: set[str] = set()

    # --- from the services, on any thread ---

    def publish(self, publication: Publication) -> None:
        self._soon(self._publish, publication)

    def open_sessions(self) -> frozenset[str]:
        return frozenset(seat.session_hash for seat in tuple(self._agents))

    def session_ended(self, session_hash: str) -> None:
        """Hangs up on the sockets of a session that was logged out or disabled."""
        self._soon(self._end_session, session_hash)

    def rules_changed(self, version: int) -> None:
        """Each process finds out by itself, and tells its own sockets; those who wait hear what it means for them."""
        self._soon(self._rules_changed, version)

    def visitor_online(self, conversation_id: str) -> bool:
        return conversation_id in self._visitors or conversation_id in self._elsewhere

    # --- life ---

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        self._loop = None

    # --- seats ---

    def seat_visitor(self, seat: VisitorSeat) -> None:
        was_online, seats = self.visitor_online(seat.conversation_id), self._visitors[seat.conversation_id]
        seats.add(seat)
        if len(seats) == 1:
            self.tell_others(VisitorSeated(conversation_id=seat.conversation_id, here=True))
            self._show_presence(seat.conversation_id, was_online=was_online)

    def unseat_visitor(self, seat: VisitorSeat) -> None:
        seats = self._visitors[seat.conversation_id]
        seats.discard(seat)
        if not seats:
            del self._visitors[seat.conversation_id]
            self.tell_others(VisitorSeated(conversation_id=seat.conversation_id, here=False))
            self._show_presence(seat.conversation_id, was_online=True)

    def seat_agent(self, seat: AgentSeat) -> None:
        self._agents.add(seat)

    def unseat_agent(self, seat: AgentSeat) -> None:
        self._agents.discard(seat)
        self.look(seat, None)

    def learn(self, summaries: Iterable[ConversationSummary]) -> None:
        """Whose conversations are, before the first event tells it."""
        for summary in summaries:
            if self._summaries.get(summary.id) is None:
                self._summaries.put(summary.id, summary)

    # --- what passes and is not kept ---

    def summary_of(self, conversation_id: str) -> ConversationSummary | None:
        """The last summary, if it is at hand."""
        summary = self._summaries.get(conversation_id)
        return summary if summary and summary.last_number == self._told.get(conversation_id) else None

    def show_typing(self, conversation_id: str, by: ActorKind, *, on: bool, name: str | None = None) -> None:
        """To the other side: a visitor's typing to the staff, the bot's and agents' to the visitor."""
        typing = TypingPassed(conversation_id=conversation_id, by=by, on=on, name=name)
        self.tell_others(typing)
        self._show_typing(typing)

    def look(self, seat: AgentSeat, conversation_id: str | None) -> None:
        """A page shows this conversation now, or none. Whoever begins to look is told who else does."""
        agent = seat.agent
        viewer = Viewer.model_validate({"agent_id": agent.id, "name": agent.name, "role": str(agent.role)})
        for changed in self._looks.look(seat, viewer, conversation_id):
            self._tell_look(changed)

    def show_writing(self, seat: AgentSeat, conversation_id: str, writing: Writing | None) -> None:
        """To colleagues who look at it; never to the visitor."""
        if self._looks.write(seat, conversation_id, writing):
            self._tell_look(conversation_id)

    def tell_what_is_looked_at(self, seat: AgentSeat) -> None:
        """Which waiting cases others have before them, for a page that has just come."""
        for conversation_id, summary in self._looked_at():
            if summary.state == "waiting" and sees(seat.agent, summary):
                seat.line.push(self._viewers(conversation_id))

    def show_read(self, conversation_id: str, by: Literal["visitor", "staff"], number: int) -> None:
        read = ReadPassed(conversation_id=conversation_id, by=by, number=number)
        self.tell_others(read)
        self._show_read(read)

    def want_place(self, conversation_id: str) -> None:
        """A waiting visitor has just come. However many come at once, one look at the queue answers them all."""
        self.places_wanted.add(conversation_id)
        self.queue_moved.set()

    def tell_visitor(self, conversation_id: str, frame: BaseModel) -> None:
        self._to_visitor(conversation_id, frame)

    # --- from the other processes, on the loop ---

    def hear(self, process: str, passing: Passing) -> None:
        match passing:
            case Published(publication=publication):
                self.fan_out(publication)
            case TypingPassed():
                self._show_typing(passing)
            case ReadPassed():
                self._show_read(passing)
            case VisitorSeated(conversation_id=conversation_id, here=here):
                was_online = self.visitor_online(conversation_id)
                self._elsewhere.set_seat(process, conversation_id, here=here)
                self._show_presence(conversation_id, was_online=was_online)
            case LookPassed(look=look):
                self._looks.set_elsewhere(process, look)
                self._show_viewers(look.conversation_id)
            case Roster(conversation_ids=conversation_ids, looks=looks):
                self.set_roster(process, conversation_ids)
                self._set_looks(process, looks)
            case Left():
                self.set_roster(process, ())
                self._set_looks(process, ())
            case Pulse():
                pass

    def roster(self) -> tuple[str, ...]:
        """Conversations whose visitors sit here."""
        return tuple(self._visitors)

    def looks(self) -> tuple[Look, ...]:
        """What agents who sit here have before them."""
        return self._looks.all_here()

    def set_roster(self, process: str, conversation_ids: tuple[str, ...]) -> None:
        """Conversations whose visitors sit at another process; none: it is gone."""
        for conversation_id in self._elsewhere.set_roster(process, conversation_ids):
            if conversation_id not in self._visitors:
                online = conversation_id in self._elsewhere
                self._tell_staff(conversation_id, [parcel(Presence(conversation_id=conversation_id, online=online))])

    # --- from the log, on the loop ---

    def told(self, conversation_id: str) -> int | None:
        """Number of the last event that the sockets of this process were told of, if that is still known."""
        return self._told.get(conversation_id)

    def has_listeners(self, conversation_id: str) -> bool:
        return bool(self._agents) or conversation_id in self._visitors

    def set_told(self, conversation_id: str, number: int) -> None:
        """There is nobody to tell, or they take it from the log."""
        self._told.put(conversation_id, number)

    def fan_out(self, publication: Publication, *, is_whole: bool = False) -> None:
        """Tells the sockets of this process, each event once and in order, whichever way it came here.

        `is_whole`: it was read from the log, so nothing is missing before it.
        """
        conversation_id, events = publication.conversation_id, publication.events
        told = self.told(conversation_id)
        fresh = tuple(stored for stored in events if told is None or stored.event.number > told)
        if not fresh:
            return
        if self.missed and told is not None and not is_whole and fresh[0].event.number > told + 1:
            self.missed(conversation_id)
            return
        self._told.put(conversation_id, fresh[-1].event.number)
        self._fan_out(publication._replace(events=fresh))

    # --- on the loop ---

    def _soon(self, act: Callable[..., None], *args: object) -> None:
        loop = self._loop
        if loop is None:
            return  # no sockets yet, or none any more: readers take it from the log
        try:
            loop.call_soon_threadsafe(act, *args)
        except RuntimeError:
            log.debug("published while the loop was closing")

    def _publish(self, publication: Publication) -> None:
        self.tell_others(Published.model_construct(publication=publication))  # checked already, and there are many
        if publication.bot_is_asked:
            self.bot_asked(publication.conversation_id)
        elif calls_for_reading(publication):
            self.person_written_to(publication.conversation_id)
        self.fan_out(publication)

    def _fan_out(self, publication: Publication) -> None:
        conversation_id = publication.conversation_id
        before = self._summaries.get(conversation_id)
        self._summaries.put(conversation_id, publication.summary)
        if seats := self._visitors.get(conversation_id, ()):
            parcels = [told for stored in publication.events if (told := _for_visitor(stored))]  # once for all tabs
            is_private = any(told.is_private for told in parcels)
            for seat in seats:
                seat.language = publication.summary.language
                seat.is_doubted |= is_private
                _push_all(seat.line, parcels)
        self._tell_staff(conversation_id, self._for_staff(publication), before)
        if publication.summary.state == "waiting" and before is not None and before.state != "waiting":
            self._show_viewers(conversation_id)  # whoever finds it in the queue had better know that somebody is at it
        if any(stored.event.data.type in MOVES_THE_QUEUE for stored in publication.events):
            self.queue_moved.set()

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

    def _tell_staff(
        self, conversation_id: str, parcels: list[Parcel], before: ConversationSummary | None = None
    ) -> None:
        """To whom it concerns; `before`: as they knew it, and whoever did and may no more is told only that."""
        now = self._summaries.get(conversation_id)
        blind: list[AgentSeat] = []
        for seat in self._agents:
            if not may(seat.agent, Action.READ_CONVERSATIONS):
                continue
            if sees(seat.agent, now):
                _push_all(seat.line, parcels)
            elif before is not None and sees(seat.agent, before):
                seat.line.say(OutOfSight(conversation_id=conversation_id))
                blind.append(seat)
        for seat in blind:
            if self._looks.shown_on(seat) == conversation_id:
                self.look(seat, None)

    def _to_visitor(self, conversation_id: str, frame: BaseModel) -> None:
        for seat in self._visitors.get(conversation_id, ()):
            seat.line.say(frame)

    def _show_typing(self, typing: TypingPassed) -> None:
        conversation_id, by, on = typing.conversation_id, typing.by, typing.on
        if by == "visitor":
            self._tell_staff(conversation_id, [parcel(AgentTypingShown(conversation_id=conversation_id, by=by, on=on))])
        else:
            self._to_visitor(conversation_id, TypingShown(by=by, name=typing.name, on=on))

    # --- who looks ---

    def _tell_look(self, conversation_id: str) -> None:
        self.tell_others(LookPassed(look=self._looks.here(conversation_id)))
        self._show_viewers(conversation_id)

    def _set_looks(self, process: str, looks: tuple[Look, ...]) -> None:
        for conversation_id in self._looks.set_process(process, looks):
            self._show_viewers(conversation_id)

    def _show_viewers(self, conversation_id: str) -> None:
        """To whoever looks at it too, and of a waiting case to all who could take it: more would be told all the time."""
        summary = self._summaries.get(conversation_id)
        is_waiting = summary is not None and summary.state == "waiting"
        told: Parcel | None = None
        for seat in self._agents:
            looks = self._looks.shown_on(seat) == conversation_id
            if (looks and summary is None) or ((looks or is_waiting) and _is_told(seat.agent, summary)):
                told = told or self._viewers(conversation_id)
                seat.line.push(told)

    def _viewers(self, conversation_id: str) -> Parcel:
        return parcel(Viewers(conversation_id=conversation_id, viewers=self._looks.viewers(conversation_id)))

    def _looked_at(self) -> Iterator[tuple[str, ConversationSummary]]:
        for conversation_id in self._looks.conversations():
            if summary := self._summaries.get(conversation_id):
                yield conversation_id, summary

    def _show_read(self, read: ReadPassed) -> None:
        """To everybody, the readers' other tabs and screens too."""
        self._tell_staff(read.conversation_id, [parcel(AgentReadShown(**read.model_dump(exclude={"kind"})))])
        self._to_visitor(read.conversation_id, ReadShown(by=read.by, number=read.number))

    def _show_presence(self, conversation_id: str, *, was_online: bool) -> None:
        online = self.visitor_online(conversation_id)
        if online != was_online:
            self._tell_staff(conversation_id, [parcel(Presence(conversation_id=conversation_id, online=online))])

    def _rules_changed(self, version: int) -> None:
        for seat in self._agents:
            seat.line.say(RulesChanged(version=version))
        self.queue_moved.set()

    def _end_session(self, session_hash: str) -> None:
        for seat in self._agents:
            if seat.session_hash == session_hash:
                seat.line.hang_up(Close.BAD_TICKET, "session ended")


def _is_told(agent: Agent, summary: ConversationSummary | None) -> bool:
    return may(agent, Action.READ_CONVERSATIONS) and sees(agent, summary)


def sees(agent: Agent, summary: ConversationSummary | None) -> bool:
    """Need to know. Of what is not at hand, only whoever sees everything hears."""
    sight = sight_of(agent)
    if summary is None:
        return sight.everything
    return sight.covers(owner_id=summary.owner_id, team=summary.team, offered_to=summary.offered_to)


def _for_visitor(stored: StoredEvent) -> Parcel | None:
    event = stored.public
    if event is None:
        return None
    is_private = event.data.type == "identity.proven"
    return Parcel(EventFrame(event=event).model_dump_json(), event.number, event.after, is_private)


def _push_all(line: Line, parcels: Iterable[Parcel]) -> None:
    for sent in parcels:
        line.push(sent)
