"""Stories can be put right and merged, profiles weigh topics, and learnt or generated things have a place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the log of story changes, weights, classifiers and generated summaries."""
    op.add_column("story", sa.Column("fixed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("story", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("profile", sa.Column("weights", Json, nullable=False, server_default="{}"))
    op.create_table(
        "story_change",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("left_story_id", sa.BigInteger(), nullable=False),
        sa.Column("joined_story_id", sa.BigInteger(), nullable=False),
        sa.Column("article_ids", Json, nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_story_change"),
    )
    op.create_index("ix_story_change_at", "story_change", ["at"])
    op.create_index("ix_story_change_left_story_id", "story_change", ["left_story_id"])
    op.create_index("ix_story_change_joined_story_id", "story_change", ["joined_story_id"])
    op.create_table(
        "topic_model",
        sa.Column("id", Id, nullable=False),
        sa.Column("trained_at", UtcDateTime(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("report", Json, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_topic_model"),
    )
    op.create_table(
        "written_summary",
        sa.Column("story_id", Id, nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("sentences", Json, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_written_summary_story_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("story_id", name="pk_written_summary"),
    )


def downgrade() -> None:
    """Drop what was added."""
    for table in ("written_summary", "topic_model", "story_change"):
        op.drop_table(table)
    op.drop_column("profile", "weights")
    op.drop_column("story", "merged_into")
    op.drop_column("story", "fixed")
