"""Offers of waiting cases, and the decisions behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from handover.contract.routing import RoutingDecisionView
from handover.domain.routing import Refusal, Refused
from handover.services.ports import Offer, OfferResult
from handover.store.tables import agents, offers, routing_decisions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

REFUSED = ("declined", "expired", "released")


class SqlOfferStore:
    """See `ports.OfferStore`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, offer: Offer, at: datetime) -> None:
        values = offer._asdict() | {"because": list(offer.because), "created_at": at}
        del values["agent_name"]
        self._connection.execute(insert(offers).values(**values))

    def get(self, conversation_id: str, offer_id: str) -> Offer | None:
        found = _offers().where(offers.c.id == offer_id, offers.c.conversation_id == conversation_id)
        row = self._connection.execute(found).one_or_none()
        return _offer(row) if row else None

    def open_one(self, conversation_id: str) -> Offer | None:
        found = _offers().where(offers.c.conversation_id == conversation_id, offers.c.ended_at.is_(None))
        row = self._connection.execute(found).one_or_none()
        return _offer(row) if row else None

    def open_ones(self) -> dict[str, Offer]:
        rows = self._connection.execute(_offers().where(offers.c.ended_at.is_(None)))
        return {row.conversation_id: _offer(row) for row in rows}

    def end(self, offer_id: str, result: OfferResult, at: datetime, reason: str | None = None) -> None:
        ended = {"result": result, "ended_at": at, "reason": reason}
        self._connection.execute(update(offers).where(offers.c.id == offer_id).values(**ended))

    def add_release(self, conversation_id: str, call: int, agent_id: str, offer_id: str, at: datetime) -> None:
        self._connection.execute(
            insert(offers).values(
                id=offer_id,
                conversation_id=conversation_id,
                call=call,
                agent_id=agent_id,
                because=[],
                created_at=at,
                expires_at=at,
                ended_at=at,
                result="released",
            )
        )

    def refusals(self, conversation_ids: Sequence[str]) -> dict[tuple[str, int], dict[str, Refusal]]:
        rows = self._connection.execute(
            select(offers)
            .where(offers.c.conversation_id.in_(conversation_ids), offers.c.result.in_(REFUSED))
            .order_by(offers.c.ended_at)
        )
        found: dict[tuple[str, int], dict[str, Refusal]] = {}
        for row in rows:
            kind: Refused = "expired" if row.result == "expired" else "declined"
            found.setdefault((row.conversation_id, row.call), {})[row.agent_id] = Refusal(kind, row.ended_at)
        return found

    def decide(self, conversation_id: str, decision: RoutingDecisionView) -> None:
        values = decision.model_dump(mode="json") | {"at": decision.at}
        self._connection.execute(insert(routing_decisions).values(conversation_id=conversation_id, **values))

    def decisions(self, conversation_id: str, limit: int) -> list[RoutingDecisionView]:
        query = (
            select(routing_decisions)
            .where(routing_decisions.c.conversation_id == conversation_id)
            .order_by(routing_decisions.c.id.desc())
            .limit(limit)
        )
        return [_decision(row) for row in self._connection.execute(query)]

    def last_decisions(self, conversation_ids: Sequence[str]) -> dict[str, RoutingDecisionView]:
        of_these = routing_decisions.c.conversation_id.in_(conversation_ids)
        last = select(func.max(routing_decisions.c.id)).where(of_these).group_by(routing_decisions.c.conversation_id)
        rows = self._connection.execute(select(routing_decisions).where(routing_decisions.c.id.in_(last)))
        return {row.conversation_id: _decision(row) for row in rows}


def _offers() -> Select[Any]:
    return select(offers, agents.c.name.label("agent_name")).join(agents, agents.c.id == offers.c.agent_id)


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        conversation_id=row.conversation_id,
        call=row.call,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        because=tuple(row.because),
        expires_at=row.expires_at,
        result=row.result,
    )


def _decision(row: Row[Any]) -> RoutingDecisionView:
    values = row._mapping  # noqa: SLF001 -- public in all but name
    return RoutingDecisionView.model_validate({name: values[name] for name in RoutingDecisionView.model_fields})
