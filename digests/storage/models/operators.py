"""What operators have been told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id

_UNTOLD = text("told_at IS NULL")


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


class Tally(Base):
    """How much of something all processes together have ever done."""

    __tablename__ = "tally"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), primary_key=True)  # values of its labels, with | between
    value: Mapped[float]
