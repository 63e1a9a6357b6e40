"""One update of one reader, with everything a conversation needs to answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Bot, CallbackQuery, ForceReply, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.i18n import Texts, translations
from bot.telegram.callbacks import Callback, encode
from bot.telegram.keyboards import Button, Keyboard, Row, to_telegram
from bot.telegram.messages import OutgoingMessage, View
from digests.domain.schedule import load_zone
from digests.domain.subscribers import Chat, Subscriber
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.credits import Credits
from digests.services.overview import Overview
from digests.services.reading import Reading
from digests.services.rehearsing import Rehearsing
from digests.services.sources import Sources
from digests.services.subscriptions import Change, Subscriptions


@dataclass(frozen=True, slots=True)
class Services:
    """What all conversations share."""

    subscriptions: Subscriptions
    reading: Reading
    catalogue: Catalogue
    clock: Clock
    default_language: str
    retention_days: int  # how long articles and digests are kept
    sources: Sources
    overview: Overview
    rehearsing: Rehearsing
    credits: Credits
    operators: frozenset[int] = frozenset()  # chats of the people who run the service

    def topic_name(self, slug: str, language: str) -> str:
        """The name of a topic; a free word is its own name."""
        return self.catalogue[slug].name(language) if slug in self.catalogue else slug


@dataclass
class Visit:
    """A reader has written or pressed something.

    `subscriber` is never missing: whoever writes first gets one. Handlers that change it keep the fresh one here.
    """

    services: Services
    bot: Bot
    update: Update
    chat: Chat
    subscriber: Subscriber
    arguments: str = ""  # what stands after the command, or the whole text
    callback: Callback | None = None  # the pressed button
    fresh: bool = False  # screens come as new messages: the pressed one is a digest, which stays
    _answered: bool = field(default=False, init=False)

    @property
    def texts(self) -> Texts:
        """What the bot says, in the reader's language."""
        return translations(self.subscriber.language)

    @property
    def now(self) -> datetime:
        """The present instant in UTC."""
        return self.services.clock.now()

    @property
    def view(self) -> View:
        """How things are rendered for this reader."""
        zone = load_zone(self.subscriber.time_zone)
        return View(self.texts, zone, self.now, self.services.topic_name)

    @property
    def first_name(self) -> str:
        """The name of the person who acts; it is shown and never stored."""
        user = self.update.effective_user
        return user.first_name if user else ""

    @property
    def private(self) -> bool:
        """True in a chat with one person."""
        return self.chat.kind == "private"

    @property
    def by_operator(self) -> bool:
        """True in a chat of somebody who runs the service."""
        return self.chat.id in self.services.operators

    @property
    def query(self) -> CallbackQuery | None:
        """The pressed button as Telegram tells it."""
        return self.update.callback_query

    async def reply(self, html: str, keyboard: Keyboard | None = None, *, preview: bool = False) -> Message:
        """Answer with a new message."""
        return await self._send(OutgoingMessage(html, keyboard, preview=preview))

    async def ask(self, html: str, placeholder: str) -> Message:
        """Ask for text: the client opens its keyboard and quotes the question in the answer."""
        markup = ForceReply(selective=not self.private, input_field_placeholder=placeholder)
        return await self.bot.send_message(
            self.chat.id,
            html,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            message_thread_id=self.chat.thread_id or None,
        )

    async def send(self, messages: Sequence[OutgoingMessage], *, reply_to: int | None = None) -> None:
        """Send messages one after another, the first as reply to message `reply_to`."""
        for number, message in enumerate(messages):
            await self._send(message, reply_to if number == 0 else None)

    async def show(self, html: str, keyboard: Keyboard | None = None) -> None:
        """Put a screen where the pressed button stands; a new message when there is none that can be edited."""
        if self.query is None or self.query.message is None or self.fresh:
            await self.reply(html, keyboard)
            return
        try:
            await self.bot.edit_message_text(
                html,
                chat_id=self.chat.id,
                message_id=self.query.message.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=to_telegram(keyboard),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except BadRequest as error:
            if "message is not modified" in error.message:
                return  # a second tap on the same button: the screen is right already
            await self.reply(html, keyboard)

    async def drop_buttons(self) -> None:
        """Take the buttons away from the message whose button was pressed: its question is answered."""
        if self.query is not None and self.query.message is not None:
            try:
                await self.bot.edit_message_reply_markup(self.chat.id, self.query.message.message_id)
            except BadRequest as error:
                if "not modified" not in error.message and "not found" not in error.message:
                    raise

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer a pressed button; only the first answer counts."""
        if self.query is None or self._answered:
            return
        self._answered = True
        try:
            await self.query.answer(text or None, show_alert=alert)
        except BadRequest as error:
            if "query is too old" not in error.message:
                raise

    async def confirm(self, change: Change, html: str, *rows: Row) -> None:
        """Tell the effect of a change, with a button that takes it back; `rows` stand above it."""
        self.subscriber = change.subscriber
        await self.show(html, Keyboard.of(*rows, [self.undo_button(change)]))

    def undo_button(self, change: Change) -> Button:
        """The button that takes `change` back for ten minutes."""
        return Button(self.texts("button.undo"), encode("undo", change.undo))

    async def _send(self, message: OutgoingMessage, reply_to: int | None = None) -> Message:
        return await self.bot.send_message(
            self.chat.id,
            message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=to_telegram(message.keyboard),
            message_thread_id=self.chat.thread_id or None,
            disable_notification=message.silent,
            link_preview_options=LinkPreviewOptions(is_disabled=not message.preview),
            reply_parameters=ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
        )
