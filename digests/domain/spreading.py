"""Spreading the digests of a big slot over the minutes after it, each reader at a place of his own.

A place is a whole minute after the slot. It is found by multiplicative hashing (Knuth, The Art of Computer
Programming, volume 3, 6.4) of the chat: neighbouring numbers come far apart, and every part of the span gets as many.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from digests.domain.schedule import Schedule, load_zone
from digests.domain.subscribers import Chat

MINUTE = timedelta(minutes=1)
"""Slots that take no longer are not spread, and places are so far apart."""
AT_MOST = 15
"""Minutes; what takes longer at the whole rate is spread over as long as it takes."""
_SHARE = 0.8
"""Of the rate, while that fits: answers, second messages and new attempts need the rest."""
SPOTS = 1_000_003
"""A prime: so many chats in a row have spots of their own."""
FACTOR = 618_035
"""SPOTS times the golden ratio, which keeps neighbours as far apart as can be."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many active readers a schedule has, and when its next slot is."""

    schedule: Schedule
    next_slot_at: datetime  # UTC
    readers: int


def is_big(digests: int, rate: float) -> bool:
    """Whether so many digests take longer than a minute at `rate` messages a second."""
    return digests > rate * MINUTE.total_seconds()


def minutes(digests: int, rate: float, at_most: int) -> int:
    """The minutes over which so many digests of one slot are spread at `rate` messages a second; 0: they are not.

    More than `at_most` minutes it never are, so that nobody's place is after the edition has expired.
    """
    if not is_big(digests, rate):
        return 0
    whole = digests / rate / MINUTE.total_seconds()
    span = min(math.ceil(max(min(whole / _SHARE, AT_MOST), whole)), at_most)
    return span if span > 1 else 0


def place(chat: Chat, span: int) -> timedelta:
    """How long after a slot that is spread over `span` minutes a chat gets its digest."""
    spot = (abs(chat.id) % SPOTS + chat.thread_id % SPOTS) * FACTOR % SPOTS
    return spot * span // SPOTS * MINUTE


def readers_at(loads: Iterable[Load], slot: datetime) -> int:
    """How many readers have a slot (UTC) that is yet to come."""
    return sum(load.readers for load in loads if load.next_slot_at == slot or _has_later(load, slot))


def upcoming(loads: Iterable[Load], upto: datetime) -> Counter[datetime]:
    """The slots up to an instant (UTC), with how many readers have each."""
    found: Counter[datetime] = Counter()
    for load in loads:
        for slot in takewhile(lambda slot: slot <= upto, _slots(load)):
            found[slot] += load.readers
    return found


def _slots(load: Load) -> Iterable[datetime]:
    slot = load.next_slot_at
    while True:
        yield slot
        slot = load.schedule.next_slot(slot)


def _has_later(load: Load, slot: datetime) -> bool:
    """Whether a schedule comes to this slot after its next one; by the wall clock, which is quick."""
    if load.next_slot_at > slot:
        return False
    local = slot.astimezone(load_zone(load.schedule.time_zone))
    return local.hour * 60 + local.minute in load.schedule.minutes and bool(
        load.schedule.weekdays >> local.weekday() & 1
    )
