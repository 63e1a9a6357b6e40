"""Editions, digests, deliveries, and the limit on sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnClause, ForeignKey, Index, String, Text, UniqueConstraint, text

from digests.storage.models.base import Base, column
from digests.storage.types import Id, Json

_OF_STORY = text("story_id IS NOT NULL")


class Edition(Base):
    """One schedule's slot: the set of digests due then; or, once it is missed, that nobody got anything then.

    Or a story that breaks: then it has no schedule, and its slot is the moment in which that was seen.
    """

    __tablename__ = "edition"
    id: ColumnClause[int] = column(Id, primary_key=True)
    schedule_id: ColumnClause[int | None] = column(ForeignKey("schedule.id", ondelete="CASCADE"))
    story_id: ColumnClause[int | None] = column(BigInteger)  # no key: what was told stays told
    slot_at: ColumnClause[datetime] = column(index=True)
    window_start: ColumnClause[datetime]
    status: ColumnClause[str] = column(String(8))  # open, planned, done; missed
    expires_at: ColumnClause[datetime]
    planned_upto: ColumnClause[int] = column(BigInteger, default=0)  # highest subscriber fanned out
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
    id: ColumnClause[int] = column(Id, primary_key=True)
    slot_at: ColumnClause[datetime]
    profile_id: ColumnClause[int] = column(ForeignKey("profile.id", ondelete="CASCADE"), index=True)
    since: ColumnClause[datetime]
    variant: ColumnClause[str] = column(Text, default="", server_default=text("''"))
    body: ColumnClause[dict[str, Any]]
    item_count: ColumnClause[int]
    article_ids: ColumnClause[list[Any]] = column(default=list, server_default="[]")  # that it names as its sources
    corrected: ColumnClause[dict[str, Any] | None]  # what it should say now, once something was wrong
    corrected_at: ColumnClause[datetime | None] = column(index=True)  # the last time
    __table_args__ = (UniqueConstraint("slot_at", "profile_id", "since", "variant"),)


class Delivery(Base):
    """One digest to one subscriber. The primary key makes a second one impossible.

    It has no foreign keys, as checking them takes two thirds of the time of writing the rows. They are made from the
    rows they name; whoever deletes editions or subscribers deletes their deliveries too.
    """

    __tablename__ = "delivery"
    edition_id: ColumnClause[int] = column(Id, primary_key=True, autoincrement=False)
    subscriber_id: ColumnClause[int] = column(Id, primary_key=True, autoincrement=False, index=True)
    digest_id: ColumnClause[int] = column(Id)
    status: ColumnClause[str] = column(String(10))
    attempts: ColumnClause[int] = column(default=0)
    plain: ColumnClause[bool] = column(default=False)  # Telegram refused the markup once: send as plain text
    not_before: ColumnClause[datetime | None]
    message_ids: ColumnClause[list[Any]] = column(default=list)  # parts already sent
    story_counts: ColumnClause[list[Any] | None] = column(Json)  # of how many stories each of several messages tells
    reason: ColumnClause[str | None] = column(String(64))
    claimed_at: ColumnClause[datetime | None]  # when a process last began to send it
    claim: ColumnClause[int | None] = column(BigInteger)  # drawn by that process: only it may say what became of it
    finished_at: ColumnClause[datetime | None]
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
    edition_id: ColumnClause[int] = column(Id, primary_key=True, autoincrement=False)
    subscriber_id: ColumnClause[int] = column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    digest_id: ColumnClause[int] = column(Id)
    corrected_at: ColumnClause[datetime]  # which correction of the digest
    status: ColumnClause[str] = column(String(10))  # pending, sending, done or skipped
    attempts: ColumnClause[int] = column(default=0)
    shown: ColumnClause[list[Any]] = column(default=list)  # what each message was edited to, as hashes; "": not yet
    not_before: ColumnClause[datetime | None]
    claimed_at: ColumnClause[datetime | None]
    finished_at: ColumnClause[datetime | None]
    reason: ColumnClause[str | None] = column(String(64))
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
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    asked_at: ColumnClause[datetime] = column(index=True)
    language: ColumnClause[str] = column(String(8))  # as it was shown
    time_zone: ColumnClause[str] = column(String(64))
    simple: ColumnClause[bool]
    frame: ColumnClause[str] = column(Text)  # what stands around the stories, as JSON
    body: ColumnClause[dict[str, Any]]
    message_ids: ColumnClause[list[Any]]
    corrected: ColumnClause[dict[str, Any] | None]  # what it should say now, once something was wrong
    corrected_at: ColumnClause[datetime | None]  # the last time
    status: ColumnClause[str] = column(String(10), default="done")  # pending, sending, done or skipped
    attempts: ColumnClause[int] = column(default=0)
    shown: ColumnClause[list[Any]] = column(default=list)  # what each message was edited to, as hashes; "": not yet
    not_before: ColumnClause[datetime | None]
    claimed_at: ColumnClause[datetime | None]
    reason: ColumnClause[str | None] = column(String(64))
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
    asked_id: ColumnClause[int] = column(ForeignKey("asked_digest.id", ondelete="CASCADE"), primary_key=True)
    article_id: ColumnClause[int] = column(Id, primary_key=True, autoincrement=False, index=True)


class BigSlot(Base):
    """What was decided about the digests of one instant, of all schedules together."""

    __tablename__ = "big_slot"
    slot_at: ColumnClause[datetime] = column(primary_key=True)
    spread: ColumnClause[int | None]  # minutes over which they are spread; unknown until the first delivery is made
    paid_at: ColumnClause[datetime | None]  # when an operator chose the paid rate
    refused_at: ColumnClause[datetime | None]  # when Telegram refused it
    refusal: ColumnClause[str | None] = column(String(64))  # in its words


class RateBucket(Base):
    """The global limits: a row per bot, and one for its paid digests."""

    __tablename__ = "rate_bucket"
    name: ColumnClause[str] = column(String(64), primary_key=True)
    next_at: ColumnClause[datetime]
    blocked_until: ColumnClause[datetime | None]
    slowed: ColumnClause[float]
    slowed_at: ColumnClause[datetime | None]
    refusals: ColumnClause[list[Any]]


class UpdateReceipt(Base):
    """An update that was handed to one of several processes."""

    __tablename__ = "update_receipt"
    update_id: ColumnClause[int] = column(BigInteger, primary_key=True, autoincrement=False)
    begun_at: ColumnClause[datetime | None]
    handled_at: ColumnClause[datetime | None]
    failures: ColumnClause[int] = column(default=0)


class Tick(Base):
    """The last tick of a clock that several processes share: "minute", "sweep" or "nightly"."""

    __tablename__ = "tick"
    name: ColumnClause[str] = column(String(16), primary_key=True)
    at: ColumnClause[datetime]
    claim: ColumnClause[int | None] = column(BigInteger)  # of who took it
