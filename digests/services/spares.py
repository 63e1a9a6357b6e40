"""Slots that a row has left to others, because its chat had to wait longer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.pacing import Pace
from digests.services.lanes import Lane
from digests.services.traffic import Traffic


def crowded(own: Traffic, lane: Lane, chat_id: int, at: datetime) -> timedelta:
    """How long a digest to a chat has to wait at `at`, by the process's `own` traffic and by what the lane was told."""
    return max(own.crowded(chat_id, at), lane.traffic.halted(chat_id, at))


@dataclass
class Spares:
    """Of each lane, how many of its slots belong to no row. What is claimed next takes them before new ones."""

    _counts: Counter[str] = field(default_factory=Counter, init=False)

    def left(self, lane: Lane, own: Traffic, chat_id: int, now: datetime) -> timedelta:
        """How long from `now` on a chat has to wait that may not take the lane's next slot; zero when it may.

        It leaves the slot to those behind, who move up, so that the last one becomes free.
        """
        if not lane.slots:
            return timedelta()
        at = max(now, lane.slots[0])
        wait = crowded(own, lane, chat_id, at)
        if not wait:
            return timedelta()
        self._counts[lane.name] += 1
        return at + wait - now

    def of(self, lane: Lane, pace: Pace, now: datetime, most: int) -> int:
        """How many there are, `most` at most. One that has passed is gone: whoever catches up meets others' slots."""
        while self._counts[lane.name] > 0 and lane.slots and lane.slots[0] < now:
            lane.slots.popleft()
            self._counts[lane.name] -= 1
        self._counts[lane.name] = min(self._counts[lane.name], len(lane.slots))
        halted = pace.blocked_until is not None and pace.blocked_until > now
        return 0 if halted else min(self._counts[lane.name], most)

    def take(self, lane: Lane, count: int) -> None:
        """Rows have taken so many."""
        self._counts[lane.name] -= count
