"""The search over conversations and customers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from handover.api.conversations import with_presence
from handover.api.dependencies import AnyId, Reads, TheDesk
from handover.contract.base import Language
from handover.contract.frames import State
from handover.contract.search import SearchResults
from handover.services.search import SearchQuery

router = APIRouter(prefix="/api/search")


@router.get("")
def search(
    agent: Reads,
    desk: TheDesk,
    *,
    query: Annotated[str, Query(max_length=200)] = "",
    state: State | None = None,
    agent_id: AnyId = None,
    language: Language | None = None,
    customer_id: AnyId = None,
    first_day: date | None = None,
    last_day: date | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SearchResults:
    asked = SearchQuery(query, state, agent_id, language, customer_id, first_day, last_day)
    found = desk.search.find(agent, asked, limit)
    shown = (one.model_copy(update={"summary": with_presence(desk, one.summary)}) for one in found.conversations)
    return found.model_copy(update={"conversations": tuple(shown)})
