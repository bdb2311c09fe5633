"""How agents want to write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "writing_settings",
        sa.Column("agent_id", sa.String(length=40), nullable=False),
        sa.Column("send_by", sa.String(length=10), nullable=False),
        sa.Column("undo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_writing_settings_agent_id_agents")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_writing_settings")),
    )


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
