"""The bot's profile and command menus, in every language. Operators never have to type them into @BotFather."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.command_names import called
from bot.i18n import LANGUAGES, translations

log = structlog.get_logger(__name__)

PRIVATE_MENU = (
    "latest",
    "topic",
    "topics",
    "time",
    "search",
    "saved",
    "settings",
    "pause",
    "status",
    "help",
    "privacy",
)
GROUP_MENU = ("latest", "topic", "topics", "time", "settings", "status", "help")
OPERATORS_MENU = (
    "admin",
    "health",
    "stats",
    "source",
    "ingest",
    "report",
    "correct",
    "preview",
    "broadcast",
    "outage",
    "ban",
    "backup",
)
"""What operators see in their chats below the usual menu."""
FALLBACK = "en"
"""What readers see whose client speaks none of our languages."""

_SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), PRIVATE_MENU),
    (BotCommandScopeAllPrivateChats(), PRIVATE_MENU),
    (BotCommandScopeAllGroupChats(), GROUP_MENU),
)
_Codes = tuple[tuple[str | None, str], ...]
_CODES: _Codes = ((None, FALLBACK), *((language, language) for language in LANGUAGES))


def commands(names: tuple[str, ...], language: str) -> list[BotCommand]:
    """The entries of a menu, by the names that commands have in the language."""
    texts = translations(language, group=names == GROUP_MENU)
    return [BotCommand(called(name, language), texts(f"command.{name}")) for name in names]


async def register(bot: Bot, operators: Mapping[int, str] | None = None) -> None:
    """Set profile texts and menus where they differ from ours; called once at start.

    `operators` are the chats of the people who run the service, each with its language.

    Telegram allows few changes of a bot's name a day, so what is right already is left alone. A refusal is logged and
    stops nothing: the bot works without a menu.
    """
    async with asyncio.TaskGroup() as group:
        for code, language in _CODES:
            group.create_task(_register(bot, code, language))
    for chat_id, language in (operators or {}).items():
        await register_for_chat(bot, chat_id, language, operator=True)


async def _register(bot: Bot, code: str | None, language: str) -> None:
    for scope, names in _SCOPES:
        await _try("menu", _set_menu(bot, commands(names, language), scope, code))
    await _try("profile", _set_profile(bot, language, code))


async def register_for_chat(bot: Bot, chat_id: int, language: str, *, operator: bool = False) -> None:
    """Set the menu of one chat in the language chosen there, whatever the client's own language is."""
    names = (GROUP_MENU if chat_id < 0 else PRIVATE_MENU) + (OPERATORS_MENU if operator else ())
    await _try("chat_menu", bot.set_my_commands(commands(names, language), BotCommandScopeChat(chat_id)))


async def forget_chat(bot: Bot, chat_id: int) -> None:
    """Take back the menu that was set for one chat: it told the language chosen there."""
    await _try("chat_menu", bot.delete_my_commands(BotCommandScopeChat(chat_id)))


async def _set_menu(bot: Bot, wanted: list[BotCommand], scope: BotCommandScope, code: str | None) -> None:
    if list(await bot.get_my_commands(scope, code)) != wanted:
        await bot.set_my_commands(wanted, scope, code)


async def _set_profile(bot: Bot, language: str, code: str | None) -> None:
    texts = translations(language)
    if (await bot.get_my_name(code)).name != texts("bot.name"):
        await bot.set_my_name(texts("bot.name"), code)
    if (await bot.get_my_short_description(code)).short_description != texts("bot.short_description"):
        await bot.set_my_short_description(texts("bot.short_description"), code)
    if (await bot.get_my_description(code)).description != texts("bot.description"):
        await bot.set_my_description(texts("bot.description"), code)


async def _try(what: str, call: Awaitable[object]) -> None:
    try:
        await call
    except TelegramError as error:
        log.warning("menu_not_set", what=what, error=type(error).__name__, reason=error.message[:100])
