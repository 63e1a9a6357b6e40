"""Telling operators in their chats what they should know without asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.i18n import Markup, translations
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, to_telegram
from bot.telegram.messages import View
from bot.telegram.visit import Services
from digests.domain.notices import Notice, NoticeKind
from digests.domain.schedule import load_zone
from digests.domain.subscribers import Chat

log = structlog.get_logger(__name__)

AT_ONCE = 10
"""Notices that one message tells in full."""
_OF_SOURCES = frozenset({NoticeKind.SOURCE_FAILING, NoticeKind.SOURCE_RETIRED})
_TITLE = 60
_DETAIL = 200


@dataclass(frozen=True, slots=True)
class TelegramOperators:
    """Implements the port Operators."""

    bot: Bot
    services: Services

    async def tell(self, notices: Sequence[Notice]) -> bool:
        """Write one message with all notices to each operator; False when it reached none of them."""
        return await reach_operators(self.bot, self.services, lambda view: notice_message(view, notices))


async def reach_operators(
    bot: Bot, services: Services, write: Callable[[View], tuple[Markup, Keyboard | None]]
) -> bool:
    """Send each operator what `write` makes for him; False when it reached none of them."""
    reached = False
    for chat_id in sorted(services.operators):
        html, keyboard = write(await _view(services, chat_id))
        try:
            await bot.send_message(chat_id, html, parse_mode=ParseMode.HTML, reply_markup=to_telegram(keyboard))
        except TelegramError as error:
            log.warning("operator_not_reached", error=type(error).__name__, reason=error.message[:100])
        else:
            reached = True
    return reached or not services.operators


async def _view(services: Services, chat_id: int) -> View:
    """How an operator sees things; one who is no reader, in the language and zone for newcomers."""
    subscriptions, language = services.subscriptions, services.default_language
    known = await subscriptions.find(Chat(chat_id))
    zone = load_zone(known.time_zone if known else subscriptions.default_time_zone(language))
    return View(translations(known.language if known else language), zone, services.clock.now(), services.topic_name)


def notice_message(view: View, notices: Sequence[Notice]) -> tuple[Markup, Keyboard | None]:
    """Notices as one message, with ways to the sources they are about."""
    lines = [_line(view, notice) for notice in notices[:AT_ONCE]]
    if len(notices) > AT_ONCE:
        lines.append(view.texts.plural("notice.further", len(notices) - AT_ONCE))
    return join("\n\n", *lines), Keyboard.of(*_ways(view, notices))


def _ways(view: View, notices: Sequence[Notice]) -> list[Row]:
    """Buttons to where something can be done about these notices."""
    kinds, rows = {each.kind for each in notices}, list[Row]()
    if len(notices) == 1 and kinds <= _OF_SOURCES:
        rows.append((Button(view.texts("button.source_card"), encode("source", "show", notices[0].subject)),))
    if kinds & {*_OF_SOURCES, NoticeKind.TOPIC_DRY}:
        rows.append((Button(view.texts("button.sources"), encode("source")),))
    if NoticeKind.PAID_REFUSED in kinds:
        rows.append((Button(view.texts("button.big_slots"), encode("big")),))
    return rows


def _line(view: View, notice: Notice) -> str:
    """What one notice says; its text is called after its kind."""
    values = {"title": clip(notice.title, _TITLE), "since": view.texts.slot(notice.since, view.zone)}
    values["reason"] = clip(notice.detail, _DETAIL)
    match notice.kind:
        case NoticeKind.TOPIC_DRY:
            values |= {"topic": view.topic_name(notice.subject, view.texts.language), "sources": values["reason"]}
        case NoticeKind.TOPIC_CLOSED:
            values |= {"chat": values["title"], "topic": notice.subject.partition("/")[2]}
        case NoticeKind.PAID_REFUSED:
            values["slot"] = view.texts.slot(datetime.fromisoformat(notice.title), view.zone)
        case NoticeKind.POLLING_CONFLICT:
            values["host"] = values["title"]
        case _:
            pass
    return view.texts(f"notice.{notice.kind.value}", **values)
