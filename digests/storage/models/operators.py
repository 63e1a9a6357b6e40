"""What operators have been told, and what they have told readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id

_UNTOLD = text("told_at IS NULL")
_OPEN = text("begun_at IS NOT NULL AND stopped_at IS NULL AND ended_at IS NULL")


class Notice(Base):
    """Something that operators hear of once: `since` tells one outage of a subject from the next."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    detail: Mapped[str] = mapped_column(Text)
    noticed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject", "since", name="uq_notice_once"),
        Index("ix_notice_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )


class Announcement(Base):
    """A message of the operators to all readers. Who has had it is told by `upto` alone: readers get it in the order of
    their ids, and those of a batch count as claimed before anything leaves.
    """

    __tablename__ = "announcement"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message: Mapped[str] = mapped_column(Text)
    urgent: Mapped[bool] = mapped_column(default=False)  # also to readers who pause
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # None: a draft
    stopped_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    last: Mapped[int] = mapped_column(BigInteger, default=0)  # the highest subscriber when it began
    upto: Mapped[int] = mapped_column(BigInteger, default=0)  # the highest subscriber claimed
    readers: Mapped[int] = mapped_column(default=0)  # for whom it was when it began
    claimed: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)  # chats that cannot be reached any more
    failed: Mapped[int] = mapped_column(default=0)
    claims: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # numbers of batches without outcome
    __table_args__ = (Index("ix_announcement_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)


class Outage(Base):
    """What readers are told while something is wrong, in the operators' own words; at most one holds."""

    __tablename__ = "outage"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]  # None: a draft
    ended_at: Mapped[datetime | None]


class Heartbeat(Base):
    """A process that runs, or has ended without saying so."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(96), primary_key=True)  # role, host and number of the process
    role: Mapped[str] = mapped_column(String(8))  # run, web or work
    host: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    polled_at: Mapped[datetime | None]  # when Telegram last answered a poll of it
    ticked_at: Mapped[datetime | None]  # when it last was the one that took the minute
    conflict_since: Mapped[datetime | None]  # when Telegram first said that another program takes its updates
    conflict_at: Mapped[datetime | None]  # when it last did


class Tally(Base):
    """How much of something all processes together have ever done."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), primary_key=True)  # values of its labels, with | between
    value: Mapped[float]
