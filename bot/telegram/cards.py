"""A single story on its card, and why the reader sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.i18n import Markup, escape
from bot.telegram.html import clip, join, link, units
from bot.telegram.keyboards import Keyboard, Row
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import story_link
from bot.telegram.stories import (
    HEADLINE_LIMIT,
    NAME_LIMIT,
    citations,
    cited,
    correction_line,
    differences_line,
    fitting,
    label_names,
    running_text,
    source_count,
    sources_line,
    written_text,
)
from digests.domain.digests import Item, Sentence, SourceNote, State
from digests.domain.preferences import Weighed
from digests.domain.reasons import Crowded, Followed, Reason, Recent, Reported, Told, Weighted, reasons

LISTED_SOURCES = 10
"""Articles named on a card; those of shown sentences come first and are all among them."""
TIMELINE_STEPS = 6
"""Stories of the storyline on a card, the latest."""
FRESH_LIMIT = 1200
"""UTF-16 units of what is new to the reader, who sees the whole story below."""
MATCHED_WORDS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One story of a storyline's timeline: when it began and its headline."""

    at: datetime  # UTC
    headline: str


def render_story_card(
    item: Item,
    view: View,
    *,
    timeline: Sequence[Step] = (),
    since: datetime | None = None,
    fresh: Sequence[Sentence] = (),
    note: str | None = None,
    rows: tuple[Row, ...] = (),
) -> OutgoingMessage:
    """The story in one message, with its sources and times; sentences that do not fit are left out from the end.

    `timeline` is the storyline's stories in order of time, shown when there are two or more. `fresh` is what the reader
    does not know, who has had the story in a digest at `since`; the others follow, each once. `note` (HTML) stands
    below it all. A single link gets a preview.
    """
    fresh = _brief(fresh)
    known = {sentence.text for sentence in fresh}
    rest = [each for each in (*item.sentences, *item.details) if each.text not in known]
    item = replace(item, sentences=tuple(rest[:1]), details=tuple(rest[1:])) if fresh and rest else item
    html = fitting(item, lambda shown: join("\n\n", *_sections(shown, view, timeline, since, fresh), note))
    return OutgoingMessage(html, Keyboard.of(*rows), preview=True, stories=(item.story_id,))


def _brief(sentences: Sequence[Sentence]) -> list[Sentence]:
    """As many of the sentences as FRESH_LIMIT holds, the first one in any case."""
    room, kept = FRESH_LIMIT, list[Sentence]()
    for sentence in sentences:
        room -= units(sentence.text)
        if room >= 0:
            kept.append(sentence)
    return kept or [replace(each, text=clip(each.text, FRESH_LIMIT)) for each in sentences[:1]]


def shared_card(item: Item, view: View, username: str) -> OutgoingMessage:
    """The story as it stands in somebody else's chat: short, with its sources, and a link to the bot `username`."""
    numbers = citations(item)

    def write(shown: Item) -> Markup:
        headline = Markup(f"<b>{escape(clip(shown.headline, HEADLINE_LIMIT))}</b>")
        told = written_text(shown, numbers, view) or running_text(shown.sentences, numbers)
        corrected = correction_line(shown, view)
        return join("\n\n", headline, told, corrected, differences_line(shown, view), sources_line(shown, view))

    more = story_link(username)(view.texts("button.read_on"), item)
    return OutgoingMessage(fitting(item, write), Keyboard.of([more]))


def _sections(
    item: Item, view: View, timeline: Sequence[Step], since: datetime | None, fresh: Sequence[Sentence]
) -> Iterator[Markup]:
    numbers = citations(item)
    headline = Markup(f"<b>{escape(clip(item.headline, HEADLINE_LIMIT))}</b>")
    numbered = [each for each in (*item.sentences, *item.details) if each not in fresh]
    if fresh and since is not None:
        head = view.texts("story.new_since", moment=view.moment(since))
        headline = join("\n", headline, join(" ", head, running_text(fresh, numbers)))
    yield headline
    yield written_text(item, numbers, view)
    yield join("\n", *(Markup(f"{n}. {cited(sentence, numbers)}") for n, sentence in enumerate(numbered, start=1)))
    yield differences_line(item, view)
    yield _timeline(timeline, view)
    yield _sources(item, view)
    if item.language not in (view.texts.language, "und"):
        name = view.texts.language_name(item.language)
        yield Markup(view.texts("digest.original_language", language=name))


def _timeline(steps: Sequence[Step], view: View) -> Markup:
    """The last stories of the storyline, a line for each day."""
    if len(steps) < 2:
        return Markup()
    days: dict[str, list[str]] = {}
    for step in steps[-TIMELINE_STEPS:]:
        told = days.setdefault(view.texts.date(step.at, view.zone), [])
        headline = clip(step.headline, HEADLINE_LIMIT // 2)
        if headline not in told:
            told.append(headline)
    lines = [
        view.texts("story.timeline_entry", date=day, headline=Markup(" · ".join(map(escape, told))))
        for day, told in days.items()
    ]
    return join("\n", view.texts("story.timeline"), *lines)


def _sources(item: Item, view: View) -> Markup:
    numbers = citations(item)
    lines = [_source(note, numbers.get(note.article_id), view) for note in item.sources[:LISTED_SOURCES]]
    rest = len(item.sources) - len(lines)
    title = view.texts("story.sources")
    if item.single_source:
        copied = item.repeaters and source_count(item.witnesses, item.repeaters, view.texts)
        title = Markup(f"<b>{copied}:</b>") if copied else view.texts("story.single")
    return join("\n", title, *lines, view.texts.plural("digest.more_sources", rest) if rest else None)


def _source(note: SourceNote, number: int | None, view: View) -> Markup:
    """ "[3] Ticker24, 07:20 (Live-Blog)"; without a date the time of import, and says so."""
    texts = view.texts
    moment = view.moment(note.published_at)
    when = moment if note.dated else texts("story.imported", moment=moment)
    labels = label_names([note], texts) + ([texts("story.copy")] if note.copy else [])
    marker = f"[{number}] " if number else ""
    extra = f" ({', '.join(labels)})" if labels else ""
    return Markup(f"{marker}{link(clip(note.name, NAME_LIMIT), note.url)}, {when}{extra}")


def render_why(
    item: Item,
    view: View,
    *,
    in_last_digest: bool | None = None,
    alerted_at: datetime | None = None,
    rows: tuple[Row, ...] = (),
) -> OutgoingMessage:
    """The reasons for the story: topics and the words that matched, sources, age, the reader's weights, crowding.

    `in_last_digest` tells whether the reader had the story before; None when nobody knows. `alerted_at` is when (UTC)
    he had it as breaking news.
    """
    facts = [fact for reason in reasons(item) if (fact := _fact(reason, view, seen=in_last_digest))]
    if not item.topics:
        facts.insert(0, view.texts("why.no_topic"))
    if in_last_digest is not None:
        facts.append(view.texts("why.seen") if in_last_digest else view.texts("why.not_seen"))
    if alerted_at is not None:
        facts.append(view.texts("why.breaking", time=view.moment(alerted_at)))
    told = join(" · ", *facts)
    return OutgoingMessage(told if told.endswith(".") else Markup(f"{told}."), Keyboard.of(*rows))


def _fact(reason: Reason, view: View, *, seen: bool | None) -> str | None:
    """A reason in words; None for what the other facts say already."""
    texts = view.texts
    match reason:
        case Followed(topic):
            return _match(topic.slug, topic.words, view)
        case Reported(witnesses, repeaters):
            return source_count(witnesses, repeaters, texts)
        case Recent(at):
            return texts.age(view.now - at)
        case Told(state):
            return texts("why.update") if state is State.UPDATE and not seen else None
        case Weighted(kind, name, steps):
            what = clip(view.topic(name) if kind is Weighed.TOPIC else name, NAME_LIMIT)
            key = "why.weighs_more" if steps > 0 else "why.weighs_less"
            return texts(key, what=what, steps=f"{steps:+}".replace("-", "−"))
        case Crowded(before):
            return texts.plural("why.crowded", before)


def _match(slug: str, words: Sequence[str], view: View) -> str:
    topic = clip(view.topic(slug), NAME_LIMIT)
    if not words:
        return view.texts("why.topic", topic=topic)
    shown = ", ".join(clip(word, NAME_LIMIT) for word in words[:MATCHED_WORDS])
    return view.texts("why.topic_words", topic=topic, words=shown)
