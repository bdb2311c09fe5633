"""A customer's own contact data: shown and changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from handover.contract.selfservice import ContactView
from handover.domain.address import Address
from handover.domain.customer import Customer
from handover.domain.selfservice import Facts, ServiceRequest
from handover.services.phones import read_phones, region_of, shown_phone
from handover.services.selfservice.account_mails import contact_changed
from handover.services.selfservice.kinds import Answer, Case, Kind, Plan, Refused, Unknown
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Undo

CHANGE = "contact.change"
GERMAN_POSTCODE = 5
"""Digits; Austria and Switzerland have four."""


def contact(reader: Reader) -> dict[str, Any]:
    known = reader.unit.customers.record(reader.customer_id)
    view = ContactView(
        number=known.number,
        name=known.name,
        email=known.email,
        phone=known.phone and shown_phone(known.phone),
        street=known.street,
        postcode=known.postcode,
        city=known.city,
    )
    return {"contact": view}


def change_contact(case: Case) -> Answer:
    """`part`: `phone` (with `phone` as typed; empty: delete it) or `address` (with `street`, `postcode`, `city`)."""
    known = case.unit.customers.record(case.customer_id)
    match case.params.get("part"):
        case "phone":
            return _change_phone(case, known)
        case "address":
            return _change_address(case, known)
        case _:
            return Unknown()


def _change_phone(case: Case, known: Customer) -> Answer:
    typed = case.params.get("phone", "").strip()
    found = read_phones(typed, _regions(known))
    if typed and len(found) != 1:
        return Refused("contact.phone_unclear" if not found else "contact.several_phones")
    phone = found.pop() if found else None
    facts: Facts = {
        "part": "phone",
        "before": known.phone and shown_phone(known.phone),
        "after": phone and shown_phone(phone),
        "phone_before": known.phone,
    }
    return _plan(
        case, facts, lambda: case.unit.customers.set_phone(case.customer_id, phone), is_so=phone == known.phone
    )


def _regions(known: Customer) -> tuple[str, ...]:
    """The country of a number without country code: that of the number before, or where the customer lives."""
    if before := region_of(known.phone):
        return (before,)
    return ("DE",) if not known.postcode or len(known.postcode) == GERMAN_POSTCODE else ("AT", "CH")


def _change_address(case: Case, known: Customer) -> Answer:
    street, postcode, city = (" ".join(case.params.get(name, "").split()) for name in ("street", "postcode", "city"))
    if flaw := Address(street, postcode, city).flaw:
        return Refused(f"contact.{flaw}")
    facts: Facts = {
        "part": "address",
        "before": _line(known.street, known.postcode, known.city),
        "after": _line(street, postcode, city),
        "street_before": known.street,
        "postcode_before": known.postcode,
        "city_before": known.city,
    }
    is_so = (street, postcode, city) == (known.street, known.postcode, known.city)
    return _plan(
        case,
        facts,
        lambda: case.unit.customers.set_address(case.customer_id, street, postcode, city),
        is_so=is_so,
    )


def _line(street: str | None, postcode: str | None, city: str | None) -> str | None:
    return f"{street}, {postcode} {city}" if street and postcode and city else None


def _plan(case: Case, facts: Facts, write: Callable[[], None], *, is_so: bool) -> Answer:
    key = change_key(case, CHANGE, "part", facts, is_so=is_so)
    if key is None:
        return Refused("contact.unchanged", facts)

    def apply(_: ServiceRequest) -> None:
        write()

    return Plan(
        key=key,
        facts=facts,
        apply=apply,
        mail=partial(contact_changed, case),
        undo_until=case.end_of_day,
    )


def change_key(case: Case, kind: str, what: str, facts: Facts, *, is_so: bool) -> tuple[str, ...] | None:
    """What makes this change happen once, though the same value may be set again after another one.

    `what` names the fact that says which thing is changed, `facts["after"]` is its new value. None: it is so already,
    and not by the last change made here.
    """
    made = [one for one in case.unit.selfservice.requests_of(case.customer_id, kind) if one.facts[what] == facts[what]]
    last = made[0] if made else None
    if not is_so:
        return str(facts[what]), str(facts["after"]), str(len(made))
    if last is None or last.state == "undone" or last.facts["after"] != facts["after"]:
        return None
    return str(facts[what]), str(facts["after"]), str(len(made) - 1)


def undo_contact(case: Case, request: ServiceRequest) -> None:
    before = {name: None if value is None else str(value) for name, value in request.facts.items()}
    if before["part"] == "phone":
        case.unit.customers.set_phone(case.customer_id, before["phone_before"])
    else:
        address = before["street_before"], before["postcode_before"], before["city_before"]
        case.unit.customers.set_address(case.customer_id, *address)


KINDS: dict[str, Kind] = {CHANGE: change_contact}
UNDOS: dict[str, Undo] = {CHANGE: undo_contact}
PARTS: dict[str, Part] = {"contact": contact}
