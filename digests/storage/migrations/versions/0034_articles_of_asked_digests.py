"""The articles that digests name which were asked for, to be found by article: corrections look for them often."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_NAMED = {
    "sqlite": "CAST(named.value AS INTEGER) FROM asked_digest, json_each(asked_digest.article_ids) AS named",
    "postgresql": "CAST(named.value AS BIGINT)"
    " FROM asked_digest, jsonb_array_elements_text(asked_digest.article_ids) AS named(value)",
}
_TOLD = {"sqlite": "json_group_array(article_id)", "postgresql": "jsonb_agg(article_id)"}


def upgrade() -> None:
    """Add the table, fill it from the lists, and drop those."""
    op.create_table(
        "asked_article",
        sa.Column("asked_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["asked_digest.id"], name="fk_asked_article_asked_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asked_id", "article_id", name="pk_asked_article"),
    )
    named = _NAMED[op.get_bind().dialect.name]
    op.execute(f"INSERT INTO asked_article (asked_id, article_id) SELECT DISTINCT asked_digest.id, {named}")
    op.create_index("ix_asked_article_article_id", "asked_article", ["article_id"])
    op.drop_column("asked_digest", "article_ids")


def downgrade() -> None:
    """Put the lists back, and drop the table."""
    op.add_column("asked_digest", sa.Column("article_ids", Json, nullable=False, server_default="[]"))
    told = _TOLD[op.get_bind().dialect.name]
    op.execute(
        f"UPDATE asked_digest SET article_ids = (SELECT {told} FROM asked_article WHERE asked_id = asked_digest.id)"  # noqa: S608
        " WHERE id IN (SELECT asked_id FROM asked_article)"
    )
    op.drop_table("asked_article")
