"""Orders before they are sent: cancelled, or sent to another address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

from handover.domain.address import Address, Country, country_of
from handover.domain.selfservice import Facts, ServiceRequest
from handover.domain.shop import Order, Refund
from handover.services.selfservice.kinds import Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.order_mails import in_writing
from handover.services.selfservice.reading import Part
from handover.services.selfservice.refunding import announced
from handover.services.selfservice.undo import Check, Undo

_COUNTRIES: dict[str, Country] = {"DE": "DE", "AT": "AT", "CH": "CH"}

# --- cancelling ---------------------------------------------------------------------------------------------------


def cancel(case: Case) -> Answer:
    """As long as it is not sent. What was paid goes back the way it came."""
    order = case.unit.shop.order_of(case.customer_id, case.subject)
    if order is None:
        return Unknown()
    if order.state == "cancelled" and (known := _latest(case, "order.cancel")):
        return Plan(key=_key(case, "order.cancel", known), facts=known.facts)
    if order.state != "processing":
        return Refused(f"order.cancel.{order.state}", {"number": order.number})
    paid = _paid(case, order)

    def apply(request: ServiceRequest) -> None:
        case.unit.shop.save_order(order, replace(order, state="cancelled"))
        for reference, (method, cents) in zip(_refund_references(request), paid.items(), strict=False):
            refund = announced(
                case,
                order,
                reason="order_cancelled",
                reference=reference,
                method=method,
                cents=cents,
                within=case.rules.refunds.cancelled[1],
            )
            case.unit.refunds.add_refund(refund)

    return Plan(
        key=_key(case, "order.cancel"),
        facts=_refund_facts(case, order, paid),
        apply=apply,
        mail=partial(in_writing, case),
        undo_until=case.end_of_day,
    )


def _paid(case: Case, order: Order) -> dict[str, int]:
    """Cents that were paid for the order and have not gone back, by the way they came."""
    paid: dict[str, int] = {}
    for payment in case.unit.shop.payments_of(case.customer_id):
        if payment.order_id == order.id and payment.state == "booked":
            paid[payment.method] = paid.get(payment.method, 0) + payment.cents
    for refund in case.unit.refunds.refunds_of(case.customer_id):
        if refund.order_id == order.id and refund.method in paid:
            paid[refund.method] -= refund.cents
    return {method: cents for method, cents in paid.items() if cents > 0}


def _refund_facts(case: Case, order: Order, paid: dict[str, int]) -> Facts:
    first, last = (case.today + timedelta(days=days) for days in case.rules.refunds.cancelled)
    return {
        "number": order.number,
        "refund_cents": sum(paid.values()),
        "currency": order.currency,
        "method": ", ".join(sorted(paid)),
        "refund_from": first.isoformat(),
        "refund_until": last.isoformat(),
    }


def _refund_references(request: ServiceRequest) -> Iterator[str]:
    """Like E-7K3Q9M, E-7K3Q9M-2, ...: as unique as the request's own."""
    reference = request.reference.replace("V-", "E-", 1)
    return (f"{reference}-{place}" if place > 1 else reference for place in count(1))


def undo_cancel(case: Case, request: ServiceRequest) -> None:
    order = _order(case, request)
    case.unit.shop.save_order(order, replace(order, state="processing"))
    for refund in _refunds_of(case, request):
        case.unit.refunds.drop_refund(refund.reference)


def can_undo_cancel(case: Case, request: ServiceRequest) -> bool:
    """Nobody has paid the money back yet."""
    refunds = _refunds_of(case, request)
    return _order(case, request).state == "cancelled" and all(one.state == "announced" for one in refunds)


def _refunds_of(case: Case, request: ServiceRequest) -> list[Refund]:
    reference = next(_refund_references(request))
    return [one for one in case.unit.refunds.refunds_of(case.customer_id) if one.reference.startswith(reference)]


# --- another address ----------------------------------------------------------------------------------------------


def change_address(case: Case) -> Answer:
    """As long as it is not sent, and within the country: elsewhere the postage is another."""
    order = case.unit.shop.order_of(case.customer_id, case.subject)
    if order is None:
        return Unknown()
    asked, old = _asked_for(case), _delivered_to(case, order)
    if because := _address_refused(order, asked, old):
        return Refused(f"order.address.{because}", {"number": order.number})
    facts: Facts = {**_parts(asked), **{f"old_{name}": value for name, value in _parts(old).items()}}
    facts["number"] = order.number
    if _parts(asked) == _parts(old):
        known = _latest(case, "order.change_address")
        if known is None:
            return Refused("order.address.same", facts)
        return Plan(key=_key(case, "order.change_address", known), facts=known.facts)

    def apply(_: ServiceRequest) -> None:
        case.unit.shop.save_order(order, _with_address(order, asked))

    return Plan(
        key=_key(case, "order.change_address"),
        facts={**facts, "had_own": int(order.delivery_street is not None)},
        apply=apply,
        mail=partial(in_writing, case),
        undo_until=case.end_of_day,
    )


def _asked_for(case: Case) -> Address:
    return Address(
        street=" ".join(case.params.get("street", "").split()),
        postcode=case.params.get("postcode", "").strip(),
        city=" ".join(case.params.get("city", "").split()),
        country=_COUNTRIES.get(case.params.get("country", "")),
    )


def _address_refused(order: Order, asked: Address, old: Address) -> str | None:
    if order.state != "processing":
        return order.state
    if asked.flaw:
        return f"no_{asked.flaw}"
    there = asked.country or country_of(asked.postcode, order.currency)
    return "abroad" if there != country_of(old.postcode, order.currency) else None


def undo_address(case: Case, request: ServiceRequest) -> None:
    order, facts = _order(case, request), request.facts
    if not facts["had_own"]:
        own = replace(order, delivery_street=None, delivery_postcode=None, delivery_city=None)
        case.unit.shop.save_order(order, own)
        return
    street, postcode, city = (str(facts[f"old_{name}"]) for name in ("street", "postcode", "city"))
    old = Address(street, postcode, city)
    case.unit.shop.save_order(order, _with_address(order, old))


def can_undo_address(case: Case, request: ServiceRequest) -> bool:
    """It is not sent, and no later change stands on this one."""
    order = _order(case, request)
    now = _parts(_delivered_to(case, order))
    return order.state == "processing" and all(request.facts[name] == value for name, value in now.items())


def _delivered_to(case: Case, order: Order) -> Address:
    if order.delivery_street is not None:
        return Address(order.delivery_street, order.delivery_postcode or "", order.delivery_city or "")
    customer = case.unit.customers.record(case.customer_id)
    return Address(customer.street or "", customer.postcode or "", customer.city or "")


def _with_address(order: Order, address: Address) -> Order:
    return replace(
        order,
        delivery_street=address.street,
        delivery_postcode=address.postcode,
        delivery_city=address.city,
    )


def _parts(address: Address) -> dict[str, str]:
    return {"street": address.street, "postcode": address.postcode, "city": address.city}


# --- what both have in common -------------------------------------------------------------------------------------


def _key(case: Case, kind: str, known: ServiceRequest | None = None) -> tuple[str, str]:
    """The order and the place of this request among all of its kind about it, or of the one that is known."""
    made = case.made(kind)
    return (case.subject, str(made.index(known) if known else len(made)))


def _latest(case: Case, kind: str) -> ServiceRequest | None:
    """The last one that still holds."""
    return next((one for one in reversed(case.made(kind)) if one.state != "undone"), None)


def _order(case: Case, request: ServiceRequest) -> Order:
    order = case.unit.shop.order_of(case.customer_id, request.subject)
    if order is None:
        raise LookupError("the order of a request does not go away")
    return order


KINDS: dict[str, Kind] = {"order.cancel": cancel, "order.change_address": change_address}
UNDOS: dict[str, Undo] = {"order.cancel": undo_cancel, "order.change_address": undo_address}
CHECKS: dict[str, Check] = {"order.cancel": can_undo_cancel, "order.change_address": can_undo_address}
PARTS: dict[str, Part] = {}
