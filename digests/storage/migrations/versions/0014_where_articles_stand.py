"""Where articles stand and when they were news, without reading their texts."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the newest stories be found in an index alone; on SQLite, the story of any article too."""
    op.drop_index("ix_article_news_at", "article")
    op.create_index("ix_article_news_at", "article", ["news_at", "story_id"])
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL keeps long texts apart from their rows
        op.create_index("ix_article_place", "article", ["id", "story_id", "news_at"])


def downgrade() -> None:
    """Index the time alone."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_article_place", "article")
    op.drop_index("ix_article_news_at", "article")
    op.create_index("ix_article_news_at", "article", ["news_at"])
