"""Which stories a message shows, and what a reader's reaction to it has weighed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "shown_message",
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("story_ids", Json, nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reacted_at", UtcDateTime(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("weighed", sa.Text(), nullable=True),
        sa.Column("weight_before", sa.Integer(), nullable=True),
        sa.Column("weight_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_shown_message_subscriber_id_subscriber", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "message_id", name="pk_shown_message"),
    )
    op.create_index("ix_shown_message_shown_at", "shown_message", ["shown_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_shown_message_shown_at", "shown_message")
    op.drop_table("shown_message")
