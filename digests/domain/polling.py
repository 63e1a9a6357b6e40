"""When a source is read again: by its own rhythm, as often as it allows, ever more rarely while it fails."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

SOONEST = timedelta(minutes=5)
LATEST = timedelta(hours=6)
"""A source that says nothing for weeks is still read so often: the next thing it says is news."""
FIRST = timedelta(minutes=30)
"""Before anything is known of its rhythm."""
LONGEST_BACKOFF = timedelta(days=1)
RETIRE_AFTER = timedelta(days=30)
"""A source that has failed for so long is given up, and the operator told."""
HINT = timedelta(hours=1)
"""A server's wish to be left alone (ttl, max-age) counts up to here; Retry-After counts wholly, up to a day."""
_RECENT = 20  # entries that tell the rhythm
_FASTER, _SLOWER = 0.7, 1.3  # without dates the interval feels its way
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a source when its next reading is set."""

    interval: timedelta | None  # the last one
    dates: tuple[datetime, ...]  # of its entries, UTC, in any order
    found_new: bool
    wish: timedelta | None = None  # the longest of ttl and max-age


def interval(rhythm: Rhythm, now: datetime) -> timedelta:
    """How long to wait after a reading that went well.

    Half the usual gap between two entries, where the present silence counts as a gap too; without dates a little
    sooner after each find and a little later after each reading in vain. A server's wish makes it longer, to an hour
    at most.
    """
    gap = _usual_gap(rhythm.dates, now)
    if gap is not None:
        wanted = gap / 2
    elif rhythm.interval is None:
        wanted = FIRST
    else:
        wanted = rhythm.interval * (_FASTER if rhythm.found_new else _SLOWER)
    wish = min(rhythm.wish or timedelta(0), HINT)
    return max(SOONEST, wish, min(wanted, LATEST))


def backoff(usual: timedelta, failures: int, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after the `failures`-th failure in a row: twice as long each time, up to a day."""
    doubled: timedelta = max(usual, SOONEST) * 2.0 ** min(failures, 10)
    return min(max(doubled, retry_after or timedelta(0)), LONGEST_BACKOFF)


def is_lost(failing_since: datetime | None, now: datetime) -> bool:
    """True when a source has failed so long that it is given up."""
    return failing_since is not None and now - failing_since >= RETIRE_AFTER


def spread(url: str, wait: timedelta) -> timedelta:
    """The same wait, moved by up to a tenth; always alike for one address, so that not all sources come at once."""
    share = int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) / 0xFFFFFFFF
    return wait * (1 + _JITTER * (2 * share - 1))


def _usual_gap(dates: Iterable[datetime], now: datetime) -> timedelta | None:
    known = sorted((date for date in set(dates) if date <= now), reverse=True)[:_RECENT]
    if len(known) < 2:
        return None
    gap = median((later - earlier).total_seconds() for later, earlier in pairwise(known))
    return max(timedelta(seconds=gap), (now - known[0]) / 2)
