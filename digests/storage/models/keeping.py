"""What readers keep, pass on and tell us. What is one reader's goes with him."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ColumnClause, ForeignKey, Index, String, Text, UniqueConstraint, text

from digests.storage.models.base import Base, column
from digests.storage.types import Id

_UNANSWERED = text("answered_at IS NULL")
_UNSETTLED = text("settled_at IS NULL")


class SavedStory(Base):
    """A story as it stood when a reader saved it: it outlives the archive."""

    __tablename__ = "saved_story"
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    story_id: ColumnClause[int] = column(BigInteger)  # no key: the story may be gone
    saved_at: ColumnClause[datetime]
    removed_at: ColumnClause[datetime | None] = column(index=True)  # for the undo button; deleted at night
    headline: ColumnClause[str] = column(Text)
    body: ColumnClause[dict[str, Any]]  # the item, as in a digest: sentences, sources, addresses
    __table_args__ = (UniqueConstraint("subscriber_id", "story_id", name="uq_saved_story_once"),)


class Pack(Base):
    """A set of topics under an id that stands in links. It does not say whose it is: equal sets are one row."""

    __tablename__ = "pack"
    id: ColumnClause[str] = column(String(16), primary_key=True)
    fingerprint: ColumnClause[str] = column(String(64), unique=True)  # sha256 of the topics
    topics: ColumnClause[list[Any]]  # slugs, sorted
    used_at: ColumnClause[datetime] = column(index=True)  # shared or opened last, to the day


class Feedback(Base):
    """What a reader wrote to the operators, and their answer.

    An id never comes twice: operators answer by it, and the reader may have deleted his data since.
    """

    __tablename__ = "feedback"
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    at: ColumnClause[datetime] = column(index=True)
    message: ColumnClause[str] = column(Text)
    answered_at: ColumnClause[datetime | None]
    answer: ColumnClause[str | None] = column(Text)
    __table_args__ = (
        Index(None, "subscriber_id", "at"),
        Index("ix_feedback_open", "id", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
    )
    __table_options__: ClassVar[dict[str, Any]] = {"sqlite_autoincrement": True}


class Report(Base):
    """A reader says that something is wrong with a story: once for each kind of fault."""

    __tablename__ = "report"
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    story_id: ColumnClause[int] = column(BigInteger, index=True)  # no key: the story may be gone
    kind: ColumnClause[str] = column(String(16))
    headline: ColumnClause[str] = column(Text)  # of the story when it was reported
    at: ColumnClause[datetime] = column(index=True)
    settled_at: ColumnClause[datetime | None]  # an operator has looked at it
    __table_args__ = (
        UniqueConstraint("subscriber_id", "story_id", "kind", name="uq_report_once"),
        Index("ix_report_open", "story_id", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )


class ShownMessage(Base):
    """The stories of a message in a private chat, for reactions to it: Telegram tells only the message's number.

    Messages of scheduled digests come here with the first reaction; until then their delivery knows them.
    """

    __tablename__ = "shown_message"
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    message_id: ColumnClause[int] = column(BigInteger, primary_key=True, autoincrement=False)
    story_ids: ColumnClause[list[Any]]  # in their order; the stories may be gone
    first: ColumnClause[int] = column(default=1, server_default="1")  # number of the first of them in its digest
    shown_at: ColumnClause[datetime] = column(index=True)
    step: ColumnClause[int] = column(default=0)  # what the reaction that stands there wishes: 1, -1 or 0
    reacted_at: ColumnClause[datetime | None]  # as Telegram says, to the second
    answer_id: ColumnClause[int | None] = column(BigInteger)  # our message about it
    weighed: ColumnClause[str | None] = column(Text)  # key of the weight that it has changed
    weight_before: ColumnClause[int | None]
    weight_after: ColumnClause[int | None]


class Ban(Base):
    """A chat that operators answer no more. It outlives what is stored of the chat, then as a bare number."""

    __tablename__ = "ban"
    number: ColumnClause[int] = column(BigInteger, primary_key=True, autoincrement=False)  # of the chat
    at: ColumnClause[datetime]
    told_at: ColumnClause[datetime | None]  # when the chat had its one line
    reason: ColumnClause[str | None] = column(Text)
    before: ColumnClause[list[Any]]  # [subscriber, status] of what the ban has stopped: what an end brings back
