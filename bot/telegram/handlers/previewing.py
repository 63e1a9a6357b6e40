"""/preview: the digest that readers with any wishes would get now, in their language; nothing is stored of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.i18n import LANGUAGES, translations
from bot.profiles import typed_preferences
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import DAY, button
from bot.telegram.html import clip
from bot.telegram.keyboards import Button, Keyboard, to_admin
from bot.telegram.messages import View
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import render_digest
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, parse_language, parse_length
from digests.domain.preferences import Length
from digests.domain.schedule import load_zone
from digests.errors import UnknownTopicError

MOST_NAMES = 20
"""Topics and words of one preview."""
LONGEST_NAME = 64
_MOST_DAYS = 365
_OPTION = re.compile(r"--(?:topics|language|length)[ =]|--(?=days)")
_DAYS = re.compile(r"(?:days[ =]*)?(\d{1,3})\s*[dt]|days[ =]*(\d{1,3})", re.IGNORECASE)
_QUOTES = str.maketrans("„“”«»'", '""""""')


@dataclass(frozen=True, slots=True)
class _Wish:
    names: tuple[str, ...]
    language: str
    length: Length = Length.NORMAL
    minutes: int | None = None
    within: timedelta = DAY


async def preview(visit: Visit) -> None:
    """/preview with topics and words, perhaps a language, a length and days; without anything the question which."""
    if visit.arguments:
        await _send(visit, visit.arguments)
    else:
        await visit.ask(visit.texts("preview.ask"), visit.texts("placeholder.preview"))


async def press(visit: Visit) -> None:
    """The button of the first screen, or one that corrects what was typed."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("ask",):
            await visit.ask(visit.texts("preview.ask"), visit.texts("placeholder.preview"))
        case ("show", text):
            await _send(visit, text)
        case _:
            await _start(visit)


async def _start(visit: Visit) -> None:
    texts = visit.texts
    rows = (
        (Button(texts("button.preview_write"), encode("preview", "ask")),),
        (Button(texts("button.preview_all"), encode("preview", "show", visit.subscriber.language)),),
    )
    await visit.show(texts("preview.intro"), Keyboard.of(*rows, to_admin(visit.texts)))


async def _send(visit: Visit, text: str) -> None:
    """The messages of the digest as they would come, and one that says for whom they are."""
    texts, services = visit.texts, visit.services
    wish = _read(text, visit.subscriber.language)
    again = Button(texts("button.preview_write"), encode("preview", "ask"))
    try:
        preferences = typed_preferences(services.catalogue, wish.names, wish.length, wish.minutes)
    except UnknownTopicError as error:
        fixed = (text.replace(error.name, near, 1) for near in error.nearest)
        rows = [button(each, "preview", "show", each) for each in fixed]
        unknown = texts("preview.unknown", word=clip(error.name, LONGEST_NAME))
        await visit.reply(unknown, Keyboard.of(*rows, [again], to_admin(visit.texts)))
        return
    digest = await services.reading.latest(preferences, wish.length.stories, wish.within)
    zone = load_zone(services.subscriptions.default_time_zone(wish.language))
    view = View(translations(wish.language), zone, visit.now, services.topic_name)
    if digest.items:
        await visit.send(render_digest(digest, view))
    names = [visit.view.topic(slug) for slug in sorted(preferences.topics)] + sorted(preferences.words)
    told = {
        "names": texts.list(names) if names else texts("preview.all"),
        "language": texts.language_name(wish.language),
    }
    key = "preview.done" if digest.items else "preview.nothing"
    await visit.reply(texts(key, **told), Keyboard.of([again], to_admin(visit.texts)))


def _read(text: str, language: str) -> _Wish:
    """Parts between commas: a language, a length, days ("3d"); everything else is a topic or a word."""
    names, chosen = list[str](), {"language": language}
    length, minutes, within = Length.NORMAL, None, DAY
    for part in _parts(text):
        days = _DAYS.fullmatch(part)
        if days:
            within = DAY * min(max(1, int(days[1] or days[2])), _MOST_DAYS)
            continue
        try:
            length, minutes = parse_length(part)
            continue
        except ArgumentError:
            pass  # no length
        try:
            chosen["language"] = parse_language(part, LANGUAGES)
        except ArgumentError:
            names.append(part)
    return _Wish(tuple(names[:MOST_NAMES]), chosen["language"], length, minutes, within)


def _parts(text: str) -> Iterator[str]:
    """What stands between commas, and behind the options of `bot preview`."""
    for part in _OPTION.sub(",", text.translate(_QUOTES)).split(","):
        name = " ".join(part.split())[:LONGEST_NAME]
        if any(each.isalnum() for each in name):
            yield name


COMMANDS = (Command("preview", preview, costly=True),)
PRESSES = (Press("preview", press, costly=True),)
QUESTIONS: dict[str, Handler] = {"preview.ask": preview}
