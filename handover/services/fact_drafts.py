"""Answers made of the proven customer's own facts: how an order, an invoice or a subscription stands, in their language.

Only what was asked about, by what the bot understood; every number and day is the shop's. Whole sentences, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handover.contract.suggestions import DraftSource, DraftSourceKind, Suggestion
from handover.contract.turns import OrderView
from handover.domain.shop import Invoice, Order, Subscription
from handover.services.fact_words import TEXTS
from handover.services.selfservice import reading
from handover.services.shop import order_view
from handover.services.wording import day, money

ABOUT_ORDERS = frozenset(
    {
        "order_status",
        "parcel_late",
        "parcel_lost",
        "missed_delivery",
        "partial_delivery",
        "delivery_time",
        "cancel_order",
        "change_delivery_address",
        "return_how",
        "return_label",
        "return_period",
    }
)
ABOUT_RETURNS = frozenset({"return_how", "return_label", "return_period", "exchange"})
ABOUT_INVOICES = frozenset({"invoice_due", "invoice_explain", "invoice_download", "dunning", "failed_payment"})
ABOUT_SUBSCRIPTIONS = frozenset(
    {
        "my_subscription",
        "cancel_subscription",
        "notice_period",
        "pause_subscription",
        "resume_subscription",
        "upgrade_plan",
        "downgrade_plan",
    }
)
LOOKED_AT = 50
"""Orders and invoices among which a named one is looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the open questions are about."""

    intents: frozenset[str]
    entities: Mapping[str, str]
    """The last of each kind."""
    mentioned: Mapping[str, str]
    """The same of the whole conversation: what an earlier message named may still be meant."""

    def is_about(self, intents: frozenset[str], entity: str) -> bool:
        return entity in self.entities or bool(self.intents & intents)


class Reader(reading.Reader):
    """Finds words for what it reads, in the customer's language."""

    __slots__ = ()

    def say(self, key: str, **values: str) -> str:
        return TEXTS[self.language][key].format(**values)

    def iso_day(self, iso: str) -> str:
        return day(date.fromisoformat(iso), self.language)


def fact_drafts(reader: Reader, asked: Asked) -> Iterator[Suggestion]:
    """At most one of each kind."""
    if asked.is_about(ABOUT_ORDERS | ABOUT_RETURNS, "order_number"):
        yield from _about_order(reader, asked)
    if asked.is_about(ABOUT_INVOICES, "invoice_number"):
        yield from _about_invoice(reader, asked)
    if asked.is_about(ABOUT_SUBSCRIPTIONS, "subscription_number"):
        yield from _about_subscription(reader, asked)


# --- orders -----------------------------------------------------------------------------------------------------------


def _about_order(reader: Reader, asked: Asked) -> Iterator[Suggestion]:
    shop, named = reader.unit.shop, asked.mentioned.get("order_number")
    if named:
        order = shop.order_of(reader.customer_id, named)
    else:
        orders = shop.orders_of(reader.customer_id, LOOKED_AT)
        under_way = [one for one in orders if one.state not in ("delivered", "returned", "cancelled")]
        wants_back = bool(asked.intents & ABOUT_RETURNS)
        order = _only(orders if wants_back else under_way or orders)
    if order is not None:
        seen = order_view(order, reader.language, reader.unit.now, reader.zone, reader.rules)
        sentences = [*_state_of(reader, seen), *_return_of(reader, seen, asked)]
        yield _suggestion(reader, "order", seen.number, sentences)


def _only(orders: Sequence[Order]) -> Order | None:
    """The one that must be meant; of several, nobody can know."""
    return orders[0] if len(orders) == 1 else None


def _state_of(reader: Reader, order: OrderView) -> Iterator[str]:
    values = {
        "number": order.number,
        "promised": reader.iso_day(order.promised_on),
        "shipped": reader.iso_day(order.shipped_on) if order.shipped_on else "",
        "delivered": reader.iso_day(order.delivered_on) if order.delivered_on else "",
        "carrier": order.carrier or "",
        "code": order.tracking_code or "",
    }
    key = f"order.{order.state}"
    yield reader.say(f"{key}_late" if order.days_late and f"{key}_late" in TEXTS[reader.language] else key, **values)
    if order.parcels:
        yield from (_parcel(reader, order, place) for place in range(len(order.parcels)))
    elif order.state == "shipped" and order.carrier and order.tracking_code:
        yield reader.say("order.tracking", **values)
        if order.tracking_url:
            yield reader.say("order.link", url=order.tracking_url)


def _parcel(reader: Reader, order: OrderView, place: int) -> str:
    parcel = order.parcels[place]
    on = parcel.delivered_on if parcel.state == "delivered" and parcel.delivered_on else parcel.shipped_on
    return reader.say(
        f"parcel.{parcel.state}",
        place=str(place + 1),
        names=parcel.names,
        carrier=parcel.carrier,
        code=parcel.tracking_code,
        day=reader.iso_day(on),
    )


def _return_of(reader: Reader, order: OrderView, asked: Asked) -> Iterator[str]:
    if asked.intents & ABOUT_RETURNS and order.return_until:
        key = "order.return_open" if order.return_is_open else "order.return_over"
        yield reader.say(key, day=reader.iso_day(order.return_until))


# --- invoices and subscriptions ---------------------------------------------------------------------------------------


def _about_invoice(reader: Reader, asked: Asked) -> Iterator[Suggestion]:
    shop, named = reader.unit.shop, asked.mentioned.get("invoice_number")
    if named:
        invoice = shop.invoice_of(reader.customer_id, named)
    else:
        invoices = shop.invoices_of(reader.customer_id, LOOKED_AT)
        invoice = next((one for one in invoices if one.state != "paid"), invoices[0] if invoices else None)
    if invoice is not None:
        yield _suggestion(reader, "invoice", invoice.number, [_invoice_state(reader, invoice)])


def _invoice_state(reader: Reader, invoice: Invoice) -> str:
    is_overdue = invoice.state == "open" and invoice.due_on < reader.today
    key = "invoice.overdue" if is_overdue else f"invoice.{invoice.state}"
    return reader.say(
        key if key in TEXTS[reader.language] else "invoice.open",
        number=invoice.number,
        issued=day(invoice.issued_on, reader.language),
        due=day(invoice.due_on, reader.language),
        amount=money(invoice.total_cents, invoice.currency, reader.language),
    )


def _about_subscription(reader: Reader, asked: Asked) -> Iterator[Suggestion]:
    subscriptions = reader.unit.shop.subscriptions_of(reader.customer_id)
    named = asked.mentioned.get("subscription_number")
    running = [one for one in subscriptions if one.state != "cancelled"] or subscriptions
    meant = [one for one in subscriptions if one.number == named] if named else running
    if len(meant) == 1:
        yield _suggestion(reader, "subscription", meant[0].number, _subscription_state(reader, meant[0]))


def _subscription_state(reader: Reader, subscription: Subscription) -> list[str]:
    plans = reader.unit.shop.plans()

    def name(plan: str) -> str:
        return plans[plan].name(reader.language) if plan in plans else plan

    def on(at: date | None) -> str:
        return day(at, reader.language) if at else ""

    values = {
        "number": subscription.number,
        "plan": name(subscription.plan),
        "amount": money(subscription.monthly_cents, subscription.currency, reader.language),
        "started": on(subscription.started_on),
        "paid_until": on(subscription.paid_until),
        "ends": on(subscription.ends_on),
        "from": on(subscription.paused_from),
        "until": on(subscription.paused_until),
    }
    if subscription.ends_on is not None:
        return [reader.say("subscription.ends", **values)]
    sentences = [reader.say("subscription.active", **values)]
    if subscription.paused_from and subscription.paused_until:
        sentences.append(reader.say("subscription.paused", **values))
    if subscription.next_plan and subscription.next_plan_on:
        change = {"plan": name(subscription.next_plan), "day": on(subscription.next_plan_on)}
        sentences.append(reader.say("subscription.changes", **change))
    return sentences


def _suggestion(reader: Reader, kind: DraftSourceKind, number: str, sentences: Sequence[str]) -> Suggestion:
    return Suggestion(
        source=DraftSource(kind=kind, id=number), title="", text=" ".join(sentences), language=reader.language
    )
