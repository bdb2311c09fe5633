"""Customer records and their one timeline."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from handover.api.dependencies import LoggedIn, TheDesk
from handover.contract.base import Wire
from handover.contract.dossier import CustomerRecord, TimelineEntry

router = APIRouter(prefix="/api/customers")


class Customers(Wire):
    customers: tuple[CustomerRecord, ...]


class Timeline(Wire):
    entries: tuple[TimelineEntry, ...]
    next: str | None
    """Pass it as `before` for older entries."""


@router.get("")
def search(agent: LoggedIn, desk: TheDesk, query: Annotated[str, Query(max_length=200)] = "") -> Customers:
    return Customers(customers=tuple(desk.customers.search(agent, query)))


@router.get("/{customer_id}")
def record(customer_id: str, agent: LoggedIn, desk: TheDesk) -> CustomerRecord:
    return desk.customers.record(agent, customer_id)


@router.get("/{customer_id}/timeline")
def timeline(
    customer_id: str,
    agent: LoggedIn,
    desk: TheDesk,
    before: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Timeline:
    entries, older = desk.customers.timeline(agent, customer_id, before, limit)
    return Timeline(entries=tuple(entries), next=older)
