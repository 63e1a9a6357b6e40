"""Articles and the stories they tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digests.storage.models.base import Base, column
from digests.storage.types import Id, Plain

UNSEEN = "seen_at IS NULL"
MERGED = "merged_into IS NOT NULL"
PLACE = "ix_article_place"
"""SQLite's way from an article to its story and time: in its row they stand behind the text, pages further on."""


class Storyline(Base):
    """Stories that continue one another over days or weeks."""

    __tablename__ = "storyline"
    id: ColumnClause[int] = column(Id, primary_key=True)
    first_at: ColumnClause[datetime]
    last_at: ColumnClause[datetime] = column(index=True)


class Story(Base):
    """The articles and entries that report one event."""

    __tablename__ = "story"
    id: ColumnClause[int] = column(Id, primary_key=True)
    storyline_id: ColumnClause[int] = column(ForeignKey("storyline.id", ondelete="CASCADE"), index=True)
    first_at: ColumnClause[datetime]
    last_at: ColumnClause[datetime] = column(index=True)
    lead_article_id: ColumnClause[int | None] = column(BigInteger)  # no key: the article names its story
    article_count: ColumnClause[int] = column(default=0)
    source_count: ColumnClause[int] = column(default=0)  # distinct credits, copies left out
    fixed: ColumnClause[bool] = column(default=False, server_default=false())  # put right by an operator: no repairs
    merged_into: ColumnClause[int | None] = column(BigInteger)  # where the reports of an emptied story went
    __table_args__ = (
        Index("ix_story_merged_into", "merged_into", sqlite_where=text(MERGED), postgresql_where=text(MERGED)),
    )


class StoryChange(Base):
    """Reports that moved from one story to another after they had been placed: the log of merges and splits."""

    __tablename__ = "story_change"
    id: ColumnClause[int] = column(Id, primary_key=True)
    at: ColumnClause[datetime] = column(index=True)
    kind: ColumnClause[str] = column(String(8))  # merge, split or move
    by: ColumnClause[str] = column(String(64))  # "repair", or the operator
    left_story_id: ColumnClause[int] = column(BigInteger, index=True)
    joined_story_id: ColumnClause[int] = column(BigInteger, index=True)
    article_ids: ColumnClause[list[Any]]
    undone_at: ColumnClause[datetime | None]
    seen_at: ColumnClause[datetime | None]  # when digests that had gone out were corrected by it
    __table_args__ = (Index("ix_story_change_unseen", "id", sqlite_where=text(UNSEEN), postgresql_where=text(UNSEEN)),)


class Article(Base):
    """One text of one source, or one entry of a live blog (then `parent_id` is the article it stands in).

    `news_at` is when it counts as news: when it was fetched, or its publication where that lies two days further back.
    """

    __tablename__ = "article"
    id: ColumnClause[int] = column(Id, primary_key=True)
    source_id: ColumnClause[int] = column(ForeignKey("source.id", ondelete="CASCADE"))
    parent_id: ColumnClause[int | None] = column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    guid: ColumnClause[str] = column(Text)
    url: ColumnClause[str | None] = column(Text)
    url_key: ColumnClause[str] = column(String(64), unique=True)  # sha256 of the canonical URL, else of source and guid
    content_key: ColumnClause[str] = column(String(64), index=True)  # sha256 of the raw text: an edit is seen by it
    credit: ColumnClause[str] = column(Text)  # the source's name as readers see it
    title: ColumnClause[str] = column(Text)
    title_derived: ColumnClause[bool]
    teaser: ColumnClause[str | None] = column(Text)
    author: ColumnClause[str | None] = column(Text)
    picture_url: ColumnClause[str | None] = column(Text)
    body: ColumnClause[list[Any]]  # [[kind, [sentence, ...]], ...]
    language: ColumnClause[str] = column(String(8))
    published_at: ColumnClause[datetime]
    dated: ColumnClause[bool]  # False: the source gave no date, published_at is the time of the import
    fetched_at: ColumnClause[datetime]
    news_at: ColumnClause[datetime]
    labels: ColumnClause[list[Any]]
    dropped: ColumnClause[list[Any]]  # [[reason, line], ...]: what cleaning removed
    fingerprint: ColumnClause[list[Any]]
    vector: ColumnClause[bytes | None] = column(LargeBinary)  # its embedding, where the operator wants one
    story_id: ColumnClause[int] = column(ForeignKey("story.id"), index=True)
    duplicate_of: ColumnClause[int | None] = column(ForeignKey("article.id", ondelete="SET NULL"), index=True)
    __table_args__ = (
        UniqueConstraint("source_id", "guid"),
        Index(None, "source_id", "id"),  # the newest of a source
        Index(None, "published_at"),
        Index("ix_article_news_at", "news_at", "story_id"),  # the newest stories
        Index(PLACE, "id", "story_id", "news_at").ddl_if(dialect="sqlite"),
        Index(None, "credit", "news_at"),  # which credits there are, and the newest of each
    )


class ArticleRevision(Base):
    """What an article or entry said until it was edited, and what was edited (see `digests.domain.revisions`)."""

    __tablename__ = "article_revision"
    id: ColumnClause[int] = column(Id, primary_key=True)
    article_id: ColumnClause[int] = column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    replaced_at: ColumnClause[datetime]
    title: ColumnClause[str] = column(Text)
    teaser: ColumnClause[str | None] = column(Text)
    body: ColumnClause[list[Any]]  # as of the article
    kinds: ColumnClause[list[Any]]
    changes: ColumnClause[list[Any]]  # [[sentence, the same with corrected numbers], ...]
    seen_at: ColumnClause[datetime | None]  # when digests that had gone out were corrected by it
    __table_args__ = (
        Index("ix_article_revision_unseen", "id", sqlite_where=text(UNSEEN), postgresql_where=text(UNSEEN)),
    )


class StruckSentence(Base):
    """A false sentence of an article, which an operator has struck: no digest and no story tells it any more."""

    __tablename__ = "struck_sentence"
    id: ColumnClause[int] = column(Id, primary_key=True)
    article_id: ColumnClause[int] = column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    sentence: ColumnClause[str] = column(Text)
    at: ColumnClause[datetime]
    undone_at: ColumnClause[datetime | None]  # it is told again
    seen_at: ColumnClause[datetime | None]  # when digests that had gone out were corrected by it
    __table_args__ = (
        Index("ix_struck_sentence_unseen", "id", sqlite_where=text(UNSEEN), postgresql_where=text(UNSEEN)),
    )


class WrittenSummary(Base):
    """A generated summary of a story: the sentences whose facts stand in the cited articles, and those refused.

    `basis` is the fingerprint of the articles it was written from: once they change it is out of date.
    """

    __tablename__ = "written_summary"
    story_id: ColumnClause[int] = column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    basis: ColumnClause[str] = column(String(64))
    written_at: ColumnClause[datetime]
    model: ColumnClause[str] = column(Text)
    sentences: ColumnClause[list[Any]]  # [[text, [article id, ...]], ...]
    refused: ColumnClause[list[Any]]  # [[text, reason], ...]


class SummaryRequest(Base):
    """A writer has been asked for the summary of a story as it stands: by one process, once."""

    __tablename__ = "summary_request"
    story_id: ColumnClause[int] = column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    basis: ColumnClause[str] = column(String(64))  # as that of WrittenSummary
    asked_at: ColumnClause[datetime]
    claim: ColumnClause[int] = column(BigInteger)  # drawn by whoever asks


class ArchiveWord(Base):
    """A word that stands in headlines or, with a capital, in texts: what searches are completed and corrected by.

    Its stem is the one of the search index, so that what is found here is found there.
    """

    __tablename__ = "archive_word"
    stem: ColumnClause[str] = column(Plain, primary_key=True)
    language: ColumnClause[str] = column(String(8), primary_key=True)  # of the article
    spelling: ColumnClause[str] = column(Text)  # as it stood there first
    backwards: ColumnClause[str] = column(Plain, index=True)  # the stem from its end: what compounds end with
    sound: ColumnClause[str | None] = column(Text, index=True)  # of a name that is long enough (`sound_key`)
    seen_on: ColumnClause[date] = column(index=True)  # UTC; the last day on which an article with it came
