"""Taking back what was just done, while it can still be taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from handover.domain.selfservice import ServiceRequest
from handover.services.selfservice.account_mails import taken_back
from handover.services.selfservice.kinds import Answer, Case, Kind, Plan, Refused

Undo = Callable[[Case, ServiceRequest], None]
"""Puts the database back to what it was before the request."""
Check = Callable[[Case, ServiceRequest], bool]
"""Whether it can still be taken back today; without one it can."""


def undo_kind(undos: dict[str, Undo], checks: dict[str, Check]) -> Kind:
    """`request.undo`: the request named by its reference, or else the last one that can be taken back."""

    def undo(case: Case) -> Answer:
        request = _found(case, undos)
        if request is None:
            return Refused("undo.nothing")
        in_time = request.undo_until is not None and case.now <= request.undo_until
        can_still = checks.get(request.kind, _always)
        if not in_time or not can_still(case, request):
            return Refused("undo.too_late", {"reference": request.reference})

        def apply(_: ServiceRequest) -> None:
            undos[request.kind](case, request)
            case.unit.selfservice.undo(request, case.now)

        facts = {
            **request.facts,
            "undone_kind": request.kind,
            "undone_reference": request.reference,
            "undone_subject": request.subject,
        }
        return Plan(key=(request.id,), facts=facts, apply=apply, mail=partial(taken_back, case, request))

    return undo


def _found(case: Case, undos: dict[str, Undo]) -> ServiceRequest | None:
    made = [
        one
        for one in case.unit.selfservice.requests_of(case.customer_id)
        if one.kind in undos and one.state != "undone" and case.subject in ("", one.reference)
    ]
    return made[0] if made else None


def _always(_: Case, __: ServiceRequest) -> bool:
    return True
