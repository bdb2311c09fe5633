"""Open proposals, what each of the staff granted lately and open contact wishes are found without reading all there ever were."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_credit_decisions_outcome", "credit_decisions", ["outcome", "created_at"])
    op.create_index("ix_credit_decisions_author", "credit_decisions", ["author", "created_at"])
    op.create_index("ix_contacts_open", "contacts", ["outcome", "created_at"])


def downgrade() -> None:
    raise NotImplementedError("Kulanz only goes forward; restore a backup to go back.")
