"""Clock, bot, mail, and the company's own log-in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from handover.contract.base import Language
from handover.contract.passages import PassagesAsked, PassagesFound
from handover.contract.turns import TurnReply, TurnRequest, Understanding


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class BotGateway(Protocol):
    async def take_turn(self, request: TurnRequest) -> TurnReply:
        """Raises `BotUnavailable` when the bot is down, late, or says nothing usable."""


class TextReader(Protocol):
    async def read(self, conversation_id: str, text: str) -> Understanding:
        """Intents and entities of a text that nobody answers by it. Raises `BotUnavailable`."""


class PassageSearch(Protocol):
    def find(self, asked: PassagesAsked) -> PassagesFound:
        """What the knowledge base would say. Waits for the answer; raises `BotUnavailable`."""


class BotUnavailable(Exception):
    """The bot gave no usable answer; the message says why, for the log only."""


class Mail(NamedTuple):
    to: str
    subject: str
    body: str


class MailGateway(Protocol):
    def send(self, mail: Mail) -> None:
        """Raises `MailNotSent`; the outbox tries again later."""


class MailNotSent(Exception):
    """The mail server refused or could not be reached."""


class Person(NamedTuple):
    """Who has logged in at the company, by the word of its provider."""

    subject: str
    """Never given to anybody else, unlike a mail address."""
    email: str | None
    """In lower case, and only if the provider has verified it."""
    name: str
    language: Language
    groups: frozenset[str]


class IdentityProvider(Protocol):
    issuer: str

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to log in. Raises `ProviderDown`."""

    def person(self, *, code: str, nonce: str, verifier: str) -> Person:
        """Whom the code that a browser brought back stands for. Raises `ProviderDown` or `ProviderRefused`."""


class ProviderDown(Exception):
    """The provider could not be reached, or is not set up as it should be."""


class ProviderRefused(Exception):
    """The code or what was given for it is not to be believed; the message says why, for the log only."""
