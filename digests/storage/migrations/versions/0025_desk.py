"""Topics that an operator has set for a story, and chats that operators answer no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "topic_fix",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("topic_id", Id, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_topic_fix_story_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_topic_fix_topic_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story_id", "topic_id", name="pk_topic_fix"),
    )
    op.create_table(
        "ban",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", Json, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_ban"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ban")
    op.drop_table("topic_fix")
