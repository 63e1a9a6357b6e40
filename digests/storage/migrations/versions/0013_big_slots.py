"""What is decided about big slots: whether their digests are paid for, and over how long they are spread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "big_slot",
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("spread", sa.Integer(), nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.Column("refusal", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("slot_at", name="pk_big_slot"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("big_slot")
