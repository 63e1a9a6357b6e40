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


async def came(event: asyncio.Event, within: float | None) -> bool:
    """Wait for the event to come anew, at most so many real seconds unless it is None; whether it came."""
    event.clear()
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
