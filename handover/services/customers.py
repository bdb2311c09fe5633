"""Customer records as the desk shows them, with one timeline of everything."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from handover.contract.dossier import Completeness, CustomerRecord, IdentityView, TimelineEntry
from handover.contract.search import CustomerRow
from handover.domain.agent import Agent
from handover.domain.customer import Customer
from handover.domain.errors import InvalidInput
from handover.services.access import Action, require, sight_of
from handover.services.need_to_know import is_open
from handover.services.ports import TimelinePlace, UnitOfWork, Units
from handover.services.steps import printable

FOUND_AT_ONCE = 20


class Customers:
    def __init__(self, unit: Units) -> None:
        self._unit = unit

    def record(self, agent: Agent, customer_id: str) -> CustomerRecord:
        require(agent, Action.READ_CUSTOMERS)
        with self._unit(write=False) as unit:
            return record_view(unit.customers.record(customer_id))

    def search(self, agent: Agent, query: str) -> list[CustomerRow]:
        """So much of each as it takes to tell them apart."""
        require(agent, Action.READ_CUSTOMERS)
        with self._unit(write=False) as unit:
            return [customer_row(unit, agent, one) for one in unit.customers.search(printable(query), FOUND_AT_ONCE)]

    def timeline(
        self, agent: Agent, customer_id: str, before: str | None, limit: int
    ) -> tuple[list[TimelineEntry], str | None]:
        """A page of the timeline, newest first, and the cursor of the next page if there is one.

        Conversations that are another team's are not in it.
        """
        require(agent, Action.READ_CUSTOMERS)
        place = _place(before) if before else None
        with self._unit(write=False) as unit:
            unit.customers.record(customer_id)
            lines = unit.customers.timeline(customer_id, place, limit + 1, sight_of(agent))
        page = lines[:limit]
        older = _cursor(page[-1].place) if len(lines) > limit else None
        return [line.entry for line in page], older


def customer_row(unit: UnitOfWork, agent: Agent, customer: Customer) -> CustomerRow:
    return CustomerRow(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        city=customer.city,
        language=customer.language,
        trust=customer.trust,
        opens=is_open(unit, agent, customer.id),
    )


def record_view(customer: Customer) -> CustomerRecord:
    return CustomerRecord(
        id=customer.id,
        number=customer.number,
        name=customer.name,
        language=customer.language,
        email=customer.email,
        phone=customer.phone,
        street=customer.street,
        postcode=customer.postcode,
        city=customer.city,
        blocked=customer.blocked,
        trust=customer.trust,
        identities=tuple(
            IdentityView(kind=known.kind, value=known.value, trust=known.trust, proven_at=known.proven_at)
            for known in customer.identities
        ),
        completeness=Completeness(score=customer.completeness, missing=customer.missing),
        created_at=customer.created_at,
    )


def _cursor(place: TimelinePlace) -> str:
    text = f"{place.at.isoformat()}|{place.conversation_id}|{place.number}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(cursor: str) -> TimelinePlace:
    try:
        at, conversation_id, number = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        place = TimelinePlace(datetime.fromisoformat(at), conversation_id, int(number))
    except (ValueError, binascii.Error):
        raise InvalidInput("This cursor leads nowhere.") from None
    if place.at.tzinfo is None or not 0 <= place.number < 2**31:
        raise InvalidInput("This cursor leads nowhere.")
    return place
