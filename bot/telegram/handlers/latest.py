"""/latest: the newest stories of the reader's topics."""

from __future__ import annotations

from dataclasses import replace

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import (
    DAY,
    button,
    days,
    explain_number,
    search_button,
    send_digest,
    topic_buttons,
    typed,
)
from bot.telegram.handlers.topic import more_button, read_request, show_subject, show_word
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, LatestRequest
from digests.domain.arguments.latest import MOST, USUAL
from digests.domain.digests import Digest

TOP = 3
"""Stories for a reader who has chosen no topics, or whose topics have nothing."""


async def latest(visit: Visit) -> None:
    """/latest [n] [topic] [period] in any order, or a button with the same."""
    text = typed(visit)
    try:
        request, found = read_request(visit, text)
    except ArgumentError as error:
        await explain_number(visit, "latest", error)
        return
    if found is not None:
        await show_subject(visit, found, request)
    elif request.words:
        if not await show_word(visit, request):
            await _explain_unknown(visit, request.words)
    elif visit.subscriber.preferences.chosen:
        await _show_latest(visit, request)
    else:
        await show_top(visit, request.count if text else TOP)


async def _show_latest(visit: Visit, request: LatestRequest) -> None:
    within = visit.now - request.since if request.since else None
    digest = await visit.services.reading.latest(visit.subscriber.preferences, request.count, within)
    texts = visit.texts
    if not digest.items:
        anyway = button(texts("button.show_anyway", count=TOP), "top", TOP)
        await visit.reply(texts("latest.none"), Keyboard.of(anyway, choose_topics(visit)))
        return
    notes = (
        texts("latest.too_many", count=MOST) if request.capped else None,
        _older(visit, digest) if within is None else None,
    )
    frame = Frame(
        title=texts("latest.title"),
        note=join("\n", *notes) or None,
        more=False,
        rows=(more_button(visit, digest, request, "latest"),),
    )
    await send_digest(visit, digest, frame)


def _older(visit: Visit, digest: Digest) -> str | None:
    """A word when the news is not of today."""
    if visit.now - max(item.last_at for item in digest.items) <= DAY:
        return None
    return visit.texts.plural("latest.older", _reach(visit, digest))


def _reach(visit: Visit, digest: Digest) -> int:
    """How many days the stories reach back."""
    return days(visit.now - min(item.last_at for item in digest.items))


async def top(visit: Visit) -> None:
    """The button "Trotzdem Top 3 zeigen": the most important stories of all topics."""
    count = visit.callback.number(0) if visit.callback else None
    await show_top(visit, min(max(count or TOP, 1), MOST))


async def show_top(visit: Visit, count: int) -> None:
    """The top stories of all topics; a reader without topics is offered to choose some."""
    preferences = visit.subscriber.preferences
    everything = replace(preferences, topics=frozenset(), words=frozenset())
    digest = await visit.services.reading.latest(everything, count)
    texts = visit.texts
    rows: tuple[Row, ...] = () if preferences.chosen else (choose_topics(visit),)
    if not digest.items:
        await visit.reply(texts("latest.empty"), Keyboard.of(*rows))
        return
    if preferences.chosen:
        note = texts("latest.all_topics")
    elif _older(visit, digest):
        note = texts.plural("latest.no_topics_older", _reach(visit, digest))
    else:
        note = texts("latest.no_topics", count=len(digest.items))
    await send_digest(visit, digest, Frame(title=texts("latest.title"), note=note, more=False, rows=rows))


def choose_topics(visit: Visit) -> Row:
    """A button to the screen of all topics, as a new message: it stands under a digest."""
    return (Button(visit.texts("button.choose_topics"), encode("open", "topics")),)


async def _explain_unknown(visit: Visit, word: str) -> None:
    near = topic_buttons(visit, visit.services.catalogue.nearest(word))
    usual = button(visit.texts("button.latest_count", count=USUAL), "latest", USUAL)
    await visit.reply(
        visit.texts("latest.unknown", word=word),
        Keyboard.of(*in_rows(near, 2), usual, search_button(visit, word)),
    )


COMMANDS: tuple[Command, ...] = (Command("latest", latest, costly=True),)
PRESSES: tuple[Press, ...] = (Press("latest", latest, costly=True), Press("top", top, costly=True))
QUESTIONS: dict[str, Handler] = {}
