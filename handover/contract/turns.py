"""The desk asks the bot for one turn: `POST {rasa}/webhooks/desk/turn`, header `X-Kulanz-Secret`.

Rasa's environment cannot import this module (pydantic 1 there); `bot/channel.py` reads and writes the same JSON.
The bot only proposes: the desk writes the messages under the ownership version they were composed under,
then carries out a proposed handover, all in one transaction.
"""

from __future__ import annotations

from typing import Any, Literal

from handover.contract.base import Language, TrustLevel, Wire
from handover.contract.events import (
    CreditReason,
    DocumentRef,
    EntityFound,
    HandoverReason,
    IntentGuess,
    PassageTried,
    Receipt,
    SearchRecord,
)


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
    angry: float = 0.0
    """How angry the visitor's last words sound, 0 to 1; see `domain/tone.py`."""
    last_outcome: str | None = None
    """Summary of the last handover that was returned to the bot."""
    files: int = 0
    """How many came with the text. The bot cannot look into them and has to say so."""


class TurnRequest(Wire):
    """Exactly one of `text` and `signal`."""

    context: TurnContext
    text: str | None = None
    signal: Signal | None = None
    slots: dict[str, Any] | None = None
    """The bot's memory of this conversation, out of the log; it wins over what a worker remembers. None: the worker's."""


class OfferedChoice(Wire):
    label: str
    signal: Signal


class CardWish(Wire):
    """Which order or invoice to show. A number that is not the proven customer's shows nothing."""

    kind: Literal["order", "invoice"]
    number: str


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
    documents: tuple[DocumentRef, ...] = ()
    cards: tuple[CardWish, ...] = ()
    """Cards to show under the text; the desk fills them."""
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


class ParcelView(Wire):
    """One parcel of an order that came in several."""

    carrier: str
    tracking_code: str
    tracking_url: str | None
    state: Literal["shipped", "delivered", "lost"]
    shipped_on: str
    delivered_on: str | None
    names: str
    """What is in it."""


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
    tracking_url: str | None = None
    parcels: tuple[ParcelView, ...] = ()
    """Empty: everything in one, by the carrier above."""
    deliver_to: str | None = None
    """The address it goes to, in one line."""
    return_until: str | None = None
    """Last ISO day on which it can be sent back without a reason; none before it has arrived."""
    return_is_open: bool = False
    """That day has not passed, and something is there to be sent back."""


class OrdersAsked(Wire):
    """`POST /internal/orders`. Without a number: the latest orders of the proven customer, newest first."""

    context: TurnContext
    order_number: str | None = None


class OrdersFound(Wire):
    outcome: Literal["found", "identity_required", "not_found"]
    """`not_found` is also the answer for somebody else's order."""
    orders: tuple[OrderView, ...] = ()


class CreditClaimed(Wire):
    """`POST /internal/credit-claims`. The only things a claim can say: why, and what it is about."""

    context: TurnContext
    reason: CreditReason
    subject: str
    """Number of the order; of the subscription, for an outage; of the invoice, for a billing error."""
    item_sku: str | None = None
    outage_id: str | None = None
    """Only for an outage, which has to be named."""


class CreditDecided(Wire):
    """What became of a claim.

    `granted`: booked and shown to the visitor as a card already. `already_granted`: the same, from before.
    `proposed`: waits for a person, so hand over. `refused`: see `because` (a key of the texts in both languages).
    `not_found` is also the answer for somebody else's order, subscription or invoice.
    """

    outcome: Literal[
        "granted",
        "already_granted",
        "proposed",
        "already_proposed",
        "refused",
        "identity_required",
        "not_found",
        "stale",
    ]
    amount_cents: int = 0
    currency: str = "EUR"
    reference: str | None = None
    because: str = ""
    """Rule that decided, e.g. `late_delivery.on_time`, `cap.customer_30_days`, `limit.bot`."""
    facts: dict[str, str | int | bool | None] = {}
    """What the database says about the subject: numbers, ISO days and times, cents."""
