"""Searches know the words and the credits of the archive.

The words of articles that are stored already are read from their headlines; those of texts come with new articles.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from digests.domain.vocabulary import told_words
from digests.storage.types import Plain

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_CHUNK = 5_000


def upgrade() -> None:
    """Make the table, fill it, and index the credits."""
    table = op.create_table(
        "archive_word",
        sa.Column("stem", Plain, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("backwards", Plain, nullable=False),
        sa.Column("sound", sa.Text(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("stem", "language", name="pk_archive_word"),
    )
    _fill(table)
    op.create_index("ix_archive_word_backwards", "archive_word", ["backwards"], unique=False)
    op.create_index("ix_archive_word_sound", "archive_word", ["sound"], unique=False)
    op.create_index("ix_archive_word_seen_on", "archive_word", ["seen_on"], unique=False)
    op.create_index("ix_article_credit_news_at", "article", ["credit", "news_at"], unique=False)


def downgrade() -> None:
    """Drop what was made."""
    op.drop_index("ix_article_credit_news_at", "article")
    op.drop_table("archive_word")


def _fill(table: sa.Table) -> None:
    """The words of all headlines, each once. The day is today's: they go when the articles of today do."""
    connection, today = op.get_bind(), datetime.now(UTC).date()
    known: set[tuple[str, str]] = set()
    last = 0
    batch = sa.text("SELECT id, title, language FROM article WHERE id > :last ORDER BY id LIMIT :count")
    while rows := connection.execute(batch, {"last": last, "count": _CHUNK}).all():
        last = rows[-1].id
        fresh = {
            (word.stem, row.language): word
            for row in rows
            for word in told_words(row.title, "", row.language)
            if (word.stem, row.language) not in known
        }
        known |= fresh.keys()
        made = [
            {"stem": word.stem, "language": language, "spelling": word.spelling}
            | {"backwards": word.stem[::-1], "sound": word.sound or None, "seen_on": today}
            for (_, language), word in fresh.items()
        ]
        if made:
            connection.execute(sa.insert(table), made)
