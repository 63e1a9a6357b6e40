"""What operators have been told, and what they have told readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnClause, Index, String, Text, UniqueConstraint, text

from digests.storage.models.base import Base, column
from digests.storage.types import Id

_UNTOLD = text("told_at IS NULL")
_OPEN = text("begun_at IS NOT NULL AND stopped_at IS NULL AND ended_at IS NULL")


class Notice(Base):
    """Something that operators hear of once: `since` tells one outage of a subject from the next."""

    __tablename__ = "notice"
    id: ColumnClause[int] = column(Id, primary_key=True)
    kind: ColumnClause[str] = column(String(16))
    subject: ColumnClause[str] = column(String(64))
    title: ColumnClause[str] = column(Text)
    since: ColumnClause[datetime]
    detail: ColumnClause[str] = column(Text)
    noticed_at: ColumnClause[datetime]
    told_at: ColumnClause[datetime | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject", "since", name="uq_notice_once"),
        Index("ix_notice_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )


class Announcement(Base):
    """A message of the operators to all readers. Who has had it is told by `upto` alone: readers get it in the order of
    their ids, and those of a batch count as claimed before anything leaves.
    """

    __tablename__ = "announcement"
    id: ColumnClause[int] = column(Id, primary_key=True)
    message: ColumnClause[str] = column(Text)
    urgent: ColumnClause[bool] = column(default=False)  # also to readers who pause
    created_at: ColumnClause[datetime]
    begun_at: ColumnClause[datetime | None]  # None: a draft
    stopped_at: ColumnClause[datetime | None]
    ended_at: ColumnClause[datetime | None]
    last: ColumnClause[int] = column(BigInteger, default=0)  # the highest subscriber when it began
    upto: ColumnClause[int] = column(BigInteger, default=0)  # the highest subscriber claimed
    readers: ColumnClause[int] = column(default=0)  # for whom it was when it began
    claimed: ColumnClause[int] = column(default=0)
    sent: ColumnClause[int] = column(default=0)
    gone: ColumnClause[int] = column(default=0)  # chats that cannot be reached any more
    failed: ColumnClause[int] = column(default=0)
    claims: ColumnClause[list[Any]] = column(default=list, server_default="[]")  # numbers of batches without outcome
    __table_args__ = (Index("ix_announcement_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),)


class Outage(Base):
    """What readers are told while something is wrong, in the operators' own words; at most one holds."""

    __tablename__ = "outage"
    id: ColumnClause[int] = column(Id, primary_key=True)
    message: ColumnClause[str] = column(Text)
    written_at: ColumnClause[datetime]
    begun_at: ColumnClause[datetime | None]  # None: a draft
    ended_at: ColumnClause[datetime | None]


class Heartbeat(Base):
    """A process that runs, or has ended without saying so."""

    __tablename__ = "heartbeat"
    name: ColumnClause[str] = column(String(96), primary_key=True)  # role, host and number of the process
    role: ColumnClause[str] = column(String(8))  # run, web or work
    host: ColumnClause[str] = column(String(64))
    started_at: ColumnClause[datetime]
    beat_at: ColumnClause[datetime]
    polled_at: ColumnClause[datetime | None]  # when Telegram last answered a poll of it
    ticked_at: ColumnClause[datetime | None]  # when it last was the one that took the minute
    conflict_since: ColumnClause[datetime | None]  # when Telegram first said that another program takes its updates
    conflict_at: ColumnClause[datetime | None]  # when it last did


class Tally(Base):
    """How much of something all processes together have ever done."""

    __tablename__ = "tally"
    name: ColumnClause[str] = column(String(32), primary_key=True)
    label: ColumnClause[str] = column(String(80), primary_key=True)  # values of its labels, with | between
    value: ColumnClause[float]
