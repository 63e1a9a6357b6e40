"""A subscriber as decisions and conversations see one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digests.domain.preferences import Preferences
from digests.domain.quiet import Quiet
from digests.domain.schedule import Schedule


class Status(StrEnum):
    """Whether digests go out. Only ACTIVE subscribers are planned for."""

    SETUP = "setup"  # has not finished the set-up
    ACTIVE = "active"
    PAUSED = "paused"  # by the reader, until `paused_until` or open end
    STOPPED = "stopped"  # by the reader, for good
    BLOCKED = "blocked"  # by Telegram's word: blocked, kicked, deactivated


class NothingNew(StrEnum):
    """What a reader gets when a slot has nothing new."""

    SILENT = "silent"
    NOTE = "note"


SETUP_DONE = 4
"""`setup_step` of a subscriber whose set-up is finished; 0 is not begun, 1 to 3 are the steps."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where messages go: a chat, or one forum topic of it (`thread_id`, else 0)."""

    id: int
    thread_id: int = 0
    kind: str = "private"  # private, group, supergroup, channel


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat and everything it has chosen."""

    id: int
    chat: Chat
    language: str  # of the interface
    time_zone: str
    zone_confirmed: bool
    setup_step: int
    status: Status
    preferences: Preferences
    schedule: Schedule | None
    paused_until: datetime | None  # UTC; None while PAUSED: open end
    nothing_new: NothingNew
    silent: bool
    breaking: bool  # wants breaking news
    quiet: Quiet  # in these hours none comes
    created_at: datetime  # UTC
    simple: bool = False  # plain text in short lines, for screen readers

    @property
    def ready(self) -> bool:
        """True once the set-up is finished."""
        return self.setup_step >= SETUP_DONE
