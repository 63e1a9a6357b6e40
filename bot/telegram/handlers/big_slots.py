"""The operators' screen of big slots: how long they take, and what it costs to have them faster."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from bot.telegram.callbacks import encode
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.paying import FREE_RATE, Paying, stars
from digests.services.big_slots import Upcoming

AT_ONCE = 10
"""Slots that one screen tells."""
_SHORT = timedelta(seconds=90)
"""What takes no longer is told in seconds."""


async def show_list(visit: Visit) -> None:
    """All of them, soonest first."""
    texts, slots = visit.texts, await visit.services.big_slots.upcoming()
    asked = visit.services.big_slots.paying is Paying.ASK
    html = join(
        "\n",
        texts("big.title"),
        *(_line(visit, slot) for slot in slots[:AT_ONCE]),
        texts.plural("big.further", len(slots) - AT_ONCE) if len(slots) > AT_ONCE else None,
        None if slots else texts("big.none"),
        texts("big.choose") if asked and slots else None,
    )
    rows = [(_to(visit, slot),) for slot in slots[:AT_ONCE] if asked]
    await visit.show(html, Keyboard.of(*rows, to_admin(texts)))


async def show_card(visit: Visit, slot_at: datetime) -> None:
    """One slot: what it would cost, and the button that decides; the list when there is nothing of it to send."""
    slot = await visit.services.big_slots.find(slot_at)
    if slot is None or visit.services.big_slots.paying is not Paying.ASK:
        await show_list(visit)
        return
    texts, most = visit.texts, stars(slot.digests)
    cost = texts.plural("big.cost", most, free=FREE_RATE, duration=_duration(visit, slot.fast))
    html = join(
        "\n\n",
        texts("big.title"),
        _line(visit, slot),
        texts("big.refused", reason=slot.refusal) if slot.refusal else None,
        cost,
        _paid_note(visit, slot) if slot.paid else None,
    )
    back = Button(texts("button.back"), encode("big"))
    await visit.show(html, Keyboard.of(_decision(visit, slot, most), [back]))


def _decision(visit: Visit, slot: Upcoming, most: int) -> Row:
    """The button that pays, or the one that takes it back before anything was sent."""
    texts, seconds = visit.texts, int(slot.slot_at.timestamp())
    if not slot.paid:
        return (Button(texts.plural("button.pay_stars", most), encode("big", "pay", seconds)),)
    return () if slot.begun else (Button(texts("button.undo"), encode("big", "undo", seconds)),)


def _paid_note(visit: Visit, slot: Upcoming) -> str:
    return visit.texts("big.paid_left") if slot.begun else visit.texts("big.paid_all")


def _line(visit: Visit, slot: Upcoming) -> str:
    """A slot with its digests and how long they take."""
    texts, when = visit.texts, visit.texts.slot(slot.slot_at, visit.view.zone)
    values = {
        "slot": texts("big.begun", slot=when) if slot.begun else when,
        "digests": texts.plural("big.digests", slot.digests),
    }
    if slot.paid:
        return texts("big.line_paid", **values, duration=_duration(visit, slot.fast))
    if slot.spread and not slot.begun:
        return texts("big.line_spread", **values, minutes=slot.spread)
    return texts("big.line", **values, duration=_duration(visit, slot.free))


def _duration(visit: Visit, length: timedelta) -> str:
    seconds = max(1, math.ceil(length.total_seconds()))
    if length <= _SHORT:
        return visit.texts("big.seconds", seconds=seconds)
    return visit.texts("big.minutes", minutes=round(seconds / 60))


def _to(visit: Visit, slot: Upcoming) -> Button:
    when = visit.texts.slot(slot.slot_at, visit.view.zone)
    return Button(when, encode("big", "show", int(slot.slot_at.timestamp())))


async def press(visit: Visit) -> None:
    """A button of these screens."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    slot_at = datetime.fromtimestamp(min(max(visit.callback.number(1) or 0, 0), 2**32), UTC)
    match visit.callback.arguments:
        case ("show", _):
            await show_card(visit, slot_at)
        case ("pay", _):
            if not await visit.services.big_slots.choose(slot_at):
                await visit.toast(visit.texts("toast.slot_gone"))
            await show_card(visit, slot_at)
        case ("undo", _):
            if not await visit.services.big_slots.undo(slot_at):
                await visit.toast(visit.texts("toast.slot_begun"))
            await show_card(visit, slot_at)
        case _:
            await show_list(visit)


COMMANDS: tuple[Command, ...] = ()
PRESSES = (Press("big", press),)
QUESTIONS: dict[str, Handler] = {}
