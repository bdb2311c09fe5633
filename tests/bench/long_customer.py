"""A customer whom the shop has known for years: 5,000 lines of a timeline, and how fast their dossier comes into sight."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from handover.contract.base import Actor
from handover.contract.events import (
    BotUnderstood,
    EntityFound,
    HandoverRequested,
    IntentGuess,
    MessagePosted,
    PassageTried,
    SearchRecord,
)
from handover.domain.conversation import Conversation
from handover.services.ports import UnitOfWork, Units
from handover.services.tokens import new_id, new_secret

ENTRIES = 5_000
A_TALK = 100
"""Lines of one conversation; the open one has five times as many."""
VISITOR, BOT = Actor(kind="visitor"), Actor(kind="bot")


def fill(units: Units, customer_id: str) -> str:
    """Gives a customer of the demo shop their long past; the id of the conversation that waits with it."""
    for talk in range(ENTRIES // A_TALK - 5):
        with units() as unit:
            conversation = _begin(unit, customer_id, days_ago=talk + 1)
            _talk(unit, conversation.id, A_TALK)
            unit.conversations.save(conversation, conversation.close("solved"))
    with units() as unit:
        conversation = _begin(unit, customer_id, days_ago=0)
        _talk(unit, conversation.id, 5 * A_TALK)
        called = conversation.call_human("no_answer", unit.now)
        unit.conversations.save(conversation, called)
        unit.append(conversation.id, VISITOR, HandoverRequested(reason="no_answer"))
        return conversation.id


def _begin(unit: UnitOfWork, customer_id: str, days_ago: int) -> Conversation:
    conversation = Conversation(
        id=new_id(),
        language="de",
        customer_id=customer_id,
        trust="code",
        started_at=unit.now - timedelta(days=days_ago),
    )
    unit.conversations.add(conversation, new_secret())
    unit.conversations.save(unit.conversations.get(conversation.id), conversation)
    return conversation


def _talk(unit: UnitOfWork, conversation_id: str, lines: int) -> None:
    """Three events a turn: a question, what was read in it, and an answer."""
    for turn in range(lines // 3):
        asked = MessagePosted(message_id=new_id(), text=f"Wo bleibt meine Bestellung, zum {turn}. Mal gefragt?")
        number = unit.append(conversation_id, VISITOR, asked).number
        guesses = tuple(IntentGuess(name=name, confidence=1 / place) for place, name in enumerate(INTENTS, 1))
        passages = tuple(
            PassageTried(article_id=f"article-{place}", title=f"Artikel {place}", score=0.5, used=place == 0)
            for place in range(8)
        )
        read = BotUnderstood(
            message_number=number,
            intents=guesses,
            entities=(EntityFound(entity="order_number", value="10023"),),
            passages=passages,
            search=SearchRecord(decision="answer", confidence=0.8, index_version="v", language="de"),
        )
        unit.append(conversation_id, BOT, read)
        unit.append(conversation_id, BOT, MessagePosted(message_id=new_id(), text="Sie ist **unterwegs**. " * 10))


INTENTS = ("order_status", "parcel_late", "delivery_time", "parcel_lost", "missed_delivery")


def route_times(http: Any, conversation_id: str, times: int = 60) -> list[float]:
    """Milliseconds of `GET dossier`, over a real connection. `http`: an agent's client."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        http.get(f"/api/conversations/{conversation_id}/dossier").raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


PAINTED = """async ([id, wish]) => {
  const started = performance.now();
  document.querySelector(`[data-testid="conversation-row"][data-id="${id}"]`).click();
  const there = () =>
    document.querySelector(`[data-testid="conversation"][data-id="${id}"]`) &&
    document.querySelector('[data-testid="next-steps"]') &&
    document.querySelector('[data-testid="wish"]')?.textContent.includes(wish);
  while (!there()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""


def page_times(page: Page, long: tuple[str, str], short: tuple[str, str], times: int = 30) -> list[float]:
    """Milliseconds from a click on the row to the painted dossier, for the long customer's case.

    `long`, `short`: a case in the lists, and words of its wish; between two looks the page shows the short one.
    """
    taken = []
    for _ in range(times):
        page.evaluate(PAINTED, list(short))
        taken.append(float(page.evaluate(PAINTED, list(long))))
        page.wait_for_timeout(100)
    return taken
