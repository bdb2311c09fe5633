"""Customer records and their one timeline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from handover.api.dependencies import OpensCustomers, PageSize, ReadsCustomers, TheDesk
from handover.contract.audit import Opening
from handover.contract.base import Wire
from handover.contract.dossier import CustomerRecord, TimelineEntry
from handover.contract.search import CustomerRow

router = APIRouter(prefix="/api/customers")


class Customers(Wire):
    customers: tuple[CustomerRow, ...]


class Timeline(Wire):
    entries: tuple[TimelineEntry, ...]
    next: str | None
    """Pass it as `before` for older entries."""


class Reason(Wire):
    reason: str = Field(max_length=500)


@router.get("")
def search(agent: ReadsCustomers, desk: TheDesk, query: Annotated[str, Query(max_length=200)] = "") -> Customers:
    return Customers(customers=tuple(desk.customers.search(agent, query)))


@router.get("/{customer_id}")
def record(customer_id: str, agent: ReadsCustomers, desk: TheDesk) -> CustomerRecord:
    return desk.customers.record(agent, customer_id)


@router.get("/{customer_id}/timeline")
def timeline(
    customer_id: str,
    agent: ReadsCustomers,
    desk: TheDesk,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: PageSize = 50,
) -> Timeline:
    entries, older = desk.customers.timeline(agent, customer_id, before, limit)
    return Timeline(entries=tuple(entries), next=older)


@router.post("/{customer_id}/openings", status_code=201)
def open_record(customer_id: str, body: Reason, agent: OpensCustomers, desk: TheDesk) -> Opening:
    """The record opens for half an hour; who it was and why is logged."""
    return desk.need_to_know.open(agent, customer_id, body.reason)
