"""Who is not let in: banned chats. What everybody may ask of his data stays open to them."""

from __future__ import annotations

import structlog
from telegram import Bot, Update

from bot.i18n import pick_language, translations
from bot.telegram.callbacks import Outdated, decode
from bot.telegram.html import to_plain
from bot.telegram.registry import Registry
from bot.telegram.visit import Services
from digests.domain.subscribers import Chat

log = structlog.get_logger(__name__)

OPEN = frozenset({"privacy", "mydata", "forget"})
"""Commands and verbs of buttons about what is stored: nobody can be banned from these."""


async def kept_out(update: Update, bot: Bot, services: Services, registry: Registry) -> bool:
    """True for an update of a banned chat, which is told so once and has no other answer."""
    number = _number(update)
    if number is None or number in services.operators or not await services.bans.has(number) or _open(update, registry):
        return False
    log.info("chat_kept_out")
    query = update.callback_query
    if _addressed(update) and await services.bans.tell(number):
        known = await services.subscriptions.find(Chat(number))
        user = update.effective_user
        code = user.language_code if user else None
        language = known.language if known else pick_language(code, services.default_language)
        html = translations(language)("ban.told")
        if query is not None:
            await query.answer(to_plain(html), show_alert=True)
        else:
            await bot.send_message(number, html)
    elif query is not None:
        await query.answer()
    if update.inline_query is not None:
        await update.inline_query.answer([], cache_time=0, is_personal=True)
    return True


def _number(update: Update) -> int | None:
    """Of the chat, or of the person who writes behind the bot's name in any chat."""
    behind = update.inline_query or update.chosen_inline_result
    if behind is not None:
        return behind.from_user.id
    asked = update.message is not None or update.callback_query is not None
    return update.effective_chat.id if asked and update.effective_chat is not None else None


def _addressed(update: Update) -> bool:
    """False for what people say to one another in a group, and where nothing can be said."""
    message = update.message
    if message is None:
        return update.callback_query is not None
    return message.chat.type == "private" or (message.text or "").startswith("/")


def _open(update: Update, registry: Registry) -> bool:
    if update.message is not None and update.message.migrate_to_chat_id:
        return True  # nobody asks for anything: the ban goes along
    if update.callback_query is not None:
        callback = decode(update.callback_query.data or "")
        return not isinstance(callback, Outdated) and callback.verb in OPEN
    text = (update.message.text or "") if update.message is not None else ""
    command = registry.find(text[1:].split(maxsplit=1)[0].partition("@")[0]) if text[1:].strip() else None
    return text.startswith("/") and command is not None and command.name in OPEN
