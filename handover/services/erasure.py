"""Erasing a person (GDPR, article 17), for good: whatever brings old data back is held against the journal of erasures.

An erasure is first written to a journal outside the database, then done in one transaction that notes it inside as well.
What one of the two knows and the other does not is made up for by `catch_up`: after a crash between them, and after an older
state of the database was restored, by whatever means.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from handover.domain.errors import InvalidInput, NotFound
from handover.services.ports import Erasure, ErasureJournal, UnitOfWork, Units
from handover.services.retention import forget

log = logging.getLogger(__name__)


class Person(NamedTuple):
    customer_id: str
    number: str
    name: str
    conversations: int


class Erasures:
    def __init__(self, unit: Units, journal: ErasureJournal) -> None:
        self._unit, self._journal = unit, journal

    def find(self, wanted: str) -> Person:
        """By customer number, id or mail address. Raises `NotFound`, or `InvalidInput` if that names several."""
        with self._unit(write=False) as unit:
            found = unit.erasures.find(wanted)
            if len(found) > 1:
                raise InvalidInput("This names several customers; give the id.")
            if not found:
                raise NotFound("There is no such customer.")
            known = unit.customers.record(found[0])
            return Person(known.id, known.number, known.name, len(unit.erasures.conversations_of(known.id)))

    def erase(self, customer_id: str) -> dict[str, int]:
        """Everything that leads to the person. The books keep amounts without a name. Rows touched, by table."""
        with self._unit(write=False) as unit:
            unit.customers.record(customer_id)
            erasure = sealed(customer_id, unit.now)
        self._journal.add(erasure)
        with self._unit() as unit:
            touched = _erase(unit, customer_id)
            unit.erasures.note(erasure)
            unit.audit.note(unit.now, None, "customer.erased", customer_id, allowed=True)
        return touched

    def catch_up(self) -> int:
        """Does again what the database does not know of, tells the journal what it does not. Answers how many persons."""
        with self._unit(write=False) as unit:
            noted = {erasure.hash: erasure for erasure in unit.erasures.noted()}
        written = {erasure.hash: erasure for erasure in self._journal.all()}
        for erasure in noted.values():
            if erasure.hash not in written:
                self._journal.add(erasure)
        missing = [erasure for erasure in written.values() if erasure.hash not in noted]
        return sum(self._again(erasure) for erasure in missing)

    def _again(self, erasure: Erasure) -> int:
        with self._unit() as unit:
            found = meant_by(erasure, unit.erasures.known_before(erasure.at))
            if found is not None:
                _erase(unit, found)
                log.warning("a person who had been erased was there again; erased once more")
            unit.erasures.note(erasure)
        return int(found is not None)


def _erase(unit: UnitOfWork, customer_id: str) -> dict[str, int]:
    talks = unit.erasures.conversations_of(customer_id)
    for conversation_id in talks:  # conversations are locked before customers
        unit.conversations.locked(conversation_id)
    unit.credits.lock_customer(customer_id)
    touched = unit.erasures.erase(customer_id, _anonymous_number())  # first: it finds mails by what the talks hold
    for conversation_id in talks:
        forget(unit, unit.conversations.locked(conversation_id), "erasure")
    return touched


def _anonymous_number() -> str:
    return f"E-{secrets.token_hex(6)}"


def sealed(customer_id: str, at: datetime) -> Erasure:
    key = secrets.token_hex(32)
    return Erasure(_seal(key, customer_id), key, at)


def meant_by(erasure: Erasure, customer_ids: Sequence[str]) -> str | None:
    return next((one for one in customer_ids if hmac.compare_digest(_seal(erasure.key, one), erasure.hash)), None)


def _seal(key: str, customer_id: str) -> str:
    return hmac.new(bytes.fromhex(key), customer_id.encode(), "sha256").hexdigest()
