"""An action at work: fakes at the two ports, the real sentences, and whole conversations by the bot's real rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions import dialogue
from actions.replies import Replies
from actions.server import ACTIONS
from actions.turn import Parts, Turn
from handover.contract.selfservice import AccountAsked, AccountFound, ServiceAnswered, ServiceRequested
from handover.contract.turns import CreditClaimed, CreditDecided, OrderItemView, OrdersAsked, OrdersFound, OrderView
from knowledge.search import Hit, SearchResult

RULES = Path(__file__).parents[3] / "bot" / "dialogue" / "rules" / "rules.yml"


def rules() -> Iterator[tuple[str, str]]:
    """Each intent with the action that Rasa picks for it."""
    for rule in yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]:
        said_first, then = rule["steps"]
        for one in said_first.get("or", [said_first]):
            yield one["intent"], then["action"]


ACTION_OF = dict(rules())


class FakeDesk:
    """Answers what the test lays down; keeps what it was asked."""

    def __init__(self) -> None:
        self.found = OrdersFound(outcome="not_found")
        self.decided = CreditDecided(outcome="refused", because="late_delivery.on_time")
        self.asked: list[OrdersAsked] = []
        self.claims: list[CreditClaimed] = []
        self.known = AccountFound(outcome="found")
        self.answers: list[ServiceAnswered] = []
        """What requests are answered, in their order; the last one for all that follow."""
        self.requests: list[ServiceRequested] = []

    async def orders(self, asked: OrdersAsked) -> OrdersFound:
        self.asked.append(asked)
        return self.found

    async def claim(self, claimed: CreditClaimed) -> CreditDecided:
        self.claims.append(claimed)
        return self.decided

    async def account(self, asked: AccountAsked) -> AccountFound:
        return self.known

    async def request(self, asked: ServiceRequested) -> ServiceAnswered:
        self.requests.append(asked)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class FakeKnowledge:
    def __init__(self) -> None:
        self.result = SearchResult("none")
        self.articles: dict[str, Hit] = {}
        self.previous: str | None = None

    def search(self, question: str, language: str, *, previous: str | None = None) -> SearchResult:
        self.previous = previous
        return self.result

    def article(self, article_id: str, language: str) -> Hit | None:
        return self.articles.get(article_id)


def order(number: str = "10023", **facts: Any) -> OrderView:
    items = (
        OrderItemView(sku="KM", name="Kaffeemaschine Polar", quantity=1, unit_cents=18900, state="delivered"),
        OrderItemView(sku="FS", name="Filterset Polar", quantity=1, unit_cents=990, state="delivered"),
    )
    base: dict[str, Any] = {
        "number": number,
        "state": "delivered",
        "ordered_on": "2026-11-11",
        "promised_on": "2026-11-14",
        "shipped_on": "2026-11-16",
        "delivered_on": "2026-11-19",
        "days_late": 5,
        "carrier": "Nordpost",
        "tracking_code": "NP1",
        "total_cents": 19890,
        "currency": "EUR",
        "items": items,
    }
    return OrderView(**(base | facts))


def hit(article_id: str = "payment-methods", text: str = "PayPal, Karte.", **facts: Any) -> Hit:
    base: dict[str, Any] = {
        "article_id": article_id,
        "language": "de",
        "kind": "faq",
        "title": "Zahlungsarten",
        "text": text,
        "version": "v",
        "passage": 0,
        "score": 0.9,
        "topics": ("payment_methods",),
        "buttons": (),
    }
    return Hit(**(base | facts))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def parts(desk: FakeDesk, knowledge: FakeKnowledge) -> Parts:
    return Parts(desk=desk, knowledge=knowledge, replies=Replies())


@pytest.fixture
def make_turn(parts: Parts) -> Callable[..., Turn]:
    """A turn as Rasa would describe it: `make_turn("hallo", intent="greet", slots={}, order_number="10023")`."""

    def make(
        text: str = "",
        *,
        intent: str = "",
        confidence: float = 1.0,
        language: str = "de",
        slots: dict[str, Any] | None = None,
        angry: float = 0.0,
        concerns: tuple[dict[str, Any], ...] = (),
        **entities: str,
    ) -> Turn:
        context = {
            "conversation_id": "c" * 26,
            "turn_id": "t",
            "ownership_version": 3,
            "language": language,
            "trust": "code",
            "angry": angry,
        }
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "concerns": list(concerns),
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": context,
        }
        kept = {**(slots or {})}
        kept |= {name: value for name, value in entities.items() if name == "order_number"}
        return Turn(parts, message=message, slots=kept)

    return make


@pytest.fixture
def talk(make_turn: Callable[..., Turn]) -> Callable[..., Awaitable[Turn]]:
    """Turns of one conversation: what is kept in one is there in the next. Answers the turn."""
    slots: dict[str, Any] = {}

    async def say(text: str = "", *, intent: str = "nlu_fallback", **more: Any) -> Turn:
        turn = make_turn(text, intent=intent, slots=dict(slots), **more)
        await dialogue.lead(turn, ACTIONS[ACTION_OF[intent]])
        slots.update(turn.slot_changes())
        return turn

    return say


def said(turn: Turn) -> str:
    return "\n".join(message.text for message in turn.messages)


def labels(turn: Turn) -> list[str]:
    return [choice.label for message in turn.messages for choice in message.choices]
