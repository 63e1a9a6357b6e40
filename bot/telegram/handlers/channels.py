"""/channels: groups and channels that somebody manages from his private chat. Every screen about one names it first."""

from __future__ import annotations

from dataclasses import replace

from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    MessageOriginChannel,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    User,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot.telegram.bindings import managed_visit, visit_about
from bot.telegram.callbacks import Callback, bound, encode
from bot.telegram.handlers.groups import send_test
from bot.telegram.handlers.setup import TOPICS, next_slot, show_step
from bot.telegram.handlers.topics import followed
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, closing
from bot.telegram.managed import TITLE_LIMIT
from bot.telegram.permissions import can_post, is_admin_there
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.bindings import Binding, Hindrance
from digests.domain.subscribers import Chat, Status

CHANNEL, GROUP = 1, 2
"""Numbers of the two requests for a chat."""
LISTED = 20


async def channels(visit: Visit) -> None:
    """/channels: what is managed from here, and how to add more."""
    if visit.place.kind != "private":
        await visit.reply(visit.texts("channels.only_private"), Keyboard.of(_private_link(visit)))
        return
    own = await _own(visit)
    await own.show(*await _list(own))


async def _list(visit: Visit) -> tuple[str, Keyboard | None]:
    texts, user = visit.texts, _user(visit)
    found = (await visit.services.bindings.managed_by(user.id))[:LISTED]
    rows: list[Row] = [_entry(visit, binding) for binding in found]
    rows.append((Button(texts("button.add_channel"), encode("channels", "add")),))
    rows.append(closing(texts))
    head = texts("channels.list") if found else texts("channels.none")
    return head, Keyboard.of(*rows)


def _entry(visit: Visit, binding: Binding) -> Row:
    text = name = clip(binding.title, TITLE_LIMIT)
    if binding.status is Status.SETUP:
        text = visit.texts("button.binding_new", title=name)
    elif binding.status is not Status.ACTIVE or binding.hindrance is not None:
        text = visit.texts("button.binding_resting", title=name)
    return (Button(text, bound(encode("binding", "show"), binding.subscriber_id)),)


def _private_link(visit: Visit) -> Row:
    return (Button(visit.texts("button.private_chat"), url=f"https://t.me/{visit.bot.username}?start=channels"),)


async def press_channels(visit: Visit) -> None:
    """A button of the list."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case _ if visit.place.kind != "private":
            await channels(visit)
        case ("add",):
            await _ask_for_chat(visit)
        case ("check", _):
            await _connect(visit, visit.callback.number(1) or 0)
        case _:
            await channels(visit)


async def _ask_for_chat(visit: Visit) -> None:
    """Two buttons with which the client lets somebody pick a chat where he and the bot may do what is needed."""
    texts = visit.texts
    mine, bots = _rights(can_post_messages=True, can_manage_chat=True), _rights(can_post_messages=True)
    channel = KeyboardButtonRequestChat(
        CHANNEL,
        chat_is_channel=True,
        user_administrator_rights=mine,
        bot_administrator_rights=bots,
        request_title=True,
    )
    group = KeyboardButtonRequestChat(
        GROUP,
        chat_is_channel=False,
        user_administrator_rights=_rights(can_manage_chat=True),
        bot_is_member=True,
        request_title=True,
    )
    buttons = [
        [KeyboardButton(texts("button.pick_channel"), request_chat=channel)],
        [KeyboardButton(texts("button.pick_group"), request_chat=group)],
    ]
    keyboard = ReplyKeyboardMarkup(buttons, resize_keyboard=True, one_time_keyboard=True)
    html = texts("channels.ask")
    visit.services.pickers.begin(_user(visit).id, visit.now)
    await visit.bot.send_message(visit.place.id, html, parse_mode=ParseMode.HTML, reply_markup=keyboard)


def _rights(**wanted: bool) -> ChatAdministratorRights:
    return ChatAdministratorRights.de_json(ChatAdministratorRights.no_rights().to_dict() | wanted, None)


async def take_chat(visit: Visit) -> None:
    """A chat was picked, or a post was forwarded from a channel."""
    message = visit.update.effective_message
    assert message is not None, "called for messages only"  # noqa: S101
    if message.chat_shared is not None:
        gone = ReplyKeyboardRemove()
        thanks = visit.texts("channels.picked")
        await visit.bot.send_message(visit.place.id, thanks, parse_mode=ParseMode.HTML, reply_markup=gone)
        await _connect(visit, message.chat_shared.chat_id)
    elif isinstance(message.forward_origin, MessageOriginChannel):
        await _connect(visit, message.forward_origin.chat.id)


async def _connect(visit: Visit, chat_id: int) -> None:
    """Check both sides' rights, then open the chat's set-up here."""
    texts, user = visit.texts, _user(visit)
    again = (Button(texts("button.check_again"), encode("channels", "check", chat_id)),)
    try:
        there = await visit.bot.get_chat(chat_id)
    except (BadRequest, Forbidden):
        await visit.reply(texts("channels.bot_missing"), Keyboard.of(again))
        return
    chat, title = Chat(chat_id, kind=there.type), clip(there.title or str(chat_id), TITLE_LIMIT)
    if chat.kind == "private" or not await is_admin_there(visit.bot, chat, user.id):
        await visit.reply(texts("channels.not_admin", title=title), Keyboard.of(again))
        return
    if not await can_post(visit.bot, chat):
        await visit.reply(texts("channels.cannot_post", title=title), Keyboard.of(again))
        return
    subscriber = await visit.services.subscriptions.open(chat, visit.subscriber.language)
    await visit.services.bindings.manage(subscriber.id, user.id, title)
    await visit.services.bindings.clear(chat_id, Hindrance.RIGHTS)
    managed = visit_about(visit, subscriber, title)
    managed.fresh = True
    if managed.subscriber.ready:
        await _show(managed)
    else:
        await show_step(managed, managed.subscriber.setup_step or TOPICS, texts("channels.connected"))


async def open_binding(visit: Visit, binding: int) -> bool:
    """The screen of a group or channel, by a link; False when it is not this person's to manage."""
    managed = await managed_visit(visit, binding)
    if managed is not None:
        await _show(managed)
    return managed is not None


async def press_binding(visit: Visit) -> None:
    """A button of the screen of one group or channel."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    if visit.managed is None:
        await channels(visit)
        return
    match visit.callback.arguments:
        case ("test",):
            await _test(visit)
        case ("repair",):
            await _repair(visit)
        case ("part",):
            await _part(visit)
        case _:
            await _show(visit)


async def _show(visit: Visit, note: str | None = None) -> None:
    texts, subscriber = visit.texts, visit.subscriber
    slot = next_slot(visit)
    binding = await _binding(visit)
    if binding is not None and binding.hindrance is not None:
        state = texts("binding.hindered")
    elif subscriber.status is Status.ACTIVE and slot:
        state = texts("binding.next", slot=slot)
    else:
        state = texts("binding.resting")
    topics = followed(visit) or texts("topics.none_chosen")
    text = join("\n", note, texts("binding.topics", topics=topics), state)
    hindered = binding is not None and binding.hindrance is not None
    first = (
        Button(texts("button.check_again"), encode("binding", "repair"))
        if hindered
        else Button(texts("button.test_post"), encode("binding", "test"))
    )
    begun = subscriber.status is not Status.SETUP
    rest = Button(texts("button.pause"), encode("pause"))
    if subscriber.status in (Status.PAUSED, Status.STOPPED):
        rest = Button(texts("button.resume"), encode("resume"))
    await visit.show(
        text,
        Keyboard.of(
            (Button(texts("button.topics"), encode("topics")), Button(texts("button.time"), encode("time"))),
            (Button(texts("button.settings"), encode("settings")), first),
            (*((rest,) if begun and not hindered else ()), Button(texts("button.part"), encode("binding", "part"))),
            (Button(texts("button.back"), encode("channels")),),
        ),
    )


async def _binding(visit: Visit) -> Binding | None:
    assert visit.managed is not None, "called for managed chats only"  # noqa: S101
    return await visit.services.bindings.find(_user(visit).id, visit.managed.binding)


async def _test(visit: Visit) -> None:
    """Post a sample there; what Telegram has against it is told here."""
    problem = await send_test(visit, visit.chat)
    await _show(visit, problem or visit.texts("binding.tested"))


async def _repair(visit: Visit) -> None:
    """Look again whether the bot may write; if so, digests come from the next slot on."""
    if not await can_post(visit.bot, visit.chat):
        await _show(visit, visit.texts("binding.still_hindered"))
        return
    if problem := await send_test(visit, visit.chat):  # a forum topic may still be closed
        await _show(visit, problem)
        return
    await visit.services.bindings.clear(visit.chat.id)
    fresh = await visit.services.subscriptions.find(visit.chat)
    visit.subscriber = fresh or visit.subscriber
    await _show(visit, visit.texts("binding.repaired"))


async def _part(visit: Visit) -> None:
    """No digests any more; the settings stay for a return, and ten minutes for an undo."""
    change = await visit.services.subscriptions.stop(visit.chat)
    back: Row = (Button(visit.texts("button.back"), encode("channels")),)
    await visit.confirm(change, visit.texts("binding.parted"), back)


async def _own(visit: Visit) -> Visit:
    """The same visit about this person himself."""
    if visit.managed is None:
        return visit
    place = visit.managed.place
    subscriber = await visit.services.subscriptions.open(place, visit.managed.language)
    return replace(visit, chat=place, subscriber=subscriber, managed=None, callback=Callback("channels"))


def _user(visit: Visit) -> User:
    user = visit.update.effective_user
    assert user is not None, "somebody acts in a private chat"  # noqa: S101
    return user


COMMANDS: tuple[Command, ...] = (Command("channels", channels),)
PRESSES: tuple[Press, ...] = (Press("channels", press_channels), Press("binding", press_binding, changes=True))
QUESTIONS: dict[str, Handler] = {}
