"""Groups, forum topics and channels as their managers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digests.domain.subscribers import Chat, Status


class Hindrance(StrEnum):
    """Why Telegram lets no digest into a chat."""

    RIGHTS = "rights"  # the bot may not write there
    TOPIC_CLOSED = "topic_closed"  # the forum topic is closed or deleted


@dataclass(frozen=True, slots=True)
class Binding:
    """A chat that receives digests, and that somebody manages from his private chat."""

    subscriber_id: int
    chat: Chat
    title: str
    status: Status
    hindrance: Hindrance | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a manager should hear of once."""

    subscriber_id: int
    user_id: int
    title: str
    hindrance: Hindrance
    since: datetime  # UTC
