"""What the bot and the desk may know of a customer's orders."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from handover.contract.base import Language
from handover.contract.dossier import InvoiceLineView, InvoiceView
from handover.contract.turns import OrderItemView, OrdersAsked, OrdersFound, OrderView, ParcelView
from handover.domain.shop import Invoice, Item, Order, Parcel
from handover.services.ports import Units
from handover.services.shop_rules import ShopRules


class Shop:
    """Answers for the proven customer of a conversation only, whatever number was named."""

    def __init__(self, unit: Units, zone: tzinfo, rules: ShopRules) -> None:
        self.unit = unit
        self.zone = zone
        self.rules = rules

    def orders_for(self, asked: OrdersAsked) -> OrdersFound:
        with self.unit(write=False) as unit:
            conversation = unit.conversations.get(asked.context.conversation_id)
            customer_id = conversation.proven_customer
            if customer_id is None:
                return OrdersFound(outcome="identity_required")
            if asked.order_number is None:
                orders = unit.shop.orders_of(customer_id)
            else:
                order = unit.shop.order_of(customer_id, asked.order_number.strip())
                orders = [order] if order else []
            views = tuple(order_view(order, conversation.language, unit.now, self.zone, self.rules) for order in orders)
        return OrdersFound(outcome="found" if views else "not_found", orders=views)


def order_view(order: Order, language: str, now: datetime, zone: tzinfo, rules: ShopRules) -> OrderView:
    """An order as people read it: days of the shop's calendar, names in their language."""

    def day(at: datetime | None) -> str | None:
        return at.astimezone(zone).date().isoformat() if at else None

    return_until = _return_until(order, zone, rules)
    return OrderView(
        number=order.number,
        state=order.state,
        ordered_on=order.ordered_at.astimezone(zone).date().isoformat(),
        promised_on=order.promised_on.isoformat(),
        shipped_on=day(order.shipped_at),
        delivered_on=day(order.delivered_at),
        days_late=order.days_late(now, zone),
        carrier=order.carrier,
        tracking_code=order.tracking_code,
        total_cents=order.total_cents,
        currency=order.currency,
        items=tuple(_item_view(item, language) for item in order.items),
        tracking_url=rules.tracking_url(order.carrier, order.tracking_code),
        parcels=tuple(_parcel_view(parcel, order, language, rules) for parcel in order.parcels),
        deliver_to=order.deliver_to,
        return_until=return_until.isoformat() if return_until else None,
        return_is_open=return_until is not None and now.astimezone(zone).date() <= return_until,
    )


def _return_until(order: Order, zone: tzinfo, rules: ShopRules) -> date | None:
    if order.delivered_at is None or order.state not in ("delivered", "partly_delivered"):
        return None
    ordered_on, delivered_on = (at.astimezone(zone).date() for at in (order.ordered_at, order.delivered_at))
    return rules.returns.until(ordered_on, delivered_on)


def _parcel_view(parcel: Parcel, order: Order, language: str, rules: ShopRules) -> ParcelView:
    return ParcelView(
        carrier=parcel.carrier,
        tracking_code=parcel.tracking_code,
        tracking_url=rules.tracking_url(parcel.carrier, parcel.tracking_code),
        state=parcel.state,
        shipped_on=parcel.shipped_on.isoformat(),
        delivered_on=parcel.delivered_on.isoformat() if parcel.delivered_on else None,
        names=", ".join(item.name(language) for item in order.items if item.sku in parcel.skus),
    )


def _item_view(item: Item, language: str) -> OrderItemView:
    return OrderItemView(
        sku=item.sku,
        name=item.name(language),
        quantity=item.quantity,
        unit_cents=item.unit_cents,
        state=item.state,
    )


def invoice_view(invoice: Invoice, language: Language, today: date) -> InvoiceView:
    """An invoice as people read it on a day: its lines in their language."""
    return InvoiceView(
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        state=invoice.state,
        is_overdue=invoice.is_overdue(today),
        total_cents=invoice.total_cents,
        currency=invoice.currency,
        lines=tuple(
            InvoiceLineView(kind=line.kind, text=line.text(language), cents=line.cents) for line in invoice.lines
        ),
    )
