"""One turn as an action sees it: what was said, what is kept in mind, whom to ask, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from actions.replies import Replies
from handover.contract.base import Language
from handover.contract.events import HandoverReason
from handover.contract.selfservice import AccountAsked, AccountFound, ServiceAnswered, ServiceRequested
from handover.contract.turns import (
    BotMessage,
    CreditClaimed,
    CreditDecided,
    OfferedChoice,
    OrdersAsked,
    OrdersFound,
    Signal,
    TurnContext,
)
from knowledge.search import Hit, SearchResult

WISH_SLOTS = ("wish", "wish_text", "details", "options", "awaiting")
"""What belongs to the open wish and goes with it."""
PASSING_SLOTS = ("offered", "awaiting", "misses", "last_article", "last_invoice")
"""Slots that hold from one turn to the next only, unless set again."""
CONFIRM = "confirm"
"""What `awaiting` says while a flow waits for a yes."""
YES_OR_NO = "yes or no"
"""What `awaiting` says while a flow has asked something that a no answers as well as a yes."""


class Desk(Protocol):
    async def orders(self, asked: OrdersAsked) -> OrdersFound: ...

    async def claim(self, claimed: CreditClaimed) -> CreditDecided: ...

    async def account(self, asked: AccountAsked) -> AccountFound: ...

    async def request(self, asked: ServiceRequested) -> ServiceAnswered: ...


class Knowledge(Protocol):
    def search(self, question: str, language: Language, *, previous: str | None = None) -> SearchResult: ...

    def article(self, article_id: str, language: Language) -> Hit | None: ...


@dataclass(frozen=True)
class Parts:
    """Everything a turn may need from outside."""

    desk: Desk
    knowledge: Knowledge
    replies: Replies


@dataclass(frozen=True)
class Concern:
    """One of the things a message asks for, with its own words."""

    text: str
    intent: str
    entities: dict[str, str]
    confidence: float = 1.0


class Turn:
    """Read from Rasa's tracker; collects messages and slots, which count only if the whole turn succeeds."""

    def __init__(self, parts: Parts, *, message: dict[str, Any], slots: dict[str, Any]) -> None:
        self.desk, self.knowledge, self.replies = parts.desk, parts.knowledge, parts.replies
        self.context = TurnContext.model_validate(message["metadata"])
        self.language = self.context.language
        self.text: str = message.get("text") or ""
        said = message.get("intent") or {}
        self.intent: str = said.get("name") or ""
        self.confidence: float = said.get("confidence") or 0.0
        self._entities = _values(message.get("entities") or [])
        self.concerns = [_concern(one) for one in message.get("concerns") or []]
        """Two or more if the message asks for several things."""
        self._slots = slots
        self.kept: dict[str, Any] = {}
        self.interrupted: dict[str, Any] = {}
        """The slots of a wish whose question another wish came in between of."""
        self.messages: list[BotMessage] = []

    # --- what was said and what is kept in mind ---

    def turn_to(self, concern: Concern) -> None:
        """Go on as if this part of the message had been the whole of it."""
        self.text, self.intent, self.confidence = concern.text, concern.intent, concern.confidence
        self._entities = concern.entities

    def entity(self, name: str) -> str | None:
        """What this message names; of several the last."""
        return self._entities.get(name)

    def disregard(self, name: str, value: str) -> None:
        """What was read as it is something else: a postcode is no order number."""
        if self._entities.get(name) == value:
            del self._entities[name]
        if self.slot(name) == value:
            self.forget(name)

    def slot(self, name: str) -> Any:
        return self.kept[name] if name in self.kept else self._slots.get(name)

    def keep(self, **slots: Any) -> None:
        self.kept.update(slots)

    def forget(self, *slots: str) -> None:
        self.kept.update(dict.fromkeys(slots))

    def detail(self, name: str) -> Any:
        """What the open wish has gathered under this name; what this message names comes first."""
        return self.entity(name) or self.noted(name)

    def noted(self, name: str) -> Any:
        """What the open wish has gathered under this name, whatever this message names."""
        return (self.slot("details") or {}).get(name)

    def note(self, **details: Any) -> None:
        """Gather something for the open wish."""
        self.keep(details={**(self.slot("details") or {}), **details})

    def awaits(self, what: str) -> bool:
        """Whether the message before this one asked for it."""
        return self._slots.get("awaiting") == what

    @property
    def is_asked(self) -> bool:
        """Whether the message before this one asked something of the visitor."""
        return self._slots.get("awaiting") is not None

    @property
    def is_confirmed(self) -> bool:
        """A yes to the question whether to go ahead, typed or pressed."""
        said_yes = self.intent == "affirm" or (self.intent == "confirm" and self.entity("answer") == "yes")
        return self.awaits(CONFIRM) and said_yes

    @property
    def has_offered(self) -> bool:
        """Whether this turn, and not the one before it, has offered a human."""
        return bool(self.kept.get("offered"))

    @property
    def is_handed_over(self) -> bool:
        return any(message.handover for message in self.messages)

    @property
    def asks_for_proof(self) -> bool:
        """Whether this turn asks the visitor to prove who they are."""
        return any(message.request_identity for message in self.messages)

    def once(self, what: str) -> bool:
        """True the first time in this conversation, and never again."""
        told: list[str] = self.slot("told") or []
        if what in told:
            return False
        self.keep(told=[*told, what])
        return True

    def slot_changes(self) -> dict[str, Any]:
        passing = {name: None for name in PASSING_SLOTS if self._slots.get(name) is not None}
        return passing | self.kept

    # --- what is said ---

    def wording(self, key: str, **values: str) -> str:
        return self.replies.say(self.language, key, **values)

    def propose(self, message: BotMessage) -> None:
        self.messages.append(message)

    def say(self, key: str, **values: str) -> None:
        self.propose(BotMessage(text=self.wording(key, **values)))

    def ask(self, key: str, awaiting: str, **values: str) -> None:
        """Ask for something that is typed freely; the next message is read as it if the flow recognises it."""
        self.say(key, **values)
        self.keep(awaiting=awaiting)

    def ask_to_confirm(self, key: str, *, yes: str, **values: str) -> None:
        """Say what would happen, and go ahead only after a yes. `yes`: key of the label that says what it does."""
        self.propose(BotMessage(text=self.wording(key, **values), choices=self.yes_or_no(yes)))
        self.keep(awaiting=CONFIRM)

    def yes_or_no(self, yes: str) -> tuple[OfferedChoice, OfferedChoice]:
        return (
            OfferedChoice(label=self.wording(yes), signal=Signal(name="confirm", data={"answer": "yes"})),
            OfferedChoice(label=self.wording("choice.leave_it"), signal=Signal(name="confirm", data={"answer": "no"})),
        )

    def offer_human(self, key: str, reason: HandoverReason, **values: str) -> None:
        """Say it, and show the way to a human: as a button, and by answering yes."""
        self.propose(BotMessage(text=self.wording(key, **values), choices=(self.human_choice(reason),)))
        self.keep(offered=reason)

    def human_choice(self, reason: HandoverReason) -> OfferedChoice:
        signal = Signal(name="talk_to_human", data={"reason": reason})
        return OfferedChoice(label=self.wording("choice.talk_to_human"), signal=signal)

    def call_human(self, key: str, reason: HandoverReason, **values: str) -> None:
        """Say it and hand over. What was open is the human's concern now."""
        self.propose(BotMessage(text=self.wording(key, **values), handover=reason))
        self.forget(*WISH_SLOTS, "concerns")


def _values(entities: list[dict[str, Any]]) -> dict[str, str]:
    return {found["entity"]: str(found["value"]) for found in entities}


def _concern(found: dict[str, Any]) -> Concern:
    return Concern(found["text"], found["intent"], _values(found.get("entities") or []), found["confidence"])
