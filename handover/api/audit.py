"""The audit log, for who keeps an eye on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from handover.api.dependencies import AnyId, PageSize, ReadsAudit, TheDesk
from handover.contract.audit import AuditKind, AuditPage
from handover.services.audit import AuditQuery

router = APIRouter(prefix="/api/audit")


def asked(
    *,
    agent_id: AnyId = None,
    conversation_id: AnyId = None,
    customer: AnyId = None,
    kind: AuditKind | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> AuditQuery:
    return AuditQuery(agent_id, conversation_id, customer, kind, first_day, last_day)


Asked = Annotated[AuditQuery, Depends(asked)]


@router.get("")
def page(
    agent: ReadsAudit,
    desk: TheDesk,
    query: Asked,
    before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    limit: PageSize = 50,
) -> AuditPage:
    return desk.audit.page(agent, query, before, limit)


@router.get("/export")
def export(agent: ReadsAudit, desk: TheDesk, query: Asked) -> StreamingResponse:
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(desk.audit.export(agent, query), media_type="text/csv; charset=utf-8", headers=headers)
