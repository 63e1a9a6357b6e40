"""What articles said before their sources edited them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; what was edited until now is lost."""
    op.create_table(
        "article_revision",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("teaser", sa.Text(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("kinds", Json, nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_revision_article_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_revision"),
    )
    op.create_index("ix_article_revision_article_id", "article_revision", ["article_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_article_revision_article_id", "article_revision")
    op.drop_table("article_revision")
