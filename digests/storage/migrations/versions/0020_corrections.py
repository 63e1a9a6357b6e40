"""Digests that have gone out are corrected: what they should say now, and which messages have been edited.

Readers may choose a simple display.

Of articles and changes of stories from before the upgrade nothing is corrected: nobody knows which digests name them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("seen_at IS NULL")
_PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    """Add the table and the columns."""
    for table in ("article_revision", "story_change"):
        op.add_column(table, sa.Column("seen_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE article_revision SET seen_at = replaced_at")
    op.execute('UPDATE story_change SET seen_at = "at"')
    for table in ("article_revision", "story_change"):
        op.create_index(f"ix_{table}_unseen", table, ["id"], sqlite_where=_UNSEEN, postgresql_where=_UNSEEN)
    op.add_column("digest", sa.Column("article_ids", Json, nullable=False, server_default="[]"))
    op.add_column("digest", sa.Column("corrected", Json, nullable=True))
    op.add_column("digest", sa.Column("corrected_at", UtcDateTime(), nullable=True))
    op.create_index("ix_digest_corrected_at", "digest", ["corrected_at"])
    op.add_column("subscriber", sa.Column("simple", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("quiet_story", sa.Column("edition_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "amendment",
        sa.Column("edition_id", Id, nullable=False, autoincrement=False),
        sa.Column("subscriber_id", Id, nullable=False, autoincrement=False),
        sa.Column("digest_id", Id, nullable=False),
        sa.Column("corrected_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("shown", Json, nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("edition_id", "subscriber_id", name="pk_amendment"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_amendment_subscriber_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_amendment_subscriber_id", "amendment", ["subscriber_id"])
    op.create_index(
        "ix_amendment_pending",
        "amendment",
        ["edition_id", "subscriber_id"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("amendment")
    op.drop_column("quiet_story", "edition_id")
    op.drop_column("subscriber", "simple")
    op.drop_index("ix_digest_corrected_at", "digest")
    for column in ("corrected_at", "corrected", "article_ids"):
        op.drop_column("digest", column)
    for table in ("story_change", "article_revision"):
        op.drop_index(f"ix_{table}_unseen", table)
        op.drop_column(table, "seen_at")
