"""Groups, forum topics and channels that receive digests: who set them up, and what keeps digests from them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ColumnClause, ForeignKey, Index, String, Text, text

from digests.storage.models.base import Base, column

_UNTOLD = text("told_at IS NULL")


class ChatManager(Base):
    """Somebody has set up a group or channel, and changes it from his private chat.

    Whether he still may is asked of Telegram each time.
    """

    __tablename__ = "chat_manager"
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    user_id: ColumnClause[int] = column(BigInteger, primary_key=True, index=True)
    title: ColumnClause[str] = column(Text)  # of the chat, as he last saw it
    since: ColumnClause[datetime]


class BindingTrouble(Base):
    """Digests to this chat rest because Telegram does not let them in; managers are told once."""

    __tablename__ = "binding_trouble"
    subscriber_id: ColumnClause[int] = column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    reason: ColumnClause[str] = column(String(16))  # see digests.domain.bindings
    since: ColumnClause[datetime]
    told_at: ColumnClause[datetime | None]
    __table_args__ = (
        Index("ix_binding_trouble_untold", "subscriber_id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )
