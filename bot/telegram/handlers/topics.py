"""/topics: the toggle screen of topics and own words, and changes as "+sport -kultur"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.i18n import Markup
from bot.telegram.callbacks import LIMIT, encode, mark
from bot.telegram.handlers.choosing import press_topic_grid, topic_choices
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, to_settings, topic_grid
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from bot.telegram.widths import fitting_rows
from digests.domain.arguments import ArgumentError, TopicChanges, parse_topic_changes
from digests.domain.preferences import Preferences
from digests.domain.suggestions import key
from digests.domain.topics import Catalogue

SHOWN = 10
"""Names in a list; more would not fit a phone's screen."""
NAME_LIMIT = 40
WORDS_AT_MOST = 20
SHORTEST_WORD = 3
_EXPLAINED = 3  # unknown names that get buttons


@dataclass(frozen=True, slots=True)
class Wish:
    """What typed changes mean: slugs and own words to add or remove, and names that mean nothing here."""

    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    def __call__(self, preferences: Preferences) -> Preferences:
        """The preferences with the changes made."""
        topics = (preferences.topics | self.add) - self.remove
        return replace(preferences, topics=topics, words=preferences.words - self.drop)


def understand(changes: TopicChanges, preferences: Preferences, catalogue: Catalogue) -> Wish:
    """Which changes to make; what is so already is no change. Own words go before topics when something is removed."""
    words = {key(word): word for word in preferences.words}
    wanted = [part for name in changes.add for part in _parts(name, words, catalogue)]
    added = {name: catalogue.find(name) for name in wanted if key(name) not in words}
    removed = {name: catalogue.find(name) for name in changes.remove if key(name) not in words}
    unknown = [name for name, topic in (*added.items(), *removed.items()) if topic is None]
    return Wish(
        add=frozenset(topic.slug for topic in added.values() if topic) - preferences.topics,
        remove=frozenset(topic.slug for topic in removed.values() if topic) & preferences.topics,
        drop=frozenset(words[key(name)] for name in changes.remove if key(name) in words),
        unknown=tuple(unknown),
    )


def _parts(name: str, words: Mapping[str, str], catalogue: Catalogue) -> list[str]:
    """A name; where it is none and each of its words is one ("sport kultur"), these."""
    parts = name.split()
    known = key(name) in words or catalogue.find(name) is not None
    return parts if not known and all(catalogue.find(part) for part in parts) else [name]


async def topics(visit: Visit) -> None:
    """/topics: the toggle screen, or changes."""
    try:
        changes = parse_topic_changes(visit.arguments)
    except ArgumentError:
        await show_screen(visit)
        return
    wish = understand(changes, visit.subscriber.preferences, visit.services.catalogue)
    added = frozenset(name for name in changes.add if name in wish.unknown)
    rows = _ways_out(visit, [name for name in wish.unknown if name in added])
    if wish.unknown and not (wish.add or wish.remove or wish.drop):
        await visit.reply(_unknown(visit, wish.unknown), Keyboard.of(*rows, [_all_button(visit)]))
    else:
        await _apply(visit, wish, rows)


async def _apply(visit: Visit, wish: Wish, rows: Iterable[Row] = ()) -> None:
    """Make a change and tell it, with the way back."""
    change = await visit.services.subscriptions.set_preferences(visit.chat, wish)
    visit.subscriber = change.subscriber
    texts = visit.texts
    gone = [*topic_names(visit, wish.remove), *sorted(wish.drop)]
    lines = [
        texts("topics.added", topics=listed(visit, topic_names(visit, wish.add))) if wish.add else None,
        texts("topics.removed", topics=listed(visit, gone)) if gone else None,
        texts("topics.unchanged") if not (wish.add or gone) else None,
        _unknown(visit, wish.unknown) if wish.unknown else None,
        *_state(visit),
    ]
    await visit.confirm(change, join("\n", *lines), *rows, (_all_button(visit),))


async def show_screen(visit: Visit, page: int = 0) -> None:
    """All topics as toggles, and below them the own words, each with a button that drops it; many have a list."""
    words = [
        Button(visit.texts("button.drop_word", word=word), encode("topics", "drop", mark(word), page))
        for word in sorted(visit.subscriber.preferences.words, key=key)
    ]
    texts = visit.texts
    grid = topic_grid(texts, await topic_choices(visit), verb="topics", page=page)
    beside = (Button(texts("button.follow"), encode("follow")), Button(texts("button.weights"), encode("weights")))
    own = words if len(fitting_rows(words, lambda word: word.text)) == 1 else ()
    keyboard = Keyboard.of(*grid, own, beside, to_settings(texts))
    await visit.show(join("\n", texts("topics.title"), *_state(visit)), keyboard)


async def press(visit: Visit) -> None:
    """A button of the screen, or one that an answer offered."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("add", slug) if slug in visit.services.catalogue:
            await _apply(visit, Wish(add=frozenset({slug}) - visit.subscriber.preferences.topics))
        case ("follow", word) if _fit_for_following(word):
            await _follow(visit, word)
        case ("drop", sign, *_):
            drop = frozenset(word for word in visit.subscriber.preferences.words if mark(word) == sign)
            await _apply(visit, Wish(drop=drop))
        case ("toggle" | "all" | "none" | "page", *_):
            await show_screen(visit, await press_topic_grid(visit))
        case _:
            await show_screen(visit)


async def _follow(visit: Visit, word: str) -> None:
    """Take a free word into the digest."""
    if len(visit.subscriber.preferences.words) >= WORDS_AT_MOST:
        await visit.toast(visit.texts("toast.words_full", count=WORDS_AT_MOST), alert=True)
        return
    change = await visit.services.subscriptions.set_preferences(
        visit.chat, lambda preferences: replace(preferences, words=preferences.words | {word})
    )
    visit.subscriber = change.subscriber
    added = visit.texts("topics.added", topics=listed(visit, [word]))
    await visit.confirm(change, join("\n", added, *_state(visit)), (_all_button(visit),))


def followed(visit: Visit) -> Markup:
    """Everything the reader follows, by name; empty when it is nothing."""
    preferences = visit.subscriber.preferences
    names = [*topic_names(visit, preferences.topics), *sorted(preferences.words, key=key)]
    return listed(visit, names) if names else Markup()


def _state(visit: Visit) -> Iterator[str]:
    """What is chosen now."""
    preferences, texts = visit.subscriber.preferences, visit.texts
    if preferences.topics:
        yield texts("topics.chosen", topics=listed(visit, topic_names(visit, preferences.topics)))
    elif not preferences.words:
        yield texts("topics.none_chosen")
    if preferences.words:
        yield texts("topics.words", words=listed(visit, sorted(preferences.words, key=key)))


def topic_names(visit: Visit, slugs: Iterable[str]) -> list[str]:
    """The names of topics as the reader knows them, in order."""
    return sorted((visit.services.topic_name(slug, visit.texts.language) for slug in slugs), key=key)


def listed(visit: Visit, names: list[str]) -> Markup:
    """ "a, b und c"; a long list ends with how many more there are."""
    shown = [clip(name, NAME_LIMIT) for name in names[:SHOWN]]
    if len(names) > SHOWN:
        shown.append(visit.texts.plural("topics.further", len(names) - SHOWN))
    return visit.texts.list(shown)


def _unknown(visit: Visit, names: Iterable[str]) -> str:
    return visit.texts("topics.unknown", names=listed(visit, list(names)))


def _ways_out(visit: Visit, unknown: list[str]) -> list[Row]:
    """For each name that is no topic: the nearest topics, and following it as a word."""
    rows = []
    for name in unknown[:_EXPLAINED]:
        near = visit.services.catalogue.nearest(name, count=2)
        row = [Button(topic.name(visit.texts.language), encode("topics", "add", topic.slug)) for topic in near]
        if _fit_for_following(name):
            row.append(Button(visit.texts("button.follow_word", word=name), encode("topics", "follow", name)))
        rows.append(tuple(row))
    return rows


def _fit_for_following(name: str) -> bool:
    """True for a word that means something and fits its button."""
    spare = LIMIT - len(encode("topics", "follow", ""))
    return len(key(name)) >= SHORTEST_WORD and len(name.replace("%", "%25").replace("|", "%7C").encode()) <= spare


def _all_button(visit: Visit) -> Button:
    return Button(visit.texts("button.all_topics"), encode("topics"))


COMMANDS = (Command("topics", topics, changes=True),)
PRESSES = (Press("topics", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
