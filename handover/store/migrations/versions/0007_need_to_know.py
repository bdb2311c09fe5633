"""Teams, the audit log as one that is only added to, and the words that the search looks into."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from handover.domain.words import words

revision = "0007"
down_revision = "0006"

AT_ONCE = 500
"""Messages whose words are written at once."""
FIXED = ("id", "at", "agent_id", "action", "subject", "allowed", "conversation", "customer")
REFUSED = "the audit log is append-only"


def upgrade() -> None:
    for table in ("agents", "conversations"):
        op.add_column(table, sa.Column("team", sa.String(length=30), nullable=True))
    _audit()
    _words()


def _audit() -> None:
    """Who saw or did what with whose data, and why. Nothing of it can be rewritten, and only what is old be deleted."""
    for name, length in (("conversation", 40), ("customer", 40), ("why", 500)):
        op.add_column("audit", sa.Column(name, sa.String(length=length), nullable=True))
    for name in ("at", "agent_id", "conversation", "customer"):
        op.create_index(op.f(f"ix_audit_{name}"), "audit", [name])
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in FIXED)
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        op.execute(
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit WHEN NOT (NEW.why IS NULL AND {same}) {refuse}"
        )
        young = "OLD.at > (SELECT datetime(max(at), '-30 days') FROM audit)"
        op.execute(f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN {young} {refuse}")
        return
    same = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in FIXED)
    old = "OLD.at <= (SELECT max(at) FROM audit) - interval '30 days'"
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND NEW.why IS NULL AND {same} THEN RETURN NEW; END IF; "
        f"IF TG_OP = 'DELETE' AND {old} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _words() -> None:
    """And the words of all that was said so far."""
    word = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")
    op.create_table(
        "search_words",
        sa.Column("word", word, nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_search_words_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("word", "conversation_id", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_words_conversation_id"), "search_words", ["conversation_id"])
    connection = op.get_bind()
    said = connection.execute(
        sa.text(
            "SELECT conversation_id, number, data FROM events WHERE type IN ('message.posted', 'note.posted')"
            " ORDER BY conversation_id, number"
        )
    )
    add = sa.text(
        "INSERT INTO search_words (word, conversation_id, number) VALUES (:word, :conversation_id, :number)"
        " ON CONFLICT (word, conversation_id) DO UPDATE SET number = excluded.number"
    )
    for rows in said.partitions(AT_ONCE):
        found = [
            {"word": one, "conversation_id": row.conversation_id, "number": row.number}
            for row in rows
            for one in words(_text(row.data))
        ]
        if found:
            connection.execute(add, found)


def _text(data: str | dict[str, str]) -> str:
    """SQLite answers JSON as text, PostgreSQL as what it means."""
    return str((json.loads(data) if isinstance(data, str) else data).get("text") or "")


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
