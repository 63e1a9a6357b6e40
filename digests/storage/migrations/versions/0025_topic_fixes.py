"""Topics that an operator has set for a story."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
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


def downgrade() -> None:
    """Drop it."""
    op.drop_table("topic_fix")
