"""What several conversations offer: arguments from buttons, topics to tap, a search instead, the frame of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.telegram.callbacks import LIMIT, encode
from bot.telegram.frames import Layout, layout_to_json
from bot.telegram.keyboards import Button, Keyboard, Row
from bot.telegram.rendering import Frame, render_digest
from bot.telegram.visit import Visit
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.digests import Digest
from digests.domain.schedule import load_zone
from digests.domain.topics import Topic
from digests.services.asking import Shown

DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def typed(visit: Visit) -> str:
    """What stands after the command, or what the pressed button gives in its place."""
    return (visit.callback.text(0) or "") if visit.callback is not None else visit.arguments


def number(visit: Visit, index: int = 0) -> int:
    """The number that a button names at `index`; 0, which is nothing's, for a button that somebody made up."""
    return (visit.callback.number(index) or 0) if visit.callback is not None else 0


def local_now(visit: Visit) -> datetime:
    """The present instant on the reader's clock."""
    return visit.now.astimezone(load_zone(visit.subscriber.time_zone))


def button(text: str, verb: str, *arguments: str | int) -> Row:
    """A button in a row of its own; no button where its data is too long for one."""
    try:
        return (Button(text, encode(verb, *arguments)),)
    except ValueError:
        return ()


def topic_buttons(visit: Visit, topics: Iterable[Topic]) -> Row:
    """Topics to tap: each shows its stories."""
    return tuple(Button(topic.name(visit.texts.language), encode("topic", topic.slug)) for topic in topics)


def search_button(visit: Visit, query: str) -> Row:
    """Search for as many of the first words as a button can carry; none when the first one is too long."""
    words = query.split()
    while words and len(encode("search").encode()) + 1 + len(" ".join(words).encode()) > LIMIT:
        words.pop()
    text = " ".join(words)
    return button(visit.texts("button.search_word", word=text), "search", text) if text else ()


def days(span: timedelta) -> int:
    """A span in whole days, at least one. A moment that passed since it was measured makes no further day of it."""
    return max(1, -(-round(span / _HOUR) // 24))


async def send_digest(visit: Visit, digest: Digest, frame: Frame) -> None:
    """Answer with a digest, in as many messages as it needs. It is corrected there, should it turn out to be wrong."""
    view = visit.view
    sent = await visit.send(render_digest(digest, view, frame))
    await remember(visit, digest, frame, sent, view.now)


async def remember(visit: Visit, digest: Digest, frame: Frame, message_ids: Sequence[int], at: datetime) -> None:
    """Have a digest corrected where it was shown with ages as of `at` (UTC), should it turn out to be wrong."""
    managed, reader = visit.managed, visit.subscriber
    layout = Layout(frame, binding=managed.binding, chat_title=managed.title) if managed else Layout(frame)
    simple = reader.simple and managed is None
    shown = Shown(visit.holder, visit.texts.language, reader.time_zone, simple, layout_to_json(layout))
    await visit.services.asked.note(digest, shown, message_ids, at)


async def explain_number(visit: Visit, command: str, error: ArgumentError) -> None:
    """A number or period that cannot be, with the nearest one that can."""
    assert error.problem is Problem.TOO_FEW, "the only thing that /latest and /topic refuse"  # noqa: S101
    suggestion = error.suggestions[0]
    fixed = " ".join(typed(visit).replace(error.typed, suggestion, 1).split())
    example = f"{visit.texts.command(command)} {fixed}"
    if suggestion.isdigit():
        text = visit.texts("latest.bad_number", example=example)
        row = button(visit.texts("button.show_count", count=int(suggestion)), command, fixed)
    else:
        text = visit.texts("latest.bad_period", example=example)
        row = button(example, command, fixed)
    await visit.reply(text, Keyboard.of(row))
