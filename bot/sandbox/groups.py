"""What people do with groups and channels besides writing in them: give rights, choose one for a bot, forward posts."""

from bot.sandbox.model import Chat, Json, Member, Message, User
from bot.sandbox.people import UnableError, membership
from bot.sandbox.world import Bot, World


def set_rights(world: World, bot: Bot, chat: Chat, by: User, lacks: frozenset[str]) -> None:
    """Leave a bot that is an administrator without some rights. Raises UnableError when it is none."""
    member = chat.members.get(bot.user.id)
    if member is None or member.status != "administrator":
        raise UnableError("only an administrator has rights")
    changed = Member(bot.user, member.status, lacks)
    chat.members[bot.user.id] = changed
    world.give(bot, "my_chat_member", membership(world, chat, by, member, changed))


def share_chat(world: World, bot: Bot, user: User, dialogue: Chat, chosen: Chat) -> Message:
    """Press the newest button that asks for a chat, and choose `chosen`.

    The client offers only chats that fit the request: of its kind, and with the person's rights that it wants. Raises
    UnableError when there is no such button or the chat does not fit.
    """
    wish = _wish(dialogue, chosen.kind == "channel")
    member = chosen.members.get(user.id)
    if wish.get("user_administrator_rights") and (member is None or member.status not in {"creator", "administrator"}):
        raise UnableError("the person may not do there what the request wants")
    if wish.get("bot_is_member") and not _present(chosen, bot.user):
        raise UnableError("the bot is not in this chat")
    rights = wish.get("bot_administrator_rights")
    if rights and (chosen.members.get(bot.user.id, Member(bot.user, "left")).status != "administrator"):
        # the client adds the bot with these rights when the person agrees
        old = chosen.members.get(bot.user.id, Member(bot.user, "left"))
        chosen.members[bot.user.id] = new = Member(bot.user, "administrator")
        world.give(bot, "my_chat_member", membership(world, chosen, user, old, new))
    shared: Json = {"request_id": wish["request_id"], "chat_id": chosen.id}
    if wish.get("request_title"):
        shared["title"] = chosen.title
    message = world.new_message(dialogue, user)
    message.extras["chat_shared"] = shared
    world.store(message)
    world.give(bot, "message", message.to_api())
    return message


def _wish(dialogue: Chat, channel: bool) -> Json:
    for message in reversed(dialogue.visible()):
        for row in (message.markup or {}).get("keyboard", []):
            for button in row:
                wish: Json | None = button.get("request_chat")
                if wish is not None and bool(wish.get("chat_is_channel")) is channel:
                    return wish
    raise UnableError(f"nothing asks for a {'channel' if channel else 'group'} here")


def _present(chat: Chat, user: User) -> bool:
    member = chat.members.get(user.id)
    return member is not None and member.present


def forward(world: World, bot: Bot, user: User, dialogue: Chat, post: Message) -> Message:
    """Forward a post of a channel, or what a person wrote in a group, into the private chat with the bot."""
    message = world.new_message(dialogue, user)
    message.text, message.entities = post.text, list(post.entities)
    when = int(post.date.timestamp())
    if post.chat.kind == "channel":
        origin: Json = {"type": "channel", "date": when, "chat": post.chat.to_api(), "message_id": post.id}
    elif post.sender is not None:
        origin = {"type": "user", "date": when, "sender_user": post.sender.to_api()}
    else:
        raise UnableError("this post has no author")
    message.extras["forward_origin"] = origin
    dialogue.started = True
    world.store(message)
    world.give(bot, "message", message.to_api())
    return message
