"""/breaking: whether stories that break come at once, and the hours in which none may."""

from __future__ import annotations

from datetime import time

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import typed
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, ticked
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, Problem, parse_breaking
from digests.domain.quiet import NO_QUIET, Quiet
from digests.domain.subscribers import Subscriber

USUAL = (Quiet(21 * 60, 7 * 60), Quiet(22 * 60, 7 * 60), Quiet(23 * 60, 6 * 60))
"""Quiet hours to tap."""
_QUOTED = 40


async def breaking(visit: Visit) -> None:
    """/breaking an, aus, 22-7; without words the screen."""
    if visit.services.breaking is None:
        await visit.show(visit.texts("breaking.not_here"))
        return
    try:
        wanted = parse_breaking(typed(visit))
    except ArgumentError as error:
        await _show_screen(visit, _problem(visit, error))
    else:
        await (_save_hours(visit, wanted) if isinstance(wanted, Quiet) else _save(visit, wanted=wanted))


def _problem(visit: Visit, error: ArgumentError) -> str | None:
    match error.problem:
        case Problem.MISSING:
            return None
        case Problem.IMPOSSIBLE:
            return visit.texts("breaking.impossible", time=clip(error.typed, _QUOTED))
        case _:
            return visit.texts("breaking.unreadable", word=clip(error.typed, _QUOTED))


async def press(visit: Visit) -> None:
    """A button of the screen, or below breaking news: there what is said comes as a new message."""
    arguments = visit.callback.arguments if visit.callback is not None else ()
    if visit.services.breaking is None:
        await breaking(visit)
        return
    match arguments:
        case ("on",):
            await _save(visit, wanted=True)
        case ("off",):
            await _save(visit, wanted=False)
        case ("stop",):
            visit.fresh = True
            await _save(visit, wanted=False)
        case ("ask",):
            await visit.ask(visit.texts("breaking.ask"), visit.texts("placeholder.quiet"))
        case ("quiet", _, _):
            await _take_hours(visit)
        case _:
            await _show_screen(visit)


async def _take_hours(visit: Visit) -> None:
    """Hours out of a button; those of one that nobody of us made are no hours."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    start, end = visit.callback.number(1), visit.callback.number(2)
    known = next((quiet for quiet in (*USUAL, NO_QUIET) if (quiet.start, quiet.end) == (start, end)), None)
    await (_show_screen(visit) if known is None else _save_hours(visit, known))


async def _save(visit: Visit, *, wanted: bool) -> None:
    change = await visit.services.subscriptions.set_breaking(visit.chat, wanted=wanted)
    visit.subscriber = change.subscriber
    await visit.confirm(change, _told(visit) if wanted else visit.texts("breaking.off"), _settings(visit))


def _told(visit: Visit) -> str:
    """What comes from now on, and when not."""
    rules = visit.services.breaking
    assert rules is not None, "asked before"  # noqa: S101
    texts = visit.texts
    text = texts.plural("breaking.on", rules.sources, a_day=rules.a_day)
    return join("\n", text, hours_line(visit, visit.subscriber))


async def _save_hours(visit: Visit, quiet: Quiet) -> None:
    change = await visit.services.subscriptions.set_quiet(visit.chat, quiet)
    visit.subscriber = change.subscriber
    off = None if visit.subscriber.breaking else visit.texts("breaking.still_off")
    switch = (Button(visit.texts("button.breaking_on"), encode("breaking", "on")),) if off else ()
    saved = visit.texts("breaking.hours_saved")
    await visit.confirm(change, join("\n", saved, hours_line(visit, visit.subscriber), off), switch, _settings(visit))


def _settings(visit: Visit) -> Row:
    return (Button(visit.texts("button.breaking"), encode("breaking")),)


def hours_line(visit: Visit, subscriber: Subscriber) -> str:
    """The quiet hours, with the zone that they are meant in."""
    quiet, zone = subscriber.quiet, subscriber.time_zone
    if quiet.is_none:
        return visit.texts("breaking.no_hours")
    return visit.texts("breaking.hours", hours=_hours(visit, quiet), zone=zone)


def state_line(visit: Visit) -> str | None:
    """Whether breaking news come, in a few words; nothing where the operator wants none."""
    subscriber, texts = visit.subscriber, visit.texts
    if visit.services.breaking is None:
        return None
    if not subscriber.breaking:
        return texts("settings.breaking_off")
    if subscriber.quiet.is_none:
        return texts("settings.breaking_always")
    return texts("settings.breaking_on", hours=_hours(visit, subscriber.quiet))


def _hours(visit: Visit, quiet: Quiet) -> str:
    start, end = (visit.texts.time(time(*divmod(minute, 60))) for minute in (quiet.start, quiet.end))
    return f"{start}–{end}"


async def _show_screen(visit: Visit, note: str | None = None) -> None:
    """What breaking news are, whether they come, and the quiet hours as buttons."""
    texts, subscriber, rules = visit.texts, visit.subscriber, visit.services.breaking
    assert rules is not None, "asked before"  # noqa: S101
    title = texts("breaking.title_on" if subscriber.breaking else "breaking.title_off")
    what = texts.plural("breaking.what", rules.sources, a_day=rules.a_day)
    switch = Button(
        texts("button.breaking_off" if subscriber.breaking else "button.breaking_on"),
        encode("breaking", "off" if subscriber.breaking else "on"),
    )
    hours = [
        Button(ticked(_hours(visit, each), each == subscriber.quiet), encode("breaking", "quiet", each.start, each.end))
        for each in USUAL
    ]
    none = Button(ticked(texts("button.no_quiet"), subscriber.quiet.is_none), encode("breaking", "quiet", 0, 0))
    other = Button(texts("button.other_hours"), encode("breaking", "ask"))
    await visit.show(
        join("\n\n", note, join("\n", title, what), hours_line(visit, subscriber)),
        Keyboard.of([switch], hours, [none, other], [Button(texts("button.back"), encode("settings"))]),
    )


COMMANDS: tuple[Command, ...] = (Command("breaking", breaking, changes=True),)
PRESSES: tuple[Press, ...] = (Press("breaking", press, changes=True),)
QUESTIONS: dict[str, Handler] = {"breaking.ask": breaking}
