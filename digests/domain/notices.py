"""What operators are told without asking: sources that fail or are given up, topics that run dry, a full disk, what
Telegram refuses, another program with the same token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digests.domain.subscribers import Chat

FAILING_FOR = timedelta(days=1)
"""A source that has failed so long is told of; most troubles are over sooner."""
LOOKED_BACK = timedelta(days=28)
"""Articles of so many days tell how often a topic usually has news."""
_FEWEST = 8
"""Articles in that time; a topic with fewer has no rhythm that could be missed."""
_GAPS = 5
"""Usual gaps between two articles that a silence may last: in a steady stream 1 of 150 silences is longer."""
_SHORTEST = timedelta(days=2)
"""Weekends and holidays are no silence."""


class NoticeKind(StrEnum):
    """What has happened."""

    SOURCE_FAILING = "source_failing"
    SOURCE_RETIRED = "source_retired"
    TOPIC_DRY = "topic_dry"
    TOPIC_CLOSED = "topic_closed"  # a forum topic that digests went to
    PAID_REFUSED = "paid_refused"  # Telegram does not carry paid digests
    POLLING_CONFLICT = "polling_conflict"  # another program takes the bot's updates
    DATABASE_FULL = "database_full"  # told only, as it cannot be stored


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that operators should hear of once. `since` tells one outage from the next."""

    kind: NoticeKind
    subject: str  # a source's id, a topic's slug, a chat with its forum topic, a slot
    title: str  # what operators know it by
    since: datetime  # UTC
    detail: str = ""  # a source's last failure, the sources that a topic used to come from, Telegram's words
    id: int = 0  # 0 until it is stored


def topic_closed(chat: Chat, reason: str, now: datetime) -> Notice:
    """A forum topic takes no more digests, for a `reason` in Telegram's words. Its number is all that is told of it."""
    return Notice(NoticeKind.TOPIC_CLOSED, f"{chat.id}/{chat.thread_id}", str(chat.id), now, reason)


def is_dry(last_at: datetime | None, articles: int, now: datetime) -> bool:
    """True when a topic has been silent for much longer than is usual for it.

    `articles` came within `LOOKED_BACK`, the last of them at `last_at` (UTC).
    """
    if last_at is None or articles < _FEWEST:
        return False
    return now - last_at > max(_SHORTEST, _GAPS * LOOKED_BACK / articles)
