"""Where articles come from, what they have said before, and how they have been doing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id

_READ = text("retired_at IS NULL AND paused_at IS NULL AND next_poll_at IS NOT NULL")


class Source(Base):
    """Where articles come from. `url` is the feed's address, or "file:" and a folder's name."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    labels: Mapped[list[Any]] = mapped_column(default=list)
    topics: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # names given to all its articles
    full_text: Mapped[str] = mapped_column(String(8), default="short", server_default="short")
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    body_key: Mapped[str | None] = mapped_column(String(64))  # sha256 of what it said last
    entry_dates: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # ISO 8601; its rhythm
    next_poll_at: Mapped[datetime | None]
    interval: Mapped[int | None]  # seconds
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    recent_failures: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # newest first
    polled_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (Index("ix_source_due", "next_poll_at", sqlite_where=_READ, postgresql_where=_READ),)


class SeenEntry(Base):
    """An entry that a source has shown, so that it is read once, however long it stands there."""

    __tablename__ = "seen_entry"
    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    entry_key: Mapped[str] = mapped_column(String(32), primary_key=True)  # hash of its id
    content_key: Mapped[str] = mapped_column(String(32))  # hash of what it said
    seen_at: Mapped[datetime] = mapped_column(index=True)  # to the day: an entry is written once a day at most


class SourceDay(Base):
    """How a source did on one day (UTC)."""

    __tablename__ = "source_day"
    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    polls: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    copies: Mapped[int] = mapped_column(default=0)
    faulty: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)
