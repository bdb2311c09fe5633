"""Taking a person out of every table. What the books need stays: amounts, dates, numbers of orders, no name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, func, insert, or_, select, update

from handover.services.ports import Erasure
from handover.store.tables import (
    audit,
    challenges,
    consents,
    contacts,
    conversations,
    credit_decisions,
    customer_events,
    customers,
    documents,
    erasures,
    identities,
    invoices,
    mails,
    orders,
    payment_methods,
    payments,
    refunds,
    returns,
    service_requests,
    subscriptions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Blanks = dict[str, Any]
NOTHING = "—"
"""Stands where a text may not be missing; needs no translation."""
RULES: dict[Table, Blanks | None] = {  # None: the rows are deleted; else these columns are blanked; in this order
    challenges: None,
    identities: None,
    documents: None,
    service_requests: None,
    customer_events: None,
    consents: None,
    payment_methods: None,
    conversations: {"customer_id": None, "trust": "none", "outcome_summary": None},
    orders: {
        "delivery_name": None,
        "delivery_street": None,
        "delivery_postcode": None,
        "delivery_city": None,
        "tracking_code": None,  # leads to name and address at the carrier
        "parcels": None,
    },
    subscriptions: {},  # plan, price, days
    invoices: {},  # lines are worded by the shop: plan, month, price
    payments: {"method": NOTHING},  # the end of a card's number
    refunds: {"method": NOTHING},
    returns: {},  # articles and reason
    credit_decisions: {"note": None},  # written by a colleague, perhaps about the person
}
"""What becomes of each table with a `customer_id`; a test asks for a line here when there is a new one."""
PERSON: Blanks = {
    "name": NOTHING,
    "phone": None,
    "street": None,
    "postcode": None,
    "city": None,
    "blocked": False,
}
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\.[\w-]{2,}")


class SqlErasureStore:
    """See `ports.ErasureStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, wanted: str) -> list[str]:
        known = wanted.strip()
        has_address = select(identities.c.customer_id).where(identities.c.value == known.lower())
        named = or_(
            customers.c.id == known, func.lower(customers.c.number) == known.lower(), customers.c.id.in_(has_address)
        )
        return list(self._connection.execute(select(customers.c.id).where(named).order_by(customers.c.id)).scalars())

    def known_before(self, at: datetime) -> list[str]:
        return list(self._connection.execute(select(customers.c.id).where(customers.c.created_at <= at)).scalars())

    def conversations_of(self, customer_id: str) -> list[str]:
        theirs = select(conversations.c.id).where(conversations.c.customer_id == customer_id)
        return list(self._connection.execute(theirs.order_by(conversations.c.id)).scalars())

    def erase(self, customer_id: str, number: str) -> dict[str, int]:
        touched = {"mails": self._delete_mails(customer_id)}
        touched |= {table.name: self._apply(table, blanks, customer_id) for table, blanks in RULES.items()}
        reasons = update(audit).where(audit.c.customer == customer_id, audit.c.why.is_not(None))
        touched["audit"] = self._connection.execute(reasons.values(why=None)).rowcount  # a colleague's words about them
        person = update(customers).where(customers.c.id == customer_id)
        touched["customers"] = self._connection.execute(person.values(**PERSON, number=number)).rowcount
        return touched

    def note(self, erasure: Erasure) -> None:
        known = select(erasures.c.hash).where(erasures.c.hash == erasure.hash)
        if self._connection.execute(known).first() is None:
            self._connection.execute(insert(erasures).values(**erasure._asdict()))

    def noted(self) -> list[Erasure]:
        rows = self._connection.execute(select(erasures).order_by(erasures.c.at, erasures.c.hash))
        return [Erasure(row.hash, row.key, row.at) for row in rows]

    def _apply(self, table: Table, blanks: Blanks | None, customer_id: str) -> int:
        theirs = table.c.customer_id == customer_id
        if blanks is None:
            return self._connection.execute(delete(table).where(theirs)).rowcount
        return self._connection.execute(update(table).where(theirs).values(**blanks)).rowcount if blanks else 0

    def _delete_mails(self, customer_id: str) -> int:
        """To any address the person ever gave, and those that name one of them or the customer number."""
        addresses = self._addresses(customer_id)
        number = self._connection.execute(select(customers.c.number).where(customers.c.id == customer_id)).scalar_one()
        words = (*addresses, number)
        told = [part.icontains(word, autoescape=True) for word in words for part in (mails.c.subject, mails.c.body)]
        written = select(mails.c.id, mails.c.to, mails.c.subject, mails.c.body)
        found = self._connection.execute(written.where(or_(func.lower(mails.c.to).in_(addresses), *told))).all()
        theirs = [row.id for row in found if row.to.lower() in addresses or _names(f"{row.subject}\n{row.body}", words)]
        return self._connection.execute(delete(mails).where(mails.c.id.in_(theirs))).rowcount

    def _addresses(self, customer_id: str) -> Sequence[str]:
        known = select(identities.c.value).where(identities.c.customer_id == customer_id, identities.c.kind == "email")
        asked = select(service_requests.c.params, service_requests.c.facts).where(
            service_requests.c.customer_id == customer_id
        )
        left = select(contacts.c.value, contacts.c.note).join(conversations)
        left = left.where(conversations.c.customer_id == customer_id)
        rows = [*self._connection.execute(asked), *self._connection.execute(left)]
        once = json.dumps([list(row) for row in rows], ensure_ascii=False)
        found = {*self._connection.execute(known).scalars(), *_EMAIL.findall(once)}
        return sorted({address.lower() for address in found})


def _names(text: str, words: Sequence[str]) -> bool:
    """One of the words as a whole: `K-12` does not name `K-1`, nor `anna@shop.example` the address `na@shop.example`."""
    whole = "|".join(map(re.escape, words))
    return re.search(rf"(?<![\w.+-])(?:{whole})(?![\w-]|\.\w)", text, re.IGNORECASE) is not None
