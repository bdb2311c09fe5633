"""The desk asks the bot for one turn: `POST {rasa}/webhooks/desk/turn`, header `X-Kulanz-Secret`.

Rasa's environment cannot import this module (pydantic 1 there); `bot/channel.py` reads and writes the same JSON.
The bot only proposes: the desk writes the messages under the ownership version they were composed under,
then carries out a proposed handover, all in one transaction.
"""

from __future__ import annotations

from typing import Any, Literal

from handover.contract.base import Language, TrustLevel, Wire
from handover.contract.events import EntityFound, HandoverReason, IntentGuess, PassageTried, Receipt, SearchRecord


class Signal(Wire):
    """Something that happened outside the text: a pressed button, a proven identity, a returned handover.

    Made by the desk alone. The channel turns it into an intent with entities; a visitor's text never is one.
    """

    name: str
    data: dict[str, str] = {}


class TurnContext(Wire):
    """Facts the desk knows; actions read them from the message's metadata and never from the text."""

    conversation_id: str
    turn_id: str
    ownership_version: int
    language: Language
    trust: TrustLevel
    last_outcome: str | None = None
    """Summary of the last handover that was returned to the bot."""


class TurnRequest(Wire):
    """Exactly one of `text` and `signal`."""

    context: TurnContext
    text: str | None = None
    signal: Signal | None = None


class OfferedChoice(Wire):
    label: str
    signal: Signal


class BotMessage(Wire):
    """One thing the bot proposes. Actions send it with `dispatcher.utter_message(json_message=...)`."""

    text: str = ""
    choices: tuple[OfferedChoice, ...] = ()
    receipt: Receipt | None = None
    wants_feedback: bool = False
    request_identity: bool = False
    """Show the identity form after the text."""
    handover: HandoverReason | None = None
    """Call a human after the texts of this turn."""
    passages: tuple[PassageTried, ...] = ()
    """What was looked at; for the dossier only."""
    search: SearchRecord | None = None
    """How the search for this answer ended; for the dossier and the statistics."""


class Understanding(Wire):
    intents: tuple[IntentGuess, ...] = ()
    entities: tuple[EntityFound, ...] = ()
    slots: dict[str, Any] = {}


class TurnReply(Wire):
    messages: tuple[BotMessage, ...]
    understanding: Understanding


# --- actions -> desk: `/internal/...`, header `X-Kulanz-Secret` --------------------------------------------------


class OrderItemView(Wire):
    sku: str
    name: str
    quantity: int
    unit_cents: int
    state: Literal["open", "shipped", "delivered", "returned", "missing"]


OrderState = Literal["processing", "shipped", "delivered", "partly_delivered", "lost", "returned", "cancelled"]


class OrderView(Wire):
    number: str
    state: OrderState
    ordered_on: str
    promised_on: str
    shipped_on: str | None
    delivered_on: str | None
    days_late: int
    """Whole days after the promised day; 0 when on time."""
    carrier: str | None
    tracking_code: str | None
    total_cents: int
    currency: str
    items: tuple[OrderItemView, ...]


class OrdersAsked(Wire):
    """`POST /internal/orders`. Without a number: the latest orders of the proven customer, newest first."""

    context: TurnContext
    order_number: str | None = None


class OrdersFound(Wire):
    outcome: Literal["found", "identity_required", "not_found"]
    """`not_found` is also the answer for somebody else's order."""
    orders: tuple[OrderView, ...] = ()


class CreditClaimed(Wire):
    """`POST /internal/credit-claims`. The only things a claim can say: which order, why, which item."""

    context: TurnContext
    reason: Literal["late_delivery", "damaged_item", "missing_item"]
    order_number: str
    item_sku: str | None = None


class CreditDecided(Wire):
    """What became of a claim.

    `granted`: booked and shown to the visitor as a card already. `already_granted`: the same, from before.
    `proposed`: waits for a person, so hand over. `refused`: see `because` (a key of the texts in both languages).
    """

    outcome: Literal[
        "granted",
        "already_granted",
        "proposed",
        "already_proposed",
        "refused",
        "identity_required",
        "order_not_found",
        "stale",
    ]
    amount_cents: int = 0
    currency: str = "EUR"
    reference: str | None = None
    because: str = ""
    """Rule that decided, e.g. `late_delivery.on_time`, `cap.customer_30_days`, `limit.bot`."""
