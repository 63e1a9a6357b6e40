"""Subscribers, and what they wish for: interned profiles and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnClause, ForeignKey, Index, String, Text, UniqueConstraint, false, text

from digests.domain.quiet import QUIET
from digests.storage.models.base import Base, column
from digests.storage.types import Id


class Profile(Base):
    """Interned preferences: equal readers share one row and one digest."""

    __tablename__ = "profile"
    id: ColumnClause[int] = column(Id, primary_key=True)
    fingerprint: ColumnClause[str] = column(String(64), unique=True)
    words: ColumnClause[list[Any]]
    mutes: ColumnClause[list[Any]]
    muted_sources: ColumnClause[list[Any]]
    languages: ColumnClause[list[Any]]
    length: ColumnClause[str] = column(String(8))
    minutes: ColumnClause[int | None]  # of reading, where the reader measures by them
    weights: ColumnClause[dict[str, Any]] = column(default=dict, server_default="{}")  # {"topic:sport": -1, ...}


class ProfileTopic(Base):
    """A profile follows a topic."""

    __tablename__ = "profile_topic"
    profile_id: ColumnClause[int] = column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    topic_id: ColumnClause[int] = column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class ProfileStory(Base):
    """A profile follows a storyline. No key to it: where the archive has lost it, the following ends by itself."""

    __tablename__ = "profile_story"
    profile_id: ColumnClause[int] = column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    storyline_id: ColumnClause[int] = column(BigInteger, primary_key=True, autoincrement=False, index=True)


class Schedule(Base):
    """Interned times: due readers are found through this row, never one by one."""

    __tablename__ = "schedule"
    id: ColumnClause[int] = column(Id, primary_key=True)
    time_zone: ColumnClause[str] = column(String(64))
    minutes: ColumnClause[str] = column(String(16))  # "420,1110": minutes after local midnight, sorted
    weekdays: ColumnClause[int]  # bit mask, Monday = 1
    next_slot_at: ColumnClause[datetime] = column(index=True)
    covered_upto: ColumnClause[datetime]  # the last slot that has an edition: the next window begins here
    __table_args__ = (UniqueConstraint("time_zone", "minutes", "weekdays"),)


class Subscriber(Base):
    """A chat, or a forum topic of a chat (`thread_id`, else 0), that receives digests."""

    __tablename__ = "subscriber"
    id: ColumnClause[int] = column(Id, primary_key=True)
    chat_id: ColumnClause[int] = column(BigInteger)
    thread_id: ColumnClause[int] = column(BigInteger, default=0)
    kind: ColumnClause[str] = column(String(16))
    language: ColumnClause[str] = column(String(8))
    time_zone: ColumnClause[str] = column(String(64))
    zone_confirmed: ColumnClause[bool] = column(default=False)
    setup_step: ColumnClause[int] = column(default=0)  # 0 not begun, 1..3 at that step, 4 finished
    status: ColumnClause[str] = column(String(16))
    paused_until: ColumnClause[datetime | None]
    paused_at: ColumnClause[datetime | None]  # of a pause with an end; once it is over, until a digest has said so
    nothing_new: ColumnClause[str] = column(String(8), default="silent")  # silent or note
    silent: ColumnClause[bool] = column(default=False)  # deliver without a sound
    breaking: ColumnClause[bool] = column(default=False, server_default=false())  # wants breaking news
    quiet_from: ColumnClause[int] = column(default=QUIET.start, server_default=str(QUIET.start))  # minutes after
    quiet_until: ColumnClause[int] = column(default=QUIET.end, server_default=str(QUIET.end))  # local midnight
    alerted_at: ColumnClause[datetime | None]  # the last breaking story that was made for him
    simple: ColumnClause[bool] = column(default=False, server_default=false())  # display for screen readers
    profile_id: ColumnClause[int] = column(ForeignKey("profile.id"), index=True)
    schedule_id: ColumnClause[int | None] = column(ForeignKey("schedule.id"))
    scheduled_at: ColumnClause[datetime | None]  # when this schedule was chosen: earlier slots are not his
    news_from: ColumnClause[datetime | None]  # where an earlier schedule has ended: his first digest begins there
    created_at: ColumnClause[datetime]
    __table_args__ = (
        UniqueConstraint("chat_id", "thread_id"),
        Index(
            "ix_subscriber_audience",
            "schedule_id",
            "id",
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
            postgresql_include=["profile_id", "scheduled_at", "news_from", "alerted_at", "nothing_new"],  # for planning
        ),
        Index(
            "ix_subscriber_paused_until",  # looked at every minute
            "paused_until",
            sqlite_where=text("paused_until IS NOT NULL"),
            postgresql_where=text("paused_until IS NOT NULL"),
        ),
        Index("ix_subscriber_breaking", "id", sqlite_where=text("breaking"), postgresql_where=text("breaking")),
    )


class ChangeLog(Base):
    """What a subscriber's settings were before a change, for the undo button."""

    __tablename__ = "change_log"
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: ColumnClause[datetime] = column(index=True)
    before: ColumnClause[dict[str, Any]]


class MuteEnd(Base):
    """When a mute of a subscriber ends; one without a row stays. What is muted stands in the profile."""

    __tablename__ = "mute_end"
    subscriber_id: ColumnClause[int] = column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    muted: ColumnClause[str] = column(Text, primary_key=True)  # "word:krieg", "source:Ticker24"
    ends_at: ColumnClause[datetime] = column(index=True)


class QuietStory(Base):
    """A story that a subscriber followed until it had been quiet for long; his next digest says so, once."""

    __tablename__ = "quiet_story"
    id: ColumnClause[int] = column(Id, primary_key=True)
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    headline: ColumnClause[str] = column(Text)
    ended_at: ColumnClause[datetime] = column(index=True)
    edition_id: ColumnClause[int | None] = column(BigInteger)  # whose digest said so
