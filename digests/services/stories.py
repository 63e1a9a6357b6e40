"""What an operator sees of stories and puts right: merge, split, move, undo. Repairs leave alone what he touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from digests.errors import InputError, UnknownTopicError
from digests.ports import Clock
from digests.services.correcting import Correction, corrections_of
from digests.services.following import follow_on
from digests.services.foreseeing import NEW_STORY, Foreseen, edits_of
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from digests.storage.stories import Change, ReportRow, StoryRow, StoryStore
from digests.storage.topic_fixes import TopicFixStore

log = structlog.get_logger(__name__)


LONGEST_NAME = 64
"""Characters of an operator's name in the log."""


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A story with its reports, oldest first, and with the changes it took part in, also those of merged ones."""

    story: StoryRow
    reports: tuple[ReportRow, ...]
    changes: tuple[Change, ...]
    corrections: Mapping[int, tuple[Correction, ...]] = field(default_factory=dict)  # by article, oldest first


@dataclass(frozen=True, slots=True)
class Stories:
    """The operator's hand on stories. Works beside running processes: they learn of it from the log."""

    database: Database
    clock: Clock

    async def newest(
        self, within: timedelta, topic: str | None = None, limit: int | None = None
    ) -> list[tuple[StoryRow, str]]:
        """Stories with news `within` that time and of this topic (slug), the latest first, each with its headline."""
        async with self.database.read() as transaction:
            return await StoryStore(transaction).newest(self.clock.now() - within, topic, limit)

    async def show(self, story_id: int) -> StoryFile:
        """One story; of one that was merged into another, that one. Raises InputError when there is none."""
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            story = (await stories.some([current := await stories.successor(story_id)])).get(current)
            if story is None or not story.article_count:
                raise _no_story(story_id)
            changes = await stories.changes_of({story_id, current})
            reports = tuple(await stories.reports(current))
            return StoryFile(story, reports, tuple(changes), await corrections_of(transaction, reports))

    async def log(self, within: timedelta) -> list[Change]:
        """The changes of stories `within` that time, oldest first."""
        async with self.database.read() as transaction:
            return await StoryStore(transaction).changes_since(self.clock.now() - within)

    async def merge(self, story_ids: Sequence[int], by: str) -> list[Change]:
        """Make one story of several: the one of the oldest storyline, of these the first named, takes the others in.

        Raises InputError for stories that do not exist or have been merged before.
        """
        async with self._changing() as stories:
            stays, left = await self._merging(stories, story_ids)
            moves = [(await stories.articles_of(each), each, stays) for each in left]
            return await self._move(stories, moves, by)

    async def foresee_merge(self, story_ids: Sequence[int]) -> Foreseen:
        """What `merge` would do, digests that have gone out included. Raises InputError as it does."""
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            stays, left = await self._merging(stories, story_ids)
            moved = set[int]().union(*[await stories.articles_of(each) for each in left])
            remaining = len(moved) + len(await stories.articles_of(stays))
            edits = await edits_of(transaction, dict.fromkeys(moved, stays), self.clock.now())
            return Foreseen(stays, tuple(sorted(moved)), remaining, *edits)

    async def _merging(self, stories: StoryStore, story_ids: Sequence[int]) -> tuple[int, list[int]]:
        """The story that takes the others in, and those."""
        if len(ids := list(dict.fromkeys(story_ids))) < 2:
            raise InputError("stories merge", "name two different stories or more")
        rows = await self._told(stories, ids)
        stays = min(ids, key=lambda story_id: rows[story_id].storyline_id)
        return stays, [each for each in ids if each != stays]

    async def split(self, story_id: int, article_ids: Sequence[int], by: str) -> Change:
        """Let articles of a story open one of their own in its storyline; copies go along.

        Raises InputError for articles that stand elsewhere, and when the story would lose all of its articles.
        """
        async with self._changing() as stories:
            row, places = await self._splitting(stories, story_id, article_ids)
            now = self.clock.now()
            opened, _ = await ArticleStore(stories.transaction).open_story(now, row.storyline_id)
            (change,) = await self._move(stories, [(places, story_id, opened)], by)
            return change

    async def foresee_split(self, story_id: int, article_ids: Sequence[int]) -> Foreseen:
        """What `split` would do, digests that have gone out included. Raises InputError as it does."""
        async with self.database.read() as transaction:
            stories = StoryStore(transaction)
            row, places = await self._splitting(stories, story_id, article_ids)
            edits = await edits_of(transaction, dict.fromkeys(places, NEW_STORY), self.clock.now())
            return Foreseen(story_id, tuple(sorted(places)), row.article_count - len(places), *edits)

    async def _splitting(
        self, stories: StoryStore, story_id: int, article_ids: Sequence[int]
    ) -> tuple[StoryRow, dict[int, int]]:
        """The story that articles would leave, and those with their copies: story by article."""
        row = (await self._told(stories, [story_id]))[story_id]
        places = await self._family(stories, article_ids)
        for article_id, place in places.items():
            if place != story_id:
                raise InputError(f"article {article_id}", f"stands in story {place}, not in story {story_id}")
        if set(places) == await stories.articles_of(story_id):
            raise InputError(f"story {story_id}", "a split must leave at least one article that is no copy of them")
        return row, places

    async def move(self, article_ids: Sequence[int], story_id: int, by: str) -> list[Change]:
        """Put articles, from one story or several, into another one; copies go along.

        Raises InputError for articles that stand there already and for a story that does not exist or was merged.
        """
        async with self._changing() as stories:
            await self._told(stories, [story_id])
            places = await self._family(stories, article_ids)
            if here := sorted(article_id for article_id, place in places.items() if place == story_id):
                raise InputError(f"article {here[0]}", f"stands in story {story_id} already")
            by_story = {place: [each for each in places if places[each] == place] for place in places.values()}
            return await self._move(stories, [(articles, left, story_id) for left, articles in by_story.items()], by)

    async def undo(self, change_id: int, by: str) -> Change:
        """Take a change back: the same articles return, with copies that have come since; the way back is logged.

        Raises InputError when it cannot be: articles were deleted or have moved on, or it was done before.
        """
        async with self._changing() as stories:
            change = await stories.change(change_id)
            place = f"change {change_id}"
            if change is None:
                raise InputError(place, "there is none; `python -m bot stories log` shows them")
            if change.undone_at is not None:
                raise InputError(place, f"was undone already, at {change.undone_at:%Y-%m-%d %H:%M} UTC")
            left, joined = change.left_story_id, change.joined_story_id
            places = await stories.places(change.article_ids)
            if gone := set(change.article_ids) - set(places):
                raise InputError(place, f"cannot be undone, {_named(gone)} been deleted since")
            if elsewhere := {article_id for article_id, (story, _) in places.items() if story != joined}:
                where = _numbered("story", {places[article_id][0] for article_id in elsewhere})
                raise InputError(place, f"cannot be undone, {_named(elsewhere)} moved on to {where}; undo that first")
            if not await stories.some([left]):
                await stories.reopen(left, places[change.article_ids[0]][1], self.clock.now())
            family = await stories.with_copies(change.article_ids)
            back = [article_id for article_id, story in family.items() if story == joined]
            (taken_back,) = await self._move(stories, [(back, joined, left)], by)
            await stories.mark_undone(change_id, self.clock.now())
            return taken_back

    async def topics(self, story_id: int) -> set[str]:
        """The topics (slugs) that articles of a story belong to."""
        async with self.database.read() as transaction:
            return await TopicFixStore(transaction).topics(story_id)

    async def set_topic(self, story_id: int, slug: str, *, wanted: bool, by: str) -> None:
        """Give a story a topic, or take it away, also for articles to come; the opposite wish takes it back.

        Raises InputError for a story that does not exist or was merged, and UnknownTopicError.
        """
        async with self._changing() as stories:
            await self._told(stories, [story_id])
            fixes = TopicFixStore(stories.transaction)
            if not await fixes.set(story_id, slug, wanted=wanted, by=by, at=self.clock.now()):
                raise UnknownTopicError(slug, [])
        log.info("story_topic_set", story=story_id, topic=slug, wanted=wanted, by=by)

    async def release(self, story_id: int) -> bool:
        """Let repairs touch a story again; False when they might all along. Raises InputError when there is none."""
        async with self._changing() as stories:
            row = (await self._told(stories, [story_id]))[story_id]
            await stories.set_fixed([story_id], fixed=False)
            return row.fixed

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[StoryStore]:
        """A transaction that nobody stores articles beside."""
        async with self.database.write() as transaction:
            await ArticleStore(transaction).alone()
            yield StoryStore(transaction)

    async def _move(
        self, stories: StoryStore, moves: Iterable[tuple[Iterable[int], int, int]], by: str
    ) -> list[Change]:
        """Move articles, each time (articles, story that they leave, story that they join), and let it stay so."""
        if not 0 < len(by) <= LONGEST_NAME:
            raise InputError(f"name {by[:LONGEST_NAME]!r}", f"expected 1 to {LONGEST_NAME} characters for the log")
        changes = [
            await stories.move(set(articles), left, joined, by=by, at=self.clock.now())
            for articles, left, joined in moves
        ]
        touched = {story for change in changes for story in (change.left_story_id, change.joined_story_id)}
        await stories.set_fixed(touched, fixed=True)
        for change in changes:
            await follow_on(stories.transaction, change)
            log.info("stories_changed", kind=change.kind.value, change=change.id, by=by)
        return changes

    async def _told(self, stories: StoryStore, story_ids: Sequence[int]) -> dict[int, StoryRow]:
        """These stories, all of which must have articles."""
        rows = await stories.some(story_ids)
        for story_id in story_ids:
            if story_id not in rows:
                raise _no_story(story_id)
            if rows[story_id].merged_into is not None:
                current = await stories.successor(story_id)
                raise InputError(f"story {story_id}", f"was merged into story {current}; name that one")
        return rows

    async def _family(self, stories: StoryStore, article_ids: Sequence[int]) -> dict[int, int]:
        """Articles with their originals and copies, all of which must exist: story by article."""
        if not article_ids:
            raise InputError("articles", "name at least one; `python -m bot stories show ID` shows the ids")
        places = await stories.with_copies(article_ids)
        for article_id in article_ids:
            if article_id not in places:
                problem = "there is none; `python -m bot stories show ID` shows those of a story"
                raise InputError(f"article {article_id}", problem)
        return places


def _no_story(story_id: int) -> InputError:
    return InputError(f"story {story_id}", "there is none; `python -m bot stories list` shows them")


def _named(article_ids: Iterable[int]) -> str:
    """Articles and their verb: "article 5 has", "articles 5, 6 have"."""
    ids = sorted(article_ids)
    return f"{_numbered('article', ids)} {'has' if len(ids) == 1 else 'have'}"


def _numbered(what: str, ids: Iterable[int]) -> str:
    numbers = sorted(ids)
    plural = {"story": "stories"}.get(what, f"{what}s")
    return f"{what if len(numbers) == 1 else plural} {', '.join(map(str, numbers))}"
