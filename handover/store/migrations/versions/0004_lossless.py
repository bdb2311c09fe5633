"""Routing, waits, several desk processes, retention: what conversations that lose nothing need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _routing()
    _processes()
    _housekeeping()
    _limits()


def _routing() -> None:
    """Skills, status and load of agents; waits; offers; decisions; contact wishes and the letters that follow them."""
    op.add_column("agents", sa.Column("status", sa.String(length=10), nullable=False, server_default="off"))
    op.add_column("agents", sa.Column("load_limit", sa.Integer(), nullable=False, server_default="4"))
    for name, kind in (("languages", sa.JSON()), ("topics", sa.JSON())):
        op.add_column("agents", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE agents SET status = 'available' WHERE id IN (SELECT agent_id FROM agent_sessions)")
    for name in ("seen_at", "took_at"):
        op.add_column("agents", sa.Column(name, sa.DateTime(), nullable=True))
    op.add_column("conversations", sa.Column("topic", sa.String(length=30), nullable=True))
    op.add_column("conversations", sa.Column("visitor_seen_at", sa.DateTime(), nullable=True))
    _waits()
    _offers()
    _contacts()


def _waits() -> None:
    op.create_table(
        "waits",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("place_at_start", sa.Integer(), nullable=False),
        sa.Column("agents_at_start", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=True),
        sa.Column("after_hours", sa.Boolean(), nullable=False),
        sa.Column("left_contact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_waits_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "call", name=op.f("pk_waits")),
    )
    op.create_index("ix_waits_started_at", "waits", ["started_at"])
    op.execute(  # who waits just now goes on waiting
        "INSERT INTO waits (conversation_id, call, started_at, place_at_start, agents_at_start, language, after_hours,"
        " left_contact) SELECT id, last_number, waiting_since, 1, 0, language, false, false FROM conversations"
        " WHERE state = 'waiting'"
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_offers_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_call", "offers", ["conversation_id", "call"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_offers_open", "offers", ["conversation_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "routing_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("chosen", sa.String(length=40), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_routing_decisions_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_decisions")),
    )
    op.create_index(op.f("ix_routing_decisions_conversation_id"), "routing_decisions", ["conversation_id"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_contacts_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_contacts")),
    )
    op.create_table(
        "letters",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_letters_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_letters")),
    )
    op.create_index(op.f("ix_letters_due_at"), "letters", ["due_at"])


def _processes() -> None:
    """Several desk processes on one database."""
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.add_column("mails", sa.Column("busy_until", sa.DateTime(), nullable=True))
    op.create_index(op.f("ix_conversations_updated_at"), "conversations", ["updated_at"])
    few = sa.text("type LIKE 'identity.%'")
    op.create_index(
        "ix_events_identity", "events", ["conversation_id", "number"], sqlite_where=few, postgresql_where=few
    )
    _drafts()


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_drafts_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_drafts_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("agent_id", "conversation_id", "kind", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_conversation_id"), "drafts", ["conversation_id"])


def _housekeeping() -> None:
    """Retention and erasure."""
    for name in ("emptied_number", "forgotten_number"):
        op.add_column("conversations", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "erasures",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erasures")),
    )


def _limits() -> None:
    """Browsers that agents have logged in with."""
    op.create_table(
        "agent_devices",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_agent_devices_agent_id_agents")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_agent_devices")),
    )
    op.create_index(op.f("ix_agent_devices_agent_id"), "agent_devices", ["agent_id"])


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
