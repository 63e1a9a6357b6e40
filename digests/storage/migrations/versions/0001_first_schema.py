"""The first schema: articles and stories, readers and their schedules, editions and deliveries, the search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from digests.storage.types import Id, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    _articles()
    _readers()
    _deliveries()
    _search()


def downgrade() -> None:
    """Drop everything, children first."""
    op.execute("DROP TABLE article_search")
    for table in (
        "rate_bucket",
        "delivery",
        "digest",
        "edition",
        "change_log",
        "subscriber",
        "schedule",
        "profile_topic",
        "profile",
        "article_topic",
        "topic",
        "article",
        "story",
        "storyline",
        "source",
    ):
        op.drop_table(table)


def _articles() -> None:
    op.create_table(
        "source",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("labels", Json, nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("next_poll_at", UtcDateTime(), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint("url", name="uq_source_url"),
    )
    op.create_index(
        "ix_source_due",
        "source",
        ["next_poll_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
    )
    op.create_table(
        "storyline",
        sa.Column("id", Id, nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_storyline"),
    )
    op.create_index("ix_storyline_last_at", "storyline", ["last_at"], unique=False)
    op.create_table(
        "story",
        sa.Column("id", Id, nullable=False),
        sa.Column("storyline_id", Id, nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("lead_article_id", sa.BigInteger(), nullable=True),
        sa.Column("article_count", sa.Integer(), nullable=False),
        sa.Column("source_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["storyline_id"], ["storyline.id"], name="fk_story_storyline_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )
    op.create_index("ix_story_last_at", "story", ["last_at"], unique=False)
    op.create_index("ix_story_storyline_id", "story", ["storyline_id"], unique=False)
    op.create_table(
        "article",
        sa.Column("id", Id, nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_key", sa.String(length=64), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_derived", sa.Boolean(), nullable=False),
        sa.Column("teaser", sa.Text(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("news_at", UtcDateTime(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("dropped", Json, nullable=False),
        sa.Column("fingerprint", Json, nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("duplicate_of", Id, nullable=True),
        sa.ForeignKeyConstraint(["duplicate_of"], ["article.id"], name="fk_article_duplicate_of", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["parent_id"], ["article.id"], name="fk_article_parent_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name="fk_article_story_id"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("source_id", "guid", name="uq_article_source_id_guid"),
        sa.UniqueConstraint("url_key", name="uq_article_url_key"),
    )
    op.create_index("ix_article_content_key", "article", ["content_key"], unique=False)
    op.create_index("ix_article_duplicate_of", "article", ["duplicate_of"], unique=False)
    op.create_index("ix_article_news_at", "article", ["news_at"], unique=False)
    op.create_index("ix_article_parent_id", "article", ["parent_id"], unique=False)
    op.create_index("ix_article_published_at", "article", ["published_at"], unique=False)
    op.create_index("ix_article_story_id", "article", ["story_id"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("names", Json, nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_topic"),
        sa.UniqueConstraint("slug", name="uq_topic_slug"),
    )
    op.create_table(
        "article_topic",
        sa.Column("topic_id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("news_at", UtcDateTime(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_topic_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_article_topic_topic_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "article_id", name="pk_article_topic"),
    )
    op.create_index("ix_article_topic_article_id", "article_topic", ["article_id"], unique=False)
    op.create_index("ix_article_topic_topic_id_news_at", "article_topic", ["topic_id", "news_at"], unique=False)


def _readers() -> None:
    op.create_table(
        "profile",
        sa.Column("id", Id, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("mutes", Json, nullable=False),
        sa.Column("muted_sources", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("length", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profile"),
        sa.UniqueConstraint("fingerprint", name="uq_profile_fingerprint"),
    )
    op.create_table(
        "profile_topic",
        sa.Column("profile_id", Id, nullable=False),
        sa.Column("topic_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name="fk_profile_topic_profile_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name="fk_profile_topic_topic_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id", "topic_id", name="pk_profile_topic"),
    )
    op.create_index("ix_profile_topic_topic_id", "profile_topic", ["topic_id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("id", Id, nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.String(length=16), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("next_slot_at", UtcDateTime(), nullable=False),
        sa.Column("covered_upto", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
        sa.UniqueConstraint("time_zone", "minutes", "weekdays", name="uq_schedule_time_zone_minutes_weekdays"),
    )
    op.create_index("ix_schedule_next_slot_at", "schedule", ["next_slot_at"], unique=False)
    op.create_table(
        "subscriber",
        sa.Column("id", Id, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("zone_confirmed", sa.Boolean(), nullable=False),
        sa.Column("setup_step", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("nothing_new", sa.String(length=8), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("profile_id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=True),
        sa.Column("scheduled_at", UtcDateTime(), nullable=True),
        sa.Column("news_from", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name="fk_subscriber_profile_id"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_subscriber_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriber"),
        sa.UniqueConstraint("chat_id", "thread_id", name="uq_subscriber_chat_id_thread_id"),
    )
    op.create_index(
        "ix_subscriber_audience",
        "subscriber",
        ["schedule_id", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index("ix_subscriber_profile_id", "subscriber", ["profile_id"], unique=False)
    op.create_table(
        "change_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("subscriber_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_change_log_subscriber_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_change_log"),
    )
    op.create_index("ix_change_log_at", "change_log", ["at"], unique=False)
    op.create_index("ix_change_log_subscriber_id", "change_log", ["subscriber_id"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "edition",
        sa.Column("id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("slot_at", UtcDateTime(), nullable=False),
        sa.Column("window_start", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("planned_upto", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_edition_schedule_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
        sa.UniqueConstraint("schedule_id", "slot_at", name="uq_edition_schedule_id_slot_at"),
    )
    op.create_index(
        "ix_edition_open",
        "edition",
        ["id"],
        unique=False,
        sqlite_where=sa.text("status <> 'done'"),
        postgresql_where=sa.text("status <> 'done'"),
    )
    op.create_index("ix_edition_slot_at", "edition", ["slot_at"], unique=False)
    op.create_table(
        "digest",
        sa.Column("id", Id, nullable=False),
        sa.Column("edition_id", Id, nullable=False),
        sa.Column("profile_id", Id, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_digest_edition_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["profile_id"], ["profile.id"], name="fk_digest_profile_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.UniqueConstraint("edition_id", "profile_id", "since", name="uq_digest_edition_id_profile_id_since"),
    )
    op.create_index("ix_digest_profile_id", "digest", ["profile_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("edition_id", Id, nullable=False),
        sa.Column("subscriber_id", Id, autoincrement=False, nullable=False),
        sa.Column("digest_id", Id, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("message_ids", Json, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name="fk_delivery_digest_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name="fk_delivery_edition_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name="fk_delivery_subscriber_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edition_id", "subscriber_id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_digest_id", "delivery", ["digest_id"], unique=False)
    op.create_index(
        "ix_delivery_pending",
        "delivery",
        ["edition_id", "subscriber_id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index("ix_delivery_subscriber_id", "delivery", ["subscriber_id"], unique=False)
    op.create_table(
        "rate_bucket",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_rate_bucket"),
    )


def _search() -> None:
    """The index over stems: FTS5 or a tsvector, filled by digests.storage.search."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            # The stems are folded already: cut at blanks only, or letters younger than SQLite's tables would be lost.
            "CREATE VIRTUAL TABLE article_search USING fts5(title, body, tokenize = 'ascii')"
        )
        return
    op.execute(
        "CREATE TABLE article_search ("
        "article_id bigint PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE, stems tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_article_search_stems ON article_search USING gin (stems)")
