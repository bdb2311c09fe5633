"""Credits for outages and billing errors: what a decision is about; what plans used to cost.

Generated from `store/tables`; a test keeps both equal.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSITIVE = "amount_cents > 0 or outcome = 'refused'"
ONE_SUBJECT = (
    "(order_id is not null and subscription_id is null and outage_id is null and invoice_id is null)"
    " or (order_id is null and subscription_id is not null and outage_id is not null and invoice_id is null)"
    " or (order_id is null and subscription_id is null and outage_id is null and invoice_id is not null)"
)


def upgrade() -> None:
    op.create_table(
        "plan_prices",
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("monthly_cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.plan"], name=op.f("fk_plan_prices_plan_plans")),
        sa.PrimaryKeyConstraint("plan", "until", name=op.f("pk_plan_prices")),
    )
    _name_subjects()


def _name_subjects() -> None:
    """SQLite cannot loosen a column: the table is copied, with the one check that a copy would lose."""
    positive = sa.CheckConstraint(POSITIVE, name=op.f("ck_credit_decisions_positive"))
    with op.batch_alter_table("credit_decisions", table_args=(positive,)) as table:
        table.alter_column("order_id", existing_type=sa.String(length=40), nullable=True)
        for name, referred in (("subscription", "subscriptions"), ("outage", "outages"), ("invoice", "invoices")):
            table.add_column(sa.Column(f"{name}_id", sa.String(length=40), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_credit_decisions_{name}_id_{referred}"), referred, [f"{name}_id"], ["id"]
            )
        table.create_check_constraint(op.f("ck_credit_decisions_subject"), ONE_SUBJECT)
