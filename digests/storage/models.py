"""The tables. All truth lives here, guarded by unique keys; an engine only wakes code up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from digests.storage.types import Id, Json, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, list[Any]: Json}


class Source(Base):
    """Where articles come from. `url` is the feed's address, or "file:" and a folder's name."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    labels: Mapped[list[Any]] = mapped_column(default=list)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    next_poll_at: Mapped[datetime | None]
    interval: Mapped[int | None]  # seconds
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_source_due",
            "next_poll_at",
            sqlite_where=text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
            postgresql_where=text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
        ),
    )


class Storyline(Base):
    """Stories that continue one another over days or weeks."""

    __tablename__ = "storyline"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class Story(Base):
    """The articles and entries that report one event."""

    __tablename__ = "story"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    storyline_id: Mapped[int] = mapped_column(ForeignKey("storyline.id", ondelete="CASCADE"), index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    lead_article_id: Mapped[int | None] = mapped_column(BigInteger)  # no key: the article names its story
    article_count: Mapped[int] = mapped_column(default=0)
    source_count: Mapped[int] = mapped_column(default=0)  # distinct credits, copies left out
    fixed: Mapped[bool] = mapped_column(default=False, server_default=false())  # put right by an operator: no repairs
    merged_into: Mapped[int | None] = mapped_column(BigInteger)  # where the reports of an emptied story went


class StoryChange(Base):
    """Reports that moved from one story to another after they had been placed: the log of merges and splits."""

    __tablename__ = "story_change"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))  # merge, split or move
    by: Mapped[str] = mapped_column(String(64))  # "repair", or the operator
    left_story_id: Mapped[int] = mapped_column(BigInteger, index=True)
    joined_story_id: Mapped[int] = mapped_column(BigInteger, index=True)
    article_ids: Mapped[list[Any]]
    undone_at: Mapped[datetime | None]


class Article(Base):
    """One text of one source, or one entry of a live blog (then `parent_id` is the article it stands in).

    `news_at` is when it counts as news: when it was fetched, or its publication where that lies two days further back.
    """

    __tablename__ = "article"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    guid: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    url_key: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # sha256 of the canonical URL, else of source and guid
    content_key: Mapped[str] = mapped_column(String(64), index=True)  # sha256 of the raw text: an edit is seen by it
    credit: Mapped[str] = mapped_column(Text)  # the source's name as readers see it
    title: Mapped[str] = mapped_column(Text)
    title_derived: Mapped[bool]
    teaser: Mapped[str | None] = mapped_column(Text)
    body: Mapped[list[Any]]  # [[kind, [sentence, ...]], ...]
    language: Mapped[str] = mapped_column(String(8))
    published_at: Mapped[datetime]
    dated: Mapped[bool]  # False: the source gave no date, published_at is the time of the import
    fetched_at: Mapped[datetime]
    news_at: Mapped[datetime] = mapped_column(index=True)
    labels: Mapped[list[Any]]
    dropped: Mapped[list[Any]]  # [[reason, line], ...]: what cleaning removed
    fingerprint: Mapped[list[Any]]
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id"), index=True)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"), index=True)
    __table_args__ = (UniqueConstraint("source_id", "guid"), Index(None, "published_at"))


class Topic(Base):
    """A catalogue entry, copied from seeds/topics.toml so that rows can refer to it."""

    __tablename__ = "topic"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    names: Mapped[dict[str, Any]]
    parent: Mapped[str | None] = mapped_column(String(64))


class ArticleTopic(Base):
    """An article belongs to a topic, with the words that say so."""

    __tablename__ = "article_topic"
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    news_at: Mapped[datetime]
    score: Mapped[float]
    words: Mapped[list[Any]]
    __table_args__ = (Index(None, "topic_id", "news_at"),)


class TopicModel(Base):
    """What a classifier has learnt from an operator's labelled articles; the newest one is used."""

    __tablename__ = "topic_model"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trained_at: Mapped[datetime]
    examples: Mapped[int]
    report: Mapped[dict[str, Any]]  # cross-validated accuracy and examples per topic
    body: Mapped[bytes] = mapped_column(LargeBinary)


class WrittenSummary(Base):
    """A generated summary of a story: the sentences whose facts stand in the cited articles, and those refused.

    `basis` is the fingerprint of the articles it was written from: once they change it is out of date.
    """

    __tablename__ = "written_summary"
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    basis: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    model: Mapped[str] = mapped_column(Text)
    sentences: Mapped[list[Any]]  # [[text, [article id, ...]], ...]
    refused: Mapped[list[Any]]  # [[text, reason], ...]


class Profile(Base):
    """Interned preferences: equal readers share one row and one digest."""

    __tablename__ = "profile"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[list[Any]]
    mutes: Mapped[list[Any]]
    muted_sources: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    length: Mapped[str] = mapped_column(String(8))
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # {"topic:sport": -1, ...}


class ProfileTopic(Base):
    """A profile follows a topic."""

    __tablename__ = "profile_topic"
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class Schedule(Base):
    """Interned times: due readers are found through this row, never one by one."""

    __tablename__ = "schedule"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[str] = mapped_column(String(16))  # "420,1110": minutes after local midnight, sorted
    weekdays: Mapped[int]  # bit mask, Monday = 1
    next_slot_at: Mapped[datetime] = mapped_column(index=True)
    covered_upto: Mapped[datetime]  # the last slot that has an edition: the next window begins here
    __table_args__ = (UniqueConstraint("time_zone", "minutes", "weekdays"),)


class Subscriber(Base):
    """A chat, or a forum topic of a chat (`thread_id`, else 0), that receives digests."""

    __tablename__ = "subscriber"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int] = mapped_column(BigInteger, default=0)
    kind: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    zone_confirmed: Mapped[bool] = mapped_column(default=False)
    setup_step: Mapped[int] = mapped_column(default=0)  # 0 not begun, 1..3 at that step, 4 finished
    status: Mapped[str] = mapped_column(String(16))
    paused_until: Mapped[datetime | None]
    nothing_new: Mapped[str] = mapped_column(String(8), default="silent")  # silent or note
    silent: Mapped[bool] = mapped_column(default=False)  # deliver without a sound
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id"), index=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    scheduled_at: Mapped[datetime | None]  # when this schedule was chosen: earlier slots are not his
    news_from: Mapped[datetime | None]  # where an earlier schedule has ended: his first digest begins there
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("chat_id", "thread_id"),
        Index(
            "ix_subscriber_audience",
            "schedule_id",
            "id",
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
    )


class Edition(Base):
    """One schedule's slot: the set of digests due then."""

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    slot_at: Mapped[datetime] = mapped_column(index=True)
    window_start: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8))  # open, planned, done
    expires_at: Mapped[datetime]
    planned_upto: Mapped[int] = mapped_column(BigInteger, default=0)  # highest subscriber fanned out
    __table_args__ = (
        UniqueConstraint("schedule_id", "slot_at"),
        Index(
            "ix_edition_open", "id", sqlite_where=text("status <> 'done'"), postgresql_where=text("status <> 'done'")
        ),
    )


class Digest(Base):
    """What one profile gets in one edition. `since` differs from the window's start only after a change of schedule."""

    __tablename__ = "digest"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    item_count: Mapped[int]
    __table_args__ = (UniqueConstraint("edition_id", "profile_id", "since"),)


class Delivery(Base):
    """One digest to one subscriber. The primary key makes a second one impossible."""

    __tablename__ = "delivery"
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    plain: Mapped[bool] = mapped_column(default=False)  # Telegram refused the markup once: send as plain text
    not_before: Mapped[datetime | None]
    message_ids: Mapped[list[Any]] = mapped_column(default=list)  # parts already sent
    reason: Mapped[str | None] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_delivery_pending",
            "edition_id",
            "subscriber_id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )


class RateBucket(Base):
    """The one global limit, one row per bot."""

    __tablename__ = "rate_bucket"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    tokens: Mapped[float]
    refilled_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class ChangeLog(Base):
    """What a subscriber's settings were before a change, for the undo button."""

    __tablename__ = "change_log"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]
