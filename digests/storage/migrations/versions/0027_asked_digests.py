"""Digests that were asked for, to be corrected where they stand; which stories each message of a digest tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

_PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "asked_digest",
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("simple", sa.Boolean(), nullable=False),
        sa.Column("frame", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("article_ids", Json, nullable=False),
        sa.Column("message_ids", Json, nullable=False),
        sa.Column("corrected", Json, nullable=True),
        sa.Column("corrected_at", UtcDateTime(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_asked_digest_subscriber_id_subscriber", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_asked_digest"),
    )
    op.create_index("ix_asked_digest_subscriber_id", "asked_digest", ["subscriber_id"])
    op.create_index("ix_asked_digest_asked_at", "asked_digest", ["asked_at"])
    op.create_index("ix_asked_digest_pending", "asked_digest", ["id"], sqlite_where=_PENDING, postgresql_where=_PENDING)
    op.add_column("delivery", sa.Column("story_counts", Json, nullable=True))
    op.add_column("shown_message", sa.Column("first", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("shown_message", "first")
    op.drop_column("delivery", "story_counts")
    for index in ("pending", "asked_at", "subscriber_id"):
        op.drop_index(f"ix_asked_digest_{index}", table_name="asked_digest")
    op.drop_table("asked_digest")
