"""Cards under the bot's words: an order or an invoice as it stands, read from the shop's data and never from a text.

The bot only names a number. What is not the proven customer's, does not exist, or is asked for by nobody proven gets no
card, and all of these look the same; the words of the message stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from handover.contract.base import Language
from handover.contract.events import Card, CardLine, DocumentRef, InvoiceCard, OrderCard
from handover.contract.turns import CardWish
from handover.domain.conversation import Conversation
from handover.domain.shop import Invoice, InvoiceLine, Order
from handover.services.documents.offering import offer
from handover.services.ports import UnitOfWork
from handover.services.selfservice.billing import FILE_NAMES
from handover.services.shop import order_view
from handover.services.shop_rules import ShopRules

MOST = 12
"""Cards under one message; the bot never has more to say about."""

PLAIN_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "proration": "{text} (anteilig)",
        "one_off": "{text} (einmalig)",
        "usage": "{text} (nach Nutzung)",
        "fee": "{text} (Gebühr)",
    },
    "en": {
        "proration": "{text} (pro rata)",
        "one_off": "{text} (one-off)",
        "usage": "{text} (by usage)",
        "fee": "{text} (fee)",
    },
}
"""What kind of charge a line is, where its own text leaves that open."""


@dataclass(frozen=True, slots=True)
class Cards:
    """`zone`: that of the shop's days."""

    zone: tzinfo = UTC
    rules: ShopRules = field(default_factory=ShopRules)

    def fill(self, unit: UnitOfWork, conversation: Conversation, wishes: Iterable[CardWish]) -> tuple[Card, ...]:
        """Each thing once, in the order it was wished for; snapshots of this moment."""
        customer_id = conversation.proven_customer
        if customer_id is None:
            return ()
        wanted = list(dict.fromkeys((wish.kind, wish.number.strip()) for wish in wishes))[:MOST]
        found = (self._card(unit, conversation, customer_id, kind, number) for kind, number in wanted)
        return tuple(card for card in found if card)

    def _card(
        self, unit: UnitOfWork, conversation: Conversation, customer_id: str, kind: str, number: str
    ) -> Card | None:
        if kind == "order":
            order = unit.shop.order_of(customer_id, number)
            return self._order(order, conversation.language, unit.now) if order else None
        invoice = unit.shop.invoice_of(customer_id, number)
        return self._invoice(unit, conversation, invoice) if invoice else None

    def _order(self, order: Order, language: Language, now: datetime) -> OrderCard:
        seen = order_view(order, language, now, self.zone, self.rules)
        return OrderCard(
            kind="order",
            number=seen.number,
            state=seen.state,
            ordered_on=seen.ordered_on,
            promised_on=seen.promised_on,
            delivered_on=seen.delivered_on,
            days_late=seen.days_late,
            carrier=seen.carrier,
            tracking_code=seen.tracking_code,
            tracking_url=seen.tracking_url,
            total_cents=seen.total_cents,
            currency=seen.currency,
            lines=tuple(
                CardLine(text=item.name, quantity=item.quantity, amount_cents=item.unit_cents * item.quantity)
                for item in seen.items
            ),
        )

    def _invoice(self, unit: UnitOfWork, conversation: Conversation, invoice: Invoice) -> InvoiceCard:
        is_overdue = invoice.state == "open" and invoice.is_overdue(unit.now.astimezone(self.zone).date())
        return InvoiceCard(
            kind="invoice",
            number=invoice.number,
            state="overdue" if is_overdue else invoice.state,
            issued_on=invoice.issued_on.isoformat(),
            due_on=invoice.due_on.isoformat(),
            total_cents=invoice.total_cents,
            open_cents=0 if invoice.state == "paid" else max(0, invoice.total_cents),
            currency=invoice.currency,
            lines=tuple(_line(line, conversation.language) for line in invoice.lines),
            document=_offered(unit, conversation, invoice),
        )


def _line(line: InvoiceLine, language: Language) -> CardLine:
    text = line.text(language)
    worded = PLAIN_WORDS[language].get(line.kind, "{text}").replace("{text}", text)
    return CardLine(text=worded, amount_cents=line.cents)


def _offered(unit: UnitOfWork, conversation: Conversation, invoice: Invoice) -> DocumentRef:
    return offer(
        unit,
        conversation_id=conversation.id,
        customer_id=invoice.customer_id,
        language=conversation.language,
        kind="invoice",
        subject=invoice.number,
        name=FILE_NAMES[conversation.language].format(number=invoice.number),
    )
