"""Whether the service is well, from what its processes say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

BEAT_EVERY = timedelta(seconds=15)
"""A process says so often that it lives."""
SILENT_AFTER = timedelta(seconds=90)
"""A process that has said nothing for so long is dead, or hangs."""
TICK_WITHIN = timedelta(minutes=3)
"""The minute is taken by somebody at least so often, else no digest is planned."""
POLL_WITHIN = timedelta(minutes=3)
"""Telegram answers a poll at least so often."""
CONFLICT_LASTS = timedelta(minutes=3)
"""So long after Telegram last refused a poll because of another program, that program counts as still there."""
LAG_ALLOWED = timedelta(minutes=10)
"""A digest that is due goes out within this time."""
CONFLICT_ADVICE = "end it, or send /revoke to @BotFather and give the new token to this bot alone"
FAILING_SHARE = 0.2
"""Of sources; with more the news have holes."""


class State(StrEnum):
    """How well the service is."""

    OK = "ok"
    DEGRADED = "degraded"  # it works, but not as it should; a restart does not help
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Vital:
    """What a process last said of itself; times are UTC."""

    role: str  # run, web or work
    host: str
    started_at: datetime
    beat_at: datetime
    polled_at: datetime | None = None
    ticked_at: datetime | None = None
    conflict_since: datetime | None = None  # when Telegram first said that another program takes the updates
    conflict_at: datetime | None = None  # when it last did

    def in_conflict(self, now: datetime) -> bool:
        """Whether another program takes this one's updates at `now` (UTC)."""
        return self.conflict_at is not None and now - self.conflict_at < CONFLICT_LASTS


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else tells how the service is."""

    lag: timedelta = timedelta()  # since the oldest digest that is due and has not gone out
    sources: int = 0  # read by themselves
    failing: int = 0  # of them


class Trouble(StrEnum):
    """What speaks against a better state."""

    HANGS = "hangs"  # the process that was asked
    DATABASE = "database"  # does not answer
    SCHEMA = "schema"  # is not that of this version
    SILENT = "silent"  # no process gives a sign of life
    UNPLANNED = "unplanned"  # nobody plans digests
    UNPOLLED = "unpolled"  # Telegram answers no poll
    CONFLICT = "conflict"  # another program takes the updates
    OVERDUE = "overdue"  # a digest that is due does not go out
    SOURCES = "sources"  # many fail


@dataclass(frozen=True, slots=True)
class Reason:
    """A trouble as it is told to programs and in logs (`str` of it), with the `values` for texts in other languages."""

    trouble: Trouble
    said: str
    values: Mapping[str, int | datetime] = field(default_factory=dict)

    def __str__(self) -> str:
        """In English."""
        return self.said


@dataclass(frozen=True, slots=True)
class Health:
    """A state and what speaks against a better one."""

    state: State
    reasons: tuple[Reason, ...] = ()


def judge(vitals: Sequence[Vital], circumstances: Circumstances, now: datetime, role: str | None = None) -> Health:
    """The health at `now` (UTC), by the `vitals` of the processes in question; `role` must be among them if given."""
    failed: list[Reason] = []
    degraded: list[Reason] = []
    alive = [each for each in vitals if now - each.beat_at < SILENT_AFTER and (role is None or each.role == role)]
    if not alive:
        seconds = round(SILENT_AFTER.total_seconds())
        said = f"no {role or 'process'} has given a sign of life for {seconds} s"
        failed.append(Reason(Trouble.SILENT, said, {"seconds": seconds}))
    workers = [each for each in alive if each.role in ("run", "work")]
    ticks = [each.ticked_at or each.started_at for each in workers]
    if ticks and now - (last := max(ticks)) > TICK_WITHIN:
        said = f"nobody has planned digests since {last:%H:%M} UTC"
        failed.append(Reason(Trouble.UNPLANNED, said, {"since": last}))
    polls = [each.polled_at or each.started_at for each in alive if each.role == "run"]
    if polls and now - (last := max(polls)) > POLL_WITHIN:
        said = f"Telegram has answered no poll since {last:%H:%M} UTC"
        degraded.append(Reason(Trouble.UNPOLLED, said, {"since": last}))
    conflicts = [each.conflict_since for each in alive if each.conflict_since and each.in_conflict(now)]
    if conflicts:
        first = min(conflicts)
        said = f"another program takes this bot's updates since {first:%H:%M} UTC: {CONFLICT_ADVICE}"
        degraded.append(Reason(Trouble.CONFLICT, said, {"since": first}))
    degraded.extend(_circumstantial(circumstances))
    state = State.FAILED if failed else State.DEGRADED if degraded else State.OK
    return Health(state, (*failed, *degraded))


def _circumstantial(found: Circumstances) -> Iterator[Reason]:
    if found.lag > LAG_ALLOWED:
        minutes = round(found.lag.total_seconds() // 60)
        yield Reason(Trouble.OVERDUE, f"a digest has been due for {minutes} min", {"minutes": minutes})
    if found.sources and found.failing / found.sources > FAILING_SHARE:
        said = f"{found.failing} of {found.sources} sources fail"
        yield Reason(Trouble.SOURCES, said, {"failing": found.failing, "all": found.sources})
