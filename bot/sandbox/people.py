"""What people do: write, press buttons, block bots, run groups. Each act becomes the updates Telegram would send."""

from datetime import UTC, datetime

from bot.sandbox.entities import detect, units
from bot.sandbox.model import Chat, ChatKind, Json, Member, Message, Query, Topic, User
from bot.sandbox.rules import MAX_TEXT, REACTIONS
from bot.sandbox.world import Bot, World


class UnableError(ValueError):
    """A person tried what the app would not let him do."""


def say(
    world: World,
    bot: Bot | None,
    chat: Chat,
    user: User,
    text: str,
    reply_to: Message | None = None,
    thread_id: int | None = None,
) -> Message:
    """Write a text. `bot` is the partner of a private chat; in groups every present bot may hear it.

    Raises UnableError for an empty or too long text and for a chat the person cannot write to.
    """
    text = text.strip()
    if not text:
        raise UnableError("the text is empty")
    if units(text) > MAX_TEXT:
        raise UnableError(f"the text is longer than {MAX_TEXT} characters")
    message = _draft(world, chat, user, reply_to, thread_id)
    message.text, message.entities = text, detect(text, [])
    return _deliver(world, bot, message)


def edit(world: World, bot: Bot | None, message: Message, text: str) -> None:
    """Change a text that was sent; the same text again is what Telegram tells of changes that no bot can see.

    Raises UnableError for a message of somebody else, and for an empty text.
    """
    text = text.strip()
    if message.from_bot or message.deleted or not text:
        raise UnableError("this message cannot be edited so")
    if text != message.text:
        message.former.append(message.text)
    message.text, message.entities = text, detect(text, [])
    message.edited_at = world.clock.now().replace(microsecond=0)
    world.touch(message)
    _give(world, bot, message, edited=True)


def share_location(world: World, bot: Bot | None, chat: Chat, user: User, place: tuple[float, float]) -> Message:
    """Send a place: latitude and longitude in degrees."""
    message = _draft(world, chat, user, None, None)
    message.extras["location"] = {"latitude": place[0], "longitude": place[1]}
    return _deliver(world, bot, message)


def send_document(  # a value for each thing that a phone tells
    world: World, bot: Bot | None, chat: Chat, user: User, name: str, content: bytes, mime_type: str
) -> Message:
    """Send a file."""
    message = _draft(world, chat, user, None, None)
    message.file = world.add_file(name, mime_type, content)
    return _deliver(world, bot, message)


def _draft(world: World, chat: Chat, user: User, reply_to: Message | None, thread_id: int | None) -> Message:
    if user.deactivated:
        raise UnableError("this account is deleted")
    if chat.blocked:
        raise UnableError("the bot is blocked; unblock it first")
    if chat.migrated_to is not None:
        raise UnableError("this group became a supergroup")
    if chat.kind != "private" and not _present(chat, user):
        raise UnableError("the person is not in this chat")
    if thread_id is not None and (thread_id not in chat.topics or chat.topics[thread_id].closed):
        raise UnableError("the topic is closed or unknown")
    message = world.new_message(chat, None if chat.kind == "channel" else user)
    message.reply_to, message.thread_id = reply_to, thread_id
    return message


def _present(chat: Chat, user: User) -> bool:
    member = chat.members.get(user.id)
    return member is not None and member.present


def _deliver(world: World, bot: Bot | None, message: Message) -> Message:
    chat = message.chat
    if chat.kind == "private":
        chat.started = True
    world.store(message)
    _give(world, bot, message)
    return message


def _give(world: World, bot: Bot | None, message: Message, *, edited: bool = False) -> None:
    """Hand a message to each bot that may hear it."""
    chat, prefix = message.chat, "edited_" if edited else ""
    if chat.kind == "channel":
        for listener, _ in world.bots_in(chat):
            world.give(listener, f"{prefix}channel_post", message.to_api())
    elif chat.is_group:
        for listener, member in world.bots_in(chat):
            if member.status == "administrator" or _concerns(message, listener):
                world.give(listener, f"{prefix}message", message.to_api())
    elif bot is not None:
        world.give(bot, f"{prefix}message", message.to_api())


def _concerns(message: Message, bot: Bot) -> bool:
    """Privacy mode: a bot hears commands that are not for another bot, replies to it, and service messages."""
    if message.extras:
        return True
    if message.reply_to is not None and message.reply_to.bot_id == bot.user.id:
        return True
    if not message.text.startswith("/"):
        return False
    _, _, addressee = message.text.split()[0].partition("@")
    return not addressee or addressee.lower() == bot.user.username.lower()


def press(world: World, bot: Bot, user: User, message: Message, data: str) -> Query:
    """Press a callback button. Raises UnableError when the person cannot."""
    if message.deleted or message.chat.blocked or user.deactivated:
        raise UnableError("this button cannot be pressed any more")
    query = world.new_query(user, message, data)
    bot.queries[query.id] = query
    update: Json = {"id": query.id, "from": user.to_api(), "message": message.to_api()}
    update |= {"chat_instance": str(hash((bot.user.id, message.chat.id)) & 0xFFFFFFFFFFFF), "data": data}
    world.give(bot, "callback_query", update)
    return query


def react(world: World, bot: Bot, user: User, message: Message, emoji: str) -> None:
    """Put a reaction on a message in place of an earlier one, or take it away with an empty one.

    In groups only bots that administer it are told. Raises UnableError for what Telegram offers no reaction of.
    """
    if emoji and emoji not in REACTIONS:
        raise UnableError(f"{emoji!r} is no reaction; for example 👍")
    old = message.reactions.pop(user.id, "")
    if emoji:
        message.reactions[user.id] = emoji
    message.chat.tell({"type": "reaction", "message_id": message.id, "emoji": emoji, "user_id": user.id})
    if old == emoji:
        return
    content: Json = {"chat": message.chat.to_api(), "message_id": message.id, "user": user.to_api()}
    content |= {"date": _stamp(world), "old_reaction": _reactions(old), "new_reaction": _reactions(emoji)}
    member = message.chat.members.get(bot.user.id)
    if message.chat.kind == "private" or (member is not None and member.status == "administrator"):
        world.give(bot, "message_reaction", content)


def _reactions(emoji: str) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def set_blocked(world: World, bot: Bot, user: User, blocked: bool) -> None:
    """Block or unblock a bot in the private chat; the bot hears it as `my_chat_member`."""
    chat = world.dialogue(bot, user)
    if chat.blocked == blocked:
        return
    chat.blocked = blocked
    before, after = ("member", "kicked") if blocked else ("kicked", "member")
    world.give(bot, "my_chat_member", _membership(world, bot, chat, user, (before, after)))
    chat.tell({"type": "state"})


def deactivate(world: World, user: User) -> None:
    """Delete the person's account; bots are not told."""
    user.deactivated = True
    world.pulse.beat()


def _stamp(world: World) -> int:
    return int(world.clock.now().timestamp())


def _membership(world: World, bot: Bot, chat: Chat, by: User, change: tuple[str, str]) -> Json:
    old, new = (Member(bot.user, status) for status in change)
    return membership(world, chat, by, old, new)


def membership(world: World, chat: Chat, by: User, old: Member, new: Member) -> Json:
    """The `ChatMemberUpdated` object of the Bot API."""
    update: Json = {"chat": chat.to_api(), "from": by.to_api(), "date": _stamp(world)}
    return update | {"old_chat_member": member_api(old), "new_chat_member": member_api(new)}


def member_api(member: Member) -> Json:
    """The `ChatMember` object of the Bot API."""
    shown: Json = {"user": member.user.to_api(), "status": member.status}
    if member.status == "kicked":
        shown["until_date"] = 0
    elif member.status == "creator":
        shown["is_anonymous"] = False
    elif member.status == "administrator":
        shown |= {"can_be_edited": False, "is_anonymous": False, "custom_title": ""}
        shown |= {right: right not in member.lacks for right in _RIGHTS}
    elif member.status == "restricted":
        shown |= {"is_member": True, "until_date": 0} | dict.fromkeys(_PERMISSIONS, False)
    return shown


_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_post_messages", "can_edit_messages", "can_pin_messages", "can_manage_topics",
)  # fmt: skip


_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def found_group(
    world: World, owner: User, title: str, kind: ChatKind = "supergroup", username: str = "", is_forum: bool = False
) -> Chat:
    """A new group or channel that belongs to `owner`."""
    chat = world.add_group(kind, title, username, is_forum)
    chat.members[owner.id] = Member(owner, "creator")
    return chat


def set_bot_status(world: World, bot: Bot, chat: Chat, by: User, status: str) -> None:
    """Add, promote, restrict, remove or ban the bot: `member`, `administrator`, `restricted`, `left`, `kicked`."""
    before = chat.members.get(bot.user.id, Member(bot.user, "left")).status
    if before == status:
        return
    chat.members[bot.user.id] = Member(bot.user, status)
    world.give(bot, "my_chat_member", _membership(world, bot, chat, by, (before, status)))
    if chat.is_group and status == "member" and before in {"left", "kicked"}:
        message = world.new_message(chat, by)
        message.extras["new_chat_members"] = [bot.user.to_api()]
        world.store(message)
        world.give(bot, "message", message.to_api())


def upgrade_group(world: World, chat: Chat, by: User) -> Chat:
    """Turn a basic group into a supergroup with a new number; both sides get their service message."""
    if chat.kind != "group" or chat.migrated_to is not None:
        raise UnableError("only a basic group can become a supergroup")
    successor = world.add_group("supergroup", chat.title, chat.username)
    successor.members = dict(chat.members)
    farewell = world.new_message(chat, by)
    farewell.extras["migrate_to_chat_id"] = successor.id
    greeting = world.new_message(successor, by)
    greeting.extras["migrate_from_chat_id"] = chat.id
    for message in (farewell, greeting):
        world.store(message)
        for bot, _ in world.bots_in(chat):
            world.give(bot, "message", message.to_api())
    chat.migrated_to = successor.id
    return successor


def open_topic(world: World, chat: Chat, name: str) -> Topic:
    """A new topic in a forum."""
    if not chat.is_forum:
        raise UnableError("the chat is no forum")
    chat.last_id += 1
    topic = chat.topics[chat.last_id] = Topic(chat.last_id, name)
    world.pulse.beat()
    return topic


def parse_moment(text: str) -> datetime:
    """An ISO time with a zone, as UTC. Raises UnableError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnableError(f"{text!r} is no ISO time, for example 2026-11-23T07:00:00+01:00") from error
    if moment.tzinfo is None:
        raise UnableError("the time needs a zone, for example 2026-11-23T07:00:00+01:00")
    return moment.astimezone(UTC)
