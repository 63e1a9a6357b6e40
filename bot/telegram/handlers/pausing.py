"""/pause, /resume and /stop: fewer digests, none for a while, or none any more; at once, and undoable."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.i18n import Texts
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import DAY, local_now, send_digest, typed
from bot.telegram.handlers.settings import resume_button
from bot.telegram.handlers.setup import next_slot
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.visit import Visit
from digests.domain.arguments import OPEN_END, ArgumentError, Problem, parse_pause
from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule, load_zone
from digests.domain.subscribers import Status

CATCH_UP_STORIES = 5
CATCH_UP_AT_MOST = 30 * DAY
QUOTED = 40
"""Characters of a wrong date that are repeated."""
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\.(\d{1,2})\.?")
_HOUR = timedelta(hours=1)
_LAST = 2**32 // 60
"""Minutes since 1970; no button of ours names a later one."""


async def pause(visit: Visit) -> None:
    """/pause [3d, 2w, bis 15.08.]; without words until the reader resumes."""
    if visit.subscriber.status is Status.STOPPED:
        await _show_stopped(visit)
        return
    if visit.subscriber.status is Status.SETUP:
        await visit.show(visit.texts("error.start_first"), Keyboard.of(to_settings(visit.texts)))
        return
    try:
        until = parse_pause(typed(visit), local_now(visit))
    except ArgumentError as error:
        await visit.reply(_problem(visit, error), Keyboard.of(*_choices(visit)))
        return
    await _pause(visit, until)


async def press_pause(visit: Visit) -> None:
    """A button with a length of time; without one, the question how long."""
    if visit.callback is not None and visit.callback.arguments:
        await pause(visit)
    else:
        back = (Button(visit.texts("button.back"), encode("settings")),)
        ways_out = (Button(visit.texts("button.leave"), encode("stop")),)
        await visit.show(visit.texts("pause.ask"), Keyboard.of(*_choices(visit), ways_out, back))


async def _pause(visit: Visit, until: datetime | None) -> None:
    change = await visit.services.subscriptions.pause(visit.chat, until)
    if until is not None:
        await visit.confirm(change, visit.texts("pause.saved", date=_date(visit, until)))
        return
    ends = [] if visit.query is not None else _choices(visit)[:1]
    await visit.confirm(change, visit.texts("pause.saved_open"), *ends)


def _date(visit: Visit, until: datetime) -> str:
    """The day on which digests come again, with the time when it is not the day's beginning."""
    zone = load_zone(visit.subscriber.time_zone)
    whole = until.astimezone(zone).time() == time()
    return visit.texts.date(until, zone) if whole else visit.texts.slot(until, zone)


def _spelled(texts: Texts, typed: str) -> str:
    """A date that there is not, as a language writes one: "31.02.", "31 February"; as it was typed if it is odd."""
    found = _DAY_AND_MONTH.fullmatch(typed)
    month = int(found[2]) if found else 0
    return texts.no_such_day(int(found[1]), month) if found and 1 <= month <= 12 else clip(typed, QUOTED)


def _problem(visit: Visit, error: ArgumentError) -> str:
    texts, typed_date = visit.texts, clip(error.typed, QUOTED)
    match error.problem:
        case Problem.NO_SUCH_DATE:
            return texts("pause.impossible", date=_spelled(texts, error.typed))
        case Problem.PAST:
            return texts("pause.past", date=typed_date)
        case Problem.TOO_FAR:
            return texts("pause.too_long")
        case _:
            return texts("pause.unreadable", word=typed_date)


def _choices(visit: Visit) -> tuple[Row, ...]:
    """The usual lengths; the first row has those with an end."""
    texts = visit.texts
    return (
        (
            Button(texts.plural("button.pause_days", 3), encode("pause", "3d")),
            Button(texts.plural("button.pause_weeks", 1), encode("pause", "1w")),
            Button(texts.plural("button.pause_weeks", 2), encode("pause", "2w")),
        ),
        (Button(texts("button.pause_open"), encode("pause", OPEN_END)),),
    )


async def resume(visit: Visit) -> None:
    """/resume, or its button: digests come again; after a day or more with what was missed."""
    texts, status = visit.texts, visit.subscriber.status
    slot = next_slot(visit)
    if status is Status.SETUP:
        await visit.show(texts("error.start_first"), Keyboard.of(to_settings(texts)))
        return
    if status is Status.ACTIVE:
        text = texts("resume.not_paused", slot=slot) if slot else texts("resume.not_paused_without_slot")
        await visit.show(text, Keyboard.of(to_settings(texts)))
        return
    change = await visit.services.subscriptions.resume(visit.chat)
    missed = await _missed(visit)
    text = texts("resume.done", slot=slot) if slot else texts("resume.done_without_slot")
    if missed < DAY:
        await visit.confirm(change, text)
        return
    offer = texts.plural("catch_up.offer", round(missed / DAY))
    yes = Button(texts("button.catch_up"), encode("catch_up", round(missed / _HOUR)))
    no = Button(texts("button.no_catch_up"), encode("catch_up", "no"))
    await visit.confirm(change, join("\n", text, offer), (yes, no))


async def _missed(visit: Visit) -> timedelta:
    """How long ago the last digest was; nothing for who never had one."""
    past = await visit.services.subscriptions.past_deliveries(visit.subscriber)
    served = [
        delivery.slot_at
        for delivery in past
        if not delivery.breaking
        and (delivery.status in (DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN) or delivery.reason == "nothing_new")
    ]
    return min(visit.now - max(served), CATCH_UP_AT_MOST) if served else timedelta()


async def catch_up(visit: Visit) -> None:
    """The most important stories of a pause, or not: of so many hours up to a minute since 1970, else up to now."""
    texts = visit.texts
    hours = visit.callback.number(0) if visit.callback is not None else None
    if hours is None or hours < 1:
        slot = next_slot(visit)
        declined = texts("catch_up.declined", slot=slot) if slot else texts("resume.done_without_slot")
        await visit.show(declined, Keyboard.of(to_settings(texts)))
        return
    within, until = min(hours * _HOUR, CATCH_UP_AT_MOST), visit.callback.number(1) if visit.callback else None
    end = min(visit.now, datetime.fromtimestamp(60 * min(until, _LAST), UTC)) if until else None
    digest = await visit.services.reading.latest(visit.subscriber.preferences, CATCH_UP_STORIES, within, end)
    await send_digest(visit, digest, Frame(title=texts("catch_up.title")))


async def stop(visit: Visit) -> None:
    """/stop: three ways out, the mildest first, and the way back. What comes once a week may come more often again."""
    texts, schedule = visit.texts, visit.subscriber.schedule
    if visit.subscriber.status is Status.STOPPED:
        await _show_stopped(visit)
        return
    buttons = [
        Button(texts("button.pause_now"), encode("pause")),
        Button(texts("button.leave"), encode("leave")),
    ]
    if schedule is not None and visit.subscriber.status is Status.ACTIVE:
        weekly = schedule == _rarer(visit, schedule)
        milder = Button(texts("button.more_often"), encode("days")) if weekly else None
        buttons.insert(0, milder or Button(texts("button.rarer"), encode("rarer")))
    await visit.show(texts("stop.ask"), Keyboard.of(*in_rows(buttons, 1), to_settings(texts)))


async def _show_stopped(visit: Visit) -> None:
    """No digests come, since this reader has left; a button lets them come again."""
    again = resume_button(visit)
    await visit.show(visit.texts("status.stopped"), Keyboard.of([again] if again else (), to_settings(visit.texts)))


def _rarer(visit: Visit, schedule: Schedule) -> Schedule:
    """Once a week, on the weekday and at the time of the next digest."""
    local = schedule.local(schedule.next_slot(visit.now))
    minute = max(
        (one for one in schedule.minutes if one <= local.hour * 60 + local.minute), default=schedule.minutes[0]
    )
    return replace(schedule, minutes=(minute,), weekdays=1 << local.weekday())


async def rarer(visit: Visit) -> None:
    """The button "Seltener (1× pro Woche)"."""
    schedule = visit.subscriber.schedule
    if schedule is None:
        await visit.show(visit.texts("status.no_next"), Keyboard.of(to_settings(visit.texts)))
        return
    change = await visit.services.subscriptions.set_schedule(visit.chat, _rarer(visit, schedule))
    visit.subscriber = change.subscriber
    await visit.confirm(change, visit.texts("stop.rarer", slot=next_slot(visit)))


async def leave(visit: Visit) -> None:
    """The button "Ganz aufhören"."""
    change = await visit.services.subscriptions.stop(visit.chat)
    forget = Button(visit.texts("button.forget"), encode("forget"))
    await visit.confirm(change, visit.texts("stop.done"), (forget,))


COMMANDS: tuple[Command, ...] = (
    Command("pause", pause, changes=True),
    Command("resume", resume, changes=True),
    Command("stop", stop, changes=True),
)
PRESSES: tuple[Press, ...] = (
    Press("pause", press_pause, changes=True),
    Press("resume", resume, changes=True),
    Press("catch_up", catch_up, costly=True),
    Press("stop", stop, changes=True),
    Press("rarer", rarer, changes=True),
    Press("leave", leave, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
