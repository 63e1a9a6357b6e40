"""What readers ask for at any hour: /latest, /topic, /digest, /search, a story. Nothing here changes rows."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from digests.domain.arguments.searches import Query, parse_search
from digests.domain.articles import Story
from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest, Item, Sentence, State, Window
from digests.domain.headlines import story_title
from digests.domain.preferences import Preferences
from digests.domain.subscribers import Subscriber
from digests.domain.topics import Catalogue
from digests.ports import Clock
from digests.services.breaking import told_by
from digests.services.matching import Matcher
from digests.services.remembering import Remembered
from digests.services.searching import Searching, SearchResult
from digests.services.selecting import Selection
from digests.storage.articles import ArticleStore
from digests.storage.breaking import AlertStore
from digests.storage.candidates import CandidateStore
from digests.storage.database import Database
from digests.storage.following import FollowStore, Line
from digests.storage.stories import StoryStore
from digests.storage.subscribers import SubscriberStore
from digests.storage.summaries import SummaryStore

WIDENING = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""Windows tried in turn until there are enough stories: the newest come first."""
ALERTS_FOR = timedelta(days=2)
"""For so long a story says that it came as breaking news."""
_LOOKED_BACK = 7
"""So many of a reader's digests are looked through for when he has had a story."""
COUNT_DAYS = 7
"""Stories per day are the mean of so many days."""
COUNT_FOR = timedelta(minutes=5)
"""Stories per day may be so old: every tap in the set-up shows them."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story with everything known about it, and the storyline it stands in."""

    item: Item
    timeline: tuple[tuple[datetime, str], ...]  # (first_at UTC, headline) of the storyline's stories, oldest first
    since: datetime | None = None  # UTC; the end of the reader's last digest that told it
    fresh: tuple[Sentence, ...] = ()  # what it says since then that was not known; none where nothing is new


@dataclass
class Reading:
    """Composes on demand, by the same rules as scheduled digests; in threads, since others are answered meanwhile."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    written: bool = False  # generated summaries are shown
    _per_day: Remembered[dict[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without counts."""
        self._per_day = Remembered(self._count_per_day, COUNT_FOR)

    async def latest(
        self,
        preferences: Preferences,
        count: int,
        within: timedelta | None = None,
        end: datetime | None = None,
        widening: Sequence[timedelta] = WIDENING,
    ) -> Digest:
        """The `count` top stories of these preferences, from the newest window that has so many.

        Windows as long as `widening` says are tried in turn; `within` fixes the length instead. `end` (UTC) is the
        window's end, now unless given.
        """
        now = self.clock.now()
        end = end or now
        async with self.database.read() as transaction:
            digest = Digest(Window(end, end), ())
            selection = Selection(transaction, self.catalogue, digest.window, now, self.written, asked=True)
            for span in (within,) if within else widening:
                selection = selection.widened(Window(end - span, end))
                await selection.load([preferences])
                digest = await asyncio.to_thread(selection.compose, preferences, limit=count)
                if len(digest.items) >= count:
                    break
            return digest

    async def topic(
        self,
        slug: str,
        preferences: Preferences,
        count: int,
        within: timedelta | None = None,
        widening: Sequence[timedelta] = WIDENING,
    ) -> Digest:
        """The `count` top stories of one catalogue topic; the reader's mutes and languages hold."""
        wish = replace(preferences, topics=frozenset({slug}), words=frozenset(), stories=frozenset())
        return await self.latest(wish, count, within, widening=widening)

    async def word(
        self,
        word: str,
        preferences: Preferences,
        count: int,
        within: timedelta | None = None,
        widening: Sequence[timedelta] = WIDENING,
    ) -> Digest:
        """The `count` top stories about a free word; the reader's mutes and languages hold."""
        wish = replace(preferences, topics=frozenset(), words=frozenset({word}), stories=frozenset())
        return await self.latest(wish, count, within, widening=widening)

    async def digest_now(self, subscriber: Subscriber) -> Digest:
        """The subscriber's digest up to now, since his last slot (a day back when he had none). Uses up no slot."""
        now = self.clock.now()
        async with self.database.read() as transaction:
            last = await SubscriberStore(transaction).last_slot(subscriber.id)
            window = Window(last or now - WIDENING[0], now)
            told = await told_by(transaction, await AlertStore(transaction).to(subscriber.id, window.start))
            selection = Selection(transaction, self.catalogue, window, now, self.written, asked=True)
            await selection.load([subscriber.preferences])
            return await asyncio.to_thread(selection.compose, subscriber.preferences, told=told)

    async def delivered(self, subscriber: Subscriber, count: int, slot_at: datetime | None = None) -> list[Digest]:
        """The last digests that went out to a subscriber, newest first; of one slot (UTC) only when it is given."""
        async with self.database.read() as transaction:
            bodies = await SubscriberStore(transaction).delivered(subscriber.id, count, slot_at)
        return [digest_from_json(body) for body in bodies]

    async def alerted_at(self, subscriber: Subscriber, story_id: int) -> datetime | None:
        """When (UTC) a subscriber had a story, or one that went into it, as breaking news; None when he had not."""
        since = self.clock.now() - ALERTS_FOR
        async with self.database.read() as transaction:
            return (await told_by(transaction, await AlertStore(transaction).to(subscriber.id, since))).get(story_id)

    async def search(
        self, typed: Query | str, page: int = 0, *, loose: bool = False, zone: tzinfo = UTC
    ) -> SearchResult:
        """Stories that have what is typed, best first; `zone` is the reader's, for words such as "today".

        With `loose` more is found than what was typed says. Raises ArgumentError for what cannot be searched for.
        """
        now = self.clock.now().astimezone(zone)
        query = parse_search(typed, now) if isinstance(typed, str) else typed
        async with self.database.read() as transaction:
            return await Searching(transaction, self.catalogue, now).search(query, page, loose=loose)

    async def story(
        self, story_id: int, preferences: Preferences, reader: Subscriber | None = None
    ) -> StoryView | None:
        """One story as a card, None when it is gone. Topics are named as far as the reader follows them.

        Of a story that was merged into another one, that one. For a `reader` who has had it in a digest, with what is
        new since then.
        """
        now = self.clock.now()
        async with self.database.read() as transaction:
            store = ArticleStore(transaction)
            current = await StoryStore(transaction).successor(story_id)
            stories = await store.load_stories([current])
            if not stories:
                return None
            if self.written:
                stories = await SummaryStore(transaction).attach(stories)
            line = await store.storyline(stories[0].storyline_id)
            kin = await StoryStore(transaction).merged(current) if reader else set[int]()
            bodies = await SubscriberStore(transaction).delivered(reader.id, _LOOKED_BACK) if reader else []
        digest = await asyncio.to_thread(self._shown, [stories[0]], preferences, now)
        if digest is None:
            return None
        timeline = tuple((story.first_at, story_title(story)) for story in line)
        had = (each for each in map(digest_from_json, bodies) if any(item.story_id in kin for item in each.items))
        last = next(had, None)
        if last is None:
            return StoryView(digest.items[0], timeline)
        window = Window(last.window.end, now)
        item, fresh = await asyncio.to_thread(self._since, stories[0], digest.items[0], preferences, window)
        return StoryView(item, timeline, last.window.end, fresh)

    def _since(
        self, story: Story, item: Item, preferences: Preferences, window: Window
    ) -> tuple[Item, tuple[Sentence, ...]]:
        """The story with the sources of what is new in the window, and that."""
        wish = Preferences(length=preferences.length)
        found = Matcher(self.catalogue).compose(wish, window, [story], window.end, 1).items
        if not found or found[0].state is not State.UPDATE:
            return item, ()
        named = {note.article_id for note in item.sources}
        fresh = found[0].sentences
        speaking = {sentence.article_id for sentence in fresh} - named
        notes = tuple(note for note in found[0].sources if note.article_id in speaking)
        return replace(item, sources=(*item.sources, *notes)), fresh

    async def line(self, story_id: int) -> Line | None:
        """The storyline that a story stands in, by the story's headline; None when it is gone.

        A story that another one took in is called by that.
        """
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            current = await stories.successor(story_id)
            row = (await stories.some([current])).get(current)
            lines = await FollowStore(transaction).lines([row.storyline_id]) if row else []
            headline = await FollowStore(transaction).headline(current)
        return replace(lines[0], headline=headline or lines[0].headline) if lines else None

    async def lines(self, storyline_ids: Collection[int]) -> list[Line]:
        """These storylines as far as they are there, the latest first."""
        async with self.database.read() as transaction:
            return await FollowStore(transaction).lines(storyline_ids)

    async def items(self, story_ids: Collection[int], preferences: Preferences) -> tuple[Item, ...]:
        """What these stories are to a reader, as far as they are there: topics, sources, weights."""
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            current = {await stories.successor(story_id) for story_id in story_ids}
            found = await ArticleStore(transaction).load_stories(current)
        digest = await asyncio.to_thread(self._shown, found, preferences, self.clock.now())
        return digest.items if digest else ()

    async def stories_per_day(self) -> dict[str, float]:
        """How many stories a day each topic has, by slug; counted anew every few minutes."""
        return await self._per_day.get(self.clock.now())

    async def _count_per_day(self, now: datetime) -> dict[str, float]:
        async with self.database.read() as transaction:
            return await CandidateStore(transaction).per_day(now, COUNT_DAYS)

    async def archive_since(self) -> datetime | None:
        """When the oldest stored article was news (UTC); None when there is none."""
        async with self.database.read() as transaction:
            return await ArticleStore(transaction).first_at()

    def _shown(self, stories: Sequence[Story], preferences: Preferences, now: datetime) -> Digest | None:
        """Stories that somebody looks at, whatever he mutes; those of none of his topics when there are no others."""
        wish = replace(preferences, mutes=frozenset(), muted_sources=frozenset(), languages=frozenset())
        matcher = Matcher(self.catalogue)
        return matcher.tell_all(wish, stories, now) or matcher.tell_all(Preferences(), stories, now)
