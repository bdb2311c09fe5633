"""Socket frames: JSON objects with a `type`. Unknown types and undeclared fields are refused.

Visitor socket `/ws/visitor`, agent socket `/ws/desk`. The first frame is `hello` with a single-use ticket got by
HTTP; a ticket never stands in an address. Everything that changes something carries a `client_id` chosen by the
client, is acknowledged with the number it got, and may be sent again: the answer is the same.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from handover.contract.base import ActorKind, Language, TrustLevel, Wire
from handover.contract.events import ChoiceTaken, Event, HandoverReason, Outcome

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
MESSAGE_LIMIT = 10_000
"""Characters in one message."""
State = Literal["bot", "waiting", "agent", "closed"]


class Hello(Wire):
    type: Literal["hello"] = "hello"
    ticket: str = Field(max_length=200)
    cursor: int = Field(default=0, strict=True)
    """Number of the last event the client holds; 0 for none."""


class PostMessage(Wire):
    """Exactly one of `text` and `choice`."""

    type: Literal["message"] = "message"
    client_id: ClientId
    text: str | None = Field(default=None, max_length=MESSAGE_LIMIT)
    choice: ChoiceTaken | None = None


class Identify(Wire):
    """Ask for a code by mail. The address goes to the desk alone: never into the transcript, never to Rasa."""

    type: Literal["identify"] = "identify"
    client_id: ClientId
    email: str = Field(max_length=254)


class Prove(Wire):
    type: Literal["prove"] = "prove"
    client_id: ClientId
    code: str = Field(max_length=20)


class RequestHuman(Wire):
    type: Literal["request_human"] = "request_human"
    client_id: ClientId


class GiveUpWaiting(Wire):
    type: Literal["give_up_waiting"] = "give_up_waiting"
    client_id: ClientId


class SetLanguage(Wire):
    type: Literal["set_language"] = "set_language"
    client_id: ClientId
    language: Language


class GiveFeedback(Wire):
    type: Literal["feedback"] = "feedback"
    client_id: ClientId
    message_number: int
    helpful: bool


class EndConversation(Wire):
    type: Literal["end"] = "end"
    client_id: ClientId


class Typing(Wire):
    type: Literal["typing"] = "typing"
    on: bool


class Read(Wire):
    type: Literal["read"] = "read"
    number: int = Field(ge=0)


class Pong(Wire):
    type: Literal["pong"] = "pong"


VisitorFrame = Annotated[
    PostMessage
    | Identify
    | Prove
    | RequestHuman
    | GiveUpWaiting
    | SetLanguage
    | GiveFeedback
    | EndConversation
    | Typing
    | Read
    | Pong,
    Field(discriminator="type"),
]
visitor_frame: TypeAdapter[VisitorFrame] = TypeAdapter(VisitorFrame)


class ConversationView(Wire):
    """What the visitor may know of the conversation's state."""

    id: str
    state: State
    language: Language
    trust: TrustLevel
    agent_name: str | None = None
    visitor_read: int
    staff_read: int
    identity_step: Literal["email", "code"] | None = None
    """Which step of the identity form is open."""


class Snapshot(Wire):
    """Answer to `hello`: state, and the events after `cursor`. The client replaces its state by it."""

    type: Literal["snapshot"] = "snapshot"
    conversation: ConversationView
    events: tuple[Event, ...]
    cursor: int
    """The cursor the events start after: the client's own, or 0 after a `resync`."""


class EventFrame(Wire):
    type: Literal["event"] = "event"
    event: Event


class Ack(Wire):
    type: Literal["ack"] = "ack"
    client_id: str
    number: int


class Resync(Wire):
    """The cursor cannot be resumed; a full snapshot follows."""

    type: Literal["resync"] = "resync"


class TypingShown(Wire):
    type: Literal["typing_shown"] = "typing_shown"
    by: ActorKind
    name: str | None = None
    on: bool


class ReadShown(Wire):
    type: Literal["read_shown"] = "read_shown"
    by: Literal["visitor", "staff"]
    number: int


class QueuePlace(Wire):
    type: Literal["queue"] = "queue"
    place: int
    waiting: int


class Ping(Wire):
    type: Literal["ping"] = "ping"


class ErrorFrame(Wire):
    """A frame was refused. `client_id` names it where there is one; nothing was changed."""

    type: Literal["error"] = "error"
    code: str
    text: str
    client_id: str | None = None


ServerFrame = Annotated[
    Snapshot | EventFrame | Ack | Resync | TypingShown | ReadShown | QueuePlace | Ping | ErrorFrame,
    Field(discriminator="type"),
]


# --- the agent's socket -----------------------------------------------------------------------------------------


class AgentTyping(Wire):
    type: Literal["typing"] = "typing"
    conversation_id: str
    on: bool


class AgentRead(Wire):
    type: Literal["read"] = "read"
    conversation_id: str
    number: int = Field(ge=0)


class Heartbeat(Wire):
    """Sent every 15 s by an open desk: renews the leases of the agent's conversations."""

    type: Literal["heartbeat"] = "heartbeat"


AgentFrame = Annotated[AgentTyping | AgentRead | Heartbeat | Pong, Field(discriminator="type")]
agent_frame: TypeAdapter[AgentFrame] = TypeAdapter(AgentFrame)


class ConversationSummary(Wire):
    """One row of the desk's list."""

    id: str
    state: State
    language: Language
    priority: int
    owner_id: str | None
    owner_name: str | None
    ownership_version: int
    customer_id: str | None
    customer_name: str | None
    trust: TrustLevel
    reason: HandoverReason | None
    waiting_since: str | None
    """ISO 8601, UTC."""
    started_at: str
    updated_at: str
    last_number: int
    last_text: str
    last_author: ActorKind
    visitor_read: int
    staff_read: int
    unread: int
    """Visitor messages the staff has not read."""
    outcome: Outcome | None = None
    visitor_online: bool = False


class Ready(Wire):
    """Answer to an agent's `hello`: the desk now fetches its list by HTTP and applies what follows."""

    type: Literal["ready"] = "ready"
    agent_id: str


class AgentEvent(Wire):
    type: Literal["event"] = "event"
    conversation_id: str
    event: Event
    summary: ConversationSummary


class AgentTypingShown(Wire):
    type: Literal["typing_shown"] = "typing_shown"
    conversation_id: str
    by: ActorKind
    name: str | None = None
    on: bool


class AgentReadShown(Wire):
    type: Literal["read_shown"] = "read_shown"
    conversation_id: str
    by: Literal["visitor", "staff"]
    number: int


class Presence(Wire):
    type: Literal["presence"] = "presence"
    conversation_id: str
    online: bool


AgentServerFrame = Annotated[
    Ready | AgentEvent | AgentTypingShown | AgentReadShown | Presence | Ping | ErrorFrame,
    Field(discriminator="type"),
]
