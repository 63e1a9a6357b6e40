"""Struck sentences: by the article in which an operator has struck them, for all articles of its story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import exists, or_, select, update

from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new

_strike, _article = models.StruckSentence, models.Article


@dataclass(frozen=True, slots=True)
class Strike:
    """A sentence that is struck, or was until `undone_at` (UTC)."""

    id: int
    story_id: int
    article_id: int
    sentence: str
    at: datetime  # UTC
    undone_at: datetime | None

    @property
    def changed_at(self) -> datetime:
        """When digests last had to follow (UTC)."""
        return self.undone_at or self.at


@dataclass(frozen=True, slots=True)
class StrikeStore:
    """The rows of struck sentences."""

    transaction: Transaction

    async def among(
        self, story_ids: Collection[int], places: Mapping[int, int] = MappingProxyType({})
    ) -> Mapping[int, tuple[str, ...]]:
        """The struck sentences of those of these stories that have any, if articles stood in `places` (story by id)."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        theirs = select(_article.id).where(
            or_(_article.story_id.in_(sorted(story_ids)), _article.id.in_(sorted(places)))
        )
        for each in await self._some(_strike.undone_at.is_(None), _strike.article_id.in_(theirs)):
            if (story_id := places.get(each.article_id, each.story_id)) in story_ids:
                found[story_id].append(each.sentence)
        return {story_id: tuple(sentences) for story_id, sentences in found.items()}

    async def places(self, article_ids: Collection[int]) -> dict[int, int]:
        """Those of these articles in which a sentence is struck: story by article."""
        if not article_ids:
            return {}
        found = await self._some(_strike.undone_at.is_(None), _strike.article_id.in_(sorted(article_ids)))
        return {each.article_id: each.story_id for each in found}

    async def of_story(self, story_id: int) -> list[Strike]:
        """What is struck in a story, the oldest first."""
        return await self._some(_strike.undone_at.is_(None), _article.story_id == story_id)

    async def add(self, article_id: int, sentence: str, at: datetime) -> int:
        """Strike a sentence; its number."""
        statement = insert_new(self.transaction, _strike).values(article_id=article_id, sentence=sentence, at=at)
        return int((await self._run(statement.returning(_strike.id))).scalar_one())

    async def undo(self, number: int, at: datetime) -> Strike | None:
        """Let a sentence be told again; None when it is not struck, or its article is gone."""
        found = await self._some(_strike.id == number, _strike.undone_at.is_(None))
        if not found:
            return None
        await self._run(update(_strike).where(_strike.id == number).values(undone_at=at, seen_at=None))
        return found[0]

    async def any_unseen(self) -> bool:
        """True when digests were not compared with one of them."""
        return bool((await self._run(select(exists().where(_strike.seen_at.is_(None))))).scalar())

    async def unseen(self) -> list[Strike]:
        """Those that digests were not compared with since they were struck or taken back."""
        return await self._some(_strike.seen_at.is_(None))

    async def mark_seen(self, ids: Collection[int], at: datetime) -> None:
        """Say that digests were compared with these."""
        if ids:
            await self._run(update(_strike).where(_strike.id.in_(sorted(ids))).values(seen_at=at))

    async def articles(self, story_ids: Collection[int]) -> dict[int, int]:
        """The articles of these stories: story by article."""
        if not story_ids:
            return {}
        statement = select(_article.id, _article.story_id).where(_article.story_id.in_(sorted(story_ids)))
        return {row.id: row.story_id for row in await self._run(statement)}

    async def _some(self, *conditions: Any) -> list[Strike]:  # noqa: ANN401
        columns = (_strike.id, _article.story_id, _article.id, _strike.sentence, _strike.at, _strike.undone_at)
        statement = select(*columns).join(_article, _article.id == _strike.article_id)
        return [Strike(*row) for row in (await self._run(statement.where(*conditions).order_by(_strike.id))).all()]

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)
