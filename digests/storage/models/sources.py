"""Where articles come from, what they have said before, and how they have been doing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnClause, Date, ForeignKey, Index, String, Text, text

from digests.storage.models.base import Base, column
from digests.storage.types import Id

_READ = text("retired_at IS NULL AND paused_at IS NULL AND next_poll_at IS NOT NULL")


class Source(Base):
    """Where articles come from. `url` is the feed's address, or "file:" and a folder's name."""

    __tablename__ = "source"
    id: ColumnClause[int] = column(Id, primary_key=True)
    kind: ColumnClause[str] = column(String(16))
    url: ColumnClause[str] = column(Text, unique=True)
    title: ColumnClause[str] = column(Text)
    language: ColumnClause[str | None] = column(String(8))
    labels: ColumnClause[list[Any]] = column(default=list)
    topics: ColumnClause[list[Any]] = column(default=list, server_default="[]")  # names given to all its articles
    full_text: ColumnClause[str] = column(String(8), default="short", server_default="short")
    etag: ColumnClause[str | None] = column(Text)
    last_modified: ColumnClause[str | None] = column(Text)
    body_key: ColumnClause[str | None] = column(String(64))  # sha256 of what it said last
    entry_dates: ColumnClause[list[Any]] = column(default=list, server_default="[]")  # ISO 8601; its rhythm
    next_poll_at: ColumnClause[datetime | None]
    interval: ColumnClause[int | None]  # seconds
    failures: ColumnClause[int] = column(default=0)
    failing_since: ColumnClause[datetime | None]
    last_error: ColumnClause[str | None] = column(Text)
    recent_failures: ColumnClause[list[Any]] = column(default=list, server_default="[]")  # newest first
    polled_at: ColumnClause[datetime | None]
    succeeded_at: ColumnClause[datetime | None]
    paused_at: ColumnClause[datetime | None]
    retired_at: ColumnClause[datetime | None]
    created_at: ColumnClause[datetime]
    __table_args__ = (Index("ix_source_due", "next_poll_at", sqlite_where=_READ, postgresql_where=_READ),)


class SeenEntry(Base):
    """An entry that a source has shown, so that it is read once, however long it stands there."""

    __tablename__ = "seen_entry"
    source_id: ColumnClause[int] = column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    entry_key: ColumnClause[str] = column(String(32), primary_key=True)  # hash of its id
    content_key: ColumnClause[str] = column(String(32))  # hash of what it said
    seen_at: ColumnClause[datetime] = column(index=True)  # to the day: an entry is written once a day at most


class SourceDay(Base):
    """How a source did on one day (UTC)."""

    __tablename__ = "source_day"
    source_id: ColumnClause[int] = column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: ColumnClause[date] = column(Date, primary_key=True)
    polls: ColumnClause[int] = column(default=0)
    unchanged: ColumnClause[int] = column(default=0)
    failures: ColumnClause[int] = column(default=0)
    added: ColumnClause[int] = column(default=0)
    updated: ColumnClause[int] = column(default=0)
    copies: ColumnClause[int] = column(default=0)
    faulty: ColumnClause[int] = column(default=0)
    lines: ColumnClause[int] = column(default=0)
    dropped: ColumnClause[int] = column(default=0)
