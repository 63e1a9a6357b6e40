"""Waiting that a stop ends."""

from __future__ import annotations

import asyncio

from digests.ports import Clock


async def rest(clock: Clock, seconds: float, stopping: asyncio.Event) -> None:
    """Let the clock go on for so many seconds, but not beyond a stop."""
    waiting = {asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(stopping.wait())}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
