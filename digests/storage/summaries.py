"""Generated summaries: what was written of a story, from what, and which sentences were refused."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from digests.domain.articles import Story, Written, WrittenSentence
from digests.domain.striking import is_struck
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new
from digests.storage.strikes import StrikeStore

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Telling:
    """A story as far as one can see without reading it whether its summary is out of date."""

    story_id: int
    mark: str  # changes when an article joins, leaves or is edited
    written_at: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class SummaryRecord:
    """What a writer made of a story, for the operator."""

    story_id: int
    basis: str
    written_at: datetime  # UTC
    model: str
    sentences: tuple[WrittenSentence, ...]
    refused: tuple[tuple[str, str], ...]  # (sentence, reason)


@dataclass(frozen=True, slots=True)
class SummaryStore:
    """Writes and reads the table `written_summary`."""

    transaction: Transaction

    async def tellings(self, since: datetime, sources: int, limit: int) -> list[Telling]:
        """The stories with news after `since` and at least so many sources, the newest first."""
        story, article, summary = models.Story, models.Article, models.WrittenSummary
        newest = (
            select(story.id, story.last_at)
            .where(story.last_at > since, story.source_count >= sources)
            .order_by(story.last_at.desc())
            .limit(limit)
            .subquery()
        )
        statement = (
            select(newest.c.id, article.id, article.content_key, summary.written_at)
            .join(article, article.story_id == newest.c.id)
            .outerjoin(summary, summary.story_id == newest.c.id)
            .order_by(newest.c.last_at.desc(), newest.c.id, article.id)
        )
        marks: defaultdict[int, list[str]] = defaultdict(list)
        written: dict[int, datetime | None] = {}
        for story_id, article_id, key, at in (await self.transaction.connection.execute(statement)).all():
            marks[story_id].append(f"{article_id} {key}")
            written[story_id] = at
        return [Telling(story_id, "\n".join(parts), written[story_id]) for story_id, parts in marks.items()]

    async def get(self, story_id: int) -> SummaryRecord | None:
        """What is stored of a story."""
        row = models.WrittenSummary
        columns = (row.story_id, row.basis, row.written_at, row.model, row.sentences, row.refused)
        found = (await self.transaction.connection.execute(select(*columns).where(row.story_id == story_id))).first()
        if found is None:
            return None
        refused = tuple((text, reason) for text, reason in found.refused)
        return SummaryRecord(
            found.story_id, found.basis, found.written_at, found.model, _sentences(found.sentences), refused
        )

    async def put(self, record: SummaryRecord) -> None:
        """Store what was written of a story instead of what was written before; of a story that is gone, nothing."""
        story = models.Story.id
        if await self.transaction.connection.scalar(select(story).where(story == record.story_id)) is None:
            return
        values = {
            "basis": record.basis,
            "written_at": record.written_at,
            "model": record.model,
            "sentences": [[sentence.text, list(sentence.article_ids)] for sentence in record.sentences],
            "refused": [list(each) for each in record.refused],
        }
        statement = insert_new(self.transaction, models.WrittenSummary).values(story_id=record.story_id, **values)
        await self.transaction.connection.execute(
            statement.on_conflict_do_update(index_elements=["story_id"], set_=values)
        )

    async def ask(self, story_id: int, basis: str, now: datetime, held: timedelta) -> int | None:
        """The right to ask for the summary of a story as it stands (`basis`), as the number that gives it back.

        None when it has been written, or when somebody else was given the right less than `held` ago; one of later
        than now is of a clock that has been set back. None for a story that is gone, too.
        """
        row, written, story = models.SummaryRequest, models.WrittenSummary, models.Story.id
        done = select(written.story_id).where(written.story_id == story_id, written.basis == basis)
        gone = await self.transaction.connection.scalar(select(story).where(story == story_id)) is None
        if gone or await self.transaction.connection.scalar(done) is not None:
            return None
        values = {"basis": basis, "asked_at": now, "claim": secrets.randbits(63)}
        statement = insert_new(self.transaction, row).values(story_id=story_id, **values)
        statement = statement.on_conflict_do_update(
            index_elements=["story_id"],
            set_=values,
            where=or_(row.basis != basis, row.asked_at <= now - held, row.asked_at > now),
        )
        claim: int | None = await self.transaction.connection.scalar(statement.returning(row.claim))
        return claim

    async def ask_again(self, claim: int) -> None:
        """Give a right back: no summary has come of it."""
        row = models.SummaryRequest
        await self.transaction.connection.execute(delete(row).where(row.claim == claim))

    async def attach(self, stories: Sequence[Story]) -> list[Story]:
        """These stories with what was written of them."""
        ids = [story.id for story in stories]
        found: dict[int, Written] = {}
        for start in range(0, len(ids), _AT_ONCE):
            found |= await self._written(ids[start : start + _AT_ONCE])
        struck = await StrikeStore(self.transaction).among(found) if found else {}
        return [replace(story, written=_told(story, found.get(story.id), struck)) for story in stories]

    async def _written(self, ids: Collection[int]) -> dict[int, Written]:
        row = models.WrittenSummary
        statement = select(row.story_id, row.basis, row.sentences).where(row.story_id.in_(ids))
        rows = (await self.transaction.connection.execute(statement)).all()
        return {story_id: Written(basis, _sentences(told)) for story_id, basis, told in rows if told}


def _told(story: Story, written: Written | None, struck: Mapping[int, Collection[str]]) -> Written | None:
    """The summary without what operators have struck."""
    sentences = struck.get(story.id, ())
    if written is None or not sentences:
        return written
    language = story.articles[0].language
    return replace(written, sentences=tuple(e for e in written.sentences if not is_struck(e.text, sentences, language)))


def _sentences(stored: Sequence[Sequence[object]]) -> tuple[WrittenSentence, ...]:
    return tuple(WrittenSentence(str(text), tuple(ids)) for text, ids in stored)  # type: ignore[arg-type]
