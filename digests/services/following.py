"""Stories that readers follow: they go on where these are merged, and end by themselves once these are quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from digests.storage.database import Transaction
from digests.storage.following import FollowStore
from digests.storage.stories import Change, ChangeKind, StoryStore
from digests.storage.topic_fix_moves import FixMoveStore

log = structlog.get_logger(__name__)

QUIET_FOR = timedelta(days=7)
"""A story that nobody has reported on for so long is followed no more."""


async def end_quiet_stories(transaction: Transaction, now: datetime) -> None:
    """Take quiet stories out of what readers follow, who hear of it in their next digests.

    Done at the minute's tick, before anything is planned; running it again is safe.
    """
    store = FollowStore(transaction)
    quiet = await store.quiet(now - QUIET_FOR)
    if not quiet:
        return
    headlines = {line.id: line.headline for line in await store.lines(quiet)}
    for storyline_id in quiet:
        for profile_id, wish in (await store.followers(storyline_id)).items():
            told = await store.change(profile_id, replace(wish, stories=wish.stories - {storyline_id}))
            if storyline_id in headlines:  # else the archive has lost it, and nobody would know what is meant
                await store.note_quiet(told, headlines[storyline_id], now)
    log.info("stories_quiet", storylines=len(quiet))


async def follow_on(transaction: Transaction, change: Change) -> None:
    """A story was merged into one of another storyline, or taken out again: whoever follows the one follows the other.

    A storyline of which nothing is left is followed no more. Topics that operators have set go with the articles.
    """
    await FixMoveStore(transaction).follow(change)
    if change.kind is ChangeKind.MOVE:
        return
    rows = await StoryStore(transaction).some([change.left_story_id, change.joined_story_id])
    left, joined = (rows[each].storyline_id for each in (change.left_story_id, change.joined_story_id))
    store = FollowStore(transaction)
    followers = await store.followers(left) if left != joined else {}
    if not followers:
        return
    lost = set[int]() if await store.lines([left]) else {left}
    for profile_id, wish in followers.items():
        await store.change(profile_id, replace(wish, stories=wish.stories - lost | {joined}))
