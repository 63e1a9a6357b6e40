"""Who may do what in groups and channels, asked of Telegram each time: rights change without notice."""

from __future__ import annotations

from telegram import Bot, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, Forbidden

from digests.domain.subscribers import Chat

ANONYMOUS_ADMIN = 1087968824
"""Telegram's user "GroupAnonymousBot", in whose name anonymous admins write."""
_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def is_admin(bot: Bot, chat: Chat, update: Update) -> bool:
    """True when whoever wrote or pressed something is an administrator of `chat`, also an anonymous one."""
    message, user = update.effective_message, update.effective_user
    if update.callback_query is None and message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id  # an anonymous admin, or the channel itself
    if user is None:
        return False
    if user.id == ANONYMOUS_ADMIN:
        return True
    return await is_admin_there(bot, chat, user.id)


async def is_admin_there(bot: Bot, chat: Chat, user_id: int) -> bool:
    """True when a person is an administrator of a group or channel that the bot can see."""
    try:
        member = await bot.get_chat_member(chat.id, user_id)
    except (BadRequest, Forbidden):  # the bot is not in it, or does not know the person
        return False
    return member.status in _ADMINS


async def can_post(bot: Bot, chat: Chat) -> bool:
    """True when the bot itself may write in a group or channel."""
    try:
        return may_write(await bot.get_chat_member(chat.id, bot.id), chat.kind)
    except (BadRequest, Forbidden):
        return False


def may_write(member: ChatMember, kind: str) -> bool:
    """True when a member of a chat of this kind may write in it."""
    if isinstance(member, ChatMemberAdministrator):
        return kind != "channel" or bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return kind != "channel" and member.status == ChatMemberStatus.MEMBER
