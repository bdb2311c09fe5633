"""What a customer could claim a credit for beside an order. Claims themselves are decided in `services/credit.py`."""

from __future__ import annotations

from typing import Any

from handover.contract.selfservice import ClaimableView
from handover.domain.evidence import InvoiceEvidence, OutageEvidence
from handover.services.evidence import outages_of, wrong_invoices_of
from handover.services.selfservice.kinds import Kind
from handover.services.selfservice.reading import Part, Reader
from handover.services.selfservice.undo import Undo


def claimable(reader: Reader) -> dict[str, Any]:
    outages = (_outage(reader, one) for one in outages_of(reader.unit, reader.customer_id, reader.zone))
    invoices = (_invoice(reader, one) for one in wrong_invoices_of(reader.unit, reader.customer_id))
    return {"claimable": (*outages, *invoices)}


def _outage(reader: Reader, found: OutageEvidence) -> ClaimableView:
    return ClaimableView(
        reason="outage",
        subject=found.subscription.number,
        outage_id=found.outage.id,
        name=_plan_name(reader, found.subscription.plan),
        day=found.outage.started_at.astimezone(reader.zone).date(),
    )


def _invoice(reader: Reader, found: InvoiceEvidence) -> ClaimableView:
    return ClaimableView(
        reason="billing_error",
        subject=found.invoice.number,
        outage_id=None,
        name=_plan_name(reader, found.subscription.plan) if found.subscription else "",
        day=found.invoice.issued_on,
    )


def _plan_name(reader: Reader, plan: str) -> str:
    known = reader.unit.shop.plans().get(plan)
    return known.name(reader.language) if known else plan


KINDS: dict[str, Kind] = {}
UNDOS: dict[str, Undo] = {}
PARTS: dict[str, Part] = {"claimable": claimable}
