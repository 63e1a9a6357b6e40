"""Editions, digests, deliveries, and the limit on sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id, Json

_OF_STORY = text("story_id IS NOT NULL")


class Edition(Base):
    """One schedule's slot: the set of digests due then; or, once it is missed, that nobody got anything then.

    Or a story that breaks: then it has no schedule, and its slot is the moment in which that was seen.
    """

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    story_id: Mapped[int | None] = mapped_column(BigInteger)  # no key: what was told stays told
    slot_at: Mapped[datetime] = mapped_column(index=True)
    window_start: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8))  # open, planned, done; missed
    expires_at: Mapped[datetime]
    planned_upto: Mapped[int] = mapped_column(BigInteger, default=0)  # highest subscriber fanned out
    __table_args__ = (
        UniqueConstraint("schedule_id", "slot_at"),
        Index(  # of stories alone: nearly all editions have none, and nobody is to look for those here
            "uq_edition_story_id", "story_id", unique=True, sqlite_where=_OF_STORY, postgresql_where=_OF_STORY
        ),
        Index(
            "ix_edition_open", "id", sqlite_where=text("status <> 'done'"), postgresql_where=text("status <> 'done'")
        ),
    )


class Digest(Base):
    """What one profile gets at one slot, whichever schedule brings it: news after `since`, up to the slot.

    `variant` tells apart what readers of one profile get: those who have had stories as breaking news since then (the
    ids of the editions, "12,15"), and the story that breaks ("story 7").
    """

    __tablename__ = "digest"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slot_at: Mapped[datetime]
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    variant: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body: Mapped[dict[str, Any]]
    item_count: Mapped[int]
    article_ids: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # that it names as its sources
    corrected: Mapped[dict[str, Any] | None]  # what it should say now, once something was wrong
    corrected_at: Mapped[datetime | None] = mapped_column(index=True)  # the last time
    __table_args__ = (UniqueConstraint("slot_at", "profile_id", "since", "variant"),)


class Delivery(Base):
    """One digest to one subscriber. The primary key makes a second one impossible.

    It has no foreign keys, as checking them takes two thirds of the time of writing the rows. They are made from the
    rows they name; whoever deletes editions or subscribers deletes their deliveries too.
    """

    __tablename__ = "delivery"
    edition_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, index=True)
    digest_id: Mapped[int] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    plain: Mapped[bool] = mapped_column(default=False)  # Telegram refused the markup once: send as plain text
    not_before: Mapped[datetime | None]
    message_ids: Mapped[list[Any]] = mapped_column(default=list)  # parts already sent
    story_counts: Mapped[list[Any] | None] = mapped_column(Json)  # of how many stories each of several messages tells
    reason: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None]  # when a process last began to send it
    claim: Mapped[int | None] = mapped_column(BigInteger)  # drawn by that process: only it may say what became of it
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_delivery_sending",
            "claimed_at",
            sqlite_where=text("status = 'sending'"),
            postgresql_where=text("status = 'sending'"),
        ),
        Index(
            "ix_delivery_pending",
            "edition_id",
            "subscriber_id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )


class Amendment(Base):
    """The messages of a delivery are edited since its digest was corrected; once more when that happens again."""

    __tablename__ = "amendment"
    edition_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    digest_id: Mapped[int] = mapped_column(Id)
    corrected_at: Mapped[datetime]  # which correction of the digest
    status: Mapped[str] = mapped_column(String(10))  # pending, sending, done or skipped
    attempts: Mapped[int] = mapped_column(default=0)
    shown: Mapped[list[Any]] = mapped_column(default=list)  # what each message was edited to, as hashes; "": not yet
    not_before: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index(
            "ix_amendment_pending",
            "edition_id",
            "subscriber_id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )


class AskedDigest(Base):
    """A digest that a reader has asked for, while it may have to be corrected where it stands."""

    __tablename__ = "asked_digest"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(8))  # as it was shown
    time_zone: Mapped[str] = mapped_column(String(64))
    simple: Mapped[bool]
    frame: Mapped[str] = mapped_column(Text)  # what stands around the stories, as JSON
    body: Mapped[dict[str, Any]]
    message_ids: Mapped[list[Any]]
    corrected: Mapped[dict[str, Any] | None]  # what it should say now, once something was wrong
    corrected_at: Mapped[datetime | None]  # the last time
    status: Mapped[str] = mapped_column(String(10), default="done")  # pending, sending, done or skipped
    attempts: Mapped[int] = mapped_column(default=0)
    shown: Mapped[list[Any]] = mapped_column(default=list)  # what each message was edited to, as hashes; "": not yet
    not_before: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (
        Index(
            "ix_asked_digest_pending",
            "id",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )


class AskedArticle(Base):
    """An article that a digest which was asked for names as its source. It may be gone before the digest is."""

    __tablename__ = "asked_article"
    asked_id: Mapped[int] = mapped_column(ForeignKey("asked_digest.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False, index=True)


class BigSlot(Base):
    """What was decided about the digests of one instant, of all schedules together."""

    __tablename__ = "big_slot"
    slot_at: Mapped[datetime] = mapped_column(primary_key=True)
    spread: Mapped[int | None]  # minutes over which they are spread; unknown until the first delivery is made
    paid_at: Mapped[datetime | None]  # when an operator chose the paid rate
    refused_at: Mapped[datetime | None]  # when Telegram refused it
    refusal: Mapped[str | None] = mapped_column(String(64))  # in its words


class RateBucket(Base):
    """The global limits: a row per bot, and one for its paid digests."""

    __tablename__ = "rate_bucket"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    next_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
    slowed: Mapped[float]
    slowed_at: Mapped[datetime | None]
    refusals: Mapped[list[Any]]


class UpdateReceipt(Base):
    """An update that was handed to one of several processes."""

    __tablename__ = "update_receipt"
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    begun_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)


class Tick(Base):
    """The last tick of a clock that several processes share: "minute", "sweep" or "nightly"."""

    __tablename__ = "tick"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    claim: Mapped[int | None] = mapped_column(BigInteger)  # of who took it
