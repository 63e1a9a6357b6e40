"""What commands are called: one table, which texts, menus and the bot's ear all read."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from bot.command_names import NAMES, aliases, called, with_names
from bot.i18n import LANGUAGES, catalogue, translations
from bot.telegram import menu
from bot.telegram.handlers import REGISTRY
from tests.unit.bot.test_texts import BOT, forms

COMMANDS = {command.name for command in REGISTRY.commands}
SHOWN = re.compile(r"(?<![\w/<:])/([a-z_]+)")
"""A command in a text; no end tag and no part of an address."""
BOTFATHERS = {"revoke"}
"""Commands of @BotFather that texts for operators name."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_name_commands_as_their_readers_type_them(language: str) -> None:
    known = {called(name, language) for name in COMMANDS}
    for key, texts in forms(language).items():
        assert {name for text in texts for name in SHOWN.findall(text)} <= known | BOTFATHERS, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_leave_the_names_to_the_table(language: str) -> None:
    with (BOT / "locales" / language / "bot.po").open("rb") as file:
        written = [message.string for message in read_po(file, locale=language) if message.id]
    texts = [text for each in written for text in ([each] if isinstance(each, str) else each or ())]
    for text in texts:
        assert set(SHOWN.findall(re.sub(r"\{/[a-z]+\}", "", text))) <= BOTFATHERS, text
        assert set(re.findall(r"\{/([a-z]+)\}", text)) <= COMMANDS, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_menus_list_what_telegram_takes_and_the_bot_understands(language: str) -> None:
    for names in (menu.PRIVATE_MENU, menu.GROUP_MENU, menu.OPERATORS_MENU):
        for name, entry in zip(names, menu.commands(names, language), strict=True):
            assert re.fullmatch("[a-z0-9_]{1,32}", entry.command)
            found = REGISTRY.find(entry.command)
            assert found is not None
            assert found.name == name


def test_every_name_of_the_table_belongs_to_a_command_and_is_heard() -> None:
    for names in NAMES.values():
        assert set(names) <= COMMANDS
    for name in COMMANDS:
        for alias in aliases(name):
            assert REGISTRY.find(alias) is REGISTRY.find(name)


@pytest.mark.parametrize(("language", "shown"), [("de", "/neu 5"), ("en", "/latest 5"), ("uk", "/latest 5")])
def test_names_are_put_into_texts(language: str, shown: str) -> None:
    assert with_names("{/latest} 5", language) == shown
    assert translations(language).command("latest") == shown.removesuffix(" 5")
    assert shown.removesuffix(" 5") in catalogue(language).messages["help.short"]
