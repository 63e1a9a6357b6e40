"""/follow: words whose stories come whatever their topic, and stories that come until they have gone quiet."""

from __future__ import annotations

from dataclasses import replace

from bot.i18n import Markup
from bot.telegram.callbacks import encode, mark
from bot.telegram.handlers.offers import DAY, button, days
from bot.telegram.handlers.topics import WORDS_AT_MOST
from bot.telegram.handlers.wishes import PER_PAGE, QUOTED, example, list_button, page_of, refuse, word_button
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, pager, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem, parse_wish
from digests.domain.mutes import find_mute
from digests.domain.preferences import Preferences, Weighed
from digests.domain.suggestions import key
from digests.services.following import QUIET_FOR
from digests.storage.following import Line

STORIES_AT_MOST = 20
COUNTED = 10
"""Stories of the last week that are counted for a word; more are "10 and more"."""
_HEADLINE = 90


async def follow(visit: Visit) -> None:
    """/follow [word]; without one the list."""
    if not visit.arguments.strip():
        await show_list(visit)
        return
    try:
        word = parse_wish(visit.arguments, visit.texts.language)
    except ArgumentError as error:
        await _explain(visit, error)
    else:
        await _follow_word(visit, word)


async def press(visit: Visit) -> None:
    """A button of a story's card, of the list, or one that an answer offered."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("story", _):
            visit.fresh = True
            await _follow_story(visit, visit.callback.number(1) or 0)
        case ("leave", _):
            visit.fresh = True
            await _leave_story(visit, visit.callback.number(1) or 0)
        case ("word", word, *_):
            visit.arguments = word
            await follow(visit)
        case ("drop", sign):
            await _drop_word(visit, sign)
        case ("line", _):
            await _leave_story(visit, visit.callback.number(1) or 0)
        case ("ask",):
            await visit.ask(visit.texts("follow.ask"), visit.texts("placeholder.follow"))
        case _:
            await show_list(visit, visit.callback.number(1))


def story_button(visit: Visit, story_id: int, *, followed: bool) -> Button:
    """The button of a story's card that follows its storyline, or leaves it."""
    if followed:
        return Button(visit.texts("button.unfollow_story"), encode("follow", "leave", story_id))
    return Button(visit.texts("button.follow_story"), encode("follow", "story", story_id))


async def _follow_word(visit: Visit, word: str) -> None:
    """Take a word into the digest; the name of a topic means the topic."""
    texts, own = visit.texts, visit.subscriber.preferences
    topic = visit.services.catalogue.named(word)
    muted = find_mute(own, word) if not word.isdecimal() else None
    if muted is not None and muted.kind is Weighed.WORD:
        end = Button(texts("button.unmute"), encode("unmute", mark(muted.key)))
        await visit.show(texts("follow.muted", word=clip(word, QUOTED)), Keyboard.of([end]))
    elif topic is not None:
        change = await visit.services.subscriptions.set_preferences(
            visit.chat, lambda wish: replace(wish, topics=wish.topics | {topic.slug})
        )
        await visit.confirm(change, texts("topic.subscribed", topic=topic.name(texts.language)))
    elif len(own.words) >= WORDS_AT_MOST and word not in own.words:
        full = texts("follow.full_words", count=WORDS_AT_MOST)
        await visit.show(full, Keyboard.of([list_button(visit, "follow")]))
    else:
        await _add_word(visit, word)


async def _add_word(visit: Visit, word: str) -> None:
    def add(wish: Preferences) -> Preferences:
        others = {each for each in wish.words if key(each) != key(word)}
        return replace(wish, words=frozenset(others | {word}))

    found = await visit.services.reading.word(word, visit.subscriber.preferences, COUNTED, QUIET_FOR)
    change = await visit.services.subscriptions.set_preferences(visit.chat, add)
    count = len(found.items) + found.left_out
    html = join(
        "\n",
        visit.texts("follow.word", word=clip(word.strip('"'), QUOTED)),
        visit.texts.plural("follow.word_stories", count) if count else visit.texts("follow.word_none"),
    )
    show = button(visit.texts("button.show_word"), "topic", word) if count else ()
    await visit.confirm(change, html, show, (list_button(visit, "follow"),))


async def _drop_word(visit: Visit, sign: str) -> None:
    dropped = {word for word in visit.subscriber.preferences.words if mark(word) == sign}
    if not dropped:
        await show_list(visit)
        return
    change = await visit.services.subscriptions.set_preferences(
        visit.chat, lambda wish: replace(wish, words=wish.words - dropped)
    )
    what = Markup(visit.texts("mute.word", word=clip(min(dropped).strip('"'), QUOTED)))
    await visit.confirm(change, visit.texts("follow.ended", what=what), (list_button(visit, "follow"),))


async def _follow_story(visit: Visit, story_id: int) -> None:
    texts, own = visit.texts, visit.subscriber.preferences
    line = await visit.services.reading.line(story_id)
    if line is None:
        await visit.reply(texts("story.gone"))
    elif visit.now - line.last_at >= QUIET_FOR:
        since, better = days(visit.now - line.last_at), example(visit, "follow")
        quiet = texts.plural("follow.quiet_already", since, headline=_headline(line), example=better)
        await visit.reply(quiet, Keyboard.of([list_button(visit, "follow")]))
    elif len(own.stories - {line.id}) >= STORIES_AT_MOST:
        full = texts("follow.full_stories", count=STORIES_AT_MOST)
        await visit.reply(full, Keyboard.of([list_button(visit, "follow")]))
    else:
        change = await visit.services.subscriptions.set_preferences(
            visit.chat, lambda wish: replace(wish, stories=wish.stories | {line.id})
        )
        text = texts.plural("follow.story", QUIET_FOR // DAY, headline=_headline(line))
        await visit.confirm(change, text, (list_button(visit, "follow"),))


async def _leave_story(visit: Visit, number: int) -> None:
    """Follow a storyline no more; it is named by one of its stories, or in the list by itself."""
    by_list = visit.callback is not None and visit.callback.text(0) == "line"
    if by_list:
        found = await visit.services.reading.lines([number])
        line = found[0] if found else None
    else:
        line = await visit.services.reading.line(number)
    storyline_id = number if by_list else line.id if line else 0
    if storyline_id not in visit.subscriber.preferences.stories:
        await show_list(visit)
        return
    change = await visit.services.subscriptions.set_preferences(
        visit.chat, lambda wish: replace(wish, stories=wish.stories - {storyline_id})
    )
    what = Markup(visit.texts("follow.headline", headline=_headline(line))) if line else visit.texts("follow.a_story")
    await visit.confirm(change, visit.texts("follow.ended", what=what), (list_button(visit, "follow"),))


async def show_list(visit: Visit, page: int | None = None) -> None:
    """Everything that is followed beside topics, each with a button that ends it."""
    texts, own = visit.texts, visit.subscriber.preferences
    words = sorted(own.words, key=key)
    lines = await visit.services.reading.lines(own.stories)
    quiet = await visit.services.subscriptions.quiet_stories(visit.subscriber)
    entries: list[tuple[str, Button]] = [
        (texts("mute.word", word=clip(word.strip('"'), QUOTED)), _drop(visit, word, "drop", mark(word)))
        for word in words
    ]
    entries += [
        (
            texts("follow.line", headline=_headline(line), age=texts.age(visit.now - line.last_at)),
            _drop(visit, line.headline, "line", line.id),
        )
        for line in lines
    ]
    page, pages = page_of(page, len(entries))
    first = page * PER_PAGE
    shown = entries[first : first + PER_PAGE]
    title = texts("follow.list") if entries else texts("follow.empty", example=example(visit, "follow"))
    numbered = [texts("mute.entry", number=first + at, what=Markup(entry)) for at, (entry, _) in enumerate(shown, 1)]
    ended = [texts.plural("follow.quiet", QUIET_FOR // DAY, headline=clip(each, _HEADLINE)) for each in quiet[:3]]
    buttons: tuple[Row, ...] = in_rows([cell for _, cell in shown], 2)
    turn = pager(texts, page, pages, verb="follow")
    ask = [
        Button(texts("button.follow_new"), encode("follow", "ask")),
        Button(texts("button.topics"), encode("topics")),
    ]
    await visit.show(join("\n", title, *numbered, *ended), Keyboard.of(*buttons, turn, ask, to_settings(texts)))


def _drop(visit: Visit, name: str, *arguments: str | int) -> Button:
    return Button(visit.texts("button.drop_word", word=name), encode("follow", *arguments))


def _headline(line: Line) -> str:
    return clip(line.headline, _HEADLINE)


async def _explain(visit: Visit, error: ArgumentError) -> None:
    """Why a word will not do; of a pattern, the word in it is offered."""
    if error.problem is not Problem.PATTERN or not error.suggestions:
        await refuse(visit, error, "follow")
        return
    word = error.suggestions[0]
    do = word_button(visit.texts("button.follow_word", word=word), "follow", word)
    cancel = (Button(visit.texts("button.cancel"), encode("close")),)
    await visit.reply(visit.texts("mute.pattern"), Keyboard.of(do, cancel))


COMMANDS = (Command("follow", follow, changes=True, costly=True),)
PRESSES = (Press("follow", press, changes=True),)
QUESTIONS: dict[str, Handler] = {"follow.ask": follow}
