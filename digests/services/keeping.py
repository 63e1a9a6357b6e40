"""What readers keep and pass on: saved stories, which outlive the archive, and packs of topics behind links."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from digests.domain.digests import Item
from digests.domain.keeping import SAVED_AT_MOST, Saved
from digests.domain.subscribers import Subscriber
from digests.ports import Clock
from digests.storage.database import Database
from digests.storage.packs import PackStore
from digests.storage.saved import SavedStore
from digests.storage.stories import StoryStore
from digests.storage.subscribers import UNDO_FOR

PAGE = 5
"""Saved stories of one page."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of a reader's saved stories, the last one saved first."""

    stories: tuple[Saved, ...]
    page: int  # from 0
    total: int  # stories on all pages

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // PAGE)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Saves stories and makes packs. Whatever a reader names, he reaches only what is his."""

    database: Database
    clock: Clock

    async def save(self, reader: Subscriber, item: Item) -> Saved | None:
        """Keep a story as it stands now; None when the reader has saved as many as he may."""
        now = self.clock.now()
        async with self.database.write() as transaction:
            store = SavedStore(transaction, reader.id)
            await store.lock()
            known = await store.of_story(await StoryStore(transaction).merged(item.story_id))
            if known is None and await store.count() >= SAVED_AT_MOST:
                return None
            return await store.find(await store.add(item, now, known.id if known else None))

    async def of_story(self, reader: Subscriber, story_id: int) -> Saved | None:
        """What the reader has saved of this story, be it before another one was merged into it."""
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            kin = await stories.merged(await stories.successor(story_id))
            return await SavedStore(transaction, reader.id).of_story(kin)

    async def find(self, reader: Subscriber, saved_id: int) -> Saved | None:
        """One of the reader's saved stories."""
        async with self.database.read() as transaction:
            return await SavedStore(transaction, reader.id).find(saved_id)

    async def page(self, reader: Subscriber, page: int = 0) -> SavedPage:
        """A page of the reader's saved stories; the last page when there are fewer."""
        async with self.database.read() as transaction:
            store = SavedStore(transaction, reader.id)
            total = await store.count()
            page = max(0, min(page, (total - 1) // PAGE))
            return SavedPage(tuple(await store.some(page * PAGE, PAGE)), page, total)

    async def saved(self, reader: Subscriber) -> list[Saved]:
        """All of the reader's saved stories, the last one saved first."""
        async with self.database.read() as transaction:
            return await SavedStore(transaction, reader.id).some()

    async def remove(self, reader: Subscriber, saved_id: int) -> Saved | None:
        """Take a saved story away; None when there is none. `restore` takes it back."""
        async with self.database.write() as transaction:
            store = SavedStore(transaction, reader.id)
            return await store.find(saved_id) if await store.remove(saved_id, self.clock.now()) else None

    async def restore(self, reader: Subscriber, saved_id: int) -> bool:
        """Bring back a story that was taken away in the last ten minutes; False when there is none or no room."""
        async with self.database.write() as transaction:
            store = SavedStore(transaction, reader.id)
            await store.lock()
            if await store.count() >= SAVED_AT_MOST:
                return False
            return await store.restore(saved_id, self.clock.now() - UNDO_FOR)

    async def share(self, topics: Collection[str]) -> str:
        """The id of the pack of these topics (slugs); equal sets have the same."""
        async with self.database.write() as transaction:
            return await PackStore(transaction).intern(topics, self.clock.now())

    async def open_pack(self, pack_id: str) -> frozenset[str] | None:
        """The topics of a pack (slugs); None when there is none."""
        async with self.database.read() as transaction:
            topics = await PackStore(transaction).topics(pack_id)
        if topics is not None:
            async with self.database.write() as transaction:
                await PackStore(transaction).touch(pack_id, self.clock.now())
        return topics
