"""One update of one reader, with everything a conversation needs to answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.i18n import Texts, translations
from bot.telegram.callbacks import Callback, encode
from bot.telegram.calls import Call, call_of, edit, send
from bot.telegram.keyboards import Button, Keyboard, Row, to_telegram
from bot.telegram.managed import Managed, about, headed
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.outages import headed as announced
from bot.telegram.picking import Pickers
from bot.telegram.simple import simplified_message
from digests.domain.breaking import Rules
from digests.domain.schedule import load_zone
from digests.domain.subscribers import Chat, Subscriber
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.announcing import Announcements
from digests.services.asking import AskedDigests
from digests.services.bans import Bans
from digests.services.big_slots import BigSlots
from digests.services.bindings import Bindings
from digests.services.credits import Credits
from digests.services.health import Healthcare
from digests.services.keeping import Keeping
from digests.services.outages import Outages
from digests.services.overview import Overview
from digests.services.personal import PersonalData
from digests.services.pulse import Tallies
from digests.services.reacting import Reactions
from digests.services.reading import Reading
from digests.services.rehearsing import Rehearsing
from digests.services.responses import Responses
from digests.services.safekeeping import Safekeeping
from digests.services.sources import Sources
from digests.services.statistics import Statistics
from digests.services.stories import Stories
from digests.services.striking import Striking
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
    late_after: timedelta  # a digest that came later than this is called late
    sources: Sources
    overview: Overview
    healthcare: Healthcare
    statistics: Statistics
    bindings: Bindings
    big_slots: BigSlots
    keeping: Keeping
    reactions: Reactions
    asked: AskedDigests
    responses: Responses
    personal: PersonalData
    rehearsing: Rehearsing
    credits: Credits
    announcements: Announcements
    safekeeping: Safekeeping
    stories: Stories
    bans: Bans
    outages: Outages
    striking: Striking
    breaking: Rules | None = None  # what makes a story break; None where the operator wants no breaking news
    inline: bool = False  # stories are offered in any chat behind the bot's name
    privacy_url: str | None = None  # the operator's own long privacy policy
    operators: frozenset[int] = frozenset()  # chats of the people who run the service
    pickers: Pickers = field(default_factory=Pickers)
    tallies: Tallies = field(default_factory=Tallies)  # what is counted for Prometheus

    def topic_name(self, slug: str, language: str) -> str:
        """The name of a topic; a free word is its own name."""
        return self.catalogue[slug].name(language) if slug in self.catalogue else slug


@dataclass
class Visit:
    """A reader has written or pressed something.

    `subscriber` is never missing: whoever writes first gets one. Handlers that change it keep the fresh one here. It is
    that of `chat`, whose settings this is about; `place` is where answers go, another chat only when it is `managed`.
    """

    services: Services
    bot: Bot
    update: Update
    chat: Chat
    subscriber: Subscriber
    arguments: str = ""  # what stands after the command, or the whole text
    callback: Callback | None = None  # the pressed button
    asked: Mapping[str, str] = field(default_factory=dict)  # values in the question that is answered
    fresh: bool = False  # screens come as new messages: the pressed one is a digest, which stays
    managed: Managed | None = None  # set when somebody changes a group or channel from his private chat
    notice: str | None = None  # a word of the operators that stands above the first message of the answer, in HTML
    before_answer: Callable[[], Awaitable[None]] | None = None  # ends what stands there while the answer is made
    _answered: set[str] = field(default_factory=set, repr=False)  # queries; one set for all visits made of this one

    @property
    def texts(self) -> Texts:
        """What the bot says, in the reader's language; about a group or channel as one speaks of that."""
        language = self.managed.language if self.managed else self.subscriber.language
        return translations(language, group=not self.private)

    @property
    def place(self) -> Chat:
        """Where answers go."""
        return self.managed.place if self.managed else self.chat

    @property
    def holder(self) -> int:
        """The subscriber in whose chat answers stand."""
        return self.managed.manager if self.managed else self.subscriber.id

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
    def pressed(self) -> int | None:
        """The message whose button was pressed."""
        return self.query.message.message_id if self.query is not None and self.query.message is not None else None

    @property
    def query(self) -> CallbackQuery | None:
        """The pressed button as Telegram tells it."""
        return self.update.callback_query

    async def reply(
        self, html: str, keyboard: Keyboard | None = None, *, preview: bool = False, quoting: bool = False
    ) -> int:
        """Answer with a new message, `quoting` the one that it answers where a button needs to know it. Its number."""
        asked = self.update.effective_message if quoting else None
        return await self._send(OutgoingMessage(html, keyboard, preview=preview), asked.message_id if asked else None)

    async def ask(self, html: str, placeholder: str) -> None:
        """Ask for text: the client opens its keyboard and quotes the question in the answer."""
        await self._begin()
        markup = ForceReply(selective=self.place.kind != "private", input_field_placeholder=placeholder)
        await self.bot.send_message(
            self.place.id,
            self._headed(html),
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            message_thread_id=self.place.thread_id or None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def send(self, messages: Sequence[OutgoingMessage], *, reply_to: int | None = None) -> list[int]:
        """Send messages one after another, the first as reply to message `reply_to`; their numbers."""
        return [await self._send(message, None if number else reply_to) for number, message in enumerate(messages)]

    async def send_file(self, name: str, content: bytes, html: str, keyboard: Keyboard | None = None) -> None:
        """Answer with a file and a word about it."""
        await self._begin()
        await self.bot.send_document(
            self.chat.id,
            content,
            caption=html,
            parse_mode=ParseMode.HTML,
            filename=name,
            reply_markup=to_telegram(keyboard),
            message_thread_id=self.chat.thread_id or None,
        )

    async def send_picture(self, content: bytes, html: str, keyboard: Keyboard | None = None) -> None:
        """Answer with a picture and a word below it."""
        await self._begin()
        await self.bot.send_photo(
            self.chat.id,
            content,
            caption=html,
            parse_mode=ParseMode.HTML,
            reply_markup=to_telegram(keyboard),
            message_thread_id=self.chat.thread_id or None,
        )

    async def show(self, html: str, keyboard: Keyboard | None = None) -> int:
        """Put a screen where the pressed button stands; a new message when there is none that can be edited.

        Its number.
        """
        return await self.put(html, keyboard, None if self.fresh else self.pressed)

    async def put(self, html: str, keyboard: Keyboard | None, message_id: int | None) -> int:
        """Put a screen in place of a message of ours; a new one when it cannot be edited, or is None. Its number.

        A digest that is corrected at this moment stays, too: the correction might come last and cover the screen.
        """
        if message_id is None or not await self.services.asked.give_way(self.holder, message_id):
            return await self.reply(html, keyboard)
        message = self._displayed(OutgoingMessage(html, keyboard))
        try:
            await edit(self.bot, self._call(message) | {"chat_id": self.place.id, "message_id": message_id})
        except BadRequest as error:
            if "not modified" not in error.message:
                return await self.reply(html, keyboard)
            await self.toast(self.texts("toast.unchanged"))  # a second tap on the same button: it is right
        return message_id

    async def drop_buttons(self) -> None:
        """Take the buttons away from the message whose button was pressed: its question is answered."""
        if self.query is not None and self.query.message is not None:
            try:
                await self.bot.edit_message_reply_markup(self.place.id, self.query.message.message_id)
            except BadRequest as error:
                if "not modified" not in error.message and "not found" not in error.message:
                    raise

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer a pressed button; only the first answer counts."""
        if self.query is None or self.query.id in self._answered:
            return
        self._answered.add(self.query.id)
        try:
            await self.query.answer(text or None, show_alert=alert)
        except BadRequest as error:
            if "too old" not in error.message:  # the library has changed the first letter
                raise

    async def confirm(self, change: Change, html: str, *rows: Row) -> None:
        """Tell the effect of a change, with a button that takes it back; `rows` stand above it."""
        self.subscriber = change.subscriber
        await self.show(html, Keyboard.of(*rows, [self.undo_button(change)]))

    def undo_button(self, change: Change) -> Button:
        """The button that takes `change` back for ten minutes."""
        return Button(self.texts("button.undo"), encode("undo", change.undo))

    def _displayed(self, message: OutgoingMessage) -> OutgoingMessage:
        """The message as this reader wants messages to look; a manager's screens look as usual."""
        simple = self.subscriber.simple and self.managed is None
        return simplified_message(message, self.texts) if simple else message

    async def _send(self, message: OutgoingMessage, reply_to: int | None = None) -> int:
        if self.notice is not None:
            message, self.notice = replace(message, html=announced(self.notice, message.html)), None
        message = self._displayed(message)
        await self._begin()
        where: Call = {"chat_id": self.place.id, "message_thread_id": self.place.thread_id or None}
        if reply_to:
            where["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        sent = await send(self.bot, where | self._call(message))
        if message.stories and self.private and self.managed is None:
            await self.services.reactions.show(self.subscriber, sent, message.stories, message.first)
        return sent

    def _call(self, message: OutgoingMessage) -> Call:
        """What shows a message, about the chat that is managed where one is."""
        keyboard = about(message.keyboard, self.managed.binding) if self.managed else message.keyboard
        return call_of(replace(message, html=self._headed(message.html), keyboard=keyboard))

    async def _begin(self) -> None:
        if self.before_answer is not None:
            await self.before_answer()

    def _headed(self, html: str) -> str:
        """A screen about another chat says so in its first line, which also tells whom an answer to it is about."""
        managed = self.managed
        return headed(html, managed.title, managed.binding, self.bot.username) if managed else html
