"""The day of an article's news stands in PostgreSQL's search index: a word of a period is found without the others."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_DAY = "'§' || floor(extract(epoch FROM article.news_at) / 86400)::bigint::text"


def upgrade() -> None:
    """Add the days; the index is made anew, which takes less than to change each of its rows."""
    _change(f"stems || array_to_tsvector(ARRAY[{_DAY}])")


def downgrade() -> None:
    """Take them away."""
    _change(f"ts_delete(stems, {_DAY})")


def _change(stems: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_article_search_stems")
    op.execute(
        f"UPDATE article_search SET stems = {stems} FROM article WHERE article.id = article_search.article_id"  # noqa: S608
    )
    op.execute("CREATE INDEX ix_article_search_stems ON article_search USING gin (stems)")
