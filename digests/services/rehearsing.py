"""What a change of preferences would have meant for the news of the last days, told before or with the change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from digests.domain.choosing import Rehearsal
from digests.domain.digests import Window
from digests.domain.mutes import Mute
from digests.domain.preferences import Preferences
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.selecting import Selection
from digests.storage.database import Database

MUTES_BACK = timedelta(days=7)
"""A mute is rehearsed on the stories of so long."""


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Composes with and without a change, by the rules of every digest. Changes nothing."""

    database: Database
    catalogue: Catalogue
    clock: Clock

    async def mute(self, preferences: Preferences, mute: Mute) -> Rehearsal:
        """What this mute would have hidden of the reader's stories of the last seven days."""
        now = self.clock.now()
        async with self.database.read() as transaction:
            selection = Selection(transaction, self.catalogue, Window(now - MUTES_BACK, now), now, asked=True)
            await selection.load([preferences])
            return await asyncio.to_thread(selection.rehearse, preferences, mute)

    async def more_yesterday(self, preferences: Preferences, added: Preferences, zone: tzinfo) -> int:
        """How many stories a digest of all of yesterday, on the clock of `zone`, has with `added` and not without."""
        today = datetime.combine(self.clock.now().astimezone(zone).date(), time(), zone)
        window = Window(today - timedelta(days=1), today)
        async with self.database.read() as transaction:
            selection = Selection(transaction, self.catalogue, window, window.end, asked=True)
            await selection.load([preferences])
            await selection.load([_only_new(preferences, added)])  # each of them short-listed as one reader's
            return await asyncio.to_thread(_more, selection, preferences, added)


def _only_new(preferences: Preferences, added: Preferences) -> Preferences:
    return replace(
        added, topics=added.topics - preferences.topics, words=added.words - preferences.words, stories=frozenset()
    )


def _more(selection: Selection, preferences: Preferences, added: Preferences) -> int:
    before = {item.story_id for item in selection.compose(preferences).items}
    return sum(item.story_id not in before for item in selection.compose(added).items)


def with_subject(preferences: Preferences, name: str, *, catalogued: bool) -> Preferences:
    """The preferences with one more topic (its slug), or one more word."""
    if catalogued:
        return replace(preferences, topics=preferences.topics | {name})
    return replace(preferences, words=preferences.words | {name})
