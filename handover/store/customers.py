"""Customer records, their identities, and their one timeline."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Subquery,
    and_,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from handover.contract.base import Actor
from handover.contract.dossier import TimelineEntry
from handover.domain.agent import Sight
from handover.domain.conversation import State
from handover.domain.customer import Consent, Customer, Identity
from handover.domain.errors import NotFound
from handover.services.ports import CustomerFound, TimelineLine, TimelinePlace
from handover.store.events import event_of
from handover.store.personal_data import everything_about
from handover.store.sight import in_sight
from handover.store.tables import (
    UtcTime,
    consents,
    conversations,
    customer_events,
    customers,
    events,
    identities,
    orders,
    waits,
)

PHONE_DIGITS = 4
"""Fewer would find half the town."""


class SqlCustomerStore:
    """See `ports.CustomerStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find_by_email(self, email: str) -> CustomerFound | None:
        row = self._connection.execute(
            select(identities.c.customer_id, identities.c.id, customers.c.name)
            .join(customers)
            .where(identities.c.kind == "email", identities.c.value == email)
        ).one_or_none()
        return CustomerFound(*row) if row else None

    def id_of_number(self, number: str) -> str | None:
        known = select(customers.c.id).where(customers.c.number == number)
        return self._connection.execute(known).scalar_one_or_none()

    def record(self, customer_id: str) -> Customer:
        found = self._read(customers.c.id == customer_id, limit=1)
        if not found:
            raise NotFound("There is no such customer.")
        return found[0]

    def search(self, query: str, limit: int) -> list[Customer]:
        wanted = query.strip().lower()
        digits = re.sub(r"\D", "", wanted).lstrip("0")  # "040 / 1234" is kept as "+49401234"
        has_identity = select(identities.c.customer_id).where(identities.c.value.contains(wanted, autoescape=True))
        has_order = select(orders.c.customer_id).where(func.lower(orders.c.number) == wanted)
        return self._read(
            or_(
                func.lower(customers.c.name).contains(wanted, autoescape=True),
                func.lower(customers.c.number) == wanted,
                customers.c.phone.contains(digits if len(digits) >= PHONE_DIGITS else wanted, autoescape=True),
                customers.c.id.in_(has_identity),
                customers.c.id.in_(has_order),
            ),
            limit=limit,
        )

    def prove_identity(self, identity_id: str, trust: str, at: datetime) -> None:
        self._connection.execute(
            update(identities).where(identities.c.id == identity_id).values(trust=trust, proven_at=at)
        )

    def set_phone(self, customer_id: str, phone: str | None) -> None:
        self._connection.execute(update(customers).where(customers.c.id == customer_id).values(phone=phone))

    def set_address(self, customer_id: str, street: str | None, postcode: str | None, city: str | None) -> None:
        moved = update(customers).where(customers.c.id == customer_id)
        self._connection.execute(moved.values(street=street, postcode=postcode, city=city))

    def consents_of(self, customer_id: str) -> list[Consent]:
        fields = consents.c.purpose, consents.c.given, consents.c.since, consents.c.source
        query = select(*fields).where(consents.c.customer_id == customer_id).order_by(consents.c.purpose)
        return [Consent(*row) for row in self._connection.execute(query)]

    def set_consent(self, customer_id: str, consent: Consent) -> None:
        said = {"given": consent.given, "since": consent.since, "source": consent.source}
        place = consents.c.customer_id == customer_id, consents.c.purpose == consent.purpose
        if self._connection.execute(update(consents).where(*place).values(**said)).rowcount == 0:
            new = insert(consents).values(customer_id=customer_id, purpose=consent.purpose, **said)
            self._connection.execute(new)

    def everything_about(self, customer_id: str) -> dict[str, list[dict[str, Any]]]:
        return everything_about(self._connection, customer_id)

    def add_event(self, customer_id: str, type_: str, data: dict[str, object], at: datetime) -> None:
        self._connection.execute(insert(customer_events).values(customer_id=customer_id, type=type_, data=data, at=at))

    def has_case(self, customer_id: str, sight: Sight, since: datetime) -> bool:
        called = exists().where(waits.c.conversation_id == conversations.c.id)
        is_open = conversations.c.state.in_((State.WAITING, State.AGENT))
        is_recent = and_(called, conversations.c.updated_at >= since)
        case = select(conversations.c.id).where(
            conversations.c.customer_id == customer_id, or_(is_open, is_recent), in_sight(sight)
        )
        return self._connection.execute(case.limit(1)).first() is not None

    def timeline(self, customer_id: str, before: TimelinePlace | None, limit: int, sight: Sight) -> list[TimelineLine]:
        lines = _lines(customer_id, sight)
        place = tuple_(lines.c.at, lines.c.conversation_id, lines.c.number)
        query = select(lines).order_by(lines.c.at.desc(), lines.c.conversation_id.desc(), lines.c.number.desc())
        if before is not None:
            at, conversation_id, number = before
            query = query.where(place < tuple_(literal(at, UtcTime), literal(conversation_id), literal(number)))
        return [_line(row) for row in self._connection.execute(query.limit(limit))]

    def _read(self, condition: ColumnElement[bool], limit: int) -> list[Customer]:
        rows = self._connection.execute(
            select(customers).where(condition).order_by(customers.c.name, customers.c.id).limit(limit)
        ).all()
        known_by: dict[str, list[Identity]] = {row.id: [] for row in rows}
        for row in self._connection.execute(
            select(identities).where(identities.c.customer_id.in_(known_by)).order_by(identities.c.id)
        ):
            known_by[row.customer_id].append(Identity(row.kind, row.value, row.trust, row.proven_at))
        return [Customer(**row._mapping, identities=tuple(known_by[row.id])) for row in rows]  # noqa: SLF001


def _lines(customer_id: str, sight: Sight) -> Subquery:
    """Events of the customer's conversations and what the shop told, in one shape."""
    nobody = cast(null(), String)
    talked = (
        select(
            events.c.at,
            events.c.conversation_id,
            events.c.number,
            events.c.type,
            events.c.data,
            events.c.actor_kind,
            events.c.actor_id,
            events.c.actor_name,
        )
        .join(conversations)
        .where(conversations.c.customer_id == customer_id, in_sight(sight))
    )
    told = select(
        customer_events.c.at,
        literal("", String).label("conversation_id"),
        customer_events.c.id.label("number"),
        customer_events.c.type,
        customer_events.c.data,
        nobody.label("actor_kind"),
        nobody.label("actor_id"),
        nobody.label("actor_name"),
    ).where(customer_events.c.customer_id == customer_id)
    return union_all(talked, told).subquery("lines")


def _line(row: Row[Any]) -> TimelineLine:
    place = TimelinePlace(row.at, row.conversation_id, row.number)
    if not row.conversation_id:
        return TimelineLine(place, TimelineEntry(source="shop", at=row.at, type=row.type, data=row.data))
    entry = TimelineEntry(
        source="conversation",
        at=row.at,
        type=row.type,
        data=event_of(row).data.model_dump(mode="json", exclude={"type"}),
        conversation_id=row.conversation_id,
        number=row.number,
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
    )
    return TimelineLine(place, entry)
