"""Methods by which a bot describes itself: commands, name, descriptions, menu button."""

import re

from bot.sandbox.entities import units
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import METHODS, Call, Method, method
from bot.sandbox.model import Json
from bot.sandbox.rules import MAX_DESCRIPTION, MAX_NAME, MAX_SHORT_DESCRIPTION, check_commands

SIMPLE_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}


def _language(call: Call) -> str:
    code = call.parameters.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _scope(call: Call) -> str:
    """The scope as a key, for example `chat:17`."""
    given = call.parameters.data("scope")
    if given is None:
        return "default"
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    kind = str(given.get("type"))
    if kind in SIMPLE_SCOPES:
        return kind
    if kind not in {"chat", "chat_administrators", "chat_member"}:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = call.world.find_chat(call.bot, str(given.get("chat_id", "")))
    if kind == "chat_administrators" and chat.user is not None:
        raise bad_request("chat_administrators scope can't be used in private chats")
    return f"{kind}:{chat.id}" + (f":{given.get('user_id')}" if kind == "chat_member" else "")


@method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    """The command list of a scope and language."""
    commands = check_commands(call.parameters.data("commands"))
    call.bot.commands[_scope(call), _language(call)] = commands
    _tell_chats(call)
    return True


@method("getMyCommands")
async def get_my_commands(call: Call) -> list[Json]:
    """The command list of exactly this scope and language."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    """Take a command list away."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    _tell_chats(call)
    return True


def _tell_chats(call: Call) -> None:
    for chat in call.bot.chats.values():
        chat.tell({"type": "state"})
    call.world.pulse.beat()


def _register_text(kind: str, title: str, limit: int) -> None:
    """The pair `setMy...` and `getMy...` of one profile text."""

    async def setter(call: Call) -> bool:
        text = call.parameters.text(kind).strip()
        if units(text) > limit:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        language = _language(call)
        call.bot.texts[kind, language] = text
        if kind == "name" and not language:
            call.bot.user.first_name = text or call.world.bot_name
        _tell_chats(call)
        return True

    async def getter(call: Call) -> Json:
        general = call.bot.user.first_name if kind == "name" else ""
        return {kind: call.bot.text_for(kind, _language(call)) or general}

    pair: dict[str, Method] = {f"set{title}": setter, f"get{title}": getter}
    METHODS.update({name.lower(): work for name, work in pair.items()})


_register_text("name", "MyName", MAX_NAME)
_register_text("description", "MyDescription", MAX_DESCRIPTION)
_register_text("short_description", "MyShortDescription", MAX_SHORT_DESCRIPTION)


@method("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    """The button beside the input field; without a chat, for all chats."""
    button = call.parameters.data("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or str(button.get("type")) not in {"default", "commands", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type specified")
    call.bot.menu_buttons[_menu_chat(call)] = button
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(call: Call) -> Json:
    """The button of a chat, else the general one."""
    buttons = call.bot.menu_buttons
    return buttons.get(_menu_chat(call)) or buttons.get(0) or {"type": "commands"}


def _menu_chat(call: Call) -> int:
    if not call.parameters.text("chat_id"):
        return 0
    chat = call.chat()
    if chat.kind != "private":
        raise bad_request("chat_id must be of a private chat")
    return chat.id
