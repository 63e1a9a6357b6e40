"""Stories as repairs and operators handle them: reports move between them, and every move is logged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, or_, select, update

from digests.storage import models, statements
from digests.storage.articles import ArticleStore
from digests.storage.database import Transaction

REPAIR = "repair"
"""Who is behind a change that no operator has made."""


class ChangeKind(StrEnum):
    """Merge: the story that was left is empty now. Split: the story that was joined was empty before."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Change:
    """Articles that moved from one story to another: a row of the log."""

    id: int
    at: datetime  # UTC
    kind: ChangeKind
    by: str  # REPAIR, or the operator's name
    left_story_id: int
    joined_story_id: int
    article_ids: tuple[int, ...]  # ascending
    undone_at: datetime | None = None  # UTC


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story without its articles."""

    id: int
    storyline_id: int
    first_at: datetime  # UTC
    last_at: datetime  # UTC
    lead_article_id: int | None
    article_count: int
    source_count: int
    fixed: bool  # put right by an operator: no repairs
    merged_into: int | None  # where the reports of an emptied story went


_STORY = tuple(StoryRow.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An article of a story as an operator sees it."""

    id: int
    credit: str
    published_at: datetime  # UTC
    title: str
    language: str
    labels: tuple[str, ...]
    parent_id: int | None
    duplicate_of: int | None
    dropped: tuple[tuple[str, str], ...]  # (reason, line): what cleaning removed


@dataclass(frozen=True, slots=True)
class StoryStore:
    """Moves articles between stories and keeps the log."""

    transaction: Transaction

    async def some(self, story_ids: Iterable[int]) -> dict[int, StoryRow]:
        """These stories, as far as they exist."""
        story = models.Story
        rows = await self._all(select(story.__table__).where(story.id.in_(sorted(story_ids))))
        return {row["id"]: StoryRow(**row) for row in rows}

    async def newest(self, since: datetime, topic: str | None, limit: int | None) -> list[tuple[StoryRow, str]]:
        """Stories with news after `since`, of one topic (slug) if it is given, latest first, each with its title."""
        story, article = models.Story, models.Article
        lead = article.id == story.lead_article_id
        statement = select(story.__table__, article.title).outerjoin(article, lead)
        statement = statement.where(story.last_at > since, story.article_count > 0)
        if topic is not None:
            link, named = models.ArticleTopic, models.Topic
            of_topic = select(link.article_id).join(named, named.id == link.topic_id).where(named.slug == topic)
            statement = statement.where(story.id.in_(select(article.story_id).where(article.id.in_(of_topic))))
        rows = await self._all(statement.order_by(story.last_at.desc(), story.id.desc()).limit(limit))
        return [(StoryRow(**{name: row[name] for name in _STORY}), row["title"] or "") for row in rows]

    async def reports(self, story_id: int) -> list[ReportRow]:
        """The articles of a story in the order in which they became news."""
        article = models.Article
        columns = [getattr(article, name) for name in ReportRow.__dataclass_fields__]
        statement = select(*columns).where(article.story_id == story_id).order_by(article.news_at, article.id)
        return [
            ReportRow(**{**row, "labels": tuple(row["labels"]), "dropped": tuple(map(tuple, row["dropped"]))})
            for row in await self._all(statement)
        ]

    async def successor(self, story_id: int) -> int:
        """Where the reports of a story are now: the story itself, or the last one that took them in."""
        seen: set[int] = set()
        while story_id not in seen:
            seen.add(story_id)
            row = (await self.some([story_id])).get(story_id)
            if row is None or row.merged_into is None:
                break
            story_id = row.merged_into
        return story_id

    async def lineage(self, story_id: int, *, back: bool, since: datetime | None = None) -> set[int]:
        """The story and all whose reports it took in when they were merged into it or it was split off from them.

        Without `back` the other way: all to which its reports went, by changes after `since` (UTC).
        """
        change = models.StoryChange
        here, there = change.joined_story_id, change.left_story_id
        if not back:
            here, there = there, here
        found, new = {story_id}, {story_id}
        while new:
            statement = select(there).where(here.in_(new), change.kind.in_((ChangeKind.MERGE, ChangeKind.SPLIT)))
            if since is not None:
                statement = statement.where(change.at > since)
            new = set((await self._run(statement)).scalars()) - found
            found |= new
        return found

    async def merged(self, story_id: int) -> set[int]:
        """A story and all whose reports it has taken in, directly or by way of others."""
        story, found, last = models.Story, {story_id}, {story_id}
        while last:
            statement = select(story.id).where(story.merged_into.in_(sorted(last)))
            last = set((await self._run(statement)).scalars()) - found
            found |= last
        return found

    async def set_fixed(self, story_ids: Iterable[int], *, fixed: bool) -> None:
        """Say of stories whether an operator has put them right."""
        story = models.Story
        await self._run(update(story).where(story.id.in_(sorted(story_ids))).values(fixed=fixed))

    async def places(self, article_ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Where articles stand, as far as they exist: (story id, storyline id) by article."""
        article, story = models.Article, models.Story
        statement = select(article.id, article.story_id, story.storyline_id).join(story, story.id == article.story_id)
        rows = (await self._run(statement.where(article.id.in_(sorted(article_ids))))).all()
        return {article_id: (story_id, storyline_id) for article_id, story_id, storyline_id in rows}

    async def articles_of(self, story_id: int) -> set[int]:
        """The articles of a story."""
        article = models.Article
        return set((await self._run(select(article.id).where(article.story_id == story_id))).scalars())

    async def originals(self, article_ids: Collection[int]) -> set[int]:
        """Those of these articles that copy no other."""
        article = models.Article
        statement = select(article.id).where(article.id.in_(sorted(article_ids)), article.duplicate_of.is_(None))
        return set((await self._run(statement)).scalars())

    async def with_copies(self, article_ids: Collection[int]) -> dict[int, int]:
        """These articles with what they copy and all copies of either, where they exist: story by article, sorted."""
        article = models.Article
        original = func.coalesce(article.duplicate_of, article.id)
        roots = select(original).where(article.id.in_(sorted(article_ids)))
        statement = select(article.id, article.story_id)
        family = or_(article.id.in_(roots), article.duplicate_of.in_(roots))
        rows = await self._run(statement.where(family).order_by(article.id))
        return dict(map(tuple, rows.all()))

    async def move(  # who, what, where, when
        self, article_ids: Collection[int], left: int, joined: int, *, by: str, at: datetime
    ) -> Change:
        """Move articles of the story `left` into the story `joined`, recount both, log it.

        An emptied story keeps its row, which names the other one.
        """
        ids, article, story, change = sorted(article_ids), models.Article, models.Story, models.StoryChange
        was_empty = not await self.articles_of(joined)
        await self._run(update(article).where(article.id.in_(ids), article.story_id == left).values(story_id=joined))
        is_empty = not await self.articles_of(left)
        await self._run(update(story).where(story.id == left).values(merged_into=joined if is_empty else None))
        await self._run(update(story).where(story.id == joined).values(merged_into=None))
        for story_id in (left, joined):
            await ArticleStore(self.transaction).refresh_story(story_id)
        await self._refresh_storylines(left, joined)
        kind = ChangeKind.MERGE if is_empty else ChangeKind.SPLIT if was_empty else ChangeKind.MOVE
        values = {"at": at, "kind": kind, "by": by, "left_story_id": left, "joined_story_id": joined}
        row = insert(change).values(values | {"article_ids": ids}).returning(change.id)
        change_id = int((await self._run(row)).scalar_one())
        return Change(change_id, at, kind, by, left, joined, tuple(ids))

    async def reopen(self, story_id: int, storyline_id: int, at: datetime) -> None:
        """Make an empty story anew under the id it had."""
        values = {"id": story_id, "storyline_id": storyline_id, "first_at": at, "last_at": at}
        await self._run(insert(models.Story).values(values | {"article_count": 0, "source_count": 0}))

    async def mark_undone(self, change_id: int, at: datetime) -> None:
        """Say that a change has been taken back."""
        change = models.StoryChange
        await self._run(update(change).where(change.id == change_id).values(undone_at=at))

    async def change(self, change_id: int) -> Change | None:
        """One change."""
        found = await self._changes(models.StoryChange.id == change_id)
        return found[0] if found else None

    async def changes_since(self, at: datetime) -> list[Change]:
        """The changes after `at`, oldest first."""
        return await self._changes(models.StoryChange.at > at)

    async def changes_of(self, story_ids: Collection[int]) -> list[Change]:
        """The changes that any of these stories took part in, oldest first."""
        change, ids = models.StoryChange, sorted(story_ids)
        return await self._changes(or_(change.left_story_id.in_(ids), change.joined_story_id.in_(ids)))

    async def changes_after(self, change_id: int) -> list[Change]:
        """The changes with a higher id, oldest first."""
        rows = await self.transaction.connection.execute(statements.CHANGES_AFTER, {"after": change_id})
        return [_change(row) for row in rows.mappings().all()]

    async def last_change(self) -> int:
        """The id of the last change; 0 before the first one."""
        return int((await self._run(select(func.coalesce(func.max(models.StoryChange.id), 0)))).scalar_one())

    async def _changes(self, which: Any) -> list[Change]:  # noqa: ANN401  # an SQL condition
        change = models.StoryChange
        rows = await self._all(select(change.__table__).where(which).order_by(change.id))
        return [_change(row) for row in rows]

    async def _refresh_storylines(self, *story_ids: int) -> None:
        """Let the storylines of these stories last from their first to their last report."""
        story, line = models.Story, models.Storyline
        told = (story.storyline_id == line.id) & (story.article_count > 0)
        first = select(func.min(story.first_at)).where(told).scalar_subquery()
        last = select(func.max(story.last_at)).where(told).scalar_subquery()
        mine = line.id.in_(select(story.storyline_id).where(story.id.in_(story_ids)))
        span = {"first_at": func.coalesce(first, line.first_at), "last_at": func.coalesce(last, line.last_at)}
        await self._run(update(line).where(mine).values(span))

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)

    async def _all(self, statement: Select[Any]) -> Sequence[RowMapping]:
        rows: Sequence[RowMapping] = (await self._run(statement)).mappings().all()
        return rows


def _change(row: RowMapping) -> Change:
    values = {name: row[name] for name in Change.__dataclass_fields__}
    return Change(**values | {"kind": ChangeKind(row["kind"]), "article_ids": tuple(row["article_ids"])})
