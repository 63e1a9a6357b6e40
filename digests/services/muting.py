"""Mutes that have a day end by themselves: at the minute's tick, before anything is planned."""

from __future__ import annotations

from datetime import datetime

import structlog

from digests.domain.mutes import mutes_of, without_mute
from digests.storage.database import Transaction
from digests.storage.interning import InterningStore
from digests.storage.mutes import MuteStore
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Subscribers whose mutes end in one transaction; the next tick takes the others."""


async def end_mutes(transaction: Transaction, now: datetime) -> None:
    """Take mutes off whose time has come; running it again is safe."""
    store = MuteStore(transaction)
    over = await store.over(now, AT_ONCE)
    if not over:
        return
    for subscriber_id, profile_id in await SubscriberStore(transaction).profiles_to_change(over):
        await _end(transaction, subscriber_id, profile_id, now)
    log.info("mutes_ended", subscribers=len(over))


async def _end(transaction: Transaction, subscriber_id: int, profile_id: int, now: datetime) -> None:
    store, profiles = MuteStore(transaction), InterningStore(transaction)
    ends = await store.ends(subscriber_id)  # read again: he may have changed them until the row was ours
    before = after = (await profiles.preferences([profile_id]))[profile_id]
    for mute in mutes_of(before):
        if mute.key in ends and ends[mute.key] <= now:
            after = without_mute(after, mute)
    if after != before:
        await SubscriberStore(transaction).update(subscriber_id, {"profile_id": await profiles.profile(after)})
    await store.set_ends(subscriber_id, {key: end for key, end in ends.items() if end > now})
