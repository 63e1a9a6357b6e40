"""Everything that is no command of ours: words, photos, unknown commands, buttons of an older version."""

from __future__ import annotations

from bot.telegram.callbacks import RETRY, encode
from bot.telegram.handlers.help import command_names, nearest_names, show_help
from bot.telegram.handlers.latest import latest
from bot.telegram.handlers.offers import button
from bot.telegram.handlers.schedule import offer_times
from bot.telegram.handlers.search import search_for
from bot.telegram.handlers.settings import show_settings
from bot.telegram.handlers.topic import answer_topic, show_topic, show_word
from bot.telegram.keyboards import Button, Keyboard, Row
from bot.telegram.visit import Visit
from digests.domain.arguments import (
    ArgumentError,
    LatestRequest,
    asked_about,
    asks_for_news,
    parse_times,
    split_command,
)
from digests.domain.suggestions import key
from digests.services.selecting import telling_words
from digests.text.words import words

_SHORTEST = 3
"""Letters of a single word that is looked up; shorter ones ("ok", "hi") are talk."""
_WITH_ARGUMENTS = frozenset({"latest", "topic", "search", "help"})
"""Commands whose buttons take what stands behind the command."""


async def text(visit: Visit) -> None:
    """Words without a command: a topic, a time, something to search, or a word of the news; else the short help.

    A whole question is answered by what it is about.
    """
    said = visit.arguments.strip()
    if asks_for_news(said):
        visit.arguments = ""
        await latest(visit)
        return
    said = asked_about(said) or said
    found = visit.services.catalogue.find(said)
    if found is not None:
        await show_topic(visit, found.slug)
    elif minutes := _times(said):
        await offer_times(visit, minutes)
    elif not telling_words(said):
        await show_help(visit)
    elif _names_topic(visit, said):
        await answer_topic(visit, said)
    elif len(words(said)) > 1:
        await search_for(visit, said)
    elif len(said) < _SHORTEST or not await show_word(visit, LatestRequest(words=said)):
        await show_help(visit)


def _times(said: str) -> tuple[int, ...]:
    """The times of day that were written; none for other words, and for the many ways to say no."""
    try:
        return parse_times(said)
    except ArgumentError:
        return ()


def _names_topic(visit: Visit, said: str) -> bool:
    """True when what was written is nearly the name of a topic, perhaps with a number behind it."""
    return len(said) >= _SHORTEST and bool(visit.services.catalogue.nearest(said, 1))


async def other(visit: Visit) -> None:
    """A photo, a sticker, a voice message."""
    way_out = Button(visit.texts("button.help"), encode("help"))
    await visit.reply(visit.texts("error.only_text"), Keyboard.of([way_out]))


async def late(visit: Visit) -> None:
    """An edit of an older message, which may tidy up or ask for something: a button says which."""
    way_out = Button(visit.texts("button.read_now"), encode(RETRY.verb))
    await visit.reply(visit.texts("error.late_edit"), Keyboard.of([way_out]), quoting=True)


async def unknown(visit: Visit) -> None:
    """A command that we do not have; the nearest one is offered with what was typed behind it."""
    name, arguments = split_command(f"/{visit.arguments}") or ("", "")
    near = nearest_names(visit, name)
    ways_out: Row = (
        Button(visit.texts("button.help"), encode("help")),
        Button(visit.texts("button.latest"), encode("latest")),
    )
    if not near:
        await visit.reply(visit.texts("error.unknown_command"), Keyboard.of(ways_out))
        return
    guess = _command_button(visit, near[0], arguments)
    question = visit.texts("error.did_you_mean", command=f"/{near[0]}")
    await visit.reply(question, Keyboard.of(guess, ways_out))


def _command_button(visit: Visit, name: str, arguments: str) -> Row:
    """A button that does what the command would have done."""
    verb = command_names(visit)[key(name)]
    if arguments and verb in _WITH_ARGUMENTS:
        with_arguments = button(f"/{name} {arguments}", verb, arguments)
        if with_arguments:
            return with_arguments
    return button(f"/{name}", verb)


async def outdated(visit: Visit) -> None:
    """A button of another version, or one that somebody made up: a word, and the menu as it is now."""
    await visit.toast(visit.texts("toast.outdated"))
    visit.fresh = True
    await show_settings(visit, visit.texts("error.outdated"))
