"""What the bot and the desk may know of a customer's orders."""

from __future__ import annotations

from datetime import datetime, tzinfo

from handover.contract.turns import OrderItemView, OrdersAsked, OrdersFound, OrderView
from handover.domain.shop import Item, Order
from handover.services.ports import Units


class Shop:
    """Answers for the proven customer of a conversation only, whatever number was named."""

    def __init__(self, unit: Units, zone: tzinfo) -> None:
        self.unit = unit
        self.zone = zone

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
            views = tuple(order_view(order, conversation.language, unit.now, self.zone) for order in orders)
        return OrdersFound(outcome="found" if views else "not_found", orders=views)


def order_view(order: Order, language: str, now: datetime, zone: tzinfo) -> OrderView:
    """An order as people read it: days of the shop's calendar, names in their language."""

    def day(at: datetime | None) -> str | None:
        return at.astimezone(zone).date().isoformat() if at else None

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
    )


def _item_view(item: Item, language: str) -> OrderItemView:
    return OrderItemView(
        sku=item.sku,
        name=item.name(language),
        quantity=item.quantity,
        unit_cents=item.unit_cents,
        state=item.state,
    )
