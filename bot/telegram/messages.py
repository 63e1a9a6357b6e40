"""What is sent, before anything of Telegram's library is involved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.i18n import Texts
from bot.telegram.html import to_plain
from bot.telegram.keyboards import Keyboard

TopicName = Callable[[str, str], str]
"""Slug and language to the name of a topic; a free word is its own name."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message: its HTML, its buttons, whether it comes without a sound, whether links show a preview.

    `stories` are those of the digest it belongs to, or of a card: what a reaction to it can be about.
    """

    html: str
    keyboard: Keyboard | None = None
    silent: bool = False
    preview: bool = False
    stories: tuple[int, ...] = ()

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

    def topic(self, slug: str) -> str:
        """The name of a topic in the reader's language."""
        return self.topic_name(slug, self.texts.language)
