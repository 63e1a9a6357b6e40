"""The set-up in three steps: topics, time, preview. One message, edited in place; all state is stored at once."""

from __future__ import annotations

from datetime import timedelta

from bot.telegram.callbacks import encode
from bot.telegram.crowds import crowd_note
from bot.telegram.handlers.choosing import (
    chosen_days,
    press_time_grid,
    press_topic_grid,
    save_schedule,
    topic_choices,
)
from bot.telegram.handlers.offers import remember
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row, day_sets, time_grid, topic_grid, weekday_row
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame, render_sample
from bot.telegram.visit import Visit
from digests.domain.preferences import Length
from digests.domain.schedule import WORKDAYS, load_zone
from digests.domain.subscribers import SETUP_DONE, Status

TOPICS, TIME, PREVIEW = 1, 2, 3
"""The steps, as `setup_step` counts them."""
PREVIEW_STORIES = 2
_LENGTHS = tuple(Length)


def menu_rows(visit: Visit) -> tuple[Row, ...]:
    """The main menu."""
    texts = visit.texts
    return (
        (Button(texts("button.latest"), encode("latest")), Button(texts("button.digest_now"), encode("digest"))),
        (Button(texts("button.topics"), encode("topics")), Button(texts("button.settings"), encode("settings"))),
        (Button(texts("button.saved"), encode("saved")), Button(texts("button.help"), encode("help"))),
    )


async def show_step(visit: Visit, step: int, note: str | None = None) -> None:
    """Open a step of the set-up, with `note` (HTML) above it. Without topics there is no step after the first."""
    if not visit.subscriber.preferences.chosen:
        step = TOPICS
    if step >= TIME and visit.subscriber.schedule is None:
        await save_schedule(visit, weekdays=WORKDAYS)
    left = visit.subscriber.status is Status.STOPPED
    if not visit.subscriber.ready and (left or visit.subscriber.setup_step != step):
        visit.subscriber = await visit.services.subscriptions.reach_step(visit.chat, step)
    if step == TOPICS:
        await show_topics(visit, note=note)
    elif step == TIME:
        await show_time(visit, note)
    else:
        await show_preview(visit, note)


async def go_on(visit: Visit, note: str | None = None) -> bool:
    """Show the step that a reader stands at after he changed a setting from outside; False when he is at none.

    The topics of step 1 are an exception: whoever writes a command there has left the screen.
    """
    subscriber = visit.subscriber
    if subscriber.ready or subscriber.setup_step not in (TIME, PREVIEW):
        return False
    await show_step(visit, subscriber.setup_step, note)
    return True


async def show_topics(visit: Visit, page: int = 0, note: str | None = None) -> None:
    """Step 1: which topics."""
    texts, preferences = visit.texts, visit.subscriber.preferences
    count = len(preferences.topics) + len(preferences.words)
    onward = Button(
        texts.plural("button.next_chosen", count) if count else texts("button.next"), encode("setup", "to", TIME)
    )
    grid = topic_grid(texts, await topic_choices(visit), verb="setup", page=page)
    await visit.show(join("\n\n", note, texts("setup.topics")), Keyboard.of(*grid, [onward]))


async def show_time(visit: Visit, note: str | None = None) -> None:
    """Step 2: which times on which days. The zone is called a guess until the reader has chosen one."""
    texts, subscriber = visit.texts, visit.subscriber
    zone, now = subscriber.time_zone, texts.time(visit.now, load_zone(subscriber.time_zone))
    if subscriber.zone_confirmed:
        text = texts("setup.time", zone=zone, now=now)
    else:
        text = texts("setup.time_guess", zone=zone, now=now)
    rows = (
        *time_grid(texts, subscriber.schedule.minutes if subscriber.schedule else (), verb="setup"),
        *day_rows(visit, "setup"),
        (
            Button(texts("button.other_time"), encode("time", "ask")),
            Button(texts("button.change_zone"), encode("timezone", "choose")),
        ),
        (
            Button(texts("button.back"), encode("setup", "to", TOPICS)),
            Button(texts("button.next"), encode("setup", "to", PREVIEW)),
        ),
    )
    await visit.show(join("\n\n", note, text, await crowd_note(visit)), Keyboard.of(*rows))


def day_rows(visit: Visit, verb: str) -> tuple[Row, ...]:
    """The sets of weekdays, and with "weekly" which day it shall be."""
    texts, days = visit.texts, chosen_days(visit.subscriber.schedule)
    if len(days) != 1:
        return (day_sets(texts, days, verb=verb),)
    return (day_sets(texts, days, verb=verb), weekday_row(texts, days, verb=verb))


async def show_preview(visit: Visit, note: str | None = None) -> None:
    """Step 3: two real stories as they would come, and when the first digest comes."""
    texts, subscriber = visit.texts, visit.subscriber
    digest = await visit.services.reading.latest(subscriber.preferences, PREVIEW_STORIES)
    today = digest.window.end - digest.window.start <= timedelta(days=1)
    frame = Frame(
        title=texts("setup.preview") if today else texts("setup.preview_recent"),
        note=f"{note}\n" if note else None,
        empty=texts("setup.preview_none"),
        closing=join("\n", length_line(visit), _next_line(visit)),
        more=False,
        rows=_preview_rows(visit),
    )
    view = visit.view
    digest, (first, *others) = render_sample(digest, view, frame)
    shown = [await visit.show(first.html, first.keyboard), *await visit.send(others)]
    await remember(visit, digest, frame, shown, view.now)


def length_line(visit: Visit) -> str:
    """What the chosen length means."""
    own = visit.subscriber.preferences
    if own.minutes is not None:
        return visit.texts.plural("length.current_minutes", own.minutes)
    return visit.texts.plural("length.current", own.length.stories, length=length_name(visit))


def length_name(visit: Visit) -> str:
    """The length as the reader calls it."""
    own = visit.subscriber.preferences
    if own.minutes is not None:
        return visit.texts.plural("length.minutes", own.minutes)
    names = {
        Length.SHORT: visit.texts("length.short"),
        Length.NORMAL: visit.texts("length.normal"),
        Length.LONG: visit.texts("length.long"),
    }
    return names[own.length]


def next_slot(visit: Visit) -> str | None:
    """When the next digest is due, in the reader's words; None without a schedule."""
    schedule = visit.subscriber.schedule
    return visit.texts.slot(schedule.next_slot(visit.now), load_zone(schedule.time_zone)) if schedule else None


def _next_line(visit: Visit) -> str | None:
    slot = next_slot(visit)
    if slot is None:
        return None
    return visit.texts("setup.next_there" if visit.managed else "setup.next", slot=slot)


def _preview_rows(visit: Visit) -> tuple[Row, ...]:
    """The buttons of step 3; a length that is at its end cannot go further."""
    texts, length = visit.texts, visit.subscriber.preferences.length
    lengths = []
    if length is not _LENGTHS[0]:
        lengths.append(Button(texts("button.shorter"), encode("setup", "length", "shorter")))
    if length is not _LENGTHS[-1]:
        lengths.append(Button(texts("button.longer"), encode("setup", "length", "longer")))
    return (
        (Button(texts("button.looks_good"), encode("setup", "done"), style="primary"),),
        tuple(lengths),
        (
            Button(texts("button.back"), encode("setup", "to", TIME)),
            Button(texts("button.change_topics"), encode("setup", "to", TOPICS)),
        ),
    )


async def finish(visit: Visit) -> None:
    """The reader likes what he sees: from now on digests come."""
    if not visit.subscriber.ready:
        visit.subscriber = await visit.services.subscriptions.reach_step(visit.chat, SETUP_DONE)
    slot = next_slot(visit)
    if visit.managed is not None:  # what one does with news is done there, and this is about the chat's settings
        done = visit.texts("setup.done_there", slot=slot) if slot else visit.texts("setup.done_without_slot")
        there = Button(visit.texts("button.settings_there"), encode("binding", "show"))
        test = Button(visit.texts("button.test_post"), encode("binding", "test"))
        await visit.show(done, Keyboard.of([test], [there], [Button(visit.texts("button.back"), encode("channels"))]))
        return
    text = visit.texts("setup.done", slot=slot) if slot else visit.texts("setup.done_without_slot")
    sample: Row = () if visit.private else (Button(visit.texts("button.test_post"), encode("bind", "test")),)
    await visit.show(text, Keyboard.of(sample, *menu_rows(visit)))


async def press(visit: Visit) -> None:
    """A button of the set-up."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("to", _):
            await _go_to(visit, visit.callback.number(1) or TOPICS)
        case ("toggle" | "all" | "none" | "page", *_):
            await show_topics(visit, await press_topic_grid(visit))
        case ("at" | "days" | "day", *_):
            await press_time_grid(visit)
            await show_time(visit)
        case ("length", direction):
            await _change_length(visit, 1 if direction == "longer" else -1)
        case ("done",):
            await finish(visit)
        case _:
            await show_step(visit, visit.subscriber.setup_step or TOPICS)


async def _go_to(visit: Visit, step: int) -> None:
    if step > TOPICS and not visit.subscriber.preferences.chosen:
        await visit.toast(visit.texts("toast.choose_topic"))
    else:
        await show_step(visit, min(max(step, TOPICS), PREVIEW))


async def _change_length(visit: Visit, step: int) -> None:
    place = _LENGTHS.index(visit.subscriber.preferences.length) + step
    length = _LENGTHS[min(max(place, 0), len(_LENGTHS) - 1)]
    change = await visit.services.subscriptions.set_length(visit.chat, length)
    visit.subscriber = change.subscriber
    await show_preview(visit)


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (Press("setup", press, changes=True),)
QUESTIONS: dict[str, Handler] = {}
