"""/timezone: by city, by IANA name, by location; offsets and abbreviations are answered with cities to choose."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.telegram.callbacks import encode
from bot.telegram.handlers.setup import TIME, go_on, next_slot
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, ticked, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import WELL_KNOWN, ArgumentError, Problem, city_name, parse_zone
from digests.domain.arguments.nearby import nearest_zones
from digests.domain.schedule import load_zone
from digests.errors import InputError

CHOICES = 9
NEAREST = 3
_STILL_NEAR = 12  # the present zone is offered when it is among so many nearest ones
_QUOTED = 40


async def timezone(visit: Visit) -> None:
    """/timezone, or the answer to "which city?": the screen, or a place."""
    try:
        zone = parse_zone(visit.arguments, visit.now)
    except ArgumentError as error:
        if error.problem is Problem.MISSING:
            await show_screen(visit)
        else:
            rows = (*_zone_rows(visit, error.suggestions[:CHOICES]), _other_ways(visit))
            await visit.reply(_problem(visit, error), Keyboard.of(*rows))
    else:
        await save(visit, zone)


async def save(visit: Visit, zone: str) -> None:
    """Store a zone and tell what time it is there; in the set-up go on with it."""
    change = await visit.services.subscriptions.set_time_zone(visit.chat, zone)
    visit.subscriber = change.subscriber
    if await go_on(visit):
        return
    slot = next_slot(visit)
    saved = visit.texts("timezone.saved", zone=zone, now=_clock(visit, zone))
    await visit.confirm(change, join("\n", saved, visit.texts("timezone.next", slot=slot) if slot else None))


def _clock(visit: Visit, zone: str) -> str:
    return visit.texts.time(visit.now, load_zone(zone))


def _problem(visit: Visit, error: ArgumentError) -> str:
    """What is wrong with a place; the buttons below are its cities."""
    texts, word = visit.texts, clip(error.typed, _QUOTED)
    if error.problem is Problem.ABBREVIATION and error.suggestions[0] == WELL_KNOWN[0]:
        return texts("timezone.central_europe")
    explained = {
        Problem.OFFSET: texts("timezone.offset", offset=word),
        Problem.ABBREVIATION: texts("timezone.abbreviation", word=word),
        Problem.AMBIGUOUS: texts("timezone.ambiguous", word=word),
        Problem.IMPOSSIBLE: texts("timezone.impossible", word=word),
    }
    alone = error.suggestions[:2] == WELL_KNOWN[:2]  # nothing is spelled like it
    unknown = texts("timezone.unknown_alone", word=word) if alone else texts("timezone.unknown", word=word)
    return explained.get(error.problem, unknown)


def _zone_rows(visit: Visit, zones: Iterable[str]) -> tuple[Row, ...]:
    """A button per city, three in a row; the zone the reader has chosen is ticked."""
    subscriber = visit.subscriber
    buttons = [
        Button(
            ticked(city_name(zone, visit.texts.language), subscriber.zone_confirmed and zone == subscriber.time_zone),
            encode("timezone", "set", zone),
        )
        for zone in dict.fromkeys(zones)
    ]
    return in_rows(buttons, 3)


def _other_ways(visit: Visit) -> Row:
    city = Button(visit.texts("button.other_city"), encode("timezone", "ask"))
    place = Button(visit.texts("button.location"), encode("timezone", "location"))
    return (city, place) if visit.private else (city,)


async def show_screen(visit: Visit) -> None:
    """The zone that counts now, well-known cities, and the ways to name another."""
    texts, subscriber = visit.texts, visit.subscriber
    zone = subscriber.time_zone
    text = texts("timezone.current", zone=zone, now=_clock(visit, zone))
    note = None if subscriber.zone_confirmed else texts("timezone.guess")
    in_setup = not subscriber.ready and subscriber.setup_step == TIME
    back = (Button(texts("button.back"), encode("setup", "to", TIME)),) if in_setup else to_settings(texts)
    rows = _zone_rows(visit, (zone, *WELL_KNOWN[: CHOICES - 1]))
    await visit.show(join("\n", text, note), Keyboard.of(*rows, _other_ways(visit), back))


async def press(visit: Visit) -> None:
    """A city, or another way to name one."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("set", zone) if _exists(zone):
            await save(visit, zone)
        case ("ask",):
            await visit.ask(visit.texts("timezone.ask"), visit.texts("placeholder.timezone"))
        case ("location",):
            await _ask_location(visit)
        case _:
            await show_screen(visit)


def _exists(zone: str) -> bool:
    """False for a zone that this machine does not know (any more)."""
    try:
        load_zone(zone)
    except InputError:
        return False
    return True


async def _ask_location(visit: Visit) -> None:
    """Show the button with which a client sends its place; it goes away once used."""
    button = KeyboardButton(visit.texts("button.location"), request_location=True)
    keyboard = ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    text = visit.texts("timezone.locate")
    await visit.bot.send_message(visit.place.id, text, parse_mode=ParseMode.HTML, reply_markup=keyboard)


async def locate(visit: Visit) -> None:
    """A place was sent: offer the nearest zones. The place itself is forgotten with this update."""
    message = visit.update.effective_message
    assert message is not None and message.location is not None, "called for places only"  # noqa: S101, PT018
    await _take_keyboard_away(visit)
    near = nearest_zones(message.location.latitude, message.location.longitude, _STILL_NEAR)
    present = visit.subscriber.time_zone
    zones = ([present] if present in near[NEAREST:] else []) + list(near[:NEAREST])
    rows = _zone_rows(visit, zones)
    other = (Button(visit.texts("button.other_city"), encode("timezone", "ask")),)
    text = join("\n", visit.texts("timezone.located"), visit.texts("timezone.nearest"))
    await visit.reply(text, Keyboard.of(*rows, other))


async def _take_keyboard_away(visit: Visit) -> None:
    """No message can take away that keyboard and bring buttons, so one goes before the answer and does not stay."""
    gone = ReplyKeyboardRemove()
    sent = await visit.bot.send_message(
        visit.place.id, visit.texts("timezone.located"), reply_markup=gone, disable_notification=True
    )
    with suppress(BadRequest):
        await visit.bot.delete_message(visit.place.id, sent.message_id)


COMMANDS = (Command("timezone", timezone, changes=True),)
PRESSES = (Press("timezone", press, changes=True),)
QUESTIONS: dict[str, Handler] = {"timezone.ask": timezone}
