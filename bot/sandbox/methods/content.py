"""What a message carries, read from a call's parameters: text, keyboard, reply, thread."""

from bot.sandbox.entities import ENTITY_TYPES, Entity, detect, parse_html, tidy, units
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import Call
from bot.sandbox.model import Chat, Json, Message
from bot.sandbox.parameters import Parameters
from bot.sandbox.rules import MAX_TEXT, check_length, check_markup


def read_text(
    call: Call, name: str = "text", entities_name: str = "entities", limit: int = MAX_TEXT, empty_allowed: bool = False
) -> tuple[str, list[Entity]]:
    """Text and entities after parsing, within the length limit. Raises ApiError 400 as Telegram does."""
    source = call.parameters.text(name)
    mode = call.parameters.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode in {"", "none"}:
        text, entities = tidy(source, _given_entities(call.parameters.data(entities_name), source))
    elif mode in {"markdown", "markdownv2"}:
        raise bad_request("the sandbox knows parse_mode HTML only")
    else:
        raise bad_request("unsupported parse_mode")
    check_length(text, empty_allowed, limit)
    return text, detect(text, entities)


def _given_entities(given: object, text: str) -> list[Entity]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array")
    checked = []
    for entity in given:
        if not isinstance(entity, dict):
            raise bad_request("can't parse MessageEntity: expected an Object")
        kind, offset, length = entity.get("type"), entity.get("offset"), entity.get("length")
        if str(kind) not in ENTITY_TYPES:
            raise bad_request("can't parse MessageEntity: unsupported type specified")
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request("can't parse MessageEntity: offset and length must be Numbers")
        if offset < 0 or length < 0 or offset + length > units(text):
            raise bad_request("ENTITY_BOUNDS_INVALID")
        checked.append(dict(entity))
    return checked


def read_markup(call: Call, inline_only: bool = False) -> Json | None:
    """The keyboard of a message."""
    markup = check_markup(call.parameters.data("reply_markup"))
    if inline_only and markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def read_reply(call: Call, chat: Chat) -> Message | None:
    """The message that is answered, from `reply_parameters` or the older `reply_to_message_id`."""
    given = call.parameters.data("reply_parameters")
    if given is not None and not isinstance(given, dict):
        raise bad_request("can't parse reply parameters: expected an Object")
    reference = Parameters(given or call.parameters.values)
    number = reference.optional_integer("message_id" if given else "reply_to_message_id")
    lenient = bool(given.get("allow_sending_without_reply")) if given else False
    lenient = lenient or call.parameters.flag("allow_sending_without_reply")
    if not number:
        return None
    message = chat.messages.get(number)
    if message is None or message.deleted:
        if lenient:
            return None
        raise bad_request("message to be replied not found")
    return message


def read_thread(call: Call, chat: Chat) -> int | None:
    """The forum topic of a message. Raises ApiError 400 when it is unknown or closed."""
    number = call.parameters.optional_integer("message_thread_id")
    if not number:
        return None
    topic = chat.topics.get(number)
    if topic is None:
        raise bad_request("message thread not found")
    member = chat.members.get(call.bot.user.id)
    if topic.closed and not (member is not None and member.status == "administrator"):
        raise bad_request("TOPIC_CLOSED")
    return number


def new_message(call: Call, chat: Chat) -> Message:
    """A message of the bot with everything that does not depend on its kind. Counts against the flood limits."""
    markup, reply, thread = read_markup(call), read_reply(call, chat), read_thread(call, chat)
    paid = call.parameters.flag("allow_paid_broadcast")
    call.bot.flood.check(chat.id, chat.kind != "private", paid)
    message = call.world.new_message(chat, None if chat.kind == "channel" else call.bot.user)
    message.bot_id, message.paid = call.bot.user.id, paid
    message.markup, message.reply_to, message.thread_id = markup, reply, thread
    preview = call.parameters.data("link_preview_options")
    if isinstance(preview, dict):
        message.extras["link_preview_options"] = preview
    if call.parameters.flag("protect_content"):
        message.extras["has_protected_content"] = True
    return message
