"""What readers keep, pass on and tell us. What is one reader's goes with him."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id

_UNANSWERED = text("answered_at IS NULL")
_UNSETTLED = text("settled_at IS NULL")


class SavedStory(Base):
    """A story as it stood when a reader saved it: it outlives the archive."""

    __tablename__ = "saved_story"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(BigInteger)  # no key: the story may be gone
    saved_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(index=True)  # for the undo button; deleted at night
    headline: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]]  # the item, as in a digest: sentences, sources, addresses
    __table_args__ = (UniqueConstraint("subscriber_id", "story_id", name="uq_saved_story_once"),)


class Pack(Base):
    """A set of topics under an id that stands in links. It does not say whose it is: equal sets are one row."""

    __tablename__ = "pack"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)  # sha256 of the topics
    topics: Mapped[list[Any]]  # slugs, sorted
    used_at: Mapped[datetime] = mapped_column(index=True)  # shared or opened last, to the day


class Feedback(Base):
    """What a reader wrote to the operators, and their answer.

    An id never comes twice: operators answer by it, and the reader may have deleted his data since.
    """

    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(index=True)
    message: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        Index(None, "subscriber_id", "at"),
        Index("ix_feedback_open", "id", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
        {"sqlite_autoincrement": True},
    )


class Report(Base):
    """A reader says that something is wrong with a story: once for each kind of fault."""

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    story_id: Mapped[int] = mapped_column(BigInteger, index=True)  # no key: the story may be gone
    kind: Mapped[str] = mapped_column(String(16))
    headline: Mapped[str] = mapped_column(Text)  # of the story when it was reported
    at: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]  # an operator has looked at it
    __table_args__ = (
        UniqueConstraint("subscriber_id", "story_id", "kind", name="uq_report_once"),
        Index("ix_report_open", "story_id", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )


class ShownMessage(Base):
    """The stories of a message in a private chat, for reactions to it: Telegram tells only the message's number.

    Messages of scheduled digests come here with the first reaction; until then their delivery knows them.
    """

    __tablename__ = "shown_message"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    story_ids: Mapped[list[Any]]  # in their order; the stories may be gone
    first: Mapped[int] = mapped_column(default=1, server_default="1")  # number of the first of them in its digest
    shown_at: Mapped[datetime] = mapped_column(index=True)
    step: Mapped[int] = mapped_column(default=0)  # what the reaction that stands there wishes: 1, -1 or 0
    reacted_at: Mapped[datetime | None]  # as Telegram says, to the second
    answer_id: Mapped[int | None] = mapped_column(BigInteger)  # our message about it
    weighed: Mapped[str | None] = mapped_column(Text)  # key of the weight that it has changed
    weight_before: Mapped[int | None]
    weight_after: Mapped[int | None]


class Ban(Base):
    """A chat that operators answer no more. It outlives what is stored of the chat, then as a bare number."""

    __tablename__ = "ban"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # of the chat
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when the chat had its one line
    reason: Mapped[str | None] = mapped_column(Text)
    before: Mapped[list[Any]]  # [subscriber, status] of what the ban has stopped: what an end brings back
