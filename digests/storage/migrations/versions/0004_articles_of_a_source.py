"""The newest articles of a source are found by index: every article that comes in asks what its source repeats."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_article_source_id_id", "article", ["source_id", "id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_article_source_id_id", "article")
