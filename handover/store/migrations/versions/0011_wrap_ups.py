"""How cases end: wrap-ups, tasks with a date, answers proposed to the editors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _wrap_ups()
    _tasks()
    _gaps()


def _wrap_ups() -> None:
    op.create_table(
        "wrap_ups",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("ownership_version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("case_topic", sa.String(length=30), nullable=True),
        sa.Column("case_reason", sa.String(length=30), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=True),
        sa.Column("judged_by", sa.String(length=40), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("topic", sa.String(length=30), nullable=True),
        sa.Column("root_cause", sa.String(length=30), nullable=True),
        sa.Column("bot_could", sa.String(length=20), nullable=True),
        sa.Column("article_id", sa.String(length=120), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_wrap_ups_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "ownership_version", name=op.f("pk_wrap_ups")),
    )
    op.create_index("ix_wrap_ups_open", "wrap_ups", ["agent_id", "judged_at"])
    op.create_index("ix_wrap_ups_ended_at", "wrap_ups", ["ended_at"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.String(length=40), nullable=True),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_tasks_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_conversation_id"), "tasks", ["conversation_id"])
    op.create_index("ix_tasks_open", "tasks", ["done_at", "due_at"])


def _gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_key", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=30), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_index("ix_gaps_state", "gaps", ["state", "made_at"])
    op.create_index(
        "uq_gaps_open",
        "gaps",
        ["language", "question_key"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "gap_answers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("gap_id", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_answers_gap_id_gaps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_answers")),
    )
    op.create_index(op.f("ix_gap_answers_gap_id"), "gap_answers", ["gap_id"])
    op.create_index(op.f("ix_gap_answers_agent_id"), "gap_answers", ["agent_id"])


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
