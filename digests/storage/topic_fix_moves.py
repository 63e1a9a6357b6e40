"""Topics of stories that operators have set, when articles move between stories.

They follow their stories. When a story is merged into another one, that one has its fixes, too; where both have one of
the same topic, the one of the story that goes on stands. What comes back out of it again finds its own fixes as they
were. Articles that move have the fixes of the story that they join and no more those of the one they left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.stories import Change, ChangeKind
from digests.storage.topic_fixes import SURE, TopicFixStore

_fix, _link, _article = models.TopicFix, models.ArticleTopic, models.Article


@dataclass(frozen=True, slots=True)
class _Fix:
    """A row."""

    story_id: int
    topic_id: int
    wanted: bool
    before: Sequence[Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FixMoveStore:
    """Keeps fixes and articles together."""

    transaction: Transaction

    async def follow(self, change: Change) -> None:
        """Let the fixes of two stories hold for the articles that have just moved from one to the other."""
        left, joined = await self._fixes(change.left_story_id), await self._fixes(change.joined_story_id)
        if not left and not joined:
            return
        if change.kind is ChangeKind.MERGE:
            await self._merge(change, left, joined)
        elif change.kind is ChangeKind.MOVE:
            await self._release(left, change.article_ids)
            await self._cover(joined, change.article_ids)
        elif await self._were_merged(change.joined_story_id, change.left_story_id):
            await self._part(change, left, joined)

    async def _merge(self, change: Change, left: Sequence[_Fix], joined: Sequence[_Fix]) -> None:
        """The emptied story keeps its fixes, should it come back."""
        known = {fix.topic_id for fix in joined}
        await self._release([fix for fix in left if fix.topic_id in known], change.article_ids, keeping=True)
        await self._cover(joined, change.article_ids)
        carried = [replace(fix, story_id=change.joined_story_id) for fix in left if fix.topic_id not in known]
        for fix in carried:
            await self._run(insert(_fix).values(asdict(fix)))
        others = await self._articles(change.joined_story_id) - set(change.article_ids)
        await self._cover(carried, others)

    async def _part(self, change: Change, left: Sequence[_Fix], joined: Sequence[_Fix]) -> None:
        """A story comes back out of the one that took it in: with its fixes, which are no more the other's."""
        await self._release(left, change.article_ids)
        brought = {(fix.topic_id, fix.wanted, fix.by, fix.at) for fix in joined}
        lent = [fix for fix in left if (fix.topic_id, fix.wanted, fix.by, fix.at) in brought]
        for fix in lent:
            await self._release([fix], await self._articles(change.left_story_id))
            await self._run(delete(_fix).where(_this(fix)))
        for fix in joined:
            await self._run(update(_fix).where(_this(fix)).values(before=[]))
        await self._cover([replace(fix, before=()) for fix in joined], await self._articles(change.joined_story_id))

    async def _were_merged(self, story_id: int, into: int) -> bool:
        """Whether a story has been merged into another one before."""
        row = models.StoryChange
        merged = (row.kind == ChangeKind.MERGE) & (row.left_story_id == story_id) & (row.joined_story_id == into)
        return (await self._run(select(row.id).where(merged).limit(1))).first() is not None

    async def _fixes(self, story_id: int) -> list[_Fix]:
        rows = (await self._run(select(_fix.__table__).where(_fix.story_id == story_id))).mappings()
        return [_Fix(**row) for row in rows]

    async def _articles(self, story_id: int) -> set[int]:
        return set((await self._run(select(_article.id).where(_article.story_id == story_id))).scalars())

    async def _cover(self, fixes: Iterable[_Fix], article_ids: Collection[int]) -> None:
        """Let fixes hold for articles that have come to their story, and keep what was before."""
        for fix in fixes if article_ids else ():
            link = (_link.topic_id == fix.topic_id) & _link.article_id.in_(sorted(article_ids))
            found = (await self._run(select(_link.article_id, _link.score, _link.words).where(link))).all()
            stored = (await self._run(select(_fix.before).where(_this(fix)))).scalar_one()
            before = [*stored, *(list(row) for row in found)]
            await self._run(update(_fix).where(_this(fix)).values(before=before))
            await self._run(delete(_link).where(link))
            if fix.wanted:
                ids = sorted(article_ids)
                given = [[each, SURE, []] for each in ids]
                await TopicFixStore(self.transaction).put_under(fix.topic_id, given, _article.id.in_(ids))

    async def _release(self, fixes: Iterable[_Fix], article_ids: Collection[int], *, keeping: bool = False) -> None:
        """Give articles back what they had before a fix; with `keeping` the fix remembers it all the same."""
        going = set(article_ids)
        for fix in fixes if going else ():
            stored = (await self._run(select(_fix.before).where(_this(fix)))).scalar_one()
            mine = [each for each in stored if each[0] in going]
            await self._run(delete(_link).where(_link.topic_id == fix.topic_id, _link.article_id.in_(sorted(going))))
            await TopicFixStore(self.transaction).put_under(fix.topic_id, mine, _article.id.in_(sorted(going)))
            if not keeping:
                rest = [each for each in stored if each[0] not in going]
                await self._run(update(_fix).where(_this(fix)).values(before=rest))

    async def _run(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its result
        return await self.transaction.connection.execute(statement)


def _this(fix: _Fix) -> ColumnElement[bool]:
    return (_fix.story_id == fix.story_id) & (_fix.topic_id == fix.topic_id)
