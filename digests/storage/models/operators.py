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
