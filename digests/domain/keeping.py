"""What readers keep and what they tell us: saved stories, feedback, reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digests.domain.digests import Item
from digests.domain.subscribers import Chat

SAVED_AT_MOST = 500
"""Stories that one reader may save."""
FEEDBACK_AT_MOST = 3
"""So many messages to the operators within `FEEDBACK_WITHIN`."""
FEEDBACK_WITHIN = timedelta(hours=1)
FEEDBACK_LENGTH = 2000
"""UTF-16 units of one message to the operators, as Telegram counts: it must fit a message with words around it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A story as it stood when a reader saved it."""

    id: int
    item: Item
    saved_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader wrote to the operators."""

    id: int
    at: datetime  # UTC
    message: str
    answered_at: datetime | None  # UTC
    chat: Chat
    language: str  # of the reader's interface


class ReportKind(StrEnum):
    """What a reader finds wrong with a story."""

    APART = "apart"  # its articles do not belong together
    FALSE = "false"  # a statement is false
    CLUTTER = "clutter"  # advertising or rubbish in the text
    TOPIC = "topic"  # it is of another topic


@dataclass(frozen=True, slots=True)
class Reported:
    """A story that readers reported and no operator has looked at yet."""

    story_id: int
    headline: str  # when it was last reported
    counts: Mapping[ReportKind, int]  # readers, by kind
    last_at: datetime  # UTC


def pack_fingerprint(topics: Iterable[str]) -> str:
    """A hash of a set of topics (slugs) that does not depend on their order."""
    return hashlib.sha256(json.dumps(sorted(set(topics))).encode()).hexdigest()
