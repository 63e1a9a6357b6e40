"""Breaking news: looks for stories that break, and decides who is told of them.

What articles are stored in is checked at once (see `spotting`); the minute's look finds what was stored where no jobs
are handed out, and what a crash has lost. What breaks becomes an edition, which is planned, sent and settled like any
other. Nobody is told twice: a story has one edition, so have the stories that it is merged into or split off from; one
that tells what another has told within a day has none; and whoever has had it in a digest gets none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from digests.domain.amending import quoted
from digests.domain.articles import Story
from digests.domain.breaking import RULES, Rules, breaks, is_worth_an_alert
from digests.domain.digest_json import digest_from_json, digest_to_json
from digests.domain.digests import Digest, Window
from digests.domain.preferences import Preferences
from digests.domain.topics import Catalogue
from digests.ports import Clock, Job, JobQueue
from digests.services.matching import Matcher
from digests.services.recognising import Recognising
from digests.storage.articles import ArticleStore
from digests.storage.breaking import LOOK, OVERLAP, Alert, BreakingStore, variant_of
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import DeliveryStore
from digests.storage.editions import EditionRow, EditionStore
from digests.storage.fan_outs import Reach
from digests.storage.interning import InterningStore
from digests.storage.stories import StoryStore
from digests.storage.summaries import SummaryStore
from digests.storage.ticks import TickStore

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=30)
"""What could not be sent so long after it was seen is no breaking news any more."""
_PROFILES = 500
"""Digests composed at a time."""
_BODIES = 200
"""Digests read at a time."""


@dataclass(frozen=True, slots=True)
class Breaking:
    """Safe to run anywhere, any number of times, as planning is: unique keys decide."""

    database: Database
    catalogue: Catalogue
    queue: JobQueue
    clock: Clock
    rules: Rules = RULES
    written: bool = False  # digests show generated summaries
    recognising: Recognising = field(default_factory=Recognising)

    async def look(self, now: datetime) -> None:
        """Open an edition for every story that breaks. Only those are looked at that something has come to since."""
        async with self.database.read() as transaction:
            store = BreakingStore(transaction)
            if not await store.is_wanted():
                return
            looked = await store.looked_upto()
            since = now - self.rules.within
            if looked is not None and looked <= now:
                since = max(since, looked - OVERLAP)
            touched = await store.touched(since, now, self.rules.sources)
            stories = await ArticleStore(transaction).load_stories(touched)
        await self._tell(stories, now)
        async with self.database.write() as transaction:
            await TickStore(transaction).take(LOOK, now)

    async def check(self, story_id: int) -> None:
        """Open the edition of one story if it breaks now: articles have just come to it."""
        async with self.database.read() as transaction:
            current = await StoryStore(transaction).successor(story_id)
            stories = await ArticleStore(transaction).load_stories([current])
        await self._tell(stories, self.clock.now())

    async def _tell(self, stories: Iterable[Story], now: datetime) -> None:
        for story in stories:
            if breaks(story, now, self.rules):
                while not await self._told(story, now):
                    pass  # another story was told since this one was compared

    async def _told(self, story: Story, now: datetime) -> bool:
        """Compare a story with what was told lately, and open its edition; False when more has been told meanwhile."""
        async with self.database.read() as transaction:
            told = await self.recognising.told(transaction, now)
            twin = await self.recognising.twin(transaction, story.id, told)
        if twin is not None:
            log.info("story_told_already", story=story.id, by=twin)
            return True
        async with self.database.write() as transaction:
            await transaction.alone(LOOK)  # else two stories of one event could both be opened
            if not await self.recognising.told(transaction, now) <= told:
                return False
            await self._open(transaction, story, now)
            return True

    async def _open(self, transaction: Transaction, story: Story, now: datetime) -> None:
        store = BreakingStore(transaction)
        if await store.have_broken(await StoryStore(transaction).lineage(story.id, back=True)):
            return
        slot = now.replace(microsecond=0)
        began = min(article.news_at for article in story.articles) - timedelta(seconds=1)
        edition = await store.open(story.id, slot, began, slot + FRESH)
        if edition is not None:
            job = Job("prepare_edition", {"edition": edition.id}, key=f"edition:{edition.id}", priority=8)
            await self.queue.enqueue(job, within=transaction)
            log.info("story_breaks", edition=edition.id, story=story.id, articles=len(story.articles))

    async def compose(self, edition: EditionRow) -> None:
        """Make the digests that readers of an edition still lack: the story, or nothing where it is none of theirs."""
        assert edition.story_id is not None, "only editions of stories come here"  # noqa: S101
        async with self.database.read() as transaction:
            missing = await BreakingStore(transaction).profiles(edition)
            stories = await ArticleStore(transaction).load_stories([edition.story_id])
            if self.written:
                stories = await SummaryStore(transaction).attach(stories)
        matcher = Matcher(self.catalogue)
        for start in range(0, len(missing), _PROFILES):
            part = missing[start : start + _PROFILES]
            async with self.database.read() as transaction:
                preferences = await InterningStore(transaction).preferences(part)
            rows = await asyncio.to_thread(self._digests, matcher, edition, list(stories), preferences)
            async with self.database.write() as transaction:
                await EditionStore(transaction).add_digests(rows)

    def _digests(
        self, matcher: Matcher, edition: EditionRow, stories: list[Story], wishes: Mapping[int, Preferences]
    ) -> list[dict[str, object]]:
        window = Window(edition.window_start, edition.slot_at)
        same = {"slot_at": edition.slot_at, "since": edition.window_start, "variant": variant_of(edition)}
        rows = []
        for profile_id, wish in wishes.items():
            found = matcher.compose(wish, window, stories, edition.slot_at, 1)
            groups = found.groups if all(is_worth_an_alert(item, self.rules) for item in found.items) else ()
            digest = Digest(window, groups, breaking=True)
            row = {"profile_id": profile_id, "body": digest_to_json(digest), "item_count": len(digest.items)}
            rows.append(same | row | {"article_ids": quoted(digest)})
        return rows

    async def fan_out(self, transaction: Transaction, edition: EditionRow, reach: Reach) -> bool:
        """Make the deliveries of the next readers; False when digests have to be composed first."""
        assert edition.story_id is not None, "only editions of stories come here"  # noqa: S101
        store, now = BreakingStore(transaction), self.clock.now()
        await transaction.alone(LOOK)  # else two stories at a time could each be somebody's last of today
        if await store.lacks_digests(edition, reach):
            return False
        awake = [group for group in await store.groups(edition, reach) if not group.quiet.holds(now, group.time_zone)]
        known = await StoryStore(transaction).lineage(edition.story_id, back=True)
        told = await _telling(transaction, await store.digests_had(edition, reach), known)
        count = await store.fan_out(edition, reach, awake, told, now, self.rules.a_day)
        log.info("story_told", edition=edition.id, story=edition.story_id, readers=count)
        return True


async def _telling(transaction: Transaction, digest_ids: list[int], stories: set[int]) -> list[int]:
    """Those of these digests that tell of any of these stories."""
    found: list[int] = []
    for start in range(0, len(digest_ids), _BODIES):
        bodies = await DeliveryStore(transaction).digest_bodies(digest_ids[start : start + _BODIES])
        for digest_id, body in bodies.items():
            if any(item.story_id in stories for item in digest_from_json(body).items):
                found.append(digest_id)
    return found


async def told_by(transaction: Transaction, alerts: Iterable[Alert]) -> dict[int, datetime]:
    """Which stories alerts have told, and when (UTC): also those to which reports of these have gone since."""
    stories, told = StoryStore(transaction), dict[int, datetime]()
    for alert in alerts:
        for story_id in await stories.lineage(alert.story_id, back=False, since=alert.at):
            told[story_id] = max(alert.at, told.get(story_id, alert.at))
    return told
