"""What is sent, before anything of Telegram's library is involved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.i18n import Markup, Texts
from bot.telegram.html import instant, to_plain
from bot.telegram.keyboards import Keyboard

TopicName = Callable[[str, str], str]
"""Slug and language to the name of a topic; a free word is its own name."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message: its HTML, its buttons, whether it comes without a sound, whether links show a preview.

    `stories` are those that it shows: what a reaction to it can be about. In a digest they are numbered, `first` is the
    number of its first one.
    """

    html: str
    keyboard: Keyboard | None = None
    silent: bool = False
    preview: bool = False
    stories: tuple[int, ...] = ()
    first: int = 1

    @property
    def plain(self) -> str:
        """The same text without markup, for the case that Telegram rejects it."""
        return to_plain(self.html)


@dataclass(frozen=True, slots=True)
class View:
    """For whom something is rendered: language, time zone, the moment from which ages count, names of topics."""

    texts: Texts
    zone: tzinfo
    now: datetime
    topic_name: TopicName

    def moment(self, at: datetime) -> Markup:
        """A point of the past as briefly as it stays clear, by the reader's clock; tapped, by his device's."""
        return instant(self.texts.moment(at, self.zone, self.now), at)

    def topic(self, slug: str) -> str:
        """The name of a topic in the reader's language."""
        return self.topic_name(slug, self.texts.language)


def seal_of(html: str) -> str:
    """A short hash of what a reader sees of a message: for other buttons alone none is edited."""
    return hashlib.sha256(html.encode()).hexdigest()[:16]
