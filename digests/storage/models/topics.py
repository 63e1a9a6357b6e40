"""The catalogue as rows can refer to it, and what a classifier has learnt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id


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


class TopicFix(Base):
    """An operator says that a story is about a topic, or is not, whatever its articles' words say."""

    __tablename__ = "topic_fix"
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool]
    before: Mapped[list[Any]]  # [article id, score, words] of each article that had the topic: what an undo brings back
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class TopicModel(Base):
    """What a classifier has learnt from an operator's labelled articles; the newest one is used."""

    __tablename__ = "topic_model"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    trained_at: Mapped[datetime]
    examples: Mapped[int]
    report: Mapped[dict[str, Any]]  # cross-validated accuracy and examples per topic
    body: Mapped[bytes] = mapped_column(LargeBinary)
