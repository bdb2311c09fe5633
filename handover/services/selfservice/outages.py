"""Disturbances: those that touch a customer, and those that a customer reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handover.domain.selfservice import Facts
from handover.services.outages import outage_view
from handover.services.selfservice.kinds import Answer, Case, Kind, Plan, Refused
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Undo

REMEMBERED = timedelta(days=3)
"""For so long an outage that has ended is still told of."""
SCOPES = frozenset({"one", "all"})
TEXT_LIMIT = 1000


def outages(reader: Reader) -> dict[str, Any]:
    touching = reader.unit.shop.outages_touching(reader.customer_id, reader.unit.now - REMEMBERED)
    return {"outages": tuple(outage_view(one, reader.language, reader.zone) for one in touching)}


def report(case: Case) -> Answer:
    """To the team, once a day. One that is known needs no report."""
    running = [one for one in case.unit.shop.outages_touching(case.customer_id, case.now) if one.ended_at is None]
    if running:
        return Refused("outage.known", {"text": outage_view(running[0], case.language, case.zone).text})
    customer = case.unit.customers.record(case.customer_id)
    facts: Facts = {
        "scope": case.params["scope"] if case.params.get("scope") in SCOPES else "all",
        "text": case.params.get("text", "")[:TEXT_LIMIT],
        "postcode": customer.postcode,
    }
    return Plan(key=(case.today.isoformat(),), facts=facts, is_open=True)


KINDS: dict[str, Kind] = {"outage.report": report}
UNDOS: dict[str, Undo] = {}
PARTS: dict[str, Part] = {"outages": outages}
