"""Methods that send, change and delete messages."""

from datetime import timedelta
from typing import Any

from bot.sandbox import inline
from bot.sandbox.errors import bad_request, not_modified
from bot.sandbox.methods.content import new_message, read_markup, read_text
from bot.sandbox.methods.registry import Call, method
from bot.sandbox.model import Chat, File, Json, Message
from bot.sandbox.parameters import Upload
from bot.sandbox.pictures import picture_size
from bot.sandbox.rules import CHAT_ACTIONS, MAX_CAPTION, REACTIONS

DELETABLE = timedelta(hours=48)


@method("sendMessage")
async def send_message(call: Call) -> Json:
    """A text."""
    chat = call.chat_to_send()
    text, entities = read_text(call)
    message = new_message(call, chat)
    message.text, message.entities, message.source = text, entities, call.parameters.text("text")
    return call.world.store(message).to_api()


@method("sendDocument")
async def send_document(call: Call) -> Json:
    """A file, uploaded or known by its file_id."""
    return _send_file(call, "document", is_photo=False)


@method("sendPhoto")
async def send_photo(call: Call) -> Json:
    """A picture (PNG, JPEG or GIF), uploaded or known by its file_id."""
    return _send_file(call, "photo", is_photo=True)


def _send_file(call: Call, name: str, is_photo: bool) -> Json:
    chat = call.chat_to_send()
    text, entities = read_text(call, "caption", "caption_entities", MAX_CAPTION, empty_allowed=True)
    kept = _read_file(call, name, is_photo)
    message = new_message(call, chat)
    message.text, message.entities, message.source = text, entities, call.parameters.text("caption")
    message.file, message.is_photo = kept, is_photo
    return call.world.store(message).to_api()


def _read_file(call: Call, name: str, is_photo: bool) -> File:
    upload = call.parameters.uploads.get(name)
    reference = call.parameters.text(name)
    if reference.startswith("attach://"):
        upload = call.parameters.uploads.get(reference.removeprefix("attach://"))
    if upload is not None:
        return _keep(call, upload, is_photo)
    if reference in call.world.files:
        return call.world.files[reference]
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    raise bad_request("wrong file identifier/HTTP URL specified" if reference else f"there is no {name} in the request")


def _keep(call: Call, upload: Upload, is_photo: bool) -> File:
    if not upload.content:
        raise bad_request("file must be non-empty")
    size = picture_size(upload.content) if is_photo else (0, 0)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return call.world.add_file(upload.name, upload.mime_type, upload.content, size)


@method("getFile")
async def get_file(call: Call) -> Json:
    """Where a file can be downloaded."""
    kept = call.world.files.get(call.parameters.text("file_id"))
    if kept is None:
        raise bad_request("invalid file_id")
    return kept.to_api() | {"file_path": kept.path}


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    """ "Typing" and the like, until the next message."""
    chat = call.chat_to_send()
    action = call.parameters.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.activity = {"action": action}
    chat.tell({"type": "activity", "action": action, "draft": ""})
    return True


@method("sendMessageDraft")
async def send_message_draft(call: Call) -> bool:
    """A text that is still being written; no message."""
    chat = call.chat_to_send()
    if chat.kind != "private":
        raise bad_request("method is available only in private chats")
    if not call.parameters.integer("draft_id"):
        raise bad_request("RANDOM_ID_INVALID")
    text, _ = read_text(call, empty_allowed=True)
    chat.activity = {"action": "typing", "draft": text}
    chat.tell({"type": "activity", "action": "typing", "draft": text})
    return True


def _own_message(call: Call, missing: str) -> Message:
    if call.parameters.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    message = call.message(call.chat_to_send(), missing)
    if message.bot_id != call.bot.user.id or (message.markup and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def _edit(call: Call, message: Message, change: Json) -> Json:
    """Apply a change of text, entities or markup. Raises ApiError 400 when nothing would change."""
    if all(getattr(message, name) == value for name, value in change.items()):
        raise not_modified()
    if message.chat.kind != "private":
        call.bot.flood.check(message.chat.id, True, False)
    if "text" in change and (change["text"], change["entities"]) != (message.text, message.entities):
        message.former.append(message.text)
        message.edited_at = call.world.clock.now().replace(microsecond=0)
    for name, value in change.items():
        setattr(message, name, value)
    call.world.touch(message)
    return message.to_api()


@method("editMessageText")
async def edit_message_text(call: Call) -> Json | bool:
    """Another text, and another keyboard or none."""
    if number := call.parameters.text("inline_message_id"):
        text, _ = read_text(call)
        inline.edit(call.world, call.bot, number, text, read_markup(call, inline_only=True))
        return True
    message = _own_message(call, "message to edit not found")
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    text, entities = read_text(call)
    markup = read_markup(call, inline_only=True)
    shown = _edit(call, message, {"text": text, "entities": entities, "markup": markup})
    message.source = call.parameters.text("text")
    return shown


@method("editMessageCaption")
async def edit_message_caption(call: Call) -> Json:
    """Another caption under a file."""
    message = _own_message(call, "message to edit not found")
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    text, entities = read_text(call, "caption", "caption_entities", MAX_CAPTION, empty_allowed=True)
    markup = read_markup(call, inline_only=True)
    return _edit(call, message, {"text": text, "entities": entities, "markup": markup})


@method("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Json:
    """Another keyboard under the same text."""
    message = _own_message(call, "message to edit not found")
    return _edit(call, message, {"markup": read_markup(call, inline_only=True)})


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    """Delete one message."""
    message = call.message(call.chat(), "message to delete not found")
    if not _deletable(call, message):
        raise bad_request("message can't be deleted")
    _delete(call, message)
    return True


@method("deleteMessages")
async def delete_messages(call: Call) -> bool:
    """Delete up to a hundred messages; those that cannot be deleted are skipped."""
    chat = call.chat()
    numbers = call.parameters.data("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified" if not numbers else "too many messages to delete")
    for number in numbers:
        message = chat.messages.get(number) if isinstance(number, int) else None
        if message is not None and not message.deleted and _deletable(call, message):
            _delete(call, message)
    return True


def _deletable(call: Call, message: Message) -> bool:
    member = message.chat.members.get(call.bot.user.id)
    admin = member is not None and member.status == "administrator"
    mine = message.bot_id == call.bot.user.id or message.chat.kind == "private"
    return admin or (mine and call.world.within(message, DELETABLE))


def _delete(call: Call, message: Message) -> None:
    message.deleted = True
    call.world.touch(message)


def _original(call: Call, name: str) -> tuple[Chat, Message]:
    target = call.chat_to_send()
    origin = call.world.find_chat(call.bot, call.parameters.text("from_chat_id"))
    message = call.message(origin, f"message to {name} not found")
    if message.extras.get("has_protected_content"):
        raise bad_request(f"message can't be {name}ed" if name == "forward" else "message can't be copied")
    return target, message


def _repeat(call: Call, target: Chat, original: Message) -> Message:
    message = new_message(call, target)
    message.text, message.entities, message.source = original.text, original.entities, original.source
    message.file, message.is_photo = original.file, original.is_photo
    return message


@method("forwardMessage")
async def forward_message(call: Call) -> Json:
    """The same message in another chat, with its origin."""
    target, original = _original(call, "forward")
    message = _repeat(call, target, original)
    origin: dict[str, Any] = {"date": int(original.date.timestamp())}
    if original.sender is not None:
        origin |= {"type": "user", "sender_user": original.sender.to_api()}
    else:
        origin |= {"type": "channel", "chat": original.chat.to_api(), "message_id": original.id}
    message.extras["forward_origin"] = origin
    return call.world.store(message).to_api()


@method("copyMessage")
async def copy_message(call: Call) -> Json:
    """The same content as a new message."""
    target, original = _original(call, "copy")
    return {"message_id": call.world.store(_repeat(call, target, original)).id}


@method("setMessageReaction")
async def set_message_reaction(call: Call) -> bool:
    """The bot's own reaction."""
    message = call.message(call.chat_to_send(), "message to react not found")
    given = call.parameters.data("reaction")
    emoji = [str(one.get("emoji")) for one in (given if isinstance(given, list) else []) if isinstance(one, dict)]
    if len(emoji) > 1 or any(one not in REACTIONS for one in emoji):
        raise bad_request("REACTION_INVALID")
    message.chat.tell({"type": "reaction", "message_id": message.id, "emoji": emoji[0] if emoji else "", "user_id": 0})
    return True
