"""A story on its card, and why it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.telegram.callbacks import encode, mark
from bot.telegram.cards import Step, render_story_card, render_why
from bot.telegram.handlers import following
from bot.telegram.handlers.offers import button, number
from bot.telegram.handlers.weighing import weigh_button
from bot.telegram.handlers.wishes import word_button
from bot.telegram.keyboards import Button, Keyboard, Row
from bot.telegram.links import story_forward
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.taste import stories_data
from bot.telegram.visit import Visit
from digests.domain.digests import Digest, Item
from digests.domain.preferences import Preferences, Weighed
from digests.domain.suggestions import key
from digests.domain.telling_words import telling_word
from digests.services.reading import StoryView


async def press_story(visit: Visit) -> None:
    """The number of a story in a digest."""
    await show_story(visit, number(visit))


async def show_story(visit: Visit, story_id: int) -> None:
    """The card of a story, as reply to the message whose button was pressed."""
    found = await find_story(visit, story_id)
    if found is None:
        await visit.reply(visit.texts("story.gone"), Keyboard.of(button(visit.texts("button.latest"), "latest")))
        return
    steps = [Step(at, headline) for at, headline in found.timeline]
    card = render_story_card(
        found.item,
        visit.view,
        timeline=steps,
        since=found.since,
        fresh=found.fresh,
        rows=await _rows(visit, found.item),
    )
    await visit.send([card], reply_to=visit.pressed)


async def _rows(visit: Visit, item: Item) -> tuple[Row, ...]:
    """What can be done with a story: first what one does with it oneself, then what one says about it."""
    texts, story_id = visit.texts, item.story_id
    saved = await visit.services.keeping.of_story(visit.subscriber, story_id)
    return (
        (
            following.story_button(visit, story_id, followed=item.followed),
            Button(texts("button.saved_already" if saved else "button.save"), encode("save", story_id)),
            Button(texts("button.share"), url=story_forward(visit.bot, item)),
        ),
        (
            Button(texts("button.why"), encode("why", story_id)),
            Button(texts("button.less_of_this"), stories_data("less", [story_id])),
        ),
        (Button(texts("button.report"), encode("report", story_id)),),
    )


async def why(visit: Visit) -> None:
    """The button "Warum sehe ich das?": the reasons, each with a fix of one tap."""
    found = await find_story(visit, number(visit))
    if found is None:
        await visit.reply(visit.texts("story.gone"), Keyboard.of(button(visit.texts("button.latest"), "latest")))
        return
    digests = await visit.services.reading.delivered(visit.subscriber, 2)
    own = _as_ranked(_with_own_topics(found.item, visit.subscriber.preferences), digests[:1])
    rows = (*_fixes(visit, own), (Button(visit.texts("button.why_fine"), encode("close")),))
    seen = _was_in_digest_before(own, digests)
    alerted = await visit.services.reading.alerted_at(visit.subscriber, own.story_id)
    reasons = render_why(own, visit.view, in_last_digest=seen, alerted_at=alerted, rows=rows)
    await visit.send([reasons], reply_to=visit.pressed)


def _as_ranked(item: Item, latest: Sequence[Digest]) -> Item:
    """The story with its standing in the digest that brought it; as it would be ranked now when none of these did."""
    shown = next((each for digest in latest for each in digest.items if each.story_id == item.story_id), None)
    if shown is None:
        return item
    return replace(item, state=shown.state, parts=shown.parts, weights=shown.weights, followed=shown.followed)


def _with_own_topics(item: Item, preferences: Preferences) -> Item:
    """The story with those topics that are a reason for this reader."""
    own = preferences.topics | preferences.words
    return replace(item, topics=tuple(match for match in item.topics if match.slug in own))


def _fixes(visit: Visit, item: Item) -> list[Row]:
    """Less of its topic, nothing with its most telling word, nothing of its first source."""
    texts, rows = visit.texts, list[Row]()
    for match in item.topics[:1]:
        kind = Weighed.TOPIC if match.slug in visit.services.catalogue else Weighed.WORD
        seldom = texts("button.topic_less", topic=visit.view.topic(match.slug))
        rows.append((weigh_button(visit, -1, kind, match.slug, seldom),))
    word = telling_word(item, lambda word: _is_own(visit, word))
    if word is not None:
        rows.append(word_button(texts("button.mute_word", word=word), "mute", word, 0))
    if item.sources:
        name = item.sources[0].name
        rows.append(button(texts("button.hide_source", source=name), "mute", "source", mark(name), 0))
    return rows


def _is_own(visit: Visit, word: str) -> bool:
    """True for a word that the reader has chosen himself: to mute it would hide all of that."""
    topic, own = visit.services.catalogue.named(word), visit.subscriber.preferences
    return (topic is not None and topic.slug in own.topics) or key(word) in map(key, own.words)


def _was_in_digest_before(item: Item, digests: Sequence[Digest]) -> bool | None:
    """Whether the reader had the story before it came last; None when he has had no digest to compare with.

    `digests` are the last two that went out to him, newest first.
    """
    told = [{each.story_id for each in digest.items} for digest in digests]
    if told and item.story_id in told[0]:
        told = told[1:]  # this is the digest that it stands in now
    return item.story_id in told[0] if told else None


async def find_story(visit: Visit, story_id: int) -> StoryView | None:
    """A story as this reader sees it; None when it is gone."""
    return await visit.services.reading.story(story_id, visit.subscriber.preferences, visit.subscriber)


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (Press("story", press_story), Press("why", why))
QUESTIONS: dict[str, Handler] = {}
