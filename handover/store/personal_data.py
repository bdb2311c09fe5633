"""What is kept about people: which tables hold it, and everything about one customer (GDPR, article 15).

A new table finds its place by its columns: one with a `conversation_id` goes when its conversation is forgotten, one with a
`customer_id` is in the copy that the customer may ask for and needs a rule in `erasure.RULES`. Any other must be named here;
a test fails until it is. What only secures the system is not in the copy, nor who of the staff did what, nor what they said
among themselves: the copy is fetched in the chat, and no note ever goes there. It says so, and how to ask for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from handover.store.tables import (
    agent_devices,
    agent_sessions,
    agents,
    audit,
    canned_answers,
    contacts,
    conversations,
    credit_decisions,
    customers,
    desk_rules,
    erasures,
    events,
    files,
    gap_answers,
    gaps,
    identities,
    leases,
    ledger_entries,
    login_failures,
    mails,
    metadata,
    order_items,
    orders,
    outages,
    plan_prices,
    plans,
    recovery_codes,
    second_steps,
    service_requests,
    shifts,
    switches,
    tasks,
    tickets,
    waits,
    wrap_ups,
    writing_settings,
)

Rows = list[dict[str, Any]]

OWNED = tuple(table for table in metadata.sorted_tables if "customer_id" in table.c)
"""Tables whose rows belong to a customer."""
STAYS = frozenset({events, credit_decisions, service_requests})
"""Of these a part outlives its conversation: cards of credits, the books, what the customer had done."""
OF_CONVERSATION = tuple(
    table for table in reversed(metadata.sorted_tables) if "conversation_id" in table.c and table not in STAYS
)
"""Tables whose rows go with their conversation; in this order none is left without what it refers to."""
TOLD_WITH_IT = (contacts, files, tasks, waits, wrap_ups)
"""Of these, what the customer gave, went through or had written about them, found by their conversations."""
OTHERWISE = frozenset({customers, events, order_items, ledger_entries, mails})
"""Tables about people that are found by other ways than a `customer_id`."""
OURS = frozenset(
    {agents, agent_devices, second_steps, recovery_codes, canned_answers, writing_settings, shifts}
    | {audit, desk_rules, erasures, switches, plans, plan_prices, outages}
    | {gaps, gap_answers}
)
"""Tables about the staff, the shop and this system. Proposals to the editors name nobody and lead to no conversation."""
PASSING = frozenset({agent_sessions, tickets, login_failures, leases})
"""True for minutes only: in no backup. What was restored of them would open doors that were closed since."""


def unclassified() -> set[str]:
    """Tables that nobody has thought about."""
    found = {*OWNED, *OF_CONVERSATION, *STAYS, *OTHERWISE, *OURS, *PASSING}
    return {table.name for table in metadata.sorted_tables if table not in found}


HIDDEN = frozenset(
    {"customer_id", "visitor_token_hash", "owner_id", "ownership_version", "priority", "code_hash", "key"}
    | {
        "agent_id",
        "claimed_by",
        "settled_by",
        "agents_at_start",
        "team",
        "author",
        "decided_by",
        "judged_by",
        "made_by",
        "done_by",
        "after_public",
        "last_public_number",
        "emptied_number",
        "forgotten_number",
        "content",
    }
)
"""Columns that hold no data of the customer: secrets, colleagues' names, the system's own counters; and the bytes of files,
which are fetched in the chat they were sent in."""
AMONG_STAFF = {
    "credit_decisions": frozenset({"note"}),
    "tasks": frozenset({"note"}),
    "wrap_ups": frozenset({"remark"}),
}
"""What a colleague wrote for colleagues, by table."""
SAID = ("message.posted",)
"""What was said to them. Notes and the reasons why a case was handed on are words among the staff."""
JUDGED = ("message.feedback_given", "conversation.rated")
_CODE = re.compile(r"\b\d{6}\b")


def everything_about(connection: Connection, customer_id: str) -> dict[str, Rows]:
    """Rows by table, with times, days and cents as they are kept."""

    def read(query: Select[Any]) -> Rows:
        return [_shown(dict(row)) for row in connection.execute(query).mappings()]

    found = {"customers": read(select(customers).where(customers.c.id == customer_id))}
    found |= {table.name: _for_customer(table, read(_rows_of(table, customer_id))) for table in OWNED}
    found |= {table.name: _for_customer(table, read(_rows_in_talks(table, customer_id))) for table in TOLD_WITH_IT}
    items = select(order_items).join(orders).where(orders.c.customer_id == customer_id)
    found["order_items"] = read(items.order_by(order_items.c.order_id, order_items.c.sku))
    found["messages"] = [_message(row) for row in read(_events_of(customer_id, SAID))]
    found["opinions"] = [_opinion(row) for row in read(_events_of(customer_id, JUDGED))]
    account = select(
        ledger_entries.c.at, ledger_entries.c.kind, ledger_entries.c.amount_cents, ledger_entries.c.currency
    )
    found["ledger_entries"] = read(account.where(ledger_entries.c.account == f"customer:{customer_id}"))
    addresses = select(identities.c.value).where(identities.c.customer_id == customer_id)
    sent = select(mails.c.to, mails.c.subject, mails.c.created_at, mails.c.sent_at).where(mails.c.to.in_(addresses))
    found["mails"] = [{**row, "subject": _CODE.sub("••••••", row["subject"])} for row in read(sent)]
    return found


def _rows_of(table: Table, customer_id: str) -> Select[Any]:
    return select(table).where(table.c.customer_id == customer_id).order_by(*table.primary_key.columns)


def _rows_in_talks(table: Table, customer_id: str) -> Select[Any]:
    theirs = select(table).join(conversations, table.c.conversation_id == conversations.c.id)
    return theirs.where(conversations.c.customer_id == customer_id).order_by(*table.primary_key.columns)


def _events_of(customer_id: str, types: Sequence[str]) -> Select[Any]:
    return (
        select(events.c.conversation_id, events.c.at, events.c.actor_kind, events.c.type, events.c.data)
        .join(conversations)
        .where(conversations.c.customer_id == customer_id, events.c.type.in_(types))
        .order_by(conversations.c.started_at, events.c.conversation_id, events.c.number)
    )


def _message(row: dict[str, Any]) -> dict[str, Any]:
    """Who of the staff it was is theirs."""
    return {
        "conversation_id": row["conversation_id"],
        "at": row["at"],
        "from": row["actor_kind"],
        "text": row["data"]["text"],
        "files": [file["name"] for file in row["data"].get("files", ())],
    }


def _opinion(row: dict[str, Any]) -> dict[str, Any]:
    return {"conversation_id": row["conversation_id"], "at": row["at"], **row["data"]}


def _for_customer(table: Table, rows: Rows) -> Rows:
    private = AMONG_STAFF.get(table.name, frozenset[str]())
    return [{name: value for name, value in row.items() if name not in private} for row in rows]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in HIDDEN}
