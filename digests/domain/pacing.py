"""The pace at which messages leave: slots in time instead of permissions, so that nobody polls and nothing bursts.

The generic cell rate algorithm (ITU-T I.371, its theoretical arrival time) with a burst of one: whoever wants to send
reserves the next slots and waits for them. One `Pace` is shared by all processes of a bot; `now` is read by whoever
holds it. What Telegram's "too many requests" means for everyone is decided here, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LEAD = timedelta(seconds=1.5)
"""So far ahead slots are handed out, which is longer than answers push digests back. What waits for its slot in a
process that dies is uncertain for ever, though it never left.
"""
_CLOCK_WENT_BACK = timedelta(minutes=1)
"""A next slot so much farther ahead than it can be was reserved by another clock, or by this one before it was set."""
_ANSWERS_LEAD = timedelta(seconds=1)
"""Answers to readers push digests back by so much at most, however many there are."""

MARGIN = timedelta(seconds=0.5)
"""Added to every wait that Telegram asks for: its clock and ours do not tick together."""
TOO_LONG = timedelta(hours=1)
"""A chat that must wait longer than this goes without this digest."""
_BRIEF = timedelta(seconds=5)
"""One chat's wait stops all digests for so long at most; refusals within so long of each other belong together."""
_CHATS_OF_A_HALT = 3
"""When so many chats are refused together, it is the bot that is too fast, and everything halts."""
_SLOWER = 0.75
_RECOVERY = timedelta(seconds=10)
"""After so long without a refusal the pace grows again, by one message a second or by a thirtieth."""
_SLOWEST = 0.05

ONE_CHAT = timedelta(seconds=1)
ONE_GROUP = timedelta(seconds=3)
"""Telegram allows one message a second to a chat and twenty a minute to a group."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Slots for messages: the first of `count`, and the time between them. Without any, seconds until there are."""

    first: datetime
    interval: timedelta
    count: int
    wait: float = 0.0

    def __iter__(self) -> Iterator[datetime]:
        return (self.first + number * self.interval for number in range(self.count))


def until(slot: datetime, now: datetime, rate: float) -> timedelta:
    """How long to wait for a slot that was handed out at `rate` messages a second; not at all after the clock was set
    back, when it is farther ahead than any that is handed out.
    """
    farthest = max(LEAD, timedelta(seconds=2 / (rate * _SLOWEST))) + _CLOCK_WENT_BACK
    return max(slot - now, timedelta()) if slot - now <= farthest else timedelta()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Telegram has refused a message to a chat (`who`, any number of it) and asks to wait."""

    who: int
    at: datetime  # UTC
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the one limit stands."""

    next_at: datetime  # UTC; the first free slot
    blocked_until: datetime | None = None  # UTC; nothing at all may leave before
    slowed: float = 0.0  # messages per second less than wanted, as of `slowed_at`
    slowed_at: datetime | None = None
    refusals: tuple[Refusal, ...] = ()  # of the last seconds

    def rate(self, wanted: float, now: datetime) -> float:
        """Messages per second at present, when `wanted` is what the operator has set."""
        if not self.slowed or self.slowed_at is None:
            return wanted
        recovered = max(0.0, (now - self.slowed_at) / _RECOVERY) // 1 * max(1.0, wanted / 30)
        return max(wanted - max(0.0, self.slowed - recovered), wanted * _SLOWEST)

    def blocked(self, now: datetime) -> timedelta:
        """How long nothing may leave."""
        return max((self.blocked_until or now) - now, timedelta())

    def lease(self, wanted: int, rate: float, now: datetime) -> Lease:
        """The next free slots, up to `wanted` of them; they count only once `taken` is kept."""
        interval = timedelta(seconds=1 / self.rate(rate, now))
        lead = max(LEAD, 2 * interval)
        first = max(self.next_at, now)
        if first > now + 3 * lead + _CLOCK_WENT_BACK:
            first = now + min(_ANSWERS_LEAD, interval)
        wait = max(self.blocked(now), first - now - lead)
        if wait > timedelta():
            return Lease(first, interval, 0, wait.total_seconds())
        return Lease(first, interval, max(0, min(wanted, 1 + math.floor((now + lead - first) / interval))))

    def taken(self, lease: Lease, count: int) -> Pace:
        """After the first `count` slots of a lease were given away."""
        return replace(self, next_at=lease.first + count * lease.interval) if count else self

    def answered(self, count: int, rate: float, now: datetime) -> Pace:
        """After so many answers to readers, which wait for nobody: digests step back for them."""
        pushed = max(self.next_at, now) + count * timedelta(seconds=1 / self.rate(rate, now))
        return replace(self, next_at=max(self.next_at, min(pushed, now + _ANSWERS_LEAD))) if count else self

    def refused(self, refusal: Refusal, rate: float) -> Pace:
        """After a refusal: a short pause and a slower pace; a halt of everything when several chats are concerned."""
        now = refusal.at
        recent = (*(one for one in self.refusals if now - one.at < _BRIEF), refusal)
        slowed, slowed_at = self.slowed, self.slowed_at
        if slowed_at is None or now - slowed_at >= _BRIEF:  # one burst of refusals is one reason
            slowed, slowed_at = rate - max(self.rate(rate, now) * _SLOWER, rate * _SLOWEST), now
        halted = self.blocked_until
        if len({one.who for one in recent}) >= _CHATS_OF_A_HALT:
            until = now + max(one.wait for one in recent) + MARGIN
            halted = max(until, halted or until)
        paused = now + min(refusal.wait, _BRIEF)
        return replace(
            self,
            next_at=max(self.next_at, paused),
            blocked_until=halted,
            slowed=slowed,
            slowed_at=slowed_at,
            refusals=recent[-_CHATS_OF_A_HALT * 4 :],
        )
