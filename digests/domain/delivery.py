"""What becomes of a delivery: one table from Telegram's answer to the row's next state.

pending -> sending is committed before the message goes out, so a crash leaves `sending` rows, which count as uncertain
and are not sent again. Only answers that prove that nothing arrived bring a row back to pending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digests.domain.digests import Digest
from digests.domain.pacing import MARGIN, TOO_LONG
from digests.domain.subscribers import Chat

MessageId = int | str
"""A message in its chat; a text names one that somebody has put into any chat behind the bot's name."""


class DeliveryStatus(StrEnum):
    """The states of a delivery; all but PENDING and SENDING are final."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"  # nobody can know whether it arrived
    DROPPED = "dropped"  # the chat cannot be reached any more
    FAILED = "failed"  # our fault, logged as an error
    SKIPPED = "skipped"  # nothing new, paused, or too late


class Result(StrEnum):
    """What Telegram's answer means."""

    OK = "ok"
    MORE = "more"  # one message of several has arrived, the next one follows
    HELD = "held"  # never left this process: its chat or everything must wait, or the process stops
    WAIT = "wait"  # 429: not sent, try again after `retry_after`
    NOT_SENT = "not_sent"  # connection or pool failure before anything was written
    UNKNOWN = "unknown"  # read timeout, 5xx, broken answer: it may have arrived
    GONE = "gone"  # blocked, kicked, deactivated, chat not found
    MOVED = "moved"  # the group became a supergroup
    BAD_MARKUP = "bad_markup"  # entities could not be parsed
    NO_RIGHTS = "no_rights"  # the bot may not write in this group or channel
    THREAD_CLOSED = "thread_closed"  # the forum topic is closed or deleted
    UNWANTED = "unwanted"  # never left this process: its reader has quiet hours by now, or wants none any more
    REJECTED = "rejected"  # any other 400: our fault
    UNPAID = "unpaid"  # Telegram does not carry paid messages of this bot
    DOUBTED = "doubted"  # 400 or 403 in unknown words to a paid message: it may be the payment that is refused


@dataclass(frozen=True, slots=True)
class Parcel:
    """One digest on its way to one subscriber."""

    chat: Chat
    language: str
    time_zone: str
    digest: Digest
    slot_at: datetime  # UTC
    next_slot_at: datetime | None = None  # UTC; when this subscriber's next digest comes
    late: bool = False  # it should have come earlier, and says so
    silent: bool = False
    simple: bool = False  # for screen readers
    plain: bool = False  # without markup, after Telegram refused it once
    sent_parts: tuple[MessageId, ...] = ()  # the messages of this digest that have arrived
    paid: bool = False  # it may cost Stars
    quiet: tuple[str, ...] = ()  # headlines of stories that he followed until now; they have gone quiet
    weekly: bool = False  # digests come to him on one day of the week
    away_since: datetime | None = None  # UTC; when a pause began that has ended since his last digest
    original: Digest | None = None  # what was sent, when `digest` corrects it
    frame: str = ""  # of a digest that was asked for: what stands around its stories, as JSON

    @property
    def kind(self) -> str:
        """The kind of chat it goes to."""
        return self.chat.kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `message_ids` are those of all that have arrived of this digest, earlier ones too."""

    result: Result
    message_ids: tuple[MessageId, ...] = ()
    retry_after: float = 0.0  # seconds, with WAIT, MORE and HELD
    new_chat_id: int | None = None  # with MOVED
    story_counts: tuple[int, ...] = ()  # of a digest in several messages: how many stories each of them tells
    reason: str = ""  # a short word for the row, never foreign text


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of editing the messages of a digest that has gone out.

    `shown` says of each message what it was edited to, as a short hash; "" where it stands as it was sent.
    """

    outcome: Outcome
    shown: tuple[str, ...]


class Effect(StrEnum):
    """What an outcome means for the subscriber."""

    NONE = "none"
    BLOCK = "block"
    MOVE = "move"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next state of a delivery."""

    status: DeliveryStatus
    not_before: datetime | None = None  # UTC
    plain: bool = False
    effect: Effect = Effect.NONE
    counts: bool = True  # as one of the attempts that a delivery has


ATTEMPTS = 8
"""After so many attempts a delivery that moves on and on fails."""
_LONGEST_BACKOFF = timedelta(minutes=5)


def judge(outcome: Outcome, *, attempts: int, plain: bool, now: datetime) -> Verdict:
    """Decide what a delivery becomes. `attempts` counts this one; `plain` tells that it already went without markup."""
    match outcome.result:
        case Result.BAD_MARKUP if not plain:
            return Verdict(DeliveryStatus.PENDING, not_before=now, plain=True)
        case Result.MOVED if attempts < ATTEMPTS:
            return Verdict(DeliveryStatus.PENDING, not_before=now, plain=plain, effect=Effect.MOVE)
        case Result.WAIT if (
            outcome.retry_after <= TOO_LONG.total_seconds()
        ):  # never our reader's fault: waits as long as the edition lives
            wait = timedelta(seconds=outcome.retry_after) + MARGIN
            return Verdict(DeliveryStatus.PENDING, not_before=now + wait, plain=plain)
        case Result.MORE | Result.HELD | Result.UNPAID:
            wait = timedelta(seconds=outcome.retry_after)
            return Verdict(DeliveryStatus.PENDING, not_before=now + wait, plain=plain, counts=False)
        case Result.NOT_SENT | Result.DOUBTED if (
            outcome.result is Result.NOT_SENT or attempts < ATTEMPTS
        ):  # a dead network is nobody's fault: waits as long as the edition lives
            return Verdict(DeliveryStatus.PENDING, not_before=now + backoff(attempts), plain=plain)
        case _:
            return _FINAL.get(outcome.result, Verdict(DeliveryStatus.FAILED))


_FINAL = {
    Result.OK: Verdict(DeliveryStatus.SENT),
    Result.UNKNOWN: Verdict(DeliveryStatus.UNCERTAIN),
    Result.WAIT: Verdict(DeliveryStatus.SKIPPED),  # for hours: this chat does without this digest
    Result.GONE: Verdict(DeliveryStatus.DROPPED, effect=Effect.BLOCK),
    Result.UNWANTED: Verdict(DeliveryStatus.SKIPPED),
    Result.NO_RIGHTS: Verdict(DeliveryStatus.SKIPPED, effect=Effect.PAUSE),
    Result.THREAD_CLOSED: Verdict(DeliveryStatus.SKIPPED, effect=Effect.PAUSE),
}


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts that did not get through."""
    return min(timedelta(seconds=5 * 2 ** min(attempts - 1, ATTEMPTS)), _LONGEST_BACKOFF)
