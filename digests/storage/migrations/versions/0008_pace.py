"""The one limit hands out slots in time instead of tokens, and remembers why it is slower."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the row anew: what it holds is of the last seconds, but for a halt, which Telegram would repeat."""
    op.drop_table("rate_bucket")
    op.create_table(
        "rate_bucket",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.Column("slowed", sa.Double(), nullable=False),
        sa.Column("slowed_at", UtcDateTime(), nullable=True),
        sa.Column("refusals", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rate_bucket"),
    )


def downgrade() -> None:
    """Back to tokens."""
    op.drop_table("rate_bucket")
    op.create_table(
        "rate_bucket",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_rate_bucket"),
    )
