"""`/ws/visitor`: hello, snapshot, then frames both ways."""

from __future__ import annotations

import logging
import re
import time
from functools import partial
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json
from starlette.websockets import WebSocket

from handover.contract.frames import (
    Ack,
    EndConversation,
    ErrorFrame,
    EventFrame,
    GiveFeedback,
    GiveUpWaiting,
    Hello,
    Identify,
    IdentifyToken,
    LeaveContact,
    MailTranscript,
    Pong,
    PostMessage,
    Prove,
    RateConversation,
    Read,
    RequestHuman,
    Resync,
    SetLanguage,
    Snapshot,
    Typing,
    VisitorFrame,
    visitor_frame,
)
from handover.domain.errors import KulanzError, NotLoggedIn, TooMany
from handover.realtime.hub import Hub, VisitorSeat
from handover.realtime.line import Close, HungUp, Line, Parcel, attend, host_of, parcel
from handover.realtime.scribe import Scribe
from handover.realtime.texts import sentence
from handover.realtime.threads import in_thread
from handover.services.desk import Desk
from handover.services.limits import Throttle
from handover.services.ports import Ticket
from handover.services.tokens import fingerprint

log = logging.getLogger(__name__)

TYPING_SHOWN_EVERY = 2.0
"""Seconds; what a visitor types in between is not told again."""
UNHEEDED = 20
"""Refusals for too much, one after the other, that somebody gets before the desk hangs up."""
Deed = (
    PostMessage
    | Identify
    | Prove
    | IdentifyToken
    | RequestHuman
    | GiveUpWaiting
    | LeaveContact
    | SetLanguage
    | GiveFeedback
    | RateConversation
    | MailTranscript
    | EndConversation
)


async def visitor_socket(socket: WebSocket) -> None:
    state = socket.app.state

    async def begin(line: Line, hello: Hello) -> None:
        try:
            ticket = await state.scribe.do(partial(state.desk.agents.redeem_ticket, hello.ticket, "visitor"))
        except NotLoggedIn:
            raise HungUp(Close.BAD_TICKET, "bad ticket") from None
        visit = Visit.of(host_of(socket), ticket, hello)
        seat = VisitorSeat(ticket.subject, line)
        talk = VisitorTalk(state.desk, state.hub, seat, visit, throttle=state.throttle, scribe=state.scribe)
        await talk.run(hello.cursor)

    await attend(socket, begin)


class Visit(NamedTuple):
    """Who is at the other end."""

    host: str
    next_token: str | None
    token_hashes: tuple[str, ...]
    """Of the secret that the ticket was got with, and of the next one."""

    @classmethod
    def of(cls, host: str, ticket: Ticket, hello: Hello) -> Visit:
        coming = [fingerprint(hello.next_token)] if hello.next_token else []
        return cls(host, hello.next_token, (ticket.session_hash or "", *coming))


class VisitorTalk:
    """A visitor's talk over one socket. `_cursor` is the last event they were sent."""

    def __init__(
        self, desk: Desk, hub: Hub, seat: VisitorSeat, visit: Visit, *, throttle: Throttle, scribe: Scribe
    ) -> None:
        self._desk, self._hub, self._seat = desk, hub, seat
        self._throttle, self._scribe, self._visit = throttle, scribe, visit
        self._unheeded = 0
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
        resync, snapshot = await in_thread(self._look, cursor)
        self._seat.language = snapshot.conversation.language
        if resync:
            await self._line.send(parcel(Resync()))
        await self._line.send(parcel(snapshot))
        self._cursor = snapshot.last_number
        if snapshot.conversation.state == "waiting":
            self._hub.want_place(self._id)

    def _look(self, cursor: int) -> tuple[bool, Snapshot]:
        """In one thread, because a desk that has just started is asked by thousands."""
        looked = self._desk.conversations.snapshot(self._id, cursor)
        self._check_right()
        return looked

    # --- from the desk to the visitor ---

    async def _deliver(self, sent: Parcel) -> None:
        """Each event once and in order; what is missing before it is read from the log."""
        if sent.number and sent.number <= self._cursor:
            return
        if sent.number and sent.after > self._cursor:
            await self._catch_up()
            return
        if sent.is_private:
            await self._require_right()
        await self._line.send(sent)
        self._cursor = sent.number or self._cursor

    async def _catch_up(self) -> None:
        while missed := await in_thread(self._desk.conversations.public_events, self._id, self._cursor):
            await self._require_right()
            for event in missed:
                await self._line.send(parcel(EventFrame(event=event)))
                self._cursor = event.number

    async def _require_right(self) -> None:
        await in_thread(self._check_right)

    def _check_right(self) -> None:
        """Hangs up on whoever came with a secret that a proof of identity has replaced since."""
        if not self._desk.conversations.belongs_to(self._id, self._visit.token_hashes):
            raise HungUp(Close.BAD_TICKET, "another secret opens this conversation now")

    async def _settle_doubt(self) -> None:
        """Whoever reads nothing is not hung up on by what they are sent; they must not do anything either."""
        if self._seat.is_doubted:
            await self._require_right()
            self._seat.is_doubted = False

    async def _beat(self) -> None:
        """What ends a visitor's right to the conversation is an event, and comes by itself."""

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
            self._pay(frame)
            await self._settle_doubt()
            number = await self._scribe.do(partial(act, self._desk, self._id, frame, self._visit.next_token))
        except KulanzError as error:
            self._refuse(error.code, frame.client_id, error.data.get("retry_seconds"))
        except HungUp:
            raise
        except Exception:
            log.exception("a visitor's frame failed")
            self._refuse("internal", frame.client_id)
        else:
            self._line.say(Ack(client_id=frame.client_id, number=number))

    def _pay(self, frame: Deed) -> None:
        """Raises `TooMany` when this visitor, their network or everybody together does too much."""
        try:
            self._throttle.deed(self._id, self._visit.host)
            if isinstance(frame, RequestHuman):
                self._throttle.call(self._id)
        except TooMany:
            self._unheeded += 1
            if self._unheeded > UNHEEDED:
                raise HungUp(Close.TOO_MANY, "too many deeds") from None
            raise
        self._unheeded = 0

    def _refuse(self, code: str, client_id: str | None, retry_seconds: object = None) -> None:
        seconds = retry_seconds if isinstance(retry_seconds, int) else None
        text = sentence(code, self._seat.language, seconds=seconds or 0)
        self._line.say(ErrorFrame(code=code, text=text, client_id=client_id, retry_seconds=seconds))

    async def _read(self, number: int) -> None:
        try:
            self._throttle.mark(self._id)
            mark = await self._scribe.do(partial(self._desk.conversations.mark_read, self._id, "visitor", number))
        except KulanzError as error:
            self._refuse(error.code, None, error.data.get("retry_seconds"))
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


def act(desk: Desk, conversation_id: str, frame: Deed, next_token: str | None) -> int:
    """Does what a frame asks for and answers with the number it got."""
    conversations = desk.conversations
    match frame:
        case PostMessage():
            number = conversations.post_visitor_message(conversation_id, frame, next_token)
        case Identify() | Prove() | IdentifyToken():
            number = _identify(desk, conversation_id, frame, next_token)
        case RequestHuman():
            number = conversations.request_human(conversation_id, frame.client_id)
        case GiveUpWaiting():
            number = conversations.give_up_waiting(conversation_id, frame.client_id)
        case LeaveContact():
            number = desk.contacts.leave(conversation_id, frame)
        case SetLanguage():
            number = conversations.set_language(conversation_id, frame)
        case GiveFeedback() | RateConversation() | MailTranscript():
            number = _look_back(desk, conversation_id, frame)
        case EndConversation():
            number = conversations.end(conversation_id, frame.client_id)
    return number


def _identify(desk: Desk, conversation_id: str, frame: Identify | Prove | IdentifyToken, next_token: str | None) -> int:
    match frame:
        case Identify():
            return desk.identities.request_code(conversation_id, frame)
        case Prove():
            return desk.identities.prove(conversation_id, frame, next_token)
        case IdentifyToken():
            return desk.identities.sign_in(conversation_id, frame, next_token)


def _look_back(desk: Desk, conversation_id: str, frame: GiveFeedback | RateConversation | MailTranscript) -> int:
    match frame:
        case GiveFeedback():
            return desk.ratings.give_feedback(conversation_id, frame)
        case RateConversation():
            return desk.ratings.rate(conversation_id, frame)
        case MailTranscript():
            return desk.transcripts.mail(conversation_id, frame)


def client_id_in(text: str) -> str | None:
    """The client id of a frame that is otherwise wrong, so that the client knows which one was refused."""
    try:
        frame = from_json(text)
    except ValueError:
        return None
    client_id = frame.get("client_id") if isinstance(frame, dict) else None
    return client_id if isinstance(client_id, str) and re.fullmatch(r"[A-Za-z0-9_-]{8,64}", client_id) else None
