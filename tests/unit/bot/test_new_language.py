"""A further language is one file: it is spoken, offered, understood and set without a change of the program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ASKS = """
import bot
from bot.i18n import LANGUAGES, pick_language, translations
from bot.settings import load_settings
from bot.telegram import menu
from bot.telegram.keyboards import language_rows
from digests.domain.arguments import parse_language

assert bot.__file__.startswith({folder!r}), bot.__file__
print(*LANGUAGES)
print(pick_language("nl-BE", "de"), translations("nl")("button.undo"), translations("nl").plural("button.last_days", 3))
print(*(button.text for row in language_rows("nl", verb="language") for button in row))
print(*(parse_language(name, LANGUAGES) for name in ("nl", "Nederlands", "Niederländisch", "нідерландська", "de")))
settings = load_settings(default_language="nl")
print(settings.time_zone("nl"), settings.time_zone("de"), settings.time_zone("sv"))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program with a Dutch file."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    english = (tmp_path / "bot" / "locales" / "en" / "bot.po").read_text(encoding="utf-8")
    dutch = english.replace('msgstr "English"', 'msgstr "Nederlands"', 1)
    dutch = dutch.replace('msgstr "Europe/London"', 'msgstr "Europe/Amsterdam"', 1)
    dutch = dutch.replace('"Language: en', '"Language: nl').replace('msgstr "Undo"', 'msgstr "Ongedaan maken"', 1)
    (tmp_path / "bot" / "locales" / "nl").mkdir()
    (tmp_path / "bot" / "locales" / "nl" / "bot.po").write_text(dutch, encoding="utf-8")
    return tmp_path


def test_a_further_language_is_one_file(program: Path) -> None:
    command = [sys.executable, "-c", ASKS.format(folder=str(program))]
    asked = subprocess.run(command, cwd=program, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    spoken, said, names, understood, zones = asked.stdout.splitlines()
    assert spoken == "de en nl uk"
    assert said.startswith("nl Ongedaan maken ")
    assert names == "Deutsch English ✓ Nederlands Українська"
    assert understood == "nl nl nl nl de"
    assert zones == "Europe/Amsterdam Europe/Berlin Europe/Amsterdam"
