"""`/ws/desk`: what happens in all conversations, for an agent whose session lives."""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

from pydantic import ValidationError
from starlette.websockets import WebSocket

from handover.contract.frames import (
    AgentFrame,
    AgentRead,
    AgentTyping,
    ErrorFrame,
    Heartbeat,
    Hello,
    Looking,
    Pong,
    Ready,
    Writing,
    agent_frame,
)
from handover.domain.errors import KulanzError, NotFound, NotLoggedIn
from handover.realtime.hub import AgentSeat, Hub, sees
from handover.realtime.line import Close, HungUp, Line, Parcel, attend, parcel
from handover.realtime.threads import in_thread
from handover.services.access import Action, may, require
from handover.services.desk import Desk

log = logging.getLogger(__name__)

TYPING_SHOWN_EVERY = 2.0
ACTIONS: dict[type[AgentFrame], Action] = {
    AgentRead: Action.SERVE_CONVERSATIONS,
    AgentTyping: Action.SERVE_CONVERSATIONS,
    Looking: Action.READ_CONVERSATIONS,
    Heartbeat: Action.OWN_ACCOUNT,
    Pong: Action.OWN_ACCOUNT,
}
"""What each frame asks of the table of permissions."""
OUTBOX = 16
"""Times a visitor's: agents are told at once all that visitors wrote in one transaction (`scribe.AT_ONCE` long messages)."""


class Case(NamedTuple):
    """What a frame is judged by."""

    state: str
    owner_id: str | None


async def agent_socket(socket: WebSocket) -> None:
    state = socket.app.state
    desk: Desk = state.desk

    async def talk(line: Line, hello: Hello) -> None:
        try:
            ticket = await in_thread(desk.agents.redeem_ticket, hello.ticket, "agent")
            session_hash = ticket.session_hash or ""
            agent = await in_thread(desk.agents.of_session, session_hash)
        except NotLoggedIn:
            raise HungUp(Close.BAD_TICKET, "bad ticket") from None
        await AgentTalk(desk, state.hub, AgentSeat(agent, session_hash, line)).run()

    await attend(socket, talk, outbox=OUTBOX)


class AgentTalk:
    """An agent's talk over one socket. Changes are made by HTTP; here pass signs of life, typing and read marks."""

    def __init__(self, desk: Desk, hub: Hub, seat: AgentSeat) -> None:
        self._desk, self._hub, self._seat = desk, hub, seat
        self._line, self._agent = seat.line, seat.agent
        self._shown_at: dict[tuple[str, Writing], float] = {}
        self._typing_to: set[str] = set()
        """Conversations whose visitors see this agent writing."""

    async def run(self) -> None:
        self._hub.seat_agent(self._seat)
        try:
            await in_thread(self._desk.handovers.renew_leases, self._agent.id)  # there from the first moment
            if may(self._agent, Action.READ_CONVERSATIONS):
                self._hub.learn(await in_thread(self._desk.handovers.with_people))
                self._hub.tell_what_is_looked_at(self._seat)
            await self._line.send(parcel(Ready(agent_id=self._agent.id)))
            await self._line.run(self._hear, self._deliver, self._beat)
        finally:
            self._hub.unseat_agent(self._seat)
            self._stop_typing(*self._typing_to)

    async def _deliver(self, sent: Parcel) -> None:
        await self._line.send(sent)

    async def _beat(self) -> None:
        """A session that ended elsewhere ends here too; whose team or name is another by now comes back with it."""
        try:
            now = await in_thread(self._desk.agents.of_session, self._seat.session_hash)
        except NotLoggedIn:
            raise HungUp(Close.BAD_TICKET, "session ended") from None
        if now != self._agent:
            raise HungUp(Close.BAD_TICKET, "another team or name")

    async def _hear(self, text: str) -> None:
        try:
            frame = agent_frame.validate_json(text)
        except ValidationError:
            self._line.say(ErrorFrame(code="invalid_frame", text="This frame could not be read."))
            return
        try:
            await self._take(frame)
        except KulanzError as error:
            self._line.say(ErrorFrame(code=error.code, text=error.text))
        except HungUp:
            raise
        except Exception:
            log.exception("an agent's frame failed")
            self._line.say(ErrorFrame(code="internal", text="This did not work."))

    async def _take(self, frame: AgentFrame) -> None:
        await self._require(frame)
        match frame:
            case Pong():
                pass
            case Heartbeat():
                await self._beat()
                await in_thread(self._desk.handovers.renew_leases, self._agent.id)
            case AgentRead():
                await self._read(frame)
            case AgentTyping():
                await self._typing(frame)
            case Looking(conversation_id=conversation_id):
                if conversation_id is not None:
                    await self._case(conversation_id)
                self._hub.look(self._seat, conversation_id)

    async def _require(self, frame: AgentFrame) -> None:
        """The frame's row of the table."""
        action = ACTIONS[type(frame)]
        if not may(self._agent, action):
            await in_thread(self._desk.agents.note_refusal, self._agent, f"socket {frame.type}")
            require(self._agent, action)

    async def _case(self, conversation_id: str) -> Case:
        """A conversation as it stands: from memory if it is at hand, because keys are struck often.

        Whoever does not know of it hears that there is none: raises `NotFound`.
        """
        known = self._hub.summary_of(conversation_id)
        if known is None:
            found = await in_thread(self._desk.need_to_know.sees, self._agent, conversation_id)
            return Case(found.state, found.owner_id)
        if not sees(self._agent, known):
            raise NotFound("There is no such conversation.")
        return Case(known.state, known.owner_id)

    async def _read(self, frame: AgentRead) -> None:
        await self._case(frame.conversation_id)
        mark = await in_thread(self._desk.handovers.mark_read, self._agent, frame.conversation_id, frame.number)
        if mark is not None:
            self._hub.show_read(frame.conversation_id, "staff", mark)

    async def _typing(self, frame: AgentTyping) -> None:
        """Colleagues who look are shown who writes; the visitor is shown the agent who writes to them, and nobody else."""
        conversation_id, shown = frame.conversation_id, (frame.conversation_id, frame.about)
        if not frame.on:
            self._shown_at.pop(shown, None)
            self._hub.show_writing(self._seat, conversation_id, None)
            self._stop_typing(conversation_id)
            return
        now = time.monotonic()
        if now - self._shown_at.get(shown, -TYPING_SHOWN_EVERY) < TYPING_SHOWN_EVERY:
            return
        case = await self._case(conversation_id)
        self._shown_at[shown] = now
        self._hub.show_writing(self._seat, conversation_id, frame.about)
        if frame.about == "message" and case == Case("agent", self._agent.id):
            self._typing_to.add(conversation_id)
            self._show(conversation_id, on=True)
        else:
            self._stop_typing(conversation_id)  # they have turned to a note, or the case has become another's

    def _stop_typing(self, *conversation_ids: str) -> None:
        for conversation_id in self._typing_to.intersection(conversation_ids):
            self._typing_to.discard(conversation_id)
            self._show(conversation_id, on=False)

    def _show(self, conversation_id: str, *, on: bool) -> None:
        self._hub.show_typing(conversation_id, "agent", on=on, name=self._agent.name)
