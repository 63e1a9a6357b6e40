"""What one process knows of its own messages between two looks at the shared limit."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from zlib import crc32

from digests.domain.pacing import MARGIN, ONE_CHAT, ONE_GROUP, Pace, Refusal

_ONE_SECOND = timedelta(seconds=1)
_SPARE = 0.02
"""Messages that fill a second and so much of another do not come within one second, though the way becomes quicker by
that: at 29 a second it is the thirtieth after a message, which would follow the twenty-ninth at once after a stall.
"""
_LONGER = _ONE_SECOND * (1 + _SPARE)
_REMEMBERED = 10_000
_SLOWER = 0.01
"""By so much of the time that passes, the quickest answer is believed to have become slower."""


@dataclass(slots=True)
class Departure:
    """A message on its way: when it left, and when its answer came."""

    at: datetime
    answered_at: datetime | None = None

    def counts_from(self, quickest: timedelta, now: datetime) -> datetime:
        """When it counts as having arrived: by how much its answer takes longer than the quickest one, it may have
        arrived later than it left.
        """
        return max(self.at, (self.answered_at or now) - quickest)


@dataclass
class Traffic:
    """Digests and answers to readers, as they leave this process.

    Answers never wait for digests and are only counted, so that digests step back. Both keep to what Telegram asks of
    one chat. Chats below zero are groups.
    """

    answers: int = 0  # since they were last reported to the shared limit
    refusals: list[Refusal] = field(default_factory=list)  # not yet reported
    halted_until: datetime | None = None  # UTC; as the shared limit said last
    _free_at: dict[int, datetime] = field(default_factory=dict)
    _halts: dict[int, datetime] = field(default_factory=dict)
    _left: deque[Departure] = field(default_factory=deque)
    _quickest: timedelta = _LONGER  # answer of late
    _looked_at: datetime | None = None  # when that was

    def answered(self, chat_id: int, now: datetime) -> None:
        """A message that is no digest leaves for a chat."""
        self.answers += 1
        self._occupy(chat_id, now)

    def digest_next(self, chat_id: int, now: datetime) -> None:
        """A message of a digest is about to leave for a chat."""
        self._occupy(chat_id, now)

    def digest_left(self, now: datetime) -> Departure:
        """A message of a digest leaves."""
        departure = Departure(now)
        self._left.append(departure)
        return departure

    def digest_answered(self, departure: Departure, now: datetime) -> None:
        """Its answer is there. What the quickest one takes grows a little as long as none comes as quickly."""
        departure.answered_at = now
        since = max(now - (self._looked_at or now), timedelta())
        self._quickest = min(self._quickest + _SLOWER * since, max(now - departure.at, timedelta()))
        self._looked_at = now

    def _occupy(self, chat_id: int, now: datetime) -> None:
        if len(self._free_at) >= _REMEMBERED:
            self._free_at = {chat: at for chat, at in self._free_at.items() if at > now}
        self._free_at[chat_id] = now + pause(chat_id)

    def refused(self, chat_id: int, seconds: float, now: datetime) -> None:
        """Telegram wants nothing for this chat for so long."""
        self.hold(chat_id, seconds, now)
        self.refusals.append(Refusal(crc32(str(chat_id).encode()), now, timedelta(seconds=seconds)))

    def hold(self, chat_id: int, seconds: float, now: datetime) -> None:
        """Let nothing leave for this chat for so long."""
        self._halts = {chat: until for chat, until in self._halts.items() if until > now}
        self._halts[chat_id] = max(now + timedelta(seconds=seconds) + MARGIN, self._halts.get(chat_id, now))

    def halted(self, chat_id: int, now: datetime) -> timedelta:
        """How long nothing may leave for a chat, because Telegram has said so."""
        return max(self._halts.get(chat_id, now) - now, (self.halted_until or now) - now, timedelta())

    def crowded(self, chat_id: int, now: datetime) -> timedelta:
        """How long a digest to a chat must wait for earlier messages to it, and for what Telegram has said."""
        free = self._free_at.get(chat_id, now) - now
        if free > pause(chat_id):  # the clock was set back since
            free = timedelta()
        return max(free, self.halted(chat_id, now), timedelta())

    def window(self, most: int, now: datetime) -> timedelta:
        """How long the next digest must wait so that Telegram sees no more than `most` of them in any second.

        Slots are exact, but a process that was kept from running would catch up in one go, and what was held up on its
        way arrives together with what left after it. The answers tell how long that was, and later ones how long the
        quickest takes: the first of all say nothing, since connections are opened then.
        """
        left = self._left
        while left and not timedelta() <= now - left[0].counts_from(self._quickest, now) < _LONGER:
            left.popleft()
        return max(self._full(most, _ONE_SECOND, now), self._full(ceil(most * (1 + _SPARE)), _LONGER, now))

    def _full(self, most: int, span: timedelta, now: datetime) -> timedelta:
        """How long a span is full that takes so many messages."""
        if len(self._left) < most:
            return timedelta()
        return max(self._left[-most].counts_from(self._quickest, now) + span - now, timedelta())

    def report(self) -> tuple[int, list[Refusal]]:
        """Answers and refusals that the shared limit does not know of yet."""
        reported = self.answers, self.refusals
        self.answers, self.refusals = 0, []
        return reported


@dataclass(slots=True)
class Report:
    """What was reported of a traffic; it is given back when nobody could write it down."""

    answers: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    traffic: Traffic | None = None

    def take(self, traffic: Traffic) -> Report:
        """Take what the shared limit does not know of yet."""
        self.answers, self.refusals = traffic.report()
        self.traffic = traffic
        return self

    def applied(self, pace: Pace, rate: float, now: datetime) -> Pace:
        """The pace after it."""
        pace = pace.answered(self.answers, rate, now)
        for refusal in self.refusals:
            pace = pace.refused(refusal, rate)
        return pace

    def give_back(self) -> None:
        """Let the next one report it."""
        if self.traffic is not None:
            self.traffic.answers += self.answers
            self.traffic.refusals[:0] = self.refusals
            self.traffic = None


def pause(chat_id: int) -> timedelta:
    """The time between two messages to a chat."""
    return ONE_GROUP if chat_id < 0 else ONE_CHAT
