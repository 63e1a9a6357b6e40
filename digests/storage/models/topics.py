"""The catalogue as rows can refer to it, and what a classifier has learnt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnClause, ForeignKey, Index, LargeBinary, String

from digests.storage.models.base import Base, column
from digests.storage.types import Id


class Topic(Base):
    """A catalogue entry, copied from seeds/topics.toml so that rows can refer to it."""

    __tablename__ = "topic"
    id: ColumnClause[int] = column(Id, primary_key=True)
    slug: ColumnClause[str] = column(String(64), unique=True)
    names: ColumnClause[dict[str, Any]]
    parent: ColumnClause[str | None] = column(String(64))


class ArticleTopic(Base):
    """An article belongs to a topic, with the words that say so."""

    __tablename__ = "article_topic"
    topic_id: ColumnClause[int] = column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    article_id: ColumnClause[int] = column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    news_at: ColumnClause[datetime]
    score: ColumnClause[float]
    words: ColumnClause[list[Any]]
    __table_args__ = (Index(None, "topic_id", "news_at"),)


class TopicFix(Base):
    """An operator says that a story is about a topic, or is not, whatever its articles' words say."""

    __tablename__ = "topic_fix"
    story_id: ColumnClause[int] = column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    topic_id: ColumnClause[int] = column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    wanted: ColumnClause[bool]
    before: ColumnClause[list[Any]]  # [article id, score, words] of each that had the topic: what an undo brings back
    by: ColumnClause[str] = column(String(64))
    at: ColumnClause[datetime]


class TopicModel(Base):
    """What a classifier has learnt from an operator's labelled articles; the newest one is used."""

    __tablename__ = "topic_model"
    id: ColumnClause[int] = column(Id, primary_key=True)
    trained_at: ColumnClause[datetime]
    examples: ColumnClause[int]
    report: ColumnClause[dict[str, Any]]  # cross-validated accuracy and examples per topic
    body: ColumnClause[bytes] = column(LargeBinary)
