"""Carries messages of the operators to readers."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.i18n import Markup, escape, translations
from bot.telegram.callbacks import encode
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, to_telegram
from bot.telegram.messenger import classify
from digests.domain.delivery import Outcome, Result
from digests.domain.subscribers import Chat


def framed(message: str, language: str) -> tuple[Markup, Keyboard | None]:
    """The message as readers get it, with a way to write back."""
    texts = translations(language)
    return (
        join("\n\n", texts("announce.head"), escape(message)),
        Keyboard.of([Button(texts("button.write_back"), encode("feedback"))]),
    )


@dataclass(frozen=True, slots=True)
class TelegramAnnouncer:
    """Implements the port Announcer."""

    bot: Bot

    async def announce(self, chat: Chat, language: str, message: str, *, silent: bool) -> Outcome:
        """Send it as one message. Never raises for what Telegram says."""
        html, keyboard = framed(message, language)
        try:
            sent = await self.bot.send_message(
                chat.id,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=to_telegram(keyboard),
                disable_notification=silent,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            return classify(error)
        return Outcome(Result.OK, (sent.message_id,))
