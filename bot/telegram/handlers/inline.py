"""Inline mode: `@bot ukraine` in any chat offers stories as cards. Off unless the operator wants it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from telegram import (
    Bot,
    ChosenInlineResult,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    User,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.i18n import pick_language, translations
from bot.telegram.cards import shared_card
from bot.telegram.frames import Layout, layout_to_json
from bot.telegram.html import clip, to_plain
from bot.telegram.keyboards import to_telegram
from bot.telegram.messages import View, seal_of
from bot.telegram.stories import sources_line
from bot.telegram.visit import Services
from digests.domain.arguments import ArgumentError
from digests.domain.digests import Digest, Group, Item, Window
from digests.domain.preferences import Preferences
from digests.domain.schedule import load_zone
from digests.domain.subscribers import Chat, Subscriber
from digests.services.asking import Shown

log = structlog.get_logger(__name__)

RESULTS = 10
CACHED = 60
"""Seconds for which Telegram may give somebody the same answer again."""
_TITLE = 120
_DESCRIPTION = 180
_OFFER = re.compile(r"(?P<story>\d{1,18})\.(?P<at>\d{1,11})\.(?P<seal>[0-9a-f]{16})")
"""The name of a result: the story, when it was offered (Unix time), and the seal of the text."""


async def answer(services: Services, query: InlineQuery, bot: Bot) -> None:
    """Offer up to ten stories: of a topic, of a search, or of one's own topics when nothing is typed yet.

    Each is in the language and time of who asks, so Telegram may keep the answer for him alone.
    """
    if not services.inline:
        log.warning("inline_is_off")
        return
    known, view = await _for_whom(services, query.from_user)
    items = await _items(services, query.query.strip(), known.preferences if known else Preferences())
    results = [_result(item, view, bot.username) for item in items[:RESULTS]]
    try:
        await query.answer(results, cache_time=CACHED, is_personal=True)
    except BadRequest as error:
        if "too old" not in error.message:
            raise


async def chosen(services: Services, result: ChosenInlineResult, bot: Bot) -> None:
    """A reader has put a story into some chat: it is corrected there, should it turn out to be wrong.

    Telegram tells this, and what the message is called, only where @BotFather was sent /setinlinefeedback. Of people
    whom the bot does not know nothing is kept.
    """
    offered = _OFFER.fullmatch(result.result_id)
    known, view = await _for_whom(services, result.from_user)
    if offered is None or known is None or result.inline_message_id is None:
        return
    at = datetime.fromtimestamp(int(offered["at"]), UTC)
    items = await _items(services, result.query.strip(), known.preferences)
    item = next((each for each in items if each.story_id == int(offered["story"])), None)
    if item is None:
        log.warning("inline_result_lost")
        return
    digest = Digest(Window(at, at), (Group(item.storyline_id, (item,)),))
    layout = layout_to_json(Layout(card=True))
    shown = Shown(known.id, view.texts.language, known.time_zone, simple=False, layout=layout)
    stands = seal_of(shared_card(item, replace(view, now=at), bot.username).html)
    seals = () if stands == offered["seal"] else (offered["seal"],)  # it was edited between the offer and the choice
    await services.asked.note(digest, shown, [result.inline_message_id], at, seals)


async def _for_whom(services: Services, user: User) -> tuple[Subscriber | None, View]:
    """The reader, if the bot knows him, and how he sees things."""
    known = await services.subscriptions.find(Chat(user.id))
    language = known.language if known else pick_language(user.language_code, services.default_language)
    zone = load_zone(known.time_zone if known else services.subscriptions.default_time_zone(language))
    return known, View(translations(language), zone, services.clock.now(), services.topic_name)


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
    card = shared_card(item, view, username)
    return InlineQueryResultArticle(
        id=f"{item.story_id}.{int(view.now.timestamp())}.{seal_of(card.html)}",
        title=clip(item.headline, _TITLE),
        description=clip(to_plain(sources_line(item, view)), _DESCRIPTION),
        input_message_content=InputTextMessageContent(
            card.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=to_telegram(card.keyboard),
    )
