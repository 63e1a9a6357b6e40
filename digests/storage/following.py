"""Storylines that readers follow: which of them have gone quiet, and who has to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select, update

from digests.domain.headlines import bare_title
from digests.domain.preferences import Preferences
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import InterningStore


@dataclass(frozen=True, slots=True)
class Line:
    """A storyline as a list shows it: the headline of its latest story, and when that had its last report (UTC)."""

    id: int
    headline: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FollowStore:
    """Profiles that follow storylines."""

    transaction: Transaction

    async def lines(self, storyline_ids: Collection[int]) -> list[Line]:
        """These storylines as far as the archive has stories of them, the latest first."""
        story, article = models.Story, models.Article
        statement = (
            select(story.storyline_id, article.title, article.credit, story.last_at)
            .join(article, article.id == story.lead_article_id)
            .where(story.storyline_id.in_(sorted(storyline_ids)), story.article_count > 0)
            .order_by(story.last_at.desc(), story.id.desc())
        )
        latest: dict[int, Line] = {}
        for storyline_id, title, credit, last_at in (await self.transaction.connection.execute(statement)).all():
            latest.setdefault(storyline_id, Line(storyline_id, bare_title(title, credit), last_at))
        return list(latest.values())

    async def headline(self, story_id: int) -> str | None:
        """What the lead article of a story is called; None when the archive has none."""
        story, article = models.Story, models.Article
        statement = (
            select(article.title, article.credit)
            .join(story, article.id == story.lead_article_id)
            .where(story.id == story_id)
        )
        row = (await self.transaction.connection.execute(statement)).one_or_none()
        return bare_title(*row) if row else None

    async def quiet(self, before: datetime) -> list[int]:
        """Followed storylines without news since `before`, and those that the archive has lost, in order."""
        link, line, subscriber = models.ProfileStory, models.Storyline, models.Subscriber
        followed = exists().where(subscriber.profile_id == link.profile_id)
        statement = (
            select(link.storyline_id)
            .outerjoin(line, line.id == link.storyline_id)
            .where(or_(line.id.is_(None), line.last_at < before), followed)
            .distinct()
            .order_by(link.storyline_id)
        )
        return list(await self.transaction.connection.scalars(statement))

    async def followers(self, storyline_id: int) -> dict[int, Preferences]:
        """The profiles that follow a storyline and that somebody has, by id."""
        link, subscriber = models.ProfileStory, models.Subscriber
        statement = select(link.profile_id).where(
            link.storyline_id == storyline_id, exists().where(subscriber.profile_id == link.profile_id)
        )
        ids = list(await self.transaction.connection.scalars(statement.order_by(link.profile_id)))
        return await InterningStore(self.transaction).preferences(ids) if ids else {}

    async def change(self, profile_id: int, preferences: Preferences) -> list[int]:
        """Give everybody who has a profile these preferences instead; who they are."""
        subscriber = models.Subscriber
        changed = await InterningStore(self.transaction).profile(preferences)
        statement = update(subscriber).where(subscriber.profile_id == profile_id).values(profile_id=changed)
        return list(await self.transaction.connection.scalars(statement.returning(subscriber.id)))

    async def note_quiet(self, subscriber_ids: Iterable[int], headline: str, now: datetime) -> None:
        """Have these subscribers told in their next digests that a story is followed no more."""
        rows = [{"subscriber_id": each, "headline": headline, "ended_at": now} for each in subscriber_ids]
        if rows:
            await self.transaction.connection.execute(insert(models.QuietStory), rows)

    async def untold(self, subscriber_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
        """What these subscribers have not been told yet: headlines by subscriber, the oldest first."""
        return await self._told_in(None, subscriber_ids)

    async def told_in(self, edition_id: int, subscriber_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
        """What the digests of an edition have told these subscribers: headlines by subscriber, the oldest first."""
        return await self._told_in(edition_id, subscriber_ids)

    async def _told_in(self, edition_id: int | None, subscriber_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
        note = models.QuietStory
        statement = select(note.subscriber_id, note.headline).where(note.subscriber_id.in_(subscriber_ids))
        statement = statement.where(note.edition_id.is_(None) if edition_id is None else note.edition_id == edition_id)
        found: dict[int, tuple[str, ...]] = {}
        for subscriber_id, headline in (await self.transaction.connection.execute(statement.order_by(note.id))).all():
            found[subscriber_id] = (*found.get(subscriber_id, ()), headline)
        return found

    async def note_told(self, subscriber_id: int, headlines: Collection[str], edition_id: int) -> None:
        """Keep in which edition's digest a subscriber was told: it stands there still when that digest is edited."""
        note = models.QuietStory
        mine = (note.subscriber_id == subscriber_id) & note.headline.in_(headlines) & note.edition_id.is_(None)
        await self.transaction.connection.execute(update(note).where(mine).values(edition_id=edition_id))

    async def forget_before(self, before: datetime) -> None:
        """Drop what was told since then, or could not be."""
        await self.transaction.connection.execute(delete(models.QuietStory).where(models.QuietStory.ended_at < before))
