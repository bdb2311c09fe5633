"""Every table. SQLAlchemy Core: rows are rows, the rules live in `domain` and `services`.

Times are aware UTC in Python and naive UTC in the database. Money is integer cents beside a currency.
"""

from handover.store.tables.base import (
    UtcTime,
    metadata,
)
from handover.store.tables.conversations import (
    ABOUT_IDENTITY,
    challenges,
    choices,
    client_messages,
    conversations,
    drafts,
    events,
    leases,
    mails,
    pending_signals,
)
from handover.store.tables.credit import (
    credit_decisions,
    ledger_entries,
    switches,
)
from handover.store.tables.endings import (
    gap_answers,
    gaps,
    tasks,
    wrap_ups,
)
from handover.store.tables.files import (
    files,
)
from handover.store.tables.people import (
    agent_devices,
    agent_sessions,
    agents,
    audit,
    consents,
    customer_events,
    customers,
    erasures,
    identities,
    login_failures,
    recovery_codes,
    second_steps,
    tickets,
)
from handover.store.tables.queue import (
    contacts,
    letters,
    offers,
    routing_decisions,
    waits,
)
from handover.store.tables.rules import (
    desk_rules,
)
from handover.store.tables.search import (
    search_words,
)
from handover.store.tables.selfservice import (
    documents,
    service_requests,
)
from handover.store.tables.shifts import (
    shifts,
)
from handover.store.tables.shop import (
    invoices,
    order_items,
    orders,
    outages,
    payment_methods,
    payments,
    plan_prices,
    plans,
    refunds,
    returns,
    subscriptions,
)
from handover.store.tables.writing import (
    canned_answers,
    mentions,
    writing_settings,
)

__all__ = [
    "ABOUT_IDENTITY",
    "UtcTime",
    "agent_devices",
    "agent_sessions",
    "agents",
    "audit",
    "canned_answers",
    "challenges",
    "choices",
    "client_messages",
    "consents",
    "contacts",
    "conversations",
    "credit_decisions",
    "customer_events",
    "customers",
    "desk_rules",
    "documents",
    "drafts",
    "erasures",
    "events",
    "files",
    "gap_answers",
    "gaps",
    "identities",
    "invoices",
    "leases",
    "ledger_entries",
    "letters",
    "login_failures",
    "mails",
    "mentions",
    "metadata",
    "offers",
    "order_items",
    "orders",
    "outages",
    "payment_methods",
    "payments",
    "pending_signals",
    "plan_prices",
    "plans",
    "recovery_codes",
    "refunds",
    "returns",
    "routing_decisions",
    "search_words",
    "second_steps",
    "service_requests",
    "shifts",
    "subscriptions",
    "switches",
    "tasks",
    "tickets",
    "waits",
    "wrap_ups",
    "writing_settings",
]
