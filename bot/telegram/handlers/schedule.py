"""/time and /days: when digests come. A change is answered with the next dates, a fault with its fix."""

from __future__ import annotations

from datetime import time as wall_time

from bot.telegram.callbacks import encode
from bot.telegram.crowds import crowd_note
from bot.telegram.handlers.choosing import chosen_days, number_below, press_time_grid, save_schedule
from bot.telegram.handlers.setup import day_rows, go_on, next_slot
from bot.telegram.html import clip, join
from bot.telegram.keyboards import (
    USUAL_TIMES,
    Button,
    Keyboard,
    Row,
    day_sets,
    in_rows,
    time_grid,
    to_settings,
    weekday_row,
    yes_no,
)
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import OFF, ArgumentError, Problem, clock_time, parse_days, parse_times
from digests.domain.schedule import EVERY_DAY, MINUTES_A_DAY, WORKDAYS, Schedule, load_zone
from digests.domain.subscribers import SETUP_DONE

SLOTS_TOLD = 3
QUOTED = 40
"""Characters of a wrong word that are repeated."""


async def time(visit: Visit) -> None:
    """/time, or the answer to "which time?": the screen, or up to three times of day."""
    if not visit.arguments:
        await show_screen(visit)
        return
    try:
        minutes = parse_times(visit.arguments)
    except ArgumentError as error:
        await visit.reply(_time_problem(visit, error), Keyboard.of(_time_fixes(visit, error)))
    else:
        await save_times(visit, minutes)


async def save_times(visit: Visit, minutes: tuple[int, ...]) -> None:
    """Store times of day, or OFF, and tell what follows from it."""
    if minutes == OFF:
        change = await visit.services.subscriptions.set_schedule(visit.chat, None)
        await visit.confirm(change, visit.texts("time.saved_off"))
        return
    await _save(visit, minutes)


async def _save(visit: Visit, minutes: tuple[int, ...], weekdays: int | None = None) -> None:
    subscriber = visit.subscriber
    if not subscriber.ready and subscriber.setup_step <= 1:  # who writes a time wants digests, set up or not
        visit.subscriber = await visit.services.subscriptions.reach_step(visit.chat, SETUP_DONE)
    change, schedule = await save_schedule(visit, minutes, weekdays)
    if await go_on(visit, _gap_note(visit, schedule)):
        return
    zone = load_zone(schedule.time_zone)
    slots = "\n".join(visit.texts.slot(slot, zone) for slot in schedule.next_slots(visit.now, SLOTS_TOLD))
    times = visit.texts.list(_clock(visit, minute) for minute in schedule.minutes)
    saved = visit.texts("time.saved", times=times, zone=schedule.time_zone, slots=slots)
    days = Button(visit.texts("button.days"), encode("days"))
    zones = Button(visit.texts("button.timezone"), encode("timezone"))
    note = None if visit.subscriber.zone_confirmed else visit.texts("timezone.guess")
    html = join("\n", saved, await crowd_note(visit), _gap_note(visit, schedule), note)
    await visit.confirm(change, html, (days, zones), _topics_row(visit))


def _topics_row(visit: Visit) -> Row:
    """A reader who began with the time still has to say about what."""
    if visit.subscriber.preferences.chosen:
        return ()
    return (Button(visit.texts("button.choose_topics"), encode("topics")),)


def _gap_note(visit: Visit, schedule: Schedule) -> str | None:
    """What happens to a time that a clock change of the next year leaves out."""
    shift = schedule.next_shift(visit.now)
    if shift is None:
        return None
    return visit.texts("time.gap", time=visit.texts.time(shift.slot, load_zone(schedule.time_zone)))


def _clock(visit: Visit, minute: int) -> str:
    return visit.texts.time(wall_time(*divmod(minute, 60)))


def _time_problem(visit: Visit, error: ArgumentError) -> str:
    if error.problem is Problem.IMPOSSIBLE:
        return visit.texts("time.impossible", time=clip(error.typed, QUOTED))
    if error.problem is Problem.TOO_MANY:
        return visit.texts("time.too_many")
    return visit.texts("time.unreadable", word=clip(error.typed, QUOTED))


def _time_fixes(visit: Visit, error: ArgumentError) -> Row:
    """A button for each suggestion; several times are taken together."""
    if error.problem is not Problem.TOO_MANY:
        return tuple(Button(text, encode("time", "set", text)) for text in error.suggestions)
    (first,) = error.suggestions
    clocks = first.split()
    whole = all(clock.endswith(":00") for clock in clocks)
    times = ", ".join(str(int(clock[:2])) if whole else clock for clock in clocks)
    return (Button(visit.texts("button.take_times", times=times), encode("time", "set", first)),)


async def show_screen(visit: Visit) -> None:
    """Times and sets of weekdays as toggles."""
    texts, subscriber = visit.texts, visit.subscriber
    schedule = subscriber.schedule
    now = texts.time(visit.now, load_zone(subscriber.time_zone))
    if schedule is None:
        text = texts("time.off", zone=subscriber.time_zone, now=now)
    else:
        times = texts.list(_clock(visit, minute) for minute in schedule.minutes)
        days = texts.weekdays(chosen_days(schedule))
        text = texts("time.current", times=times, days=days, zone=subscriber.time_zone, now=now)
    slot = next_slot(visit)
    note = None if subscriber.zone_confirmed else texts("timezone.guess")
    rows = (
        *time_grid(texts, schedule.minutes if schedule else (), verb="time"),
        *(day_rows(visit, "time") if schedule else ()),
        (
            Button(texts("button.other_time"), encode("time", "ask")),
            Button(texts("button.days"), encode("days")),
            Button(texts("button.timezone"), encode("timezone")),
        ),
    )
    off = [Button(texts("button.time_off"), encode("time", "off"))] if schedule else []
    upcoming = texts("timezone.next", slot=slot) if slot else None
    html = join("\n", text, note, upcoming, await crowd_note(visit))
    await visit.show(html, Keyboard.of(*rows, (*to_settings(texts), *off)))


async def offer_times(visit: Visit, minutes: tuple[int, ...]) -> None:
    """Ask whether a time that was written without a command shall be the digest's."""
    texts = visit.texts
    wanted = " ".join(map(clock_time, minutes))
    question = texts("time.offer", time=texts.list(_clock(visit, minute) for minute in minutes))
    yes, no = encode("time", "set", wanted), encode("time", "no")
    await visit.reply(question, Keyboard.of(yes_no(texts, yes=yes, no=no)))


async def press_time(visit: Visit) -> None:
    """A button of the time screen, or one that an answer offered."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("at" | "days" | "day", *_):
            await press_time_grid(visit)
            await show_screen(visit)
        case ("set", wanted):
            await _take(visit, wanted)
        case ("ask",):
            await visit.ask(visit.texts("time.ask"), visit.texts("placeholder.time"))
        case ("off",):
            await save_times(visit, OFF)
        case ("no",):
            await visit.drop_buttons()
        case _:
            await show_screen(visit)


async def _take(visit: Visit, wanted: str) -> None:
    """Times out of a button; those of a button nobody of us made are not understood."""
    try:
        minutes = parse_times(wanted)
    except ArgumentError:
        await show_screen(visit)
    else:
        await save_times(visit, minutes)


async def days(visit: Visit) -> None:
    """/days: the weekday buttons, or the weekdays written."""
    try:
        weekdays = parse_days(visit.arguments)
    except ArgumentError as error:
        if error.problem is Problem.UNREADABLE:
            unreadable = visit.texts("days.unreadable", word=clip(error.typed, QUOTED))
            await show_days(visit, unreadable)
        else:
            await show_days(visit, once_a_week=bool(visit.arguments))
    else:
        await save_days(visit, weekdays)


async def save_days(visit: Visit, weekdays: int) -> None:
    """Store weekdays. Without a time of day that is asked first, and the days wait in the buttons."""
    texts = visit.texts
    names = texts.weekdays([day for day in range(7) if weekdays >> day & 1])
    if visit.subscriber.schedule is None:
        clocks = [Button(_clock(visit, minute), encode("days", "at", weekdays, minute)) for minute in USUAL_TIMES]
        await visit.show(texts("days.no_time", days=names), Keyboard.of(*in_rows(clocks, 3), to_settings(texts)))
        return
    change, schedule = await save_schedule(visit, weekdays=weekdays)
    if not await go_on(visit):
        slot = texts.slot(schedule.next_slot(visit.now), load_zone(schedule.time_zone))
        await visit.confirm(change, texts("days.saved", days=names, slot=slot))


async def show_days(visit: Visit, note: str | None = None, *, once_a_week: bool = False) -> None:
    """The weekdays as toggles, or as a choice of one."""
    texts = visit.texts
    days = chosen_days(visit.subscriber.schedule)
    text = texts("days.choose", days=texts.weekdays(days)) if days else texts("days.choose_first")
    if once_a_week:
        week = weekday_row(texts, days if len(days) == 1 else (), verb="days", action="only")
    else:
        week = weekday_row(texts, days, verb="days")
    time = Button(texts("button.time"), encode("time"))
    await visit.show(join("\n\n", note, text), Keyboard.of(week, day_sets(texts, days, verb="days"), [time]))


async def press_days(visit: Visit) -> None:
    """A button of the weekday screen."""
    callback = visit.callback
    assert callback is not None, "called for pressed buttons only"  # noqa: S101
    day = number_below(7, callback, 1)
    match callback.arguments:
        case ("day", _) if day is not None:
            await _toggle_day(visit, day)
        case ("days", "weekly"):
            await show_days(visit, once_a_week=True)
        case ("days", named):
            await _set_days(visit, WORKDAYS if named == "workdays" else EVERY_DAY)
        case ("only", _) if day is not None:
            await save_days(visit, 1 << day)
        case ("at", _, _):
            weekdays, minute = number_below(EVERY_DAY + 1, callback, 1), number_below(MINUTES_A_DAY, callback, 2)
            await _save(visit, (minute or 0,), weekdays or EVERY_DAY)
        case _:
            await show_days(visit)


async def _toggle_day(visit: Visit, day: int) -> None:
    schedule = visit.subscriber.schedule
    weekdays = (schedule.weekdays if schedule else 0) ^ 1 << day
    if weekdays:
        await _set_days(visit, weekdays)
    else:
        await visit.toast(visit.texts("toast.choose_day"))


async def _set_days(visit: Visit, weekdays: int) -> None:
    """Store what a toggle says; without a time of day, ask for one."""
    if visit.subscriber.schedule is None:
        await save_days(visit, weekdays)
    else:
        await save_schedule(visit, weekdays=weekdays)
        await show_days(visit)


COMMANDS = (Command("time", time, changes=True), Command("days", days, changes=True))
PRESSES = (Press("time", press_time, changes=True), Press("days", press_days, changes=True))
QUESTIONS: dict[str, Handler] = {"time.ask": time}
