"""Telegram's limits on what a message may carry."""

import re
from typing import Any

from bot.sandbox.entities import checked_url, units
from bot.sandbox.errors import bad_request

Json = dict[str, Any]

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BUTTONS = 100
MAX_ROW = 8
MAX_CALLBACK_DATA = 64
MAX_CALLBACK_ANSWER = 200
MAX_COMMANDS = 100
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
MAX_NAME = 64
MAX_COPY_TEXT = 256

ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
BUTTON_STYLES = {"danger", "primary", "success"}
CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
REACTIONS = set(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
) | {"❤\u200d🔥", "👨\u200d💻", "🤷\u200d♂", "🤷", "🤷\u200d♀"}

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def check_length(text: str, empty_allowed: bool, limit: int = MAX_TEXT) -> None:
    """Refuse an empty or too long text, counted after entity parsing."""
    if not text and not empty_allowed:
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long" if limit == MAX_TEXT else "message caption is too long")


def check_markup(markup: object) -> Json | None:
    """A reply markup in its normal form. Raises ApiError 400 for what Telegram would refuse."""
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard")
        rows = [[_inline_button(button) for button in row] for row in rows]
        return {"inline_keyboard": [row for row in rows if row]} if any(rows) else None
    if "keyboard" in markup:
        rows = [[_reply_button(button) for button in row] for row in _rows(markup["keyboard"], "keyboard")]
        return {**markup, "keyboard": [row for row in rows if row]}
    if markup.get("remove_keyboard") is True:
        return {"remove_keyboard": True, "selective": bool(markup.get("selective"))}
    if markup.get("force_reply") is True:
        placeholder = markup.get("input_field_placeholder", "")
        if units(str(placeholder)) > 64:
            raise bad_request("input field placeholder is too long")
        return dict(markup)
    if markup:
        raise bad_request("can't parse reply keyboard markup JSON object")
    return None


def _rows(value: object, name: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{name}" must be of type Array')
    for row in value:
        if not isinstance(row, list):
            raise bad_request(f"can't parse {name.replace('_', ' ')} row: expected an Array")
    if sum(map(len, value)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in value):
        raise bad_request("reply markup is too long")
    return value


def _button(button: object, what: str) -> Json:
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {what}: Object expected")
    if not isinstance(button.get("text"), str):
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    return button


def _inline_button(given: object) -> Json:
    what = "inline keyboard button"
    button = _button(given, what)
    actions = [name for name in button if name in ACTIONS and button[name] is not None]
    if not actions:
        raise bad_request(f"can't parse {what}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse {what}: exactly one action is allowed, found {', '.join(sorted(actions))}")
    _check_action(actions[0], button[actions[0]])
    if button.get("style") not in (None, *BUTTON_STYLES):
        raise bad_request(f"can't parse {what}: invalid button style specified")
    return {name: value for name, value in button.items() if value is not None}


def _check_action(action: str, value: object) -> None:
    if action == "callback_data":
        size = len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else 0
        if not 1 <= size <= MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        if not isinstance(value, str) or not checked_url(value):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= units(text) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action == "web_app":
        address = value.get("url", "") if isinstance(value, dict) else ""
        if not str(address).startswith("https://"):
            raise bad_request("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")


def _reply_button(given: object) -> Json:
    button = _button({"text": given} if isinstance(given, str) else given, "keyboard button")
    wish = button.get("request_chat")
    if wish is not None and not (
        isinstance(wish, dict)
        and isinstance(wish.get("request_id"), int)
        and isinstance(wish.get("chat_is_channel"), bool)
    ):
        raise bad_request('can\'t parse keyboard button: Field "request_chat" must have request_id and chat_is_channel')
    return {name: value for name, value in button.items() if value is not None}


def check_commands(commands: object) -> list[Json]:
    """A list of commands in its normal form. Raises ApiError 400 for what Telegram would refuse."""
    if not isinstance(commands, list):
        raise bad_request("can't parse commands list: Array expected")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for command in commands:
        if not isinstance(command, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        name = str(command.get("command", "")).removeprefix("/").lower()
        description = str(command.get("description", "")).strip()
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        checked.append({"command": name, "description": description})
    return checked


def check_secret(secret: str) -> str:
    """A webhook's secret token."""
    if secret and not _SECRET.fullmatch(secret):
        reason = "is too long" if len(secret) > 256 else "contains unallowed characters"
        raise bad_request(f"secret token {reason}")
    return secret
