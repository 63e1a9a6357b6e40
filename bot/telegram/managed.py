"""Screens about a group or channel that stand in its manager's private chat: their first line, and their buttons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from telegram import Message

from bot.i18n import escape
from bot.telegram.callbacks import bound, parse_number, short_number
from bot.telegram.html import clip, fits
from bot.telegram.keyboards import Button, Keyboard, Row
from digests.domain.subscribers import Chat

TITLE_LIMIT = 60
BINDING_PAYLOAD = "b_"
"""Of links to the screen of a group or channel."""
_LINK = re.compile(rf"https://t\.me/\w+\?start={BINDING_PAYLOAD}([0-9a-z]+)")


@dataclass(frozen=True, slots=True)
class Managed:
    """What tells a screen about another chat from one about the reader's own."""

    binding: int  # subscriber
    title: str
    place: Chat  # where the screen stands
    manager: int  # subscriber of that place
    language: str  # that of the manager


def binding_link(username: str, binding: int) -> str:
    """The link that opens the screen of a group or channel for its manager."""
    return f"https://t.me/{username}?start={BINDING_PAYLOAD}{short_number(binding)}"


def headed(html: str, title: str, binding: int, username: str) -> str:
    """The text below the chat's name, which is a link that also tells whom an answer to it is about."""
    link = binding_link(username, binding)
    named = f'<b><a href="{link}">{escape(clip(title, TITLE_LIMIT))}</a></b>\n\n{html}'
    return named if fits(named) else html


def binding_of(message: Message) -> int | None:
    """The group or channel that the question was about which this message answers: the question's head links to it."""
    asked = message.reply_to_message
    entities = asked.entities if asked is not None else ()
    links = (_LINK.fullmatch(entity.url or "") for entity in entities if entity.offset == 0)
    return next((parse_number(link[1]) for link in links if link), None)


def about(keyboard: Keyboard | None, binding: int) -> Keyboard | None:
    """The same buttons about another subscriber; those that have no room for it are left out."""
    return Keyboard.of(*(_row_about(row, binding) for row in keyboard.rows)) if keyboard else None


def _row_about(row: Iterable[Button], binding: int) -> Row:
    return tuple(found for button in row if (found := _about(button, binding)) is not None)


def _about(button: Button, binding: int) -> Button | None:
    if button.data is None:
        return button
    data = bound(button.data, binding)
    return replace(button, data=data) if data else None
