"""How the chat page and the control routes show the sandbox's state."""

from bot.sandbox.model import Chat, Json, Message, Toast, User
from bot.sandbox.world import Bot, World


def message_view(message: Message) -> Json:
    """A message with what a phone shows beyond the Bot API: reply keyboards, edits, deletion."""
    if message.deleted:
        return {"message_id": message.id, "deleted": True, "change": message.change}
    shown = message.to_api() | {"markup": message.markup, "outgoing": not message.from_bot}
    return shown | {"edited": message.edited, "deleted": False, "change": message.change}


def toast_view(toast: Toast) -> Json:
    """What a pressed button brought."""
    shown: Json = {"user_id": toast.user_id, "query_id": toast.query_id, "text": toast.text}
    return shown | {"alert": toast.alert, "url": toast.url}


def ledger_view(message: Message) -> Json:
    """One accepted message of a bot, with its history."""
    return {
        "bot_id": message.bot_id,
        "chat_id": message.chat.id,
        "message_thread_id": message.thread_id,
        "message_id": message.id,
        "date": message.date.isoformat(),
        "text": message.text,
        "html": message.source,
        "buttons": message.buttons,
        "former_texts": message.former,
        "deleted": message.deleted,
    }


def bot_view(bot: Bot, user: User | None = None) -> Json:
    """A bot's profile in the language of a person."""
    language = user.language_code[:2] if user is not None else ""
    name = bot.text_for("name", language) or bot.user.first_name
    shown: Json = {"id": bot.user.id, "name": name, "username": bot.user.username}
    return shown | {kind: bot.text_for(kind, language) for kind in ("description", "short_description")}


def chat_view(world: World, bot: Bot, chat: Chat, user: User) -> Json:
    """Everything around the messages: partner, commands, block, chats of this person, clock."""
    groups = [one for one in world.groups.values() if user.id in one.members and one.migrated_to is None]
    return {
        "bot": bot_view(bot, user),
        "reader": user.to_api(),
        "chat": chat.to_api(),
        "blocked": chat.blocked,
        "commands": bot.menu(chat, user),
        "groups": [one.to_api() for one in groups],
        "clock": clock_view(world),
    }


def clock_view(world: World) -> Json:
    """The sandbox's time and how far it was moved."""
    offset = world.clock.offset.total_seconds()
    return {"now": world.clock.now().isoformat(), "offset_seconds": offset}
