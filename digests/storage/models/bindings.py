"""Groups, forum topics and channels that receive digests: who set them up, and what keeps digests from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from digests.storage.models.base import Base

_UNTOLD = text("told_at IS NULL")


class ChatManager(Base):
    """Somebody has set up a group or channel, and changes it from his private chat.

    Whether he still may is asked of Telegram each time.
    """

    __tablename__ = "chat_manager"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, index=True)
    title: Mapped[str] = mapped_column(Text)  # of the chat, as he last saw it
    since: Mapped[datetime]


class BindingTrouble(Base):
    """Digests to this chat rest because Telegram does not let them in; managers are told once."""

    __tablename__ = "binding_trouble"
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))  # see digests.domain.bindings
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_binding_trouble_untold", "subscriber_id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )
