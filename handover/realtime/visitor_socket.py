"""`/ws/visitor`: hello, snapshot, then frames both ways."""

from __future__ import annotations

import logging
import re
import time

from fastapi import APIRouter
from pydantic import ValidationError
from pydantic_core import from_json
from starlette.websockets import WebSocket

from handover.contract.events import Event
from handover.contract.frames import (
    Ack,
    EndConversation,
    ErrorFrame,
    EventFrame,
    GiveFeedback,
    GiveUpWaiting,
    Identify,
    Pong,
    PostMessage,
    Prove,
    Read,
    RequestHuman,
    Resync,
    SetLanguage,
    Snapshot,
    Typing,
    VisitorFrame,
    visitor_frame,
)
from handover.domain.errors import KulanzError, NotLoggedIn
from handover.realtime.hub import Hub, VisitorSeat
from handover.realtime.line import Close, HungUp, Line, Parcel, attend, parcel
from handover.realtime.texts import sentence
from handover.realtime.threads import in_thread
from handover.services.desk import Desk

log = logging.getLogger(__name__)
router = APIRouter()

TYPING_SHOWN_EVERY = 2.0
"""Seconds; what a visitor types in between is not told again."""
Deed = PostMessage | Identify | Prove | RequestHuman | GiveUpWaiting | SetLanguage | GiveFeedback | EndConversation


@router.websocket("/ws/visitor")
async def visitor_socket(socket: WebSocket) -> None:
    state = socket.app.state

    async def talk(line: Line) -> None:
        hello = await line.hello()
        try:
            ticket = await in_thread(state.desk.agents.redeem_ticket, hello.ticket, "visitor")
        except NotLoggedIn:
            raise HungUp(Close.BAD_TICKET, "bad ticket") from None
        await VisitorTalk(state.desk, state.hub, VisitorSeat(ticket.subject, line)).run(hello.cursor)

    await attend(socket, origins=state.settings.origins, limits=state.limits, talk=talk)


class VisitorTalk:
    """A visitor's talk over one socket. `_cursor` is the last event they were sent."""

    def __init__(self, desk: Desk, hub: Hub, seat: VisitorSeat) -> None:
        self._desk, self._hub, self._seat = desk, hub, seat
        self._line, self._id = seat.line, seat.conversation_id
        self._cursor = 0
        self._typing_at: float | None = None

    async def run(self, cursor: int) -> None:
        self._hub.seat_visitor(self._seat)  # first seated, then the snapshot: nothing falls between them
        try:
            await self._send_snapshot(cursor)
            await self._line.run(self._hear, self._deliver, self._beat)
        finally:
            self._show_typing(on=False)
            self._hub.unseat_visitor(self._seat)

    async def _send_snapshot(self, cursor: int) -> None:
        resync, snapshot = await in_thread(self._desk.conversations.snapshot, self._id, cursor)
        self._seat.language = snapshot.conversation.language
        if resync:
            await self._line.send(parcel(Resync()))
        await self._line.send(parcel(snapshot))
        self._cursor = _last_number(snapshot)
        if snapshot.conversation.state == "waiting":
            places = await in_thread(self._desk.conversations.queue_places)
            if place := places.get(self._id):
                self._line.say(place)

    # --- from the desk to the visitor ---

    async def _deliver(self, sent: Parcel) -> None:
        """Each event once and in order; what is missing before it is read from the log."""
        if sent.number and sent.number <= self._cursor:
            return
        if sent.number and sent.after > self._cursor:
            await self._catch_up()
            return
        await self._line.send(sent)
        self._cursor = sent.number or self._cursor

    async def _catch_up(self) -> None:
        missed: list[Event] = await in_thread(self._desk.conversations.public_events, self._id, self._cursor)
        for event in missed:
            await self._line.send(parcel(EventFrame(event=event)))
            self._cursor = event.number

    async def _beat(self) -> None:
        """A visitor's right to the conversation does not end while the socket is open."""

    # --- from the visitor to the desk ---

    async def _hear(self, text: str) -> None:
        try:
            frame = visitor_frame.validate_json(text)
        except ValidationError:
            self._refuse("invalid_frame", client_id_in(text))
            return
        await self._take(frame)

    async def _take(self, frame: VisitorFrame) -> None:
        match frame:
            case Pong():
                pass
            case Typing():
                self._show_typing(on=frame.on)
            case Read():
                await self._read(frame.number)
            case _:
                await self._do(frame)

    async def _do(self, frame: Deed) -> None:
        try:
            number = await in_thread(act, self._desk, self._id, frame)
        except KulanzError as error:
            self._refuse(error.code, frame.client_id)
        except Exception:
            log.exception("a visitor's frame failed")
            self._refuse("internal", frame.client_id)
        else:
            self._line.say(Ack(client_id=frame.client_id, number=number))

    def _refuse(self, code: str, client_id: str | None) -> None:
        self._line.say(ErrorFrame(code=code, text=sentence(code, self._seat.language), client_id=client_id))

    async def _read(self, number: int) -> None:
        try:
            mark = await in_thread(self._desk.conversations.mark_read, self._id, "visitor", number)
        except KulanzError as error:
            self._refuse(error.code, None)
        else:
            if mark is not None:
                self._hub.show_read(self._id, "visitor", mark)

    def _show_typing(self, *, on: bool) -> None:
        now = time.monotonic()
        if on and self._typing_at is not None and now - self._typing_at < TYPING_SHOWN_EVERY:
            return
        if on or self._typing_at is not None:
            self._hub.show_typing(self._id, "visitor", on=on)
        self._typing_at = now if on else None


def act(desk: Desk, conversation_id: str, frame: Deed) -> int:
    """Does what a frame asks for and answers with the number it got."""
    conversations = desk.conversations
    match frame:
        case PostMessage():
            number = conversations.post_visitor_message(conversation_id, frame)
        case Identify():
            number = desk.identities.request_code(conversation_id, frame)
        case Prove():
            number = desk.identities.prove(conversation_id, frame)
        case RequestHuman():
            number = conversations.request_human(conversation_id, frame.client_id)
        case GiveUpWaiting():
            number = conversations.give_up_waiting(conversation_id, frame.client_id)
        case SetLanguage():
            number = conversations.set_language(conversation_id, frame)
        case GiveFeedback():
            number = conversations.give_feedback(conversation_id, frame)
        case EndConversation():
            number = conversations.end(conversation_id, frame.client_id)
    return number


def client_id_in(text: str) -> str | None:
    """The client id of a frame that is otherwise wrong, so that the client knows which one was refused."""
    try:
        frame = from_json(text)
    except ValueError:
        return None
    client_id = frame.get("client_id") if isinstance(frame, dict) else None
    return client_id if isinstance(client_id, str) and re.fullmatch(r"[A-Za-z0-9_-]{8,64}", client_id) else None


def _last_number(snapshot: Snapshot) -> int:
    return snapshot.events[-1].number if snapshot.events else snapshot.cursor
