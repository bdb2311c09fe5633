"""One conversation with the real bot: turns as the desk asks for them, replies as the contract reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from handover.contract.base import Language
from handover.contract.frames import Identify, Prove
from handover.contract.turns import BotMessage, OfferedChoice, Signal, TurnReply
from handover.services.desk import Desk


class Chat:
    """`ask` sends words, `signal` what happened beside them; `reply` is the last answer."""

    def __init__(self, rasa: httpx.Client, desk: Desk, language: Language) -> None:
        self._rasa, self._desk, self.language = rasa, desk, language
        self.id = desk.conversations.start(language, None).conversation_id
        self.trust = "none"
        self.in_mind: dict[str, Any] = {}
        """The slots as the desk's log holds them: those of the last turn that was answered."""
        self.reply: TurnReply

    def context(self) -> dict[str, Any]:
        return {
            "conversation_id": self.id,
            "turn_id": uuid4().hex,
            "ownership_version": 1,
            "language": self.language,
            "trust": self.trust,
            "last_outcome": None,
        }

    def post(self, **turn: object) -> httpx.Response:
        return self._rasa.post("/webhooks/desk/turn", json={"context": self.context(), "slots": self.in_mind, **turn})

    def ask(self, text: str) -> str:
        """Everything the bot says to this, as one text."""
        return self._take(self.post(text=text))

    def signal(self, name: str, **data: str) -> str:
        return self._take(self.post(signal={"name": name, "data": data}))

    def press(self, label: str) -> str:
        """Press the offered button whose label holds this."""
        chosen: Signal = next(choice.signal for choice in self.choices if label in choice.label)
        return self.signal(chosen.name, **chosen.data)

    def prove(self, email: str) -> str:
        """Prove an identity by the code that is mailed; the bot is told as the desk tells it."""
        self._desk.identities.request_code(
            self.id,
            Identify(client_id=uuid4().hex, email=email),
        )
        mail = next(stored.mail for stored in self._desk.outbox.latest(20) if stored.mail.to == email)
        code = re.search(r"\d{6}", mail.subject)
        assert code
        self._desk.identities.prove(self.id, Prove(client_id=uuid4().hex, code=code[0]))
        self.trust = "code"
        return self.signal("identity_proven")

    @property
    def messages(self) -> tuple[BotMessage, ...]:
        return self.reply.messages

    @property
    def choices(self) -> tuple[OfferedChoice, ...]:
        return tuple(choice for message in self.messages for choice in message.choices)

    @property
    def labels(self) -> list[str]:
        return [choice.label for choice in self.choices]

    @property
    def handover(self) -> str | None:
        return next((message.handover for message in self.messages if message.handover), None)

    @property
    def identity_requested(self) -> bool:
        return any(message.request_identity for message in self.messages)

    @property
    def intent(self) -> str:
        return self.reply.understanding.intents[0].name

    @property
    def slots(self) -> dict[str, Any]:
        return self.reply.understanding.slots

    def _take(self, response: httpx.Response) -> str:
        assert response.status_code == 200, response.text
        self.reply = TurnReply.model_validate_json(response.content)
        self.in_mind = self.reply.understanding.slots
        return "\n".join(message.text for message in self.messages)


Start = Callable[[str], Chat]
"""Begins a conversation in a language; the fixture `chat`."""


def proven(chat: Start, language: str, name: str) -> Chat:
    """A conversation with this customer, who has proven who they are."""
    talk = chat(language)
    talk.prove(f"{name}@example.org")
    return talk
