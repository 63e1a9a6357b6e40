"""Goes through outages of the database with what must not be lost meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from digests.ports import Clock

_T = TypeVar("_T")

log = structlog.get_logger(__name__)

SOON, LATER = 0.1, 5.0
"""Seconds between two tries while the database is away: the first ones, and at most."""
_UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError, OSError)


def is_outage(error: Exception) -> bool:
    """Whether the database may answer again by itself: it is away, locked or full."""
    return isinstance(error, _UNAVAILABLE)


async def outlast(
    call: Callable[[], Awaitable[_T]], clock: Clock, patience: Callable[[], float | None], *, waits: str
) -> _T:
    """What a call gives, tried again until the database answers; so it must be harmless when made twice.

    `patience` is asked after each failure how many seconds may pass at most until the next try, None when there is
    nothing to lose or no time left. `waits` is what the log calls it. Raises what is no outage, and the last one.
    """
    pause = SOON
    while True:
        try:
            return await call()
        except Exception as error:
            longest = patience() if is_outage(error) else None
            if longest is None:
                raise
            log.warning(waits, error=type(error).__name__)
        await clock.sleep(min(pause, longest))
        pause = min(2 * pause, LATER)
