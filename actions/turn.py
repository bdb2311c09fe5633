"""One turn as an action sees it: what was said, what is kept in mind, whom to ask, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from actions.replies import Replies
from handover.contract.base import Language
from handover.contract.events import HandoverReason
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

PASSING_SLOTS = ("offered", "misses", "last_article")
"""Slots that hold from one turn to the next only, unless set again."""


class Desk(Protocol):
    async def orders(self, asked: OrdersAsked) -> OrdersFound: ...

    async def claim(self, claimed: CreditClaimed) -> CreditDecided: ...


class Knowledge(Protocol):
    def search(self, question: str, language: Language, *, previous: str | None = None) -> SearchResult: ...

    def article(self, article_id: str, language: Language) -> Hit | None: ...


@dataclass(frozen=True)
class Parts:
    """Everything a turn may need from outside."""

    desk: Desk
    knowledge: Knowledge
    replies: Replies


class Turn:
    """Read from Rasa's tracker; collects messages and slots, which count only if the whole turn succeeds."""

    def __init__(self, parts: Parts, *, message: dict[str, Any], slots: dict[str, Any]) -> None:
        self.desk, self.knowledge, self.replies = parts.desk, parts.knowledge, parts.replies
        self.context = TurnContext.model_validate(message["metadata"])
        self.language = self.context.language
        self.text: str = message.get("text") or ""
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self._entities: dict[str, str] = {
            found["entity"]: str(found["value"]) for found in message.get("entities") or []
        }
        self._slots = slots
        self.kept: dict[str, Any] = {}
        self.messages: list[BotMessage] = []

    def entity(self, name: str) -> str | None:
        """What this message names; of several the last."""
        return self._entities.get(name)

    def slot(self, name: str) -> Any:
        return self.kept[name] if name in self.kept else self._slots.get(name)

    def keep(self, **slots: Any) -> None:
        self.kept.update(slots)

    def forget(self, *slots: str) -> None:
        self.kept.update(dict.fromkeys(slots))

    def wording(self, key: str, **values: str) -> str:
        return self.replies.say(self.language, key, **values)

    def propose(self, message: BotMessage) -> None:
        self.messages.append(message)

    def say(self, key: str, **values: str) -> None:
        self.propose(BotMessage(text=self.wording(key, **values)))

    def offer_human(self, key: str, reason: HandoverReason, **values: str) -> None:
        """Say it, and show the way to a human: as a button, and by answering yes."""
        self.propose(BotMessage(text=self.wording(key, **values), choices=(self.human_choice(reason),)))
        self.keep(offered=reason)

    def human_choice(self, reason: HandoverReason) -> OfferedChoice:
        signal = Signal(name="talk_to_human", data={"reason": reason})
        return OfferedChoice(label=self.wording("choice.talk_to_human"), signal=signal)

    def call_human(self, key: str, reason: HandoverReason) -> None:
        """Say it and hand over. What was open is the human's concern now."""
        self.propose(BotMessage(text=self.wording(key), handover=reason))
        self.forget("wish", "wish_text", "item_sku")

    def slot_changes(self) -> dict[str, Any]:
        passing = {name: None for name in PASSING_SLOTS if self._slots.get(name) is not None}
        return passing | self.kept
