"""The bot's profile and menus are registered for every scope and language, and only where they differ."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeDefault
from telegram.request import HTTPXRequest

from bot.command_names import called
from bot.i18n import LANGUAGES, translations
from bot.sandbox.server import Sandbox
from bot.telegram import menu

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
CODES = ((None, "en"), *((language, language) for language in LANGUAGES))


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    requests = HTTPXRequest(), HTTPXRequest()
    async with Bot(TOKEN, sandbox.base_url, request=requests[0], get_updates_request=requests[1]) as bot:
        yield bot


async def test_menus_and_profile_stand_in_every_language(bot: Bot) -> None:
    await menu.register(bot)
    for code, language in CODES:
        texts = translations(language, strict=True)
        for scope in (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats()):
            shown = await bot.get_my_commands(scope, code)
            assert [command.command for command in shown] == [called(name, language) for name in menu.PRIVATE_MENU]
            assert shown[0].description == texts("command.latest")
        group = await bot.get_my_commands(BotCommandScopeAllGroupChats(), code)
        assert [command.command for command in group] == [called(name, language) for name in menu.GROUP_MENU]
        assert group[0].description == translations(language, group=True)("command.latest")
        assert (await bot.get_my_name(code)).name == texts("bot.name")
        assert (await bot.get_my_short_description(code)).short_description == texts("bot.short_description")
        assert (await bot.get_my_description(code)).description == texts("bot.description")


def test_the_menu_begins_with_what_is_used_most() -> None:
    order = "latest topic topics time search saved settings pause status help privacy"
    assert tuple(order.split()) == menu.PRIVATE_MENU


async def test_what_is_right_already_is_left_alone(sandbox: Sandbox, bot: Bot) -> None:
    await menu.register(bot)
    forbidden = [
        sandbox.fail(method=method, status=429, times=100, retry_after=86400)
        for method in ("setMyCommands", "setMyName", "setMyShortDescription", "setMyDescription")
    ]
    await menu.register(bot)
    assert [fault.met for fault in forbidden] == [0, 0, 0, 0]


async def test_a_refusal_stops_nothing(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.fail(method="setMyName", status=429, times=100, retry_after=86400)
    await menu.register(bot)
    assert await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "uk")


@pytest.mark.parametrize(("chat_id", "names"), [(5, menu.PRIVATE_MENU), (-1001, menu.GROUP_MENU)])
async def test_a_chat_has_the_menu_of_its_kind(bot: Bot, chat_id: int, names: tuple[str, ...]) -> None:
    entries = menu.commands(names, "uk")
    assert [entry.command for entry in entries] == list(names)
    assert entries[-1].description == translations("uk", strict=True)(f"command.{names[-1]}")
