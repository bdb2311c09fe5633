"""Socket frames: JSON objects with a `type`. Unknown types and undeclared fields are refused.

Visitor socket `/ws/visitor`, agent socket `/ws/desk`. The first frame is `hello` with a single-use ticket got by
HTTP; a ticket never stands in an address. Everything that changes something carries a `client_id` chosen by the
client, is acknowledged with the number it got, and may be sent again: the answer is the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from handover.contract.accounts import RoleName
from handover.contract.base import ActorKind, Language, Number, TrustLevel, Wire
from handover.contract.events import ChoiceTaken, ContactKind, Event, FeedbackReason, HandoverReason, Outcome

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
VisitorToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43,64}$")]
"""A visitor's secret: 32 random bytes, URL-safe base64."""
ConversationId = Annotated[str, StringConstraints(max_length=64)]
MESSAGE_LIMIT = 10_000
"""Characters in one message."""
FILES_LIMIT = 5
"""Files in one message."""
FileId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
COMMENT_LIMIT = 1000
"""Characters in a comment on an answer or on the whole conversation."""
TOKEN_LIMIT = 4096
"""Characters in an identity token."""
State = Literal["bot", "waiting", "agent", "closed"]
Writing = Literal["message", "note"]
"""What somebody at the desk writes: to the visitor, or to colleagues."""


class Hello(Wire):
    type: Literal["hello"] = "hello"
    ticket: str = Field(max_length=200)
    cursor: int = Field(default=0, strict=True)
    """Number of the last event the client holds; 0 for none."""
    next_token: VisitorToken | None = None
    """From a visitor: the secret that replaces theirs once this socket proves who they are, so that whoever knew the
    old one is left outside. The client keeps it before it says hello. Who names none cannot come back after a proof.
    """


class PostMessage(Wire):
    """Exactly one of `text` and `choice`; or files, with or without a `text`."""

    type: Literal["message"] = "message"
    client_id: ClientId
    text: str | None = Field(default=None, max_length=MESSAGE_LIMIT)
    choice: ChoiceTaken | None = None
    file_ids: tuple[FileId, ...] = Field(default=(), max_length=FILES_LIMIT)
    """Of files uploaded before to this conversation, each sent once."""


class Identify(Wire):
    """Ask for a code by mail. The address goes to the desk alone: never into the transcript, never to Rasa."""

    type: Literal["identify"] = "identify"
    client_id: ClientId
    email: str = Field(max_length=254)


class Prove(Wire):
    type: Literal["prove"] = "prove"
    client_id: ClientId
    code: str = Field(max_length=20)


class IdentifyToken(Wire):
    """The website's word on who is logged in there: see `services/signed_identity.py`."""

    type: Literal["identify_token"] = "identify_token"
    client_id: ClientId
    token: str = Field(max_length=TOKEN_LIMIT)


class RequestHuman(Wire):
    type: Literal["request_human"] = "request_human"
    client_id: ClientId


class GiveUpWaiting(Wire):
    type: Literal["give_up_waiting"] = "give_up_waiting"
    client_id: ClientId


class LeaveContact(Wire):
    """While waiting, or with a person whom the line was lost to: a number to call or an address to write to.

    A second one replaces the first.

    Refused with `not_waiting`, `invalid_phone` or `invalid_email`.
    """

    type: Literal["leave_contact"] = "leave_contact"
    client_id: ClientId
    kind: ContactKind
    value: str = Field(max_length=254)
    note: str = Field(default="", max_length=500)


class SetLanguage(Wire):
    type: Literal["set_language"] = "set_language"
    client_id: ClientId
    language: Language


class GiveFeedback(Wire):
    type: Literal["feedback"] = "feedback"
    client_id: ClientId
    message_number: Number
    helpful: bool
    reason: FeedbackReason | None = None
    comment: str = Field(default="", max_length=COMMENT_LIMIT)


class RateConversation(Wire):
    """What the visitor thought of the bot, or of the people, 1 (bad) to 5 (good). A later one replaces the earlier."""

    type: Literal["rate"] = "rate"
    client_id: ClientId
    about: Literal["bot", "human"]
    score: int = Field(ge=1, le=5, strict=True)
    comment: str = Field(default="", max_length=COMMENT_LIMIT)


class MailTranscript(Wire):
    """The conversation, by mail to the address the visitor has proven. Refused with `identity_required` before that."""

    type: Literal["mail_transcript"] = "mail_transcript"
    client_id: ClientId


class EndConversation(Wire):
    type: Literal["end"] = "end"
    client_id: ClientId


class Typing(Wire):
    type: Literal["typing"] = "typing"
    on: bool


class Read(Wire):
    type: Literal["read"] = "read"
    number: Number


class Pong(Wire):
    type: Literal["pong"] = "pong"


VisitorFrame = Annotated[
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
    """Answer to `hello`: state, and the events after `cursor`. The client replaces its state by it.

    Whoever comes without a cursor, with one that cannot be resumed or after having missed a lot gets the newest
    events alone; older ones are fetched page by page when somebody reads that far.
    """

    type: Literal["snapshot"] = "snapshot"
    conversation: ConversationView
    events: tuple[Event, ...]
    cursor: int
    """The cursor the events start after: the client's own, or 0 where they replace all that the client holds."""
    earlier: bool = False
    """Only with cursor 0: there are older events than these."""
    last_number: int
    """Where the client stands now, its cursor for the next `hello`: even where the log no longer holds that event."""


class EventPage(Wire):
    """Older events, by HTTP: those before a number, the newest last."""

    events: tuple[Event, ...]
    earlier: bool
    """There are older ones still."""


class EventFrame(Wire):
    type: Literal["event"] = "event"
    event: Event


class Ack(Wire):
    type: Literal["ack"] = "ack"
    client_id: str
    number: int


class Resync(Wire):
    """The cursor cannot be resumed, or too much was missed; a snapshot that replaces everything follows."""

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


class WaitRange(Wire):
    """How long it still takes, as the middle of comparable waits says: one in five was shorter, one in five longer."""

    from_seconds: int
    to_seconds: int
    sample: int
    """Number of real waits this is read from."""


class QueuePlace(Wire):
    """How the wait stands: sent with the snapshot, when something moves, and every 30 s."""

    type: Literal["queue"] = "queue"
    place: int
    waiting: int
    agents: int = 0
    """Who is there and may take this case: online, available or busy with others, of the right language."""
    open: bool = True
    opens_at: datetime | None = None
    """When a closed desk opens next; none if it is open, or if nobody knows."""
    full: bool = False
    """More wait than the desk takes on: better to leave a contact."""
    wait: WaitRange | None = None
    """None: too few waits to say anything honest."""
    contact: bool = False
    """A contact was left: the case stays in the queue when its visitor goes."""


class Ping(Wire):
    type: Literal["ping"] = "ping"


class ErrorFrame(Wire):
    """A frame was refused. `client_id` names it where there is one; nothing was changed."""

    type: Literal["error"] = "error"
    code: str
    text: str
    client_id: str | None = None
    retry_seconds: int | None = None
    """After `too_many`: when it may be tried again."""


ServerFrame = Annotated[
    Snapshot | EventFrame | Ack | Resync | TypingShown | ReadShown | QueuePlace | Ping | ErrorFrame,
    Field(discriminator="type"),
]


# --- the agent's socket -----------------------------------------------------------------------------------------


class AgentTyping(Wire):
    """Whose case it is writes to the visitor, who is shown it; notes, and what others write, only colleagues are."""

    type: Literal["typing"] = "typing"
    conversation_id: ConversationId
    on: bool
    about: Writing = "message"


class Looking(Wire):
    """Which conversation this page shows right now; none: no conversation, or nobody sees the page."""

    type: Literal["looking"] = "looking"
    conversation_id: ConversationId | None


class AgentRead(Wire):
    type: Literal["read"] = "read"
    conversation_id: ConversationId
    number: Number


class Heartbeat(Wire):
    """Sent every 15 s by an open desk: renews the leases of the agent's conversations."""

    type: Literal["heartbeat"] = "heartbeat"


AgentFrame = Annotated[AgentTyping | Looking | AgentRead | Heartbeat | Pong, Field(discriminator="type")]
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
    """Visitor messages the staff has not read; 100 stands for any more."""
    outcome: Outcome | None = None
    visitor_online: bool = False
    topic: str | None = None
    """Group of skills the case asks for, as the desk's rules name it."""
    team: str | None = None
    """Whose case it is; none: everybody's."""
    contact: ContactKind | None = None
    """A wish to be called or written to that nobody has settled yet."""
    offered_to: str | None = None
    """Id of the agent this waiting case is put before right now."""
    unanswered_since: str | None = None
    """With an agent: since when the visitor waits for their answer. ISO 8601, UTC."""


class Ready(Wire):
    """Answer to an agent's `hello`: the desk now fetches its list by HTTP and applies what follows."""

    type: Literal["ready"] = "ready"
    agent_id: str


class AgentEvent(Wire):
    type: Literal["event"] = "event"
    conversation_id: str
    event: Event
    summary: ConversationSummary


class OutOfSight(Wire):
    """A conversation this agent knew became another team's; its page forgets it."""

    type: Literal["out_of_sight"] = "out_of_sight"
    conversation_id: str


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


class Viewer(Wire):
    """Somebody of the staff who has a conversation before them."""

    agent_id: str
    name: str
    role: RoleName
    writing: Writing | None = None
    """What they are writing there right now."""


class Viewers(Wire):
    """Everybody who looks at a conversation, told to those who look at it too; of a waiting one to all who see it."""

    type: Literal["viewers"] = "viewers"
    conversation_id: str
    viewers: tuple[Viewer, ...]


class RulesChanged(Wire):
    """Other rules of the desk count from now on: whoever shows something of them asks anew."""

    type: Literal["rules_changed"] = "rules_changed"
    version: int


class Presence(Wire):
    type: Literal["presence"] = "presence"
    conversation_id: str
    online: bool


AgentServerFrame = Annotated[
    Ready
    | AgentEvent
    | OutOfSight
    | AgentTypingShown
    | AgentReadShown
    | Viewers
    | RulesChanged
    | Presence
    | Ping
    | ErrorFrame,
    Field(discriminator="type"),
]
