"""Inline mode: `@bot ukraine` in any chat offers stories as cards. Off unless the operator wants it."""

from __future__ import annotations

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.i18n import pick_language, translations
from bot.telegram.cards import render_shared_card
from bot.telegram.html import clip, to_plain
from bot.telegram.messages import View
from bot.telegram.stories import sources_line
from bot.telegram.visit import Services
from digests.domain.arguments import ArgumentError
from digests.domain.digests import Item
from digests.domain.preferences import Preferences
from digests.domain.schedule import load_zone
from digests.domain.subscribers import Chat

log = structlog.get_logger(__name__)

RESULTS = 10
CACHED = 60
"""Seconds for which Telegram may give others the same answer."""
_TITLE = 120
_DESCRIPTION = 180


async def answer(services: Services, query: InlineQuery, bot: Bot) -> None:
    """Offer up to ten stories: of a topic, of a search, or of one's own topics when nothing is typed yet."""
    if not services.inline:
        log.warning("inline_is_off")
        return
    known = await services.subscriptions.find(Chat(query.from_user.id))
    language = known.language if known else pick_language(query.from_user.language_code, services.default_language)
    zone = load_zone(known.time_zone if known else services.subscriptions.default_time_zone(language))
    view = View(translations(language), zone, services.clock.now(), services.topic_name)
    said = query.query.strip()
    items = await _items(services, said, known.preferences if known else Preferences())
    results = [_result(item, view, bot.username) for item in items[:RESULTS]]
    try:
        await query.answer(results, cache_time=CACHED, is_personal=not said)
    except BadRequest as error:
        if "too old" not in error.message:
            raise


async def _items(services: Services, said: str, preferences: Preferences) -> tuple[Item, ...]:
    reading = services.reading
    if not said:
        return (await reading.latest(preferences, RESULTS)).items
    topic = services.catalogue.find(said)
    if topic is not None:
        return (await reading.topic(topic.slug, Preferences(), RESULTS)).items
    try:
        first = await reading.search(said)
        second = await reading.search(said, 1) if first.pages > 1 else None
    except ArgumentError:  # no words yet; there is nowhere to explain it
        return ()
    return (*first.digest.items, *(second.digest.items if second else ()))


def _result(item: Item, view: View, username: str) -> InlineQueryResultArticle:
    more = InlineKeyboardButton(view.texts("button.read_on"), url=f"https://t.me/{username}?start=s_{item.story_id}")
    return InlineQueryResultArticle(
        id=str(item.story_id),
        title=clip(item.headline, _TITLE),
        description=clip(to_plain(sources_line(item, view)), _DESCRIPTION),
        input_message_content=InputTextMessageContent(
            render_shared_card(item, view),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=InlineKeyboardMarkup([[more]]),
    )
