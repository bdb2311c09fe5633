"""Sending back: announced by the customer, with a label or a collection; and what has become of the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, get_args

from handover.contract.selfservice import PaymentMethodView, RefundView, ReturnView
from handover.domain.address import country_of
from handover.domain.returns import OUR_FAULT
from handover.domain.selfservice import Facts, ServiceRequest
from handover.domain.shop import Item, Order, PaymentMethod, Refund, Return, method_name
from handover.domain.workdays import after_working_days
from handover.services.selfservice.kinds import ALL, Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.order_mails import in_writing
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Check, Undo

REASONS = frozenset({"not_wanted", "wrong_item", "damaged", "other"})
OVERDUE_DAYS = 10
"""Working days after the arrival: later than that, a person looks into it."""
_LABEL_NAME = {"de": "Ruecksendeetikett-{number}.pdf", "en": "return-label-{number}.pdf"}

# --- announcing ---------------------------------------------------------------------------------------------------


def send_back(case: Case) -> Answer:
    """What has arrived, within the return period; each piece once."""
    order = case.unit.shop.order_of(case.customer_id, case.subject)
    if order is None:
        return Unknown()
    chosen = _chosen(case, order)
    known = _announced(case, order, chosen)
    if known is not None:
        return _again(case, order, chosen, known)
    return _refused(case, order, chosen) or _announcement(case, order, chosen)


def _refused(case: Case, order: Order, chosen: list[Item]) -> Refused | None:
    number: Facts = {"number": order.number}
    if order.delivered_at is None or order.state not in ("delivered", "partly_delivered"):
        return Refused(f"return.{order.state}", number)
    if not chosen or case.params.get("reason", "") not in REASONS:
        return Refused("return.not_here", number)
    last_day = _last_day(case, order)
    if case.today > last_day:
        return Refused("return.too_late", {**number, "last_day": last_day.isoformat()})
    days = [day.isoformat() for day in case.rules.returns.collection(case.today)]
    if _is_collected(case, chosen) and case.params.get("collect_on") not in days:
        return Refused("return.choose_day", {**number, "days": ",".join(days)})
    return None


def _last_day(case: Case, order: Order) -> date:
    delivered_at = order.delivered_at or case.now
    reason = case.params.get("reason", "")
    return case.rules.returns.until(_day(case, order.ordered_at), _day(case, delivered_at), reason)


def _announcement(case: Case, order: Order, chosen: list[Item]) -> Plan:
    collected = _is_collected(case, chosen)

    def apply(request: ServiceRequest) -> None:
        case.unit.refunds.add_return(
            Return(
                number=request.reference,
                order_id=order.id,
                customer_id=case.customer_id,
                items=tuple((item.sku, item.quantity) for item in chosen),
                reason=case.params["reason"],
                state="announced",
                created_at=case.now,
                received_at=None,
            )
        )

    return Plan(
        key=_key(case, chosen, len(case.made("order.return"))),
        facts={**_facts(case, order, chosen), "collect_on": case.params["collect_on"] if collected else None},
        apply=apply,
        mail=partial(in_writing, case),
        document=None if collected else _label_of(case, order, ""),
        undo_until=case.end_of_day,
        is_open=collected,
    )


def _label_of(case: Case, order: Order, number: str) -> tuple[str, str, str]:
    return ("return_label", number, _LABEL_NAME[case.language].format(number=order.number))


def label(case: Case) -> Answer:
    """The label of an announced return, once more."""
    found = next((one for one in case.unit.refunds.returns_of(case.customer_id) if one.number == case.subject), None)
    if found is None:
        return Unknown()
    order = next(one for one in case.unit.shop.orders_of(case.customer_id, ALL) if one.id == found.order_id)
    chosen = [item for item in order.items if item.sku in dict(found.items)]
    if found.state != "announced":
        return Refused("return.arrived", {"return_number": found.number})
    if _is_collected(case, chosen):
        return Refused("return.no_label", {"return_number": found.number})
    facts: Facts = {"return_number": found.number, "number": order.number}
    return Plan(key=(found.number,), facts=facts, document=_label_of(case, order, found.number))


def _chosen(case: Case, order: Order) -> list[Item]:
    """Items by their numbers, or `all` that are left; none if one of them is not there to be sent back."""
    here = {item.sku: item for item in order.items if item.state == "delivered" and item.unit_cents > 0}
    written = case.params.get("items", "")
    if written == "all":
        left = [item for item in here.values() if _announced(case, order, [item]) is None]
        return left or list(here.values())
    skus = dict.fromkeys(sku for sku in written.split(",") if sku)
    return [here[sku] for sku in skus] if all(sku in here for sku in skus) else []


def _announced(case: Case, order: Order, chosen: Iterable[Item]) -> Return | None:
    """A return that one of the items goes back with already."""
    skus = {item.sku for item in chosen}
    mine = case.unit.refunds.returns_of(case.customer_id)
    return next((one for one in mine if one.order_id == order.id and skus & dict(one.items).keys()), None)


def _again(case: Case, order: Order, chosen: list[Item], known: Return) -> Answer:
    """The same items: the first answer. Others: say what goes back already."""
    made = case.made("order.return")
    mine = [one for one in made if one.reference == known.number and known.state == "announced"]
    if not mine or {item.sku for item in chosen} != dict(known.items).keys():
        return Refused("return.announced", {"number": order.number, "return_number": known.number})
    return Plan(
        key=_key(case, chosen, made.index(mine[0])),
        facts=mine[0].facts,
        document=None if _is_collected(case, chosen) else _label_of(case, order, known.number),
    )


def _key(case: Case, chosen: list[Item], place: int) -> tuple[str, ...]:
    """`place`: among all returns of the order, so that one that was taken back can be announced again."""
    return (case.subject, *sorted(item.sku for item in chosen), str(place))


def _facts(case: Case, order: Order, chosen: list[Item]) -> Facts:
    customer = case.unit.customers.record(case.customer_id)
    postcode = order.delivery_postcode or customer.postcode or ""
    reason = case.params["reason"]
    free = reason in OUR_FAULT or country_of(postcode, order.currency) in case.rules.returns.free_from
    sealed = [item for item in chosen if item.sku in case.rules.returns.sealed_only]
    return {
        "number": order.number,
        "items": ",".join(item.sku for item in chosen),
        "names_de": ", ".join(_counted(item, "de") for item in chosen),
        "names_en": ", ".join(_counted(item, "en") for item in chosen),
        "sealed_de": ", ".join(item.name("de") for item in sealed),
        "sealed_en": ", ".join(item.name("en") for item in sealed),
        "reason": reason,
        "price_cents": sum(item.quantity * item.unit_cents for item in chosen),
        "currency": order.currency,
        "last_day": _last_day(case, order).isoformat(),
        "checked_within": case.rules.returns.checked_within,
        "free": int(free),
    }


def _counted(item: Item, language: str) -> str:
    return item.name(language) if item.quantity == 1 else f"{item.quantity} × {item.name(language)}"


def _is_collected(case: Case | Reader, items: Iterable[Item]) -> bool:
    return any(item.sku in case.rules.returns.collected for item in items)


def undo_return(case: Case, request: ServiceRequest) -> None:
    case.unit.refunds.drop_return(request.reference)


def can_undo_return(case: Case, request: ServiceRequest) -> bool:
    """It has not arrived yet."""
    return any(
        one.number == request.reference and one.state == "announced"
        for one in case.unit.refunds.returns_of(case.customer_id)
    )


def _day(case: Case | Reader, at: Any) -> date:
    day: date = at.astimezone(case.zone).date()
    return day


# --- reading ------------------------------------------------------------------------------------------------------


def refunds(reader: Reader) -> dict[str, Any]:
    orders = _numbers(reader)
    invoices = {one.id: one.number for one in reader.unit.shop.invoices_of(reader.customer_id, ALL)}
    methods = reader.unit.shop.payment_methods_of(reader.customer_id)
    return {
        "refunds": tuple(
            _refund_view(one, orders, invoices, methods, reader)
            for one in reader.unit.refunds.refunds_of(reader.customer_id)
        )
    }


def _numbers(reader: Reader) -> dict[str, str]:
    return {one.id: one.number for one in reader.unit.shop.orders_of(reader.customer_id, ALL)}


def _refund_view(
    refund: Refund, orders: dict[str, str], invoices: dict[str, str], methods: list[PaymentMethod], reader: Reader
) -> RefundView:
    kind = next((one.kind for one in methods if one.label == refund.method), None)
    return RefundView(
        reference=refund.reference,
        order_number=orders.get(refund.order_id or ""),
        invoice_number=invoices.get(refund.invoice_id or ""),
        cents=refund.cents,
        currency=refund.currency,
        reason=refund.reason,
        method=method_name(refund.method, methods, reader.language),
        state=refund.state,
        expected_on=refund.expected_on,
        paid_on=refund.paid_on,
        method_kind=kind if kind in get_args(PaymentMethodView.model_fields["kind"].annotation) else None,
        days_until_there=reader.rules.refunds.by_method.get(kind or ""),
        is_overdue=refund.state == "announced" and refund.expected_on < reader.today,
    )


def returns(reader: Reader) -> dict[str, Any]:
    orders = {one.id: one for one in reader.unit.shop.orders_of(reader.customer_id, ALL)}
    sent_back = reader.unit.refunds.returns_of(reader.customer_id)
    return {"returns": tuple(_return_view(one, orders[one.order_id], reader) for one in sent_back)}


def _return_view(found: Return, order: Order, reader: Reader) -> ReturnView:
    items = [item for item in order.items if item.sku in dict(found.items)]
    received = _day(reader, found.received_at) if found.received_at else None
    late_after = after_working_days(received, OVERDUE_DAYS) if received else None
    return ReturnView(
        number=found.number,
        order_number=order.number,
        items=",".join(item.sku for item in items),
        names=", ".join(_counted(item, reader.language) for item in items),
        reason=found.reason,
        state=found.state,
        announced_on=_day(reader, found.created_at),
        received_on=received,
        refund_by=reader.rules.returns.checked_by(received) if received else None,
        is_collected=_is_collected(reader, items),
        is_overdue=found.state == "received" and late_after is not None and late_after < reader.today,
    )


KINDS: dict[str, Kind] = {"order.return": send_back, "order.return_label": label}
UNDOS: dict[str, Undo] = {"order.return": undo_return}
CHECKS: dict[str, Check] = {"order.return": can_undo_return}
PARTS: dict[str, Part] = {"refunds": refunds, "returns": returns}
