"""/settings: everything that can be chosen, on one screen. Each button opens the screen of its own conversation."""

from __future__ import annotations

from datetime import time

from telegram.error import BadRequest

from bot.i18n import Markup, language_name
from bot.telegram.callbacks import Callback, encode
from bot.telegram.handlers.breaking import state_line
from bot.telegram.handlers.choosing import chosen_days
from bot.telegram.handlers.setup import length_name
from bot.telegram.handlers.topics import followed
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, closing
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.schedule import load_zone
from digests.domain.subscribers import NothingNew, Status, Subscriber

SCREENS = ("topics", "time", "settings", "weights")
"""Screens that a button below a digest may open as new messages."""


async def settings(visit: Visit) -> None:
    """/settings, or a button that leads here; "new" when the pressed message is a digest, which stays."""
    visit.fresh = visit.callback is not None and visit.callback.text(0) == "new"
    await show_settings(visit)


async def show_settings(visit: Visit, note: str | None = None) -> None:
    """The screen, with `note` (HTML) above it."""
    await visit.show(join("\n\n", note, _summary(visit)), _buttons(visit))


def _summary(visit: Visit) -> str:
    texts, subscriber = visit.texts, visit.subscriber
    topics = followed(visit)
    return join(
        "\n",
        texts("settings.title"),
        texts("settings.topics", topics=topics) if topics else texts("settings.no_topics"),
        _times(visit),
        texts(
            "settings.length",
            length=_length(visit),
            language=language_name(subscriber.language),
        ),
        _wishes(visit),
        state_line(visit),
        pause_line(visit, subscriber),
    )


def _wishes(visit: Visit) -> str | None:
    """How much is muted and followed beside topics; nothing when nothing is."""
    texts, own = visit.texts, visit.subscriber.preferences
    muted = [
        texts.plural("settings.words", len(own.mutes)) if own.mutes else "",
        texts.plural("settings.sources", len(own.muted_sources)) if own.muted_sources else "",
    ]
    return join(
        " · ",
        texts("settings.muted", what=Markup(", ".join(filter(None, muted)))) if any(muted) else None,
        texts.plural("settings.stories", len(own.stories)) if own.stories else None,
        texts.plural("settings.weights", len(own.weights)) if own.weights else None,
    )


def _length(visit: Visit) -> str:
    """The length with what it means."""
    own, name = visit.subscriber.preferences, length_name(visit)
    if own.minutes is not None:
        return name
    return Markup(f"{name} ({visit.texts.plural('length.at_most', own.length.stories)})")


def _times(visit: Visit) -> str:
    texts, schedule, zone = visit.texts, visit.subscriber.schedule, visit.subscriber.time_zone
    if schedule is None:
        return texts("settings.no_time", zone=zone)
    times = texts.list(texts.time(time(*divmod(minute, 60))) for minute in schedule.minutes)
    return texts("settings.time", times=times, days=texts.weekdays(chosen_days(schedule)), zone=zone)


def pause_line(visit: Visit, subscriber: Subscriber) -> str | None:
    """Whether digests rest at the moment, and how they come again."""
    texts = visit.texts
    if subscriber.status is Status.STOPPED:
        return texts("status.stopped" if visit.private or visit.managed else "status.unbound")
    if subscriber.status is not Status.PAUSED:
        return None
    if subscriber.paused_until is None:
        return texts("status.paused_open")
    return texts("status.paused", date=texts.slot(subscriber.paused_until, load_zone(subscriber.time_zone)))


def resume_button(visit: Visit) -> Button | None:
    """The button that lets digests come again; None where they come."""
    match visit.subscriber.status:
        case Status.PAUSED:
            return Button(visit.texts("button.resume"), encode("resume"))
        case Status.STOPPED:
            return Button(visit.texts("button.begin_again"), encode("resume"))
    return None


def _buttons(visit: Visit) -> Keyboard | None:
    texts, subscriber = visit.texts, visit.subscriber
    note, silent, simple = subscriber.nothing_new is NothingNew.NOTE, subscriber.silent, subscriber.simple
    nothing_new = texts("button.nothing_new_note" if note else "button.nothing_new_silent")
    pause = resume_button(visit) or Button(texts("button.pause"), encode("pause"))
    begun = subscriber.status is not Status.SETUP  # before that there is nothing to pause
    return Keyboard.of(
        [Button(texts("button.topics"), encode("topics")), Button(texts("button.time"), encode("time"))],
        [Button(texts("button.length"), encode("length")), Button(texts("button.mute"), encode("mute"))],
        [
            Button(texts("button.sources"), encode("sources")),
            *([Button(texts("button.breaking"), encode("breaking"))] if visit.services.breaking else []),
        ],
        [
            Button(texts("button.simple_on" if simple else "button.simple_off"), encode("simple", int(not simple))),
            Button(texts("button.language"), encode("language")),
        ],
        [Button(nothing_new, encode("nothing_new", NothingNew.SILENT if note else NothingNew.NOTE))],
        [Button(texts("button.silent_on" if silent else "button.silent_off"), encode("silent", int(not silent)))],
        [*([pause] if begun else []), Button(texts("button.my_data"), encode("privacy")), *closing(texts)],
    )


async def press_nothing_new(visit: Visit) -> None:
    """The toggle "Wenn nichts neu ist"."""
    wanted = visit.callback.text(0) if visit.callback is not None else None
    choice = NothingNew.NOTE if wanted == NothingNew.NOTE else NothingNew.SILENT
    visit.subscriber = (await visit.services.subscriptions.set_nothing_new(visit.chat, choice)).subscriber
    await show_settings(visit)


async def press_silent(visit: Visit) -> None:
    """The toggle "Leise zustellen"."""
    silent = visit.callback is not None and visit.callback.text(0) == "1"
    visit.subscriber = (await visit.services.subscriptions.set_silent(visit.chat, silent)).subscriber
    await show_settings(visit)


async def press_simple(visit: Visit) -> None:
    """The toggle "Darstellung"; this screen shows at once what it means."""
    simple = visit.callback is not None and visit.callback.text(0) == "1"
    visit.subscriber = (await visit.services.subscriptions.set_simple(visit.chat, simple)).subscriber
    await show_settings(visit)


async def close(visit: Visit) -> None:
    """Take a screen away; where Telegram no longer lets us delete it, its buttons."""
    if visit.query is None or visit.query.message is None:
        return
    try:
        await visit.bot.delete_message(visit.place.id, visit.query.message.message_id)
    except BadRequest:
        await visit.drop_buttons()


async def open_screen(visit: Visit) -> None:
    """A button below a digest that opens a screen: the digest stays."""
    from bot.telegram.handlers import REGISTRY  # it is put together of this module too

    wanted = visit.callback.text(0) if visit.callback is not None else None
    screen = wanted if wanted in SCREENS else "settings"
    visit.fresh, visit.callback = True, Callback(screen, ("new",) if screen == "settings" else ())
    await REGISTRY.presses[screen].run(visit)


COMMANDS: tuple[Command, ...] = (Command("settings", settings),)
PRESSES: tuple[Press, ...] = (
    Press("settings", settings),
    Press("nothing_new", press_nothing_new, changes=True),
    Press("silent", press_silent, changes=True),
    Press("simple", press_simple, changes=True),
    Press("close", close, changes=True),
    Press("open", open_screen, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
