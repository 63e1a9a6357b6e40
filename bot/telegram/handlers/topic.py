"""/topic: the top stories of one topic, be it of the catalogue or any word; subscribing to it, and leaving it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.telegram.callbacks import encode
from bot.telegram.handlers.choosing import whole
from bot.telegram.handlers.offers import (
    DAY,
    button,
    days,
    explain_number,
    local_now,
    search_button,
    send_digest,
    topic_buttons,
    typed,
)
from bot.telegram.handlers.topics import WORDS_AT_MOST
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, LatestRequest, parse_latest
from digests.domain.arguments.latest import MOST
from digests.domain.digests import Digest
from digests.domain.preferences import Preferences
from digests.domain.schedule import load_zone
from digests.services.rehearsing import with_subject
from digests.services.selecting import telling_words

SPANS = (DAY, 3 * DAY)
"""Where stories of a topic are looked for, the newest first, unless the reader names a period."""
FURTHER = (7, 30)
"""Days to look at when there was nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What stories are asked for: a topic of the catalogue (its slug), or a word as it was typed."""

    name: str
    catalogued: bool

    def followed(self, preferences: Preferences) -> bool:
        """True when it is part of the reader's digest."""
        return self.name in (preferences.topics if self.catalogued else preferences.words)


def subject(visit: Visit, name: str) -> Subject:
    """The subject that a button names."""
    return Subject(name, name in visit.services.catalogue)


def read_request(visit: Visit, text: str) -> tuple[LatestRequest, Subject | None]:
    """Number, period and topic in any order. A name that holds a number ("Formel 1") is recognised first.

    Raises ArgumentError as `parse_latest` does.
    """
    catalogue = visit.services.catalogue
    whole = catalogue.find(text)
    if whole is not None:
        return LatestRequest(), Subject(whole.slug, catalogued=True)
    request = parse_latest(text, local_now(visit))
    found = catalogue.find(request.words)
    return request, Subject(found.slug, catalogued=True) if found else None


async def topic(visit: Visit) -> None:
    """/topic [name] [n] [period], or a topic's button."""
    text = typed(visit)
    if text.strip():
        await answer_topic(visit, text)
    else:
        await ask_topic(visit)


async def show_topic(visit: Visit, slug: str) -> None:
    """The stories of a topic of the catalogue, as `/topic` without further words shows them."""
    await show_subject(visit, Subject(slug, catalogued=True), LatestRequest())


async def ask_topic(visit: Visit) -> None:
    """Which topic? The reader's own come first."""
    catalogue, own = visit.services.catalogue, visit.subscriber.preferences
    mine = [entry for entry in catalogue if entry.slug in own.topics]
    others = [entry for entry in catalogue.featured if entry.slug not in own.topics]
    words = [cell for word in sorted(own.words) for cell in button(word, "topic", word)]
    rows = in_rows([*topic_buttons(visit, mine), *words, *topic_buttons(visit, others)], 2)
    await visit.reply(visit.texts("topic.which"), Keyboard.of(*rows, all_topics(visit)))


def all_topics(visit: Visit) -> Row:
    """A button to the screen of all topics."""
    return (Button(visit.texts("button.all_topics"), encode("topics")),)


async def answer_topic(visit: Visit, text: str) -> None:
    """The stories of the topic that `text` names, or what it may have meant."""
    try:
        request, found = read_request(visit, text)
    except ArgumentError as error:
        await explain_number(visit, "topic", error)
        return
    if found is None and not request.words:
        await ask_topic(visit)
    elif found is not None:
        await show_subject(visit, found, request)
    elif not await show_word(visit, request):
        await explain_unknown(visit, request.words)


async def show_word(visit: Visit, request: LatestRequest) -> bool:
    """The stories about a free word; False, and nothing shown, when there are none."""
    if not telling_words(request.words, [visit.texts.language]):
        return False
    wanted = Subject(request.words, catalogued=False)
    digest = await _find(visit, wanted, request)
    if not digest.items and request.since is None:
        digest = await _find(visit, wanted, replace(request, since=visit.now - FURTHER[0] * DAY))
    if not digest.items:
        return False
    await _send(visit, wanted, request, digest)
    return True


async def show_subject(visit: Visit, wanted: Subject, request: LatestRequest) -> None:
    """The stories of a subject, or since when there are none."""
    digest = await _find(visit, wanted, request)
    if digest.items:
        await _send(visit, wanted, request, digest)
        return
    texts, span = visit.texts, days(visit.now - request.since) if request.since else days(SPANS[-1])
    further = next((count for count in FURTHER if count > span), None)
    rows: list[Row] = []
    if further is not None:
        rows.append(button(texts.plural("button.last_days", further), "topic", f"{wanted.name} {further}d"))
    others = button(texts("button.other_topics"), "topic")
    name = visit.view.topic(wanted.name)
    await visit.reply(texts.plural("topic.none", span, topic=name), Keyboard.of(*rows, others))


async def _find(visit: Visit, wanted: Subject, request: LatestRequest) -> Digest:
    """The newest window that has enough stories, else the longest."""
    reading, within = visit.services.reading, visit.now - request.since if request.since else None
    find = reading.topic if wanted.catalogued else reading.word
    return await find(wanted.name, visit.subscriber.preferences, request.count, within, SPANS)


async def _send(visit: Visit, wanted: Subject, request: LatestRequest, digest: Digest) -> None:
    texts = visit.texts
    frame = Frame(
        title=texts("topic.title", topic=visit.view.topic(wanted.name)),
        note=texts("latest.too_many", count=MOST) if request.capped else None,
        closing=await _preview(visit, wanted),
        more=False,
        rows=(more_button(visit, digest, request, "topic", f"{wanted.name} "), _toggle(visit, wanted)),
    )
    await send_digest(visit, digest, frame)


async def _preview(visit: Visit, wanted: Subject) -> str | None:
    """What subscribing would mean: stories a day, and how many more yesterday's digest would have had."""
    own, texts = visit.subscriber.preferences, visit.texts
    if wanted.followed(own):
        return None
    per_day = (await visit.services.reading.stories_per_day()).get(wanted.name, 0.0) if wanted.catalogued else 0.0
    more = None
    if own.chosen:
        added = with_subject(own, wanted.name, catalogued=wanted.catalogued)
        zone = load_zone(visit.subscriber.time_zone)
        count = await visit.services.rehearsing.more_yesterday(own, added, zone)
        more = texts.plural("topic.more_yesterday", count) if count else texts("topic.none_yesterday")
    often = texts("topic.per_day", count=whole(per_day)) if per_day else None
    return join(" · ", often, more)


def more_button(visit: Visit, digest: Digest, request: LatestRequest, verb: str, before: str = "") -> Row:
    """A button that shows all there are, ten at most, when there are more; `before` stands before its number."""
    if not digest.left_out or request.count >= MOST:
        return ()
    period = f" {round((visit.now - request.since) / timedelta(hours=1))}h" if request.since else ""
    count = min(MOST, len(digest.items) + digest.left_out)
    return button(visit.texts("button.show_count", count=count), verb, f"{before}{count}{period}")


def _toggle(visit: Visit, wanted: Subject) -> Row:
    """Subscribe, or unsubscribe; "new" because the pressed message is a digest, which stays."""
    if wanted.followed(visit.subscriber.preferences):
        return button(visit.texts("button.unsubscribe"), "unsubscribe", wanted.name, "new")
    return button(visit.texts("button.subscribe"), "subscribe", wanted.name, "new")


async def explain_unknown(visit: Visit, word: str) -> None:
    """Nothing is called so: the nearest topics, a search, all topics."""
    near = topic_buttons(visit, visit.services.catalogue.nearest(word))
    rows = (*in_rows(near, 2), search_button(visit, word), all_topics(visit))
    text = visit.texts("topic.unknown", word=word) if near else visit.texts("topic.unknown_alone", word=word)
    await visit.reply(text, Keyboard.of(*rows))


async def subscribe(visit: Visit) -> None:
    """The button "Abonnieren"."""
    await _follow(visit, on=True)


async def unsubscribe(visit: Visit) -> None:
    """The button "Abbestellen"."""
    await _follow(visit, on=False)


async def _follow(visit: Visit, *, on: bool) -> None:
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    wanted = subject(visit, typed(visit))
    visit.fresh = visit.callback.text(1) == "new"
    if on and not wanted.catalogued and len(visit.subscriber.preferences.words) >= WORDS_AT_MOST:
        await visit.toast(visit.texts("toast.words_full", count=WORDS_AT_MOST), alert=True)
        return

    def apply(preferences: Preferences) -> Preferences:
        chosen = preferences.topics if wanted.catalogued else preferences.words
        changed = chosen | {wanted.name} if on else chosen - {wanted.name}
        return replace(preferences, topics=changed) if wanted.catalogued else replace(preferences, words=changed)

    change = await visit.services.subscriptions.set_preferences(visit.chat, apply)
    name = visit.view.topic(wanted.name)
    text = visit.texts("topic.subscribed", topic=name) if on else visit.texts("topic.unsubscribed", topic=name)
    timeless = on and change.subscriber.schedule is None
    await visit.confirm(change, text, *([button(visit.texts("button.time"), "time")] if timeless else []))


COMMANDS: tuple[Command, ...] = (Command("topic", topic, costly=True),)
PRESSES: tuple[Press, ...] = (
    Press("topic", topic, costly=True),
    Press("subscribe", subscribe, changes=True),
    Press("unsubscribe", unsubscribe, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
