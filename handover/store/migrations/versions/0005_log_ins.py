"""Second log-in steps with their recovery codes, what sessions are told apart by, and whom a company's log-in names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "second_steps",
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_second_steps_agent_id_agents")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_second_steps")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_recovery_codes_agent_id_agents")),
        sa.PrimaryKeyConstraint("agent_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.add_column("agent_sessions", sa.Column("seen_at", sa.DateTime(), nullable=True))
    for name in ("browser", "system"):
        op.add_column("agent_sessions", sa.Column(name, sa.String(length=20), nullable=True))
    op.add_column("agents", sa.Column("company_id", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_agents_company_id"), "agents", ["company_id"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
