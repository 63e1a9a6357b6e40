"""Where articles come from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base
from digests.storage.types import Id


class Source(Base):
    """Where articles come from. `url` is the feed's address, or "file:" and a folder's name."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    url: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    labels: Mapped[list[Any]] = mapped_column(default=list)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    next_poll_at: Mapped[datetime | None]
    interval: Mapped[int | None]  # seconds
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_source_due",
            "next_poll_at",
            sqlite_where=text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
            postgresql_where=text("retired_at IS NULL AND next_poll_at IS NOT NULL"),
        ),
    )
