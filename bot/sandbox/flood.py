"""Telegram's brakes on sending, as far as they are known: per token, per chat, per group."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.errors import bad_request, too_many_requests


@dataclass(frozen=True, slots=True)
class FloodRules:
    """Messages per second or minute; None switches a brake off."""

    per_second: float | None = 30.0
    paid_per_second: float = 1000.0
    paid_refused: str = ""  # why paid messages are refused, where they are
    per_chat_second: float | None = None
    chat_burst: int = 3
    per_group_minute: float | None = 20.0


NO_FLOOD = FloodRules(per_second=None, per_chat_second=None, per_group_minute=None)


@dataclass(slots=True)
class _Bucket:
    """A token bucket that refills with time."""

    rate: float
    size: float
    level: float
    checked: float

    def wait(self, now: float) -> float:
        """Seconds until one token is there; 0 when it is."""
        self.level = min(self.size, self.level + (now - self.checked) * self.rate)
        self.checked = now
        return 0.0 if self.level >= 1 - 1e-9 else (1 - self.level) / self.rate


@dataclass(slots=True)
class Flood:
    """The state of the brakes of one bot."""

    rules: FloodRules
    monotonic: Callable[[], float] = time.monotonic
    refused: int = 0
    _buckets: dict[tuple[str, int], _Bucket] = field(default_factory=dict)

    def check(self, chat_id: int, is_group: bool, paid: bool) -> None:
        """Count one message. Raises ApiError 429 with the wait when a brake holds; then nothing is counted.

        Raises ApiError 400 for a paid one where these are refused.
        """
        now = self.monotonic()
        rules = self.rules
        if paid and rules.paid_refused:
            raise bad_request(rules.paid_refused)
        buckets = []
        if paid:
            buckets.append(self._bucket("paid", 0, rules.paid_per_second, rules.paid_per_second, now))
        elif rules.per_second is not None:
            buckets.append(self._bucket("token", 0, rules.per_second, rules.per_second, now))
        if is_group and rules.per_group_minute is not None:
            buckets.append(self._bucket("group", chat_id, rules.per_group_minute / 60, rules.per_group_minute, now))
        elif not is_group and rules.per_chat_second is not None:
            buckets.append(self._bucket("chat", chat_id, rules.per_chat_second, rules.chat_burst, now))
        longest = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if longest > 0:
            self.refused += 1
            raise too_many_requests(max(1, math.ceil(longest)))
        for bucket in buckets:
            bucket.level -= 1

    def _bucket(self, name: str, chat_id: int, rate: float, size: float, now: float) -> _Bucket:
        key = (name, chat_id)
        bucket = self._buckets.get(key)
        if bucket is None or bucket.rate != rate:
            bucket = self._buckets[key] = _Bucket(rate, size, size, now)
        return bucket
