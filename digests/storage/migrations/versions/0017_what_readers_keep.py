"""Readers save stories, share sets of topics, write to the operators and report faults."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_UNANSWERED = sa.text("answered_at IS NULL")
_UNSETTLED = sa.text("settled_at IS NULL")


def _subscriber(table: str) -> list[sa.schema.SchemaItem]:
    """A row belongs to a subscriber and goes with him."""
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=f"fk_{table}_subscriber_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "saved_story",
        *_subscriber("saved_story"),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.UniqueConstraint("subscriber_id", "story_id", name="uq_saved_story_once"),
    )
    op.create_index("ix_saved_story_removed_at", "saved_story", ["removed_at"])
    op.create_table(
        "pack",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pack"),
        sa.UniqueConstraint("fingerprint", name="uq_pack_fingerprint"),
    )
    op.create_index("ix_pack_used_at", "pack", ["used_at"])
    op.create_table(
        "feedback",
        *_subscriber("feedback"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_index("ix_feedback_subscriber_id_at", "feedback", ["subscriber_id", "at"])
    op.create_index("ix_feedback_open", "feedback", ["id"], sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED)
    op.create_table(
        "report",
        *_subscriber("report"),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("subscriber_id", "story_id", "kind", name="uq_report_once"),
    )
    op.create_index("ix_report_story_id", "report", ["story_id"])
    op.create_index("ix_report_at", "report", ["at"])
    op.create_index(
        "ix_report_open", "report", ["story_id", "id"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("report", "feedback", "pack", "saved_story"):
        op.drop_table(table)
