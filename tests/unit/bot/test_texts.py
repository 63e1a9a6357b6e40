"""The texts: complete in every language, valid for Telegram, short enough, and exactly those the code uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from bot.i18n import LANGUAGES, PLAIN, catalogue
from tests.unit.bot.telegram_html import parse, utf16_length

BOT = Path(__file__).parents[3] / "bot"
FORMS = {"de": 2, "en": 2, "uk": 3}
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
NAMED_BY_DATA = ("bot.", "command.", "help.command.")
"""Keys that are put together from the names of commands and of Telegram's profile fields."""
LIMITS = {
    "bot.name": 64,
    "bot.short_description": 120,
    "bot.description": 512,
    "command.": 60,  # Telegram takes 256, the menu on a phone shows one line
    "button.": 40,
    "toast.": 200,
    "placeholder.": 64,
}


def forms(language: str) -> dict[str, tuple[str, ...]]:
    """Every text of a language; a plural has several forms."""
    texts = catalogue(language)
    return {**{key: (text,) for key, text in texts.messages.items()}, **texts.plurals}


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def all_placeholders(key: str, language: str = "de") -> frozenset[str]:
    return frozenset[str]().union(*map(placeholders, forms(language)[key]))


every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_no_text_is_missing_or_extra_or_empty(language: str) -> None:
    assert set(catalogue(language).messages) == set(catalogue("de").messages)
    assert set(catalogue(language).plurals) == set(catalogue("de").plurals)
    assert [key for key, texts in forms(language).items() if not all(text.strip() for text in texts)] == []


@every_language
def test_no_key_stands_twice_and_all_are_well_formed(language: str) -> None:
    file = BOT / "locales" / language / "bot.po"
    entries = re.findall(r'^(msgctxt "group"\n)?msgid "(.+)"$', file.read_text("utf-8"), re.MULTILINE)
    assert len(entries) == len(set(entries))
    assert [key for _, key in entries if not KEY.fullmatch(key)] == []
    assert "fuzzy" not in file.read_text("utf-8")


@every_language
def test_plurals_have_all_forms_of_their_language(language: str) -> None:
    assert {
        key: len(texts) for key, texts in catalogue(language).plurals.items() if len(texts) != FORMS[language]
    } == {}


@every_language
def test_placeholders_are_alike_and_plain_names(language: str) -> None:
    for key, texts in forms(language).items():
        assert all_placeholders(key, language) == all_placeholders(key), key
        for text in texts:  # "Letzter Tag" may say its number by itself
            assert placeholders(text) | {"count"} == all_placeholders(key) | {"count"}, key
            assert all(name.isidentifier() for name in placeholders(text)), key
            assert not re.search(r"\{[^}]*[!:.\[]", text), key


OWNER = {"de": r"\b[Dd]ein\w*\b|\bDu\b", "uk": r"\b[Тт](вій|во[яєїюг]\w*)\b"}
"""How one speaks to the one owner of something."""


@pytest.mark.parametrize("language", OWNER)
def test_what_a_group_is_told_of_its_digest_is_nobody_s_own(language: str) -> None:
    own, shared = catalogue(language), catalogue(language, group=True)
    varied = {key for key, text in shared.messages.items() if text != own.messages[key]}
    assert varied >= {"setup.preview", "digest.morning", "topics.title", "time.saved"}
    assert [key for key in varied if re.search(OWNER[language], shared.messages[key])] == []
    counted = {key: forms for key, forms in shared.plurals.items() if forms != own.plurals[key]}
    assert counted.keys() >= {"follow.story", "breaking.what"}
    assert [key for key, forms in counted.items() if re.search(OWNER[language], " ".join(forms))] == []
    assert [key for key in varied if placeholders(shared.messages[key]) != placeholders(own.messages[key])] == []
    assert set(shared.messages) == set(own.messages)
    for key in varied:
        parse(re.sub(r"\{\w+\}", "x", shared.messages[key]))


PERSONAL = {
    "bot.short_description", "bot.description",  # the profile, read by one person
    "command.digest", "command.share", "command.mydata", "start.welcome",  # in private menus and chats only
    "reaction.more_of_which", "reaction.less_of_which", "reaction.hint", "reaction.nothing",
    "timezone.located", "timezone.nearest",  # somebody's place
    "feedback.ask", "feedback.send_ask", "placeholder.feedback",
    "announce.intro", "fix.intro", "outage.intro",  # operators
}  # fmt: skip
"""What is said of somebody's own also in a group, or nowhere but in private."""


@pytest.mark.parametrize("language", OWNER)
def test_what_is_told_of_somebody_s_own_is_told_otherwise_in_groups(language: str) -> None:
    shared = catalogue(language, group=True)
    told = {**{key: (text,) for key, text in shared.messages.items()}, **shared.plurals}
    owned = {key for key, texts in told.items() if re.search(OWNER[language], " ".join(texts))}
    assert owned - PERSONAL == set()


@every_language
def test_texts_are_valid_for_their_place(language: str) -> None:
    for key, texts in forms(language).items():
        for text in texts:
            if key.partition(".")[0] in PLAIN:
                assert not re.search(r"<|&[a-z]+;", text), key
            else:
                parse(re.sub(r"\{\w+\}", "x", text))
            assert text == text.strip(), key
            assert "  " not in text, key


@every_language
def test_texts_fit_their_screen(language: str) -> None:
    for key, texts in forms(language).items():
        limit = next((limit for prefix, limit in LIMITS.items() if key.startswith(prefix)), 4096)
        assert max(utf16_length(re.sub(r"\{\w+\}", "", text)) for text in texts) <= limit, key
        assert max(text.count("\n") for text in texts) <= 12, f"{key} is longer than a phone's screen"


@every_language
def test_quotation_marks_are_the_language_s_own(language: str) -> None:
    if language != "en":
        assert [key for key, texts in forms(language).items() if any('"' in text for text in texts)] == []


@dataclass(frozen=True)
class Use:
    """One place in the code that asks for a text."""

    place: str
    keys: tuple[str, ...]
    plural: bool
    values: frozenset[str] | None  # None: handed on with **


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text("utf-8"))) for path in sorted(BOT.rglob("*.py")))


def calls() -> Iterator[tuple[Path, ast.Call, bool]]:
    """All calls `texts(...)`, `view.texts(...)`, `_(...)` and `texts.plural(...)`."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            match node.func:
                case ast.Name("texts" | "_") | ast.Attribute(attr="texts"):
                    yield path, node, False
                case ast.Attribute(value=ast.Name("texts") | ast.Attribute(attr="texts"), attr="plural"):
                    yield path, node, True


def uses() -> Iterator[Use]:
    for path, call, plural in calls():
        keys = tuple(literals(call.args[0]))
        if keys:
            names = [keyword.arg for keyword in call.keywords]
            values = None if None in names else frozenset(filter(None, names)) | ({"count"} if plural else set())
            yield Use(f"{path.relative_to(BOT)}:{call.lineno}", keys, plural, values)


def literals(key: ast.expr) -> Iterator[str]:
    """The keys an argument may be: a literal, or one of two."""
    match key:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)


def built_prefixes() -> Iterator[tuple[str, str]]:
    """Keys that the code puts together, by what they begin with: f"button.length_{length}"."""
    for path, call, _ in calls():
        match call.args[0]:
            case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]):
                yield f"{path.relative_to(BOT)}:{call.lineno}", prefix


def test_every_text_the_code_asks_for_exists() -> None:
    texts = catalogue("de")
    found = list(uses())
    assert len(found) > 30  # the search itself works
    for use in found:
        known = texts.plurals if use.plural else texts.messages
        assert [key for key in use.keys if key not in known] == [], use.place
    for place, prefix in built_prefixes():
        assert any(key.startswith(prefix) for key in forms("de")), f"{place}: nothing begins with {prefix}"


def test_every_call_gives_exactly_the_values_of_its_text() -> None:
    for use in uses():
        for key in use.keys:
            if use.values is not None and key in forms("de"):
                assert use.values | {"count"} == all_placeholders(key) | {"count"}, f"{use.place} {key}"
                assert "count" in use.values or "count" not in all_placeholders(key), f"{use.place} {key}"


def test_no_text_is_left_unused() -> None:
    written = {node.value for _, tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    prefixes = (*NAMED_BY_DATA, *(prefix for _, prefix in built_prefixes()))
    assert [key for key in forms("de") if key not in written and not key.startswith(prefixes)] == []


QUOTES = {"de": "„“'", "en": "\"'", "uk": "«»’"}
"""The quotation marks and the apostrophe of a language."""
MARKS = re.compile("[\"'„“”«»‘’‚‹›`´]")
PAIRS = {"„": "“", "«": "»"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    strange, open_ones = set[str](), set[str]()
    for key, texts in forms(language).items():
        for text in (re.sub("<[^>]*>", "", each) for each in texts):
            strange |= {
                f"{key}: {mark}" for mark in re.findall("[\"'„“”«»‘’‚‹›`´]", text) if mark not in QUOTES[language]
            }
            open_ones |= {key for begin, end in PAIRS.items() if begin in text and text.count(begin) != text.count(end)}
            open_ones |= {key for _ in range(text.count('"') % 2)}
    assert (strange, open_ones) == (set(), set())
