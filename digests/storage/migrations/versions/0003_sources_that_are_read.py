"""Sources are read by themselves: what they have said before, how often they speak, how they are doing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = sa.text("retired_at IS NULL AND next_poll_at IS NOT NULL")
_AFTER = sa.text("retired_at IS NULL AND paused_at IS NULL AND next_poll_at IS NOT NULL")
_COUNTS = ("polls", "unchanged", "failures", "added", "updated", "copies", "faulty", "lines", "dropped")


def upgrade() -> None:
    """Add what polling needs to know."""
    op.add_column("source", sa.Column("topics", Json, nullable=False, server_default="[]"))
    op.add_column("source", sa.Column("full_text", sa.String(length=8), nullable=False, server_default="short"))
    op.add_column("source", sa.Column("body_key", sa.String(length=64), nullable=True))
    op.add_column("source", sa.Column("entry_dates", Json, nullable=False, server_default="[]"))
    for name in ("failing_since", "polled_at", "succeeded_at", "paused_at"):
        op.add_column("source", sa.Column(name, UtcDateTime(), nullable=True))
    _due(_AFTER)
    op.create_table(
        "seen_entry",
        sa.Column("source_id", Id, autoincrement=False, nullable=False),
        sa.Column("entry_key", sa.String(length=32), nullable=False),
        sa.Column("content_key", sa.String(length=32), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_seen_entry_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "entry_key", name="pk_seen_entry"),
    )
    op.create_index("ix_seen_entry_seen_at", "seen_entry", ["seen_at"])
    op.create_table(
        "source_day",
        sa.Column("source_id", Id, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_day_source_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source_id", "day", name="pk_source_day"),
    )


def downgrade() -> None:
    """Drop what was added."""
    op.drop_table("source_day")
    op.drop_table("seen_entry")
    _due(_BEFORE)
    for name in (
        "paused_at",
        "succeeded_at",
        "polled_at",
        "failing_since",
        "entry_dates",
        "body_key",
        "full_text",
        "topics",
    ):
        op.drop_column("source", name)


def _due(condition: sa.TextClause) -> None:
    op.drop_index("ix_source_due", table_name="source")
    op.create_index("ix_source_due", "source", ["next_poll_at"], sqlite_where=condition, postgresql_where=condition)
