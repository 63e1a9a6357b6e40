"""One job of deliveries under way, and when another turn with the database is worth its while."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.digests import Digest
from digests.services.lanes import Lane
from digests.services.settling import Done
from digests.storage.deliveries import Claimed
from digests.storage.portions import Portion

FEW = 4
"""Rows that make a transaction worth its while."""
WRITTEN_WITHIN = 0.25
"""Seconds (real ones) after which an outcome is written, however few there are: a crash would make it uncertain."""
GATHERED = timedelta(seconds=0.25)
"""Where the limit lies too far ahead, slots of so long are taken together."""
_A_MOMENT = 0.01
"""Seconds by which timers and clocks may disagree."""


@dataclass
class Batch:
    """Deliveries of one slot that are claimed, sent and settled together."""

    portion: Portion
    expires_at: datetime
    slot_at: datetime
    spread: int  # minutes
    lane: Lane  # of what is claimed next
    digests: dict[int, Digest] = field(default_factory=dict)
    line: asyncio.Queue[tuple[Claimed, Lane] | None] = field(default_factory=asyncio.Queue)
    done: list[Done] = field(default_factory=list)
    doubted: set[int] = field(default_factory=set)  # chats
    under_way: int = 0  # claimed and not settled
    exhausted: bool = False  # nothing more to claim before something comes back
    slots_from: datetime | None = None  # UTC; no slot is handed out before
    in_doubt: set[int] = field(default_factory=set)  # claims that may be committed: the answer never came
    counts: Counter[str] = field(default_factory=Counter)
    _is_old: bool = field(default=False, init=False)  # an outcome has waited long enough
    _aging: asyncio.TimerHandle | None = field(default=None, init=False)
    _opening: asyncio.TimerHandle | None = field(default=None, init=False)

    def finish(self, done: Done, news: asyncio.Event) -> None:
        """Keep an outcome until it is written; `news` is set when there are enough, or it has waited long enough."""
        self.done.append(done)
        if len(self.done) == 1:
            self._age(news)
        if len(self.done) >= min(self.under_way, self._enough):
            news.set()

    def written(self, count: int, news: asyncio.Event) -> None:
        """Forget the first outcomes; those that came while they were written wait from now on."""
        del self.done[:count]
        if self._aging is not None:
            self._aging.cancel()
        self._is_old, self._aging = False, None
        if self.done:
            self._age(news)

    def _age(self, news: asyncio.Event) -> None:
        self._aging = asyncio.get_running_loop().call_later(WRITTEN_WITHIN, self._grow_old, news)

    def _grow_old(self, news: asyncio.Event) -> None:
        self._is_old = True
        news.set()

    def wait_for_slots(self, now: datetime, seconds: float, news: asyncio.Event) -> None:
        """Claim nothing before some slots have gathered; the first one comes so many seconds after `now` (UTC)."""
        if self._opening is not None:
            self._opening.cancel()
        self.slots_from, self._opening = None, None
        if seconds > 0:
            self.slots_from = now + timedelta(seconds=seconds) + GATHERED
            delay = seconds + GATHERED.total_seconds() + _A_MOMENT
            self._opening = asyncio.get_running_loop().call_later(delay, news.set)

    def is_worth_a_turn(self, now: datetime, *, stopping: bool) -> bool:
        """Whether all has come back, or enough has, or something long ago, or enough places and slots are free."""
        if len(self.done) >= min(self.under_way, self._enough) or (self.done and self._is_old):
            return True
        if self.exhausted or stopping or (self.slots_from is not None and now < self.slots_from):
            return False
        return self.lane.at_once - self.lane.under_way >= self._enough

    @property
    def _enough(self) -> int:
        """Rows that make a turn worth its while on the present lane."""
        return max(1, min(self.lane.at_once // 2, max(FEW, self.lane.at_once // 8)))
