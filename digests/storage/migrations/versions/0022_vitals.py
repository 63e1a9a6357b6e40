"""Processes say that they live, and how much they have done: read by health checks and Prometheus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import UtcDateTime

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(96), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("host", sa.String(64), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("polled_at", UtcDateTime(), nullable=True),
        sa.Column("ticked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_heartbeat"),
    )
    op.create_table(
        "tally",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name="pk_tally"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("tally")
    op.drop_table("heartbeat")
