"""Which conversation gets an update. Every private message is answered; a fault is told with a code and logged."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

import structlog
from telegram import Bot, ChatMemberUpdated, InlineQuery, Message, MessageOriginChannel, ReplyParameters, Update
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import Forbidden, RetryAfter, TelegramError
from telegram.ext import Application, CallbackContext, TypeHandler

from bot.i18n import pick_language, translations
from bot.log import chat_mark
from bot.telegram.bindings import managed_visit
from bot.telegram.callbacks import RETRY, Outdated, decode, encode
from bot.telegram.cooldowns import Cooldowns
from bot.telegram.drafting import Drafts
from bot.telegram.edits import Edits, is_late
from bot.telegram.fading import Fading
from bot.telegram.gate import kept_out
from bot.telegram.html import to_plain
from bot.telegram.keyboards import Button, Keyboard, to_telegram
from bot.telegram.managed import binding_of
from bot.telegram.outages import notice_now
from bot.telegram.permissions import is_admin, may_write
from bot.telegram.questions import question_of
from bot.telegram.registry import Handler, Registry, Upload
from bot.telegram.visit import Services, Visit
from digests.domain.bindings import Hindrance
from digests.domain.subscribers import Chat

log = structlog.get_logger(__name__)

_COMMAND = re.compile(r"(\S*)(.*)", re.DOTALL)


@dataclass
class Router:
    """Takes updates from python-telegram-bot and hands them to conversations."""

    services: Services
    registry: Registry
    username: str = ""
    fading: Fading | None = None  # where it runs
    drafts: Drafts = field(default_factory=Drafts)
    edits: Edits = field(default_factory=Edits)
    cooldowns: Cooldowns = field(default_factory=Cooldowns)

    def install(self, application: Application) -> None:  # type: ignore[type-arg]
        """Make this router the one handler of an application."""
        application.add_handler(TypeHandler(Update, self.on_update))

    async def on_update(self, update: Update, context: CallbackContext) -> None:  # type: ignore[type-arg]
        """Handle one update; never raises."""
        try:
            await self.handle(update, context.bot)
        except Exception:
            await self.apologise(update, context.bot)

    async def handle(self, update: Update, bot: Bot) -> None:
        """Handle one update. Raises whatever went wrong on our side."""
        kind = next((name for name in Update.ALL_TYPES if getattr(update, name, None) is not None), "unknown")
        chat = chat_mark(update.effective_chat.id, bot.token) if update.effective_chat else None
        with structlog.contextvars.bound_contextvars(update=update.update_id, kind=kind, chat=chat):
            result = "failed"
            try:
                await self._route(update, bot)
            except RetryAfter as error:  # whatever is said to this chat now only makes the wait longer
                seconds, result = error._retry_after.total_seconds(), "halted"
                log.warning("telegram_asks_to_wait", seconds=seconds)
                self.services.tallies.count("telegram_blocked_seconds", by=seconds)
            except Forbidden:
                result = "blocked"
                log.info("reader_blocked_the_bot")
                await self._block(update)
            else:
                result = "handled"
                log.info("update_handled")
            finally:
                self.services.tallies.count("updates", kind, result)

    async def on_repeat(self, update: Update) -> None:
        """Tell somebody who taps a button again that his first tap is being worked on."""
        texts = translations(await self._language(update))
        if update.callback_query is not None:
            try:
                await update.callback_query.answer(texts("toast.running"))
            except TelegramError as error:
                log.warning("toast_failed", error=type(error).__name__)

    async def _route(self, update: Update, bot: Bot) -> None:
        if update.edited_message is not None:
            if not self.edits.asks(update.update_id, update.edited_message):
                return
            update = Update(update.update_id, message=update.edited_message)
        elif update.message is not None:
            self.edits.hear(update.update_id, update.message)
        if update.my_chat_member is not None:
            await self._membership(update.my_chat_member, update, bot)
        elif await kept_out(update, bot, self.services, self.registry):
            return
        elif update.inline_query is not None:
            await self._inline(update.inline_query, bot)
        elif update.chosen_inline_result is not None:
            await self.registry.chosen(self.services, update.chosen_inline_result, bot)
        elif update.callback_query is not None:
            await self._press(update, bot)
        elif update.message is not None:
            await self._message(update.message, update, bot)
        elif update.message_reaction is not None and update.message_reaction.chat.type == "private":
            await self._run(await self._own_visit(update, bot, ""), self.registry.reaction)

    async def _inline(self, query: InlineQuery, bot: Bot) -> None:
        """Words behind the bot's name; every letter typed is a query of its own."""
        if self.cooldowns.wait(Chat(query.from_user.id, kind="inline"), self.services.clock.now()):
            await query.answer([], cache_time=0, is_personal=True)
        else:
            await self.registry.inline(self.services, query, bot)

    async def _message(self, message: Message, update: Update, bot: Bot) -> None:
        if message.migrate_to_chat_id:
            await self.services.subscriptions.migrate(message.chat.id, message.migrate_to_chat_id)
            return
        if message.migrate_from_chat_id or _is_service(message):
            return
        text = message.text or ""
        private = message.chat.type == "private"
        if is_late(message):
            await self._run(await self._own_visit(update, bot, ""), self.registry.late)
            return
        if text.startswith("/"):
            await self._text(text, update, bot)
            return
        question, asked = question_of(message, self.registry)
        if question is None and not private:
            return  # what people say to one another in a group is not for us
        visit = await self._visit(update, bot, text, binding_of(message) if question else None)
        if visit is None:
            return
        visit.asked = asked
        if question is not None and text:
            await self._run(visit, question, changes=self.registry.is_changing(question))
        elif message.chat_shared is not None or isinstance(message.forward_origin, MessageOriginChannel):
            await self._run(visit, self.registry.chosen_chat)
        elif message.location is not None:
            await self._run(visit, self.registry.location, changes=True)
        elif message.document is not None and visit.by_operator:
            await self._run(visit, self.registry.document)
        elif text:
            await self._text(text, update, bot)
        else:
            await self._run(visit, self.registry.other)

    async def _text(self, text: str, update: Update, bot: Bot) -> None:
        """Do what a text asks for; also again, after a fault."""
        command: str | None = text
        if not text.startswith("/"):
            topic = self.services.catalogue.find(text)
            command = self.registry.spoken(text) if topic is None else None
        if command is not None:
            await self._command(command, update, bot)
        else:
            await self._run(await self._own_visit(update, bot, text), self.registry.text, costly=True)

    async def _command(self, text: str, update: Update, bot: Bot) -> None:
        name, addressee, arguments = _parsed(text)
        private = update.effective_chat is not None and update.effective_chat.type == "private"
        if addressee and not private and addressee.casefold() != self.username.casefold():
            return  # meant for another bot of the group
        command = self.registry.find(name)
        visit = await self._own_visit(update, bot, arguments.strip())
        unclaimed = visit.private and not self.services.operators
        if command is not None and (unclaimed or self._may(visit, command.run)):
            await self._run(visit, command.run, changes=command.changes, costly=command.costly, sends=command.sends)
        elif visit.private or addressee or self._is_answered(update):
            visit.arguments = text[1:]
            await self._run(visit, self.registry.unknown)

    def _is_answered(self, update: Update) -> bool:
        """True for what replies to a message of ours: in a group, too, it is meant for us."""
        asked = update.effective_message.reply_to_message if update.effective_message else None
        return asked is not None and asked.from_user is not None and asked.from_user.username == self.username

    async def _press(self, update: Update, bot: Bot) -> None:
        query = update.callback_query
        assert query is not None, "only called for pressed buttons"  # noqa: S101
        if query.message is None:
            await query.answer()  # a message too old to be told: nothing to stand on
            return
        callback = decode(query.data or "")
        failed = getattr(query.message, "reply_to_message", None)
        if callback == RETRY and failed is not None and failed.text:
            await self._text(failed.text, update, bot)
            return
        binding = None if isinstance(callback, Outdated) else callback.binding
        visit = await self._visit(update, bot, "", binding)
        press = None if isinstance(callback, Outdated) else self.registry.presses.get(callback.verb)
        if visit is None or isinstance(callback, Outdated) or press is None or not self._may(visit, press.run):
            log.warning("button_outdated")
            await self._run(visit or await self._own_visit(update, bot, ""), self.registry.outdated)
            return
        visit.callback = callback
        await self._run(visit, press.run, changes=press.changes, costly=press.costly)

    async def _run(
        self, visit: Visit, run: Handler, *, changes: bool = False, costly: bool = False, sends: Upload | None = None
    ) -> None:
        """Call a handler if this person may and is not too fast; a pressed button is answered in any case."""
        try:
            if visit.update.message is not None and run not in self.registry.for_operators:
                visit.notice = await notice_now(self.services.outages, visit.view)
            if not self._may(visit, run):
                await self._keep_out(visit)
            elif changes and not await self._may_change(visit):
                await self._refuse(visit, visit.texts("toast.admins_only"), visit.texts("error.admins_only"))
            elif costly and (seconds := self.cooldowns.wait(visit.place, visit.now)):
                text = visit.texts.plural("error.flood", seconds)
                again = Keyboard.of([Button(visit.texts("button.retry"), encode(RETRY.verb))])
                await self._refuse(visit, to_plain(text), text, again if visit.private else None)
            elif costly:
                async with self.drafts.shown(visit, sends):
                    await run(visit)
            else:
                await run(visit)
        finally:
            await visit.toast()

    async def _may_change(self, visit: Visit) -> bool:
        """Whether this person may change what the visit is about: his own chat, or where he is an administrator."""
        if visit.private or visit.managed is not None:  # whoever manages was asked for when the visit was made
            return True
        return await is_admin(visit.bot, visit.chat, visit.update)

    def _may(self, visit: Visit, handler: Handler) -> bool:
        """False for what only operators may do, in anybody else's chat."""
        return visit.by_operator or handler not in self.registry.for_operators

    async def _keep_out(self, visit: Visit) -> None:
        """What is for operators only: in a fresh installation they learn here how to become one."""
        log.warning("operators_only")
        if not self.services.operators:
            await visit.reply(visit.texts("admin.unclaimed", chat=str(visit.chat.id)))

    async def _refuse(self, visit: Visit, toast: str, html: str, keyboard: Keyboard | None = None) -> None:
        if visit.query is not None:
            await visit.toast(toast)
            return
        told = await visit.reply(html, keyboard, quoting=keyboard is not None)
        if self.fading is not None and visit.place.kind != "private":
            self.fading.let_go(visit.place.id, told)

    async def _membership(self, change: ChatMemberUpdated, update: Update, bot: Bot) -> None:
        """The bot was blocked or removed, came back, or may do more or less than before."""
        chat, old, new = change.chat, change.old_chat_member, change.new_chat_member
        if new.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT):
            log.info("chat_left")
            await self.services.subscriptions.block(Chat(chat.id, kind=chat.type))
        elif chat.type == "private":
            return
        elif not may_write(new, chat.type):
            await self.services.bindings.hinder(chat.id, Hindrance.RIGHTS)
        elif not may_write(old, chat.type):
            back = await self.services.bindings.clear(chat.id, Hindrance.RIGHTS)
            if not back:
                await self._run(await self._own_visit(update, bot, ""), self.registry.joined)

    async def _visit(self, update: Update, bot: Bot, arguments: str, binding: int | None = None) -> Visit | None:
        """A visit about this chat, or about a group or channel that this person manages; None when he does not."""
        own = await self._own_visit(update, bot, arguments)
        if binding is None:
            return own
        return await managed_visit(own, binding)

    async def _own_visit(self, update: Update, bot: Bot, arguments: str) -> Visit:
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        assert chat is not None, "updates of chats only come here"  # noqa: S101
        thread = (message.message_thread_id or 0) if message is not None and message.is_topic_message else 0
        here = Chat(chat.id, thread, chat.type)
        language = pick_language(user.language_code if user else None, self.services.default_language)
        subscriber = await self.services.subscriptions.open(here, language)
        return Visit(self.services, bot, update, here, subscriber, arguments)

    async def _block(self, update: Update) -> None:
        if update.effective_chat is not None:
            await self.services.subscriptions.block(Chat(update.effective_chat.id))

    async def apologise(self, update: Update, bot: Bot) -> None:
        """Log the error that is being handled, and tell the reader its code."""
        code = secrets.token_hex(2).upper()
        log.exception("update_failed", update=update.update_id, code=code)
        chat, message, query = update.effective_chat, update.effective_message, update.callback_query
        if chat is None or not (chat.type == "private" or query is not None or self._is_ours(message)):
            return
        texts = translations(await self._language(update), group=chat.type != "private")
        again = query.data if query is not None and query.data else encode(RETRY.verb)
        keyboard = None if update.message_reaction is not None else Keyboard.of([Button(texts("button.retry"), again)])
        retry = to_telegram(keyboard)
        asked = ReplyParameters(message.message_id, allow_sending_without_reply=True) if message else None
        html = texts("error.fault", code=code)
        try:
            await bot.send_message(chat.id, html, parse_mode=ParseMode.HTML, reply_markup=retry, reply_parameters=asked)
        except TelegramError as error:
            log.warning("apology_failed", code=code, error=type(error).__name__)

    def _is_ours(self, message: Message | None) -> bool:
        """True for a command of a group that we have, unless it names another bot."""
        text = message.text if message is not None and message.text else ""
        name, addressee, _ = _parsed(text)
        ours = not addressee or addressee.casefold() == self.username.casefold()
        return text.startswith("/") and ours and self.registry.find(name) is not None

    async def _language(self, update: Update) -> str:
        """The reader's language, even when the database is what failed."""
        chat, user = update.effective_chat, update.effective_user
        try:
            known = await self.services.subscriptions.find(Chat(chat.id)) if chat else None
        except Exception as error:
            log.warning("language_unknown", error=type(error).__name__)
            known = None
        code = user.language_code if user else None
        return known.language if known else pick_language(code, self.services.default_language)


def _parsed(text: str) -> tuple[str, str, str]:
    """The name of a command, the bot that it names, and what stands behind: "/neu@depesche_bot 3"."""
    word, arguments = _COMMAND.fullmatch(text[1:]).groups()  # type: ignore[union-attr]  # fits any text
    name, _, addressee = word.partition("@")
    return name, addressee, arguments


def _is_service(message: Message) -> bool:
    """True for "a joined", "b pinned" and other messages that nobody wrote."""
    return any((message.new_chat_members, message.left_chat_member, message.pinned_message, message.new_chat_title))
