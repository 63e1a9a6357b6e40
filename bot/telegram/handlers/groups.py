"""What happens in groups and their forum topics: the first word, /bind and /unbind, a sample post."""

from __future__ import annotations

from dataclasses import replace

import structlog
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.i18n import translations
from bot.telegram.callbacks import encode
from bot.telegram.frames import Layout, layout_to_json
from bot.telegram.handlers.offers import typed
from bot.telegram.handlers.setup import TOPICS, next_slot, show_step
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, to_telegram
from bot.telegram.managed import TITLE_LIMIT
from bot.telegram.messenger import classify
from bot.telegram.permissions import ANONYMOUS_ADMIN, is_admin_there
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame, render_sample
from bot.telegram.simple import simplified
from bot.telegram.visit import Visit
from digests.domain.delivery import Result
from digests.domain.subscribers import Chat, Status
from digests.services.asking import Shown
from digests.text.words import fold

log = structlog.get_logger(__name__)

SAMPLE_STORIES = 2
TEST_WORDS = frozenset({"test", "probe", "проба"})


async def joined(visit: Visit) -> None:
    """The bot may write in a group or channel from now on: one line there, or to who has brought it to a channel."""
    change = visit.update.my_chat_member
    assert change is not None, "called for changes of membership only"  # noqa: S101
    if visit.chat.kind == "channel":
        await _invite(visit, change.from_user.id)
        return
    await _remember_manager(visit)
    begin: Row = (Button(visit.texts("button.set_up"), encode("setup", "to", TOPICS)),)
    slot = next_slot(visit)
    if visit.subscriber.ready and visit.subscriber.status is Status.ACTIVE and slot:
        await visit.reply(visit.texts("group.back", slot=slot))
    else:
        hint = visit.texts("group.forum_hint") if change.chat.is_forum else None
        await visit.reply(join("\n", visit.texts("group.welcome"), hint), Keyboard.of(begin))


async def _invite(visit: Visit, user_id: int) -> None:
    """A channel is set up in the private chat of who has brought the bot there; nothing is posted before.

    Who has picked it with our own button is led through its set-up already.
    """
    if visit.services.pickers.picks(user_id, visit.now):
        return
    title = clip(visit.update.my_chat_member.chat.title or "", TITLE_LIMIT) if visit.update.my_chat_member else ""
    known = await visit.services.subscriptions.find(Chat(user_id))
    texts = translations(known.language) if known else visit.texts
    keyboard = Keyboard.of([Button(texts("button.set_up"), encode("channels", "check", visit.chat.id))])
    try:
        await visit.bot.send_message(
            user_id,
            texts("channels.invited", title=title),
            parse_mode=ParseMode.HTML,
            reply_markup=to_telegram(keyboard),
        )
    except (BadRequest, Forbidden) as error:  # he has never written to the bot: /channels is still there
        log.info("manager_not_reached", error=type(error).__name__)


async def _remember_manager(visit: Visit) -> None:
    """Whoever sets up a group as its administrator finds it under /channels in his private chat, too."""
    user, chat = visit.update.effective_user, visit.update.effective_chat
    if user is None or chat is None or user.is_bot or user.id == ANONYMOUS_ADMIN:
        return
    if await is_admin_there(visit.bot, visit.chat, user.id):
        await visit.services.bindings.manage(visit.subscriber.id, user.id, _title(visit, chat.title or ""))


def _title(visit: Visit, group: str) -> str:
    """The group's title, and the topic's: Telegram tells that with what is written in a topic and answers nothing."""
    message = visit.update.effective_message
    begun = message.reply_to_message.forum_topic_created if message and message.reply_to_message else None
    if begun is None or not visit.chat.thread_id:
        return clip(group, TITLE_LIMIT)
    half = TITLE_LIMIT // 2
    return f"{clip(group, half)} · {clip(begun.name, half - 3)}"


async def bind(visit: Visit) -> None:
    """/bind: digests into this group or forum topic; `/bind test` posts a sample."""
    texts = visit.texts
    if visit.private:
        link = f"https://t.me/{visit.bot.username}?startgroup=setup"
        rows: tuple[Row, ...] = (
            (Button(texts("button.add_to_group"), url=link),),
            (Button(texts("button.channels"), encode("channels")),),
        )
        await visit.reply(texts("bind.private"), Keyboard.of(*rows))
        return
    if fold(typed(visit).strip()) in TEST_WORDS:
        problem = await send_test(visit, visit.chat)
        if problem:
            await visit.reply(problem)
        return
    await _remember_manager(visit)
    if visit.subscriber.ready and visit.subscriber.status is Status.ACTIVE:
        slot = next_slot(visit)
        text = texts("bind.known", slot=slot) if slot else texts("bind.known_without_slot")
        sample = Button(texts("button.test_post"), encode("bind", "test"))
        settings = Button(texts("button.settings"), encode("settings"))
        await visit.reply(text, Keyboard.of([sample, settings], [Button(texts("button.part"), encode("unbind"))]))
        return
    await show_step(visit, TOPICS, texts("bind.begin"))


async def unbind(visit: Visit) -> None:
    """/unbind: no digests into this group or forum topic any more."""
    if visit.private:
        await visit.reply(visit.texts("bind.private"), Keyboard.of([_stop(visit)]))
        return
    if visit.subscriber.status in (Status.SETUP, Status.STOPPED):
        await visit.reply(visit.texts("bind.not_bound"))
        return
    change = await visit.services.subscriptions.stop(visit.chat)
    await visit.confirm(change, visit.texts("bind.ended"))


def _stop(visit: Visit) -> Button:
    return Button(visit.texts("button.channels"), encode("channels"))


async def send_test(visit: Visit, chat: Chat) -> str | None:
    """Post the newest stories of a chat's own topics there; the problem as HTML when Telegram does not want it."""
    texts, subscriber = translations(visit.subscriber.language, group=True), visit.subscriber
    found = await visit.services.reading.latest(subscriber.preferences, SAMPLE_STORIES)
    view = replace(visit.view, texts=texts)
    frame = Frame(title=texts("bind.sample"), empty=texts("setup.preview_none"), more=False, numbers=False)
    digest, messages = render_sample(found, view, frame)
    sent: list[int] = []
    try:
        for message in messages:
            html = simplified(message.html) if subscriber.simple else message.html
            posted = await visit.bot.send_message(
                chat.id, html, parse_mode=ParseMode.HTML, message_thread_id=chat.thread_id or None
            )
            sent.append(posted.message_id)
    except TelegramError as error:
        outcome = classify(error)
        if outcome.result is Result.THREAD_CLOSED:
            return visit.texts("binding.topic_closed")
        if outcome.result in (Result.GONE, Result.NO_RIGHTS):
            return visit.texts("binding.still_hindered")
        raise
    shown = Shown(subscriber.id, texts.language, subscriber.time_zone, subscriber.simple, layout_to_json(Layout(frame)))
    await visit.services.asked.note(digest, shown, sent, view.now)
    return None


COMMANDS: tuple[Command, ...] = (
    Command("bind", bind, changes=True),
    Command("unbind", unbind, changes=True),
)
PRESSES: tuple[Press, ...] = (Press("bind", bind, changes=True), Press("unbind", unbind, changes=True))
QUESTIONS: dict[str, Handler] = {}
