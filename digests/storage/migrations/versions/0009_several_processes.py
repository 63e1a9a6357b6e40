"""What several processes must know of one another: ticks taken, updates handled, deliveries on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import UtcDateTime

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_SENDING = sa.text("status = 'sending'")


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "tick",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick")),
    )
    op.create_table(
        "update_receipt",
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_update_receipt")),
    )
    op.add_column("delivery", sa.Column("claimed_at", UtcDateTime(), nullable=True))
    op.create_index("ix_delivery_sending", "delivery", ["claimed_at"], sqlite_where=_SENDING, postgresql_where=_SENDING)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_delivery_sending", "delivery")
    op.drop_column("delivery", "claimed_at")
    op.drop_table("update_receipt")
    op.drop_table("tick")
