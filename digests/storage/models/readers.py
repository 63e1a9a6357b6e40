"""Subscribers, and what they wish for: interned profiles and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.domain.quiet import QUIET
from digests.storage.models.base import Base
from digests.storage.types import Id


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
    minutes: Mapped[int | None]  # of reading, where the reader measures by them
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # {"topic:sport": -1, ...}


class ProfileTopic(Base):
    """A profile follows a topic."""

    __tablename__ = "profile_topic"
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class ProfileStory(Base):
    """A profile follows a storyline. No key to it: where the archive has lost it, the following ends by itself."""

    __tablename__ = "profile_story"
    profile_id: Mapped[int] = mapped_column(ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True)
    storyline_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)


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
    paused_at: Mapped[datetime | None]  # of a pause with an end; once it is over, until a digest has said so
    nothing_new: Mapped[str] = mapped_column(String(8), default="silent")  # silent or note
    silent: Mapped[bool] = mapped_column(default=False)  # deliver without a sound
    breaking: Mapped[bool] = mapped_column(default=False, server_default=false())  # wants breaking news
    quiet_from: Mapped[int] = mapped_column(default=QUIET.start, server_default=str(QUIET.start))  # minutes after
    quiet_until: Mapped[int] = mapped_column(default=QUIET.end, server_default=str(QUIET.end))  # local midnight
    alerted_at: Mapped[datetime | None]  # the last breaking story that was made for him
    simple: Mapped[bool] = mapped_column(default=False, server_default=false())  # display for screen readers
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
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]


class MuteEnd(Base):
    """When a mute of a subscriber ends; one without a row stays. What is muted stands in the profile."""

    __tablename__ = "mute_end"
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    muted: Mapped[str] = mapped_column(Text, primary_key=True)  # "word:krieg", "source:Ticker24"
    ends_at: Mapped[datetime] = mapped_column(index=True)


class QuietStory(Base):
    """A story that a subscriber followed until it had been quiet for long; his next digest says so, once."""

    __tablename__ = "quiet_story"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    headline: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime] = mapped_column(index=True)
    edition_id: Mapped[int | None] = mapped_column(BigInteger)  # whose digest said so
