"""Methods about chats and their members."""

from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.methods.registry import Call, method
from bot.sandbox.model import Chat, Json, Member
from bot.sandbox.people import member_api, set_bot_status


def _known_chat(call: Call) -> Chat:
    """A chat whose data the bot may read."""
    chat = call.chat()
    if chat.user is not None:
        if not chat.started:
            raise bad_request("chat not found")
        return chat
    member = chat.members.get(call.bot.user.id)
    if member is None or not member.present:
        verb = "was kicked from" if member is not None and member.status == "kicked" else "is not a member of"
        raise forbidden(f"bot {verb} the {chat.kind} chat")
    return chat


@method("getChat")
async def get_chat(call: Call) -> Json:
    """A chat's full description."""
    chat = _known_chat(call)
    accepted = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), False)
    accepted["gifts_from_channels"] = False
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
    if chat.is_group:
        full["permissions"] = {"can_send_messages": True}
    return chat.to_api() | full


def _members(call: Call, chat: Chat) -> dict[int, Member]:
    if chat.user is not None:
        return {one.id: Member(one) for one in (chat.user, call.bot.user)}
    return chat.members


@method("getChatMember")
async def get_chat_member(call: Call) -> Json:
    """A member's standing."""
    members = _members(call, _known_chat(call))
    number = call.parameters.optional_integer("user_id")
    if number is None:
        raise bad_request("invalid user_id specified")
    if number in members:
        return member_api(members[number])
    if number not in call.world.users:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_api(Member(call.world.users[number], "left"))


@method("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[Json]:
    """The owner and the administrators that are no other bots."""
    chat = _known_chat(call)
    if chat.user is not None:
        raise bad_request("there are no administrators in the private chat")
    leading = (one for one in chat.members.values() if one.status in {"creator", "administrator"})
    return [member_api(one) for one in leading if not one.user.is_bot or one.user is call.bot.user]


@method("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    """How many are in a chat."""
    return sum(one.present for one in _members(call, _known_chat(call)).values())


@method("leaveChat")
async def leave_chat(call: Call) -> bool:
    """Leave a group or channel."""
    chat = _known_chat(call)
    if chat.user is not None:
        raise bad_request("chat member status can't be changed in private chats")
    set_bot_status(call.world, call.bot, chat, call.bot.user, "left")
    return True
