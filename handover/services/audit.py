"""The audit log for who keeps an eye on it: filtered, by page, and as a table for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from handover.contract.audit import AuditEntry, AuditKind, AuditPage
from handover.domain.agent import Agent
from handover.services.access import Action, require
from handover.services.ports import AuditFilter, Units

EXPORTED_AT_ONCE = 1000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by programs for tables."""
COLUMNS = ("at", "agent", "action", "allowed", "conversation", "customer", "subject", "why")


class AuditQuery(NamedTuple):
    """What somebody looks for; days are the shop's. None: any."""

    agent_id: str | None = None
    conversation: str | None = None
    customer: str | None = None
    kind: AuditKind | None = None
    first_day: date | None = None
    last_day: date | None = None


class AuditLog:
    def __init__(self, unit: Units, zone: tzinfo) -> None:
        self._unit, self._zone = unit, zone

    def page(self, agent: Agent, query: AuditQuery, before: int | None, limit: int) -> AuditPage:
        require(agent, Action.READ_AUDIT)
        with self._unit(write=False) as unit:
            found = unit.audit.page(self._filter(query), before, limit + 1)
        entries = tuple(found[:limit])
        return AuditPage(entries=entries, next=entries[-1].id if len(found) > limit else None)

    def export(self, agent: Agent, query: AuditQuery) -> Iterator[str]:
        """All of it as CSV, a piece at a time; that it was taken out is noted first."""
        require(agent, Action.READ_AUDIT)
        with self._unit() as unit:
            unit.audit.note(unit.now, agent.id, "audit.exported", None, allowed=True)
        return self._lines(self._filter(query))

    def _lines(self, wanted: AuditFilter) -> Iterator[str]:
        yield "\ufeff" + _line(COLUMNS)  # without the mark, Excel takes it for another encoding
        before: int | None = None
        while True:
            with self._unit(write=False) as unit:
                entries = unit.audit.page(wanted, before, EXPORTED_AT_ONCE)
            yield "".join(_line(_cells(entry)) for entry in entries)
            if len(entries) < EXPORTED_AT_ONCE:
                return
            before = entries[-1].id

    def _filter(self, query: AuditQuery) -> AuditFilter:
        since, until = days(query.first_day, query.last_day, self._zone)
        return AuditFilter(query.agent_id, query.conversation, query.customer, query.kind, since, until)


def days(first: date | None, last: date | None, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """From the beginning of one day to the end of another, where the shop is."""
    since = None if first is None else datetime.combine(first, time(), zone)
    end = None if last is None else min(last, date.max - timedelta(days=1)) + timedelta(days=1)
    until = None if end is None else datetime.combine(end, time(), zone)
    return since, until


def neutral(cell: str) -> str:
    """The cell as text, whatever it begins with (F85)."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def _cells(entry: AuditEntry) -> tuple[str | None, ...]:
    at = entry.at.isoformat(timespec="seconds")
    allowed = "yes" if entry.allowed else "no"
    customer = entry.customer_number or entry.customer
    return (
        at,
        entry.agent_name or entry.agent_id,
        entry.action,
        allowed,
        entry.conversation,
        customer,
        entry.subject_name or entry.subject,
        entry.why,
    )


def _line(cells: tuple[str | None, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([neutral(cell or "") for cell in cells])
    return line.getvalue()
