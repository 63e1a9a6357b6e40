"""A digest as Telegram messages: pure, the same for the same digest, language, zone and moment.

One message where it fits; else it is split between stories, and each message carries the buttons of its own stories.
A story that fills a message by itself loses sentences from its end, details first; a sentence is cut only when it is
longer than a message.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.i18n import Markup, escape
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, fits, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.stories import (
    HEADLINE_LIMIT,
    citations,
    correction_line,
    differences_line,
    fitting,
    running_text,
    sources_line,
    updated_since,
    written_text,
)
from digests.domain.digests import Digest, Group, Item, State, Window
from digests.domain.items import seconds_to_read

__all__ = ["Frame", "OutgoingMessage", "View", "reading_minutes", "render_digest", "story_link"]

STORIES_PER_ROW = 5
HEADING_LIMIT = 200


StoryButton = Callable[[str, Item], Button]
"""The button below a digest that opens a story; the text is its number."""
_Teller = Callable[[Item, int, Window, str | None], Markup]
"""Tells a story with its number, in this window, below this heading."""


def story_button(text: str, item: Item) -> Button:
    """Opens the card of a story where the digest stands."""
    return Button(text, encode("story", item.story_id))


def story_link(username: str) -> StoryButton:
    """Opens the card of a story in the private chat with the bot: what one reader taps is nothing for a channel."""
    return lambda text, item: Button(text, url=f"https://t.me/{username}?start=s_{item.story_id}")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the stories; all texts are HTML.

    Without `title` it is the one of a scheduled digest, by the local time of its slot. `note` stands above everything
    (late), `empty` instead of stories, `closing` below everything. With `more` the command is named that shows the
    stories left out. `rows` are further buttons, below the numbers of the last message; without `numbers` there are no
    others.
    """

    title: str | None = None
    note: str | None = None
    empty: str | None = None
    closing: str | None = None
    more: bool = True
    rows: tuple[Row, ...] = ()
    silent: bool = False
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of text that is never split, with its button and the story that it tells."""

    html: Markup
    button: Button | None = None
    story: int | None = None


def render_digest(
    digest: Digest,
    view: View,
    frame: Frame | None = None,
    opens: StoryButton = story_button,
    *,
    original: Digest | None = None,
) -> list[OutgoingMessage]:
    """The messages that show `digest`, at least one.

    When it corrects the `original` that was sent, each story stays in its message and what stands around them stays.
    """
    frame = frame or Frame()
    blocks = partial(_blocks, view=view, frame=frame, opens=opens, tell=_teller(view))
    if original is None:
        packed = list(_pack(blocks(digest, digest)))
    else:
        places = [len(message) for message in _pack(blocks(original, original))]
        packed = list(_packed_as(places, digest, original, blocks))
    messages: list[OutgoingMessage] = []
    told = 0
    for number, message in enumerate(packed, start=1):
        stories = tuple(block.story for block in message if block.story is not None)
        numbers = [block.button for block in message if block.button] if frame.numbers else []
        buttons = in_rows(numbers, STORIES_PER_ROW)
        keyboard = Keyboard.of(*buttons, *(frame.rows if number == len(packed) else ()))
        html = join("\n\n", *(block.html for block in message))
        messages.append(OutgoingMessage(html, keyboard, frame.silent, stories=stories, first=told + 1))
        told += len(stories)
    return messages


def render_sample(digest: Digest, view: View, frame: Frame) -> tuple[Digest, list[OutgoingMessage]]:
    """What one message shows of `digest`, and that message: a sample is one screen, and says nothing of the rest.

    It loses details, sentences and stories from its end; only a story that fills a message by itself leaves two.
    """
    shown = replace(digest, left_out=0, muted=0)
    while True:
        messages = render_digest(shown, view, frame)
        shorter = _shorter(shown, range(len(shown.items))) or _without_last(shown)
        if len(messages) == 1 or shorter is None:
            return shown, messages
        shown = shorter


def _without_last(digest: Digest) -> Digest | None:
    """The digest without its last story; None when it has no other."""
    if len(digest.items) < 2:
        return None
    *groups, last = digest.groups
    rest = replace(last, items=last.items[:-1])
    return replace(digest, groups=(*groups, rest) if rest.items else tuple(groups))


def _blocks(
    digest: Digest, counted: Digest, *, view: View, frame: Frame, opens: StoryButton, tell: _Teller
) -> list[_Block]:
    """The pieces of a digest; the head counts stories and minutes of `counted`."""
    head = join("\n", frame.note, frame.title or _slot_title(digest.window, view), _counts(counted, view))
    blocks = [_Block(head), *_stories(digest, view, opens, tell)]
    if not digest.groups:
        blocks.append(_Block(Markup(frame.empty or view.texts("digest.empty"))))
    tail = join("\n", _left_out(digest, view, frame.more), frame.closing)
    if tail:
        blocks.append(_Block(tail))
    return blocks


def _packed_as(
    places: Sequence[int], digest: Digest, original: Digest, blocks: Callable[[Digest, Digest], list[_Block]]
) -> Iterator[list[_Block]]:
    """As many blocks in each message as before; what has grown beyond a message loses details from its end."""
    start = 0
    for count in places:
        while True:
            message = blocks(digest, original)[start : start + count]
            stories = range(max(0, start - 1), start - 1 + count)  # the head stands before the first story
            shorter = None if fits(join("\n\n", *(block.html for block in message))) else _shorter(digest, stories)
            if shorter is None:
                break
            digest = shorter
        if not fits(join("\n\n", *(block.html for block in message))):  # it stays as it was sent
            message = blocks(original, original)[start : start + count]
        yield message
        start += count


def _shorter(digest: Digest, places: range) -> Digest | None:
    """The digest without the last detail, else sentence, of the longest of these stories; None when it must stay."""
    items = list(digest.items)
    here = [place for place in places if place < len(items)]
    if not here:
        return None
    place = max(here, key=lambda each: (len(items[each].details), len(items[each].sentences)))
    item = items[place]
    if item.details:
        items[place] = replace(item, details=item.details[:-1])
    elif len(item.sentences) > 1:
        items[place] = replace(item, sentences=item.sentences[:-1])
    else:
        return None
    return digest.with_items(items)


def _pack(blocks: Sequence[_Block]) -> Iterator[list[_Block]]:
    """As many blocks in each message as fit."""
    message: list[_Block] = []
    for block in blocks:
        if message and not fits(join("\n\n", *(part.html for part in message), block.html)):
            yield message
            message = []
        message.append(block)
    yield message


def _teller(view: View) -> _Teller:
    """Tells each story once as it is: when one is shortened step by step, the others need not be told again."""

    @cache
    def tell(item: Item, number: int, window: Window, heading: str | None) -> Markup:
        return fitting(item, partial(_story, number=number, view=view, window=window, heading=heading))

    return tell


def _stories(digest: Digest, view: View, opens: StoryButton, tell: _Teller) -> Iterator[_Block]:
    number = 0
    for group in digest.groups:
        heading = _heading(group, view, first=number + 1)
        for position, item in enumerate(group.items):
            number += 1
            above = heading if position == 0 else None
            html = tell(item, number, digest.window, above)
            yield _Block(html, opens(str(number), item), item.story_id)


def _heading(group: Group, view: View, first: int) -> str | None:
    """The line above stories that continue one another: "Ukraine · NATO (1–2)". One story needs none."""
    names = " · ".join(view.topic(slug) for slug in group.topics) or group.heading
    if len(group.items) < 2 or not names:
        return None
    last = first + len(group.items) - 1
    return view.texts("digest.group", topics=clip(names, HEADING_LIMIT), first=first, last=last)


def _story(item: Item, *, number: int, view: View, window: Window, heading: str | None) -> Markup:
    numbers = citations(item)
    headline = escape(clip(item.headline, HEADLINE_LIMIT))
    written = written_text(item, numbers, view)
    details = running_text([*item.sentences, *item.details] if written else item.details, numbers)
    return join(
        "\n",
        f"{heading}\n" if heading else None,
        f"<b>{number} · {headline}</b> · <i>{_marks(item, window, view)}</i>",
        written or running_text(item.sentences, numbers),
        f"<blockquote expandable>{details}</blockquote>" if details else None,
        correction_line(item, view),
        differences_line(item, view),
        sources_line(item, view),
    )


def _marks(item: Item, window: Window, view: View) -> Markup:
    return join(" · ", _state(item, window, view), view.texts("digest.followed") if item.followed else None)


def _state(item: Item, window: Window, view: View) -> str:
    if item.state is State.NEW:
        return view.texts("digest.new")
    if item.since is not None:
        return view.texts("digest.since_breaking", time=view.moment(item.since))
    return updated_since(view.texts, window.start, view)


def _slot_title(window: Window, view: View) -> str:
    slot = view.texts.slot(window.end, view.zone)
    hour = window.end.astimezone(view.zone).hour
    if 4 <= hour < 11:
        return view.texts("digest.morning", slot=slot)
    if 11 <= hour < 14:
        return view.texts("digest.noon", slot=slot)
    if 14 <= hour < 18:
        return view.texts("digest.afternoon", slot=slot)
    if 18 <= hour < 22:
        return view.texts("digest.evening", slot=slot)
    return view.texts("digest.night", slot=slot)


def _counts(digest: Digest, view: View) -> str | None:
    """ "4 Geschichten · 3 Min. · 2 davon neu, 2 mit Neuem"; nothing for a digest without stories."""
    items, texts = digest.items, view.texts
    if not items:
        return None
    new = sum(item.state is State.NEW for item in items)
    if len(items) == 1:
        states = None  # its own mark says it
    elif new in (0, len(items)):
        states = texts("digest.all_new") if new else texts("digest.all_updated")
    else:
        states = texts("digest.new_and_updated", new=new, updated=len(items) - new)
    minutes = texts.plural("digest.minutes", reading_minutes(items))
    return join(" · ", texts.plural("digest.stories", len(items)), minutes, states)


def reading_minutes(items: Sequence[Item]) -> int:
    """Minutes it takes to read the stories with their details, rounded up."""
    return max(1, math.ceil(sum(map(seconds_to_read, items)) / 60))


def _left_out(digest: Digest, view: View, more: bool) -> str | None:
    """ "9 weitere Geschichten ausgelassen (3 stummgeschaltet) · /neu"."""
    count = digest.left_out + digest.muted
    if not count:
        return None
    if digest.muted:
        line = view.texts.plural("digest.left_out_muted", count, muted=digest.muted)
    else:
        line = view.texts.plural("digest.left_out", count)
    return join(" · ", line, view.texts.command("latest") if more and digest.left_out else None)
