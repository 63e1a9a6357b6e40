"""What operators tell readers while something is wrong, sentences that they struck, other programs with the token."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "outage",
        sa.Column("id", Id, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
    op.create_table(
        "struck_sentence",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_struck_sentence_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_struck_sentence"),
    )
    op.create_index("ix_struck_sentence_article_id", "struck_sentence", ["article_id"])
    unseen = sa.text("seen_at IS NULL")
    op.create_index(
        "ix_struck_sentence_unseen", "struck_sentence", ["id"], sqlite_where=unseen, postgresql_where=unseen
    )
    op.add_column("heartbeat", sa.Column("conflict_since", UtcDateTime(), nullable=True))
    op.add_column("heartbeat", sa.Column("conflict_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("heartbeat", "conflict_at")
    op.drop_column("heartbeat", "conflict_since")
    op.drop_table("struck_sentence")
    op.drop_table("outage")
