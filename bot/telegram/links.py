"""Links into the bot, links that pass something on, and their picture."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote, urlencode

from telegram import Bot
from telegram.helpers import create_deep_linked_url

from bot.telegram.html import clip
from digests.domain.digests import Item

GROUP_SETUP = "setup"
"""Payload of the link that adds the bot to a group."""
_HEADLINE = 160
"""UTF-16 units of a headline that goes along with a link; each may take nine characters there."""
_PIXELS = 10
"""Per module of a QR code: large enough to be read from a screen."""


def start_link(bot: Bot, payload: str) -> str:
    """The address that opens the bot with `/start payload`: at most 64 letters, digits, _ and -."""
    return create_deep_linked_url(bot.username, payload)


def group_link(bot: Bot) -> str:
    """The address that adds the bot to a group of the reader's choice, where it begins the set-up."""
    return create_deep_linked_url(bot.username, GROUP_SETUP, group=True)


def forward_link(url: str, text: str) -> str:
    """The address that lets a reader choose a chat and sends `url` and `text` there in his name."""
    return f"https://t.me/share/url?{urlencode({'url': url, 'text': text}, quote_via=quote)}"


def story_forward(bot: Bot, item: Item) -> str:
    """The address that passes a story on."""
    return forward_link(start_link(bot, f"s_{item.story_id}"), clip(item.headline, _HEADLINE))


def qr_picture(url: str) -> bytes:
    """A QR code as PNG."""
    import segno

    file = BytesIO()
    segno.make(url, error="m", micro=False).save(file, kind="png", scale=_PIXELS)
    return file.getvalue()
