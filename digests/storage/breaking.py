"""Breaking news: stories that may break, their editions, and who gets them.

The edition of a story has no schedule. A story has one at most, whoever looks and however often; who gets it is decided
when its deliveries are made: readers who want breaking news, have no quiet hours now, have not had their fill today and
have not had the story.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Text,
    and_,
    column,
    exists,
    func,
    literal,
    select,
    union,
    update,
    values,
)

from digests.domain.delivery import DeliveryStatus
from digests.domain.quiet import Quiet, day_began
from digests.storage import models
from digests.storage.audiences import HAD, wants_breaking
from digests.storage.database import Transaction
from digests.storage.editions import EditionRow
from digests.storage.fan_outs import Reach
from digests.storage.interning import insert_new
from digests.storage.types import UtcDateTime

LOOK = "breaking"
"""The tick that says up to when has been looked for stories that break."""
OVERLAP = timedelta(minutes=5)
"""So long an import may take from the time that it gives its articles until they are seen."""
_edition, _delivery, _subscriber, _digest = models.Edition, models.Delivery, models.Subscriber, models.Digest


@dataclass(frozen=True, slots=True)
class Group:
    """Readers whose clocks and quiet hours are the same."""

    time_zone: str
    quiet: Quiet


@dataclass(frozen=True, slots=True)
class BreakingStore:
    """Finds stories that may break, opens their editions and fans them out."""

    transaction: Transaction

    async def is_wanted(self) -> bool:
        """Whether anybody wants breaking news at all."""
        return bool(await self._scalar(select(exists().where(wants_breaking()))))

    async def looked_upto(self) -> datetime | None:
        """Up to when (UTC) has been looked; None before the first look."""
        found: datetime | None = await self._scalar(select(models.Tick.at).where(models.Tick.name == LOOK))
        return found

    async def touched(self, since: datetime, until: datetime, sources: int) -> list[int]:
        """Stories with so many independent sources that have had news in that time, or took reports in; without those
        that have broken already.
        """
        article, story, change = models.Article, models.Story, models.StoryChange
        news = select(article.story_id).where(article.news_at > since, article.news_at <= until)
        moved = select(change.joined_story_id).where(change.at > since)
        broken = exists().where(_edition.story_id == story.id)
        statement = select(story.id).where(
            story.id.in_(union(news, moved).subquery().select()), story.source_count >= sources, ~broken
        )
        return list(await self.transaction.connection.scalars(statement.order_by(story.id)))

    async def growing(self, story_ids: Collection[int], since: datetime, sources: int) -> list[int]:
        """Those of these stories of which so many sources have had news after `since` (UTC), without those that have
        broken already; none while nobody wants breaking news.
        """
        article = models.Article
        broken = exists().where(_edition.story_id == article.story_id)
        statement = (
            select(article.story_id)
            .where(article.story_id.in_(sorted(story_ids)), article.news_at > since, ~broken)
            .where(exists().where(wants_breaking()))
            .group_by(article.story_id)
            .having(func.count(func.distinct(article.credit)) >= sources)
        )
        return list(await self.transaction.connection.scalars(statement.order_by(article.story_id)))

    async def have_broken(self, story_ids: Collection[int]) -> bool:
        """Whether any of these stories has an edition."""
        return bool(await self._scalar(select(exists().where(_edition.story_id.in_(story_ids)))))

    async def open(self, story_id: int, slot: datetime, began: datetime, expires: datetime) -> EditionRow | None:
        """Open the edition of a story; None when it has one. `began` (UTC) is before its first report."""
        row = {"story_id": story_id, "slot_at": slot, "window_start": began, "expires_at": expires, "status": "open"}
        statement = insert_new(self.transaction, _edition).values(row).on_conflict_do_nothing()
        made = await self.transaction.connection.execute(statement.returning(*_edition.__table__.c))
        found = made.mappings().one_or_none()
        return EditionRow(**found) if found else None

    async def profiles(self, edition: EditionRow) -> list[int]:
        """Profiles of readers who want breaking news that have no digest of this edition."""
        made = exists().where(
            _digest.slot_at == edition.slot_at,
            _digest.profile_id == _subscriber.profile_id,
            _digest.variant == variant_of(edition),
        )
        statement = select(_subscriber.profile_id).where(wants_breaking(), ~made).distinct()
        return list(await self.transaction.connection.scalars(statement))

    async def groups(self, edition: EditionRow, reach: Reach) -> list[Group]:
        """The clocks and quiet hours of the next readers."""
        columns = (_subscriber.time_zone, _subscriber.quiet_from, _subscriber.quiet_until)
        statement = select(*columns).where(self._chunk(edition, reach)).distinct()
        rows = (await self.transaction.connection.execute(statement)).all()
        return [Group(zone, Quiet(start, end)) for zone, start, end in rows]

    async def digests_had(self, edition: EditionRow, reach: Reach) -> list[int]:
        """The digests that the next readers have had since the story began: one of them may have told it."""
        mine = and_(_delivery.edition_id == _edition.id, _delivery.status.in_(HAD))
        statement = (
            select(_delivery.digest_id)
            .join(_edition, mine)
            .join(_subscriber, _subscriber.id == _delivery.subscriber_id)
            .where(_edition.slot_at > edition.window_start, self._chunk(edition, reach))
            .distinct()
        )
        return list(await self.transaction.connection.scalars(statement))

    async def lacks_digests(self, edition: EditionRow, reach: Reach) -> bool:
        """Whether any of the next readers has a profile without a digest of this edition."""
        made = exists().where(self._mine(edition))
        statement = select(_subscriber.id).where(self._chunk(edition, reach), ~made).limit(1)
        return await self._scalar(statement) is not None

    async def fan_out(
        self,
        edition: EditionRow,
        reach: Reach,
        groups: Sequence[Group],
        told: Collection[int],
        now: datetime,
        a_day: int,
    ) -> int:
        """Make the deliveries of the next readers who are in one of these groups; how many.

        Nobody gets more than `a_day` of his own, nor what one of the digests `told`, which he has had, told him.
        """
        mine = _delivery.edition_id == edition.id
        if groups:
            source = self._deserving(edition, reach, groups, told, now, a_day)
            columns = ["edition_id", "subscriber_id", "digest_id", "status", "attempts", "plain", "message_ids"]
            rows = insert_new(self.transaction, _delivery).from_select(columns, source).on_conflict_do_nothing()
            await self.transaction.connection.execute(rows)
            alerted = select(_delivery.subscriber_id).where(mine)
            await self.transaction.connection.execute(
                update(_subscriber)
                .where(_subscriber.id > edition.planned_upto, _subscriber.id <= reach.upto, _subscriber.id.in_(alerted))
                .values(alerted_at=edition.slot_at)
            )
        await self.transaction.connection.execute(
            update(_edition).where(_edition.id == edition.id).values(planned_upto=reach.upto)
        )
        whose = and_(_delivery.subscriber_id > edition.planned_upto, _delivery.subscriber_id <= reach.upto)
        return int(await self._scalar(select(func.count()).select_from(_delivery).where(mine, whose)))

    def _deserving(
        self,
        edition: EditionRow,
        reach: Reach,
        groups: Sequence[Group],
        told: Collection[int],
        now: datetime,
        a_day: int,
    ) -> Any:  # noqa: ANN401  # a SELECT of delivery rows
        time, whole = UtcDateTime(), _subscriber.quiet_from.type
        columns = column("zone", Text()), column("start", whole), column("stop", whole), column("day", time)
        rows = [(each.time_zone, each.quiet.start, each.quiet.end, day_began(now, each.time_zone)) for each in groups]
        group = values(*columns, name="awake").data(rows).cte("awake")
        awake = and_(
            group.c.zone == _subscriber.time_zone,
            group.c.start == _subscriber.quiet_from,
            group.c.stop == _subscriber.quiet_until,
        )
        today = (
            select(func.count())
            .select_from(_delivery)
            .join(_edition, _edition.id == _delivery.edition_id)
            .where(_delivery.subscriber_id == _subscriber.id, _delivery.status.in_(HAD))
            .where(_edition.story_id.is_not(None), _edition.slot_at >= group.c.day)
            .scalar_subquery()
        )
        had = exists().where(_delivery.subscriber_id == _subscriber.id, _delivery.digest_id.in_(sorted(told)))
        statement = (
            select(
                literal(edition.id),
                _subscriber.id,
                _digest.id,
                literal(DeliveryStatus.PENDING.value),
                literal(0),
                literal(False),
                literal([], _delivery.message_ids.type),
            )
            .join(_digest, and_(self._mine(edition), _digest.item_count > 0))
            .join(group, awake)
            .where(self._chunk(edition, reach), today < a_day)
            .with_for_update(read=True, key_share=True, of=_subscriber)  # who is being deleted now is passed over
        )
        return statement.where(~had) if told else statement

    def _mine(self, edition: EditionRow) -> Any:  # noqa: ANN401  # an SQL condition
        return and_(
            _digest.slot_at == edition.slot_at,
            _digest.profile_id == _subscriber.profile_id,
            _digest.since == edition.window_start,
            _digest.variant == variant_of(edition),
        )

    def _chunk(self, edition: EditionRow, reach: Reach) -> Any:  # noqa: ANN401  # an SQL condition
        beyond = and_(_subscriber.id > edition.planned_upto, _subscriber.id <= reach.upto)
        return and_(wants_breaking(), beyond)

    async def _scalar(self, statement: Any) -> Any:  # noqa: ANN401  # a statement and its value
        return await self.transaction.connection.scalar(statement)


@dataclass(frozen=True, slots=True)
class Alert:
    """A story that was breaking news to a reader, or to some."""

    edition_id: int
    story_id: int
    at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class AlertStore:
    """What has been told as breaking news."""

    transaction: Transaction

    async def of_editions(self, edition_ids: Iterable[int]) -> dict[int, Alert]:
        """The alerts of these editions, by edition."""
        statement = select(_edition.id, _edition.story_id, _edition.slot_at).where(_edition.id.in_(sorted(edition_ids)))
        rows = (await self.transaction.connection.execute(statement)).all()
        return {edition_id: Alert(edition_id, story_id, at) for edition_id, story_id, at in rows if story_id}

    async def to(self, subscriber_id: int, since: datetime) -> list[Alert]:
        """What a reader was told after `since` (UTC), oldest first."""
        statement = (
            select(_edition.id, _edition.story_id, _edition.slot_at)
            .join(_delivery, _delivery.edition_id == _edition.id)
            .where(_delivery.subscriber_id == subscriber_id, _delivery.status.in_(HAD))
            .where(_edition.story_id.is_not(None), _edition.slot_at > since)
            .order_by(_edition.slot_at, _edition.id)
        )
        rows = (await self.transaction.connection.execute(statement)).all()
        return [Alert(edition_id, story_id, at) for edition_id, story_id, at in rows if story_id is not None]

    async def stories(self, since: datetime) -> list[int]:
        """The stories that were told to somebody after `since` (UTC), or are about to be, as they were then."""
        told = exists().where(_delivery.edition_id == _edition.id)
        statement = select(_edition.story_id).where(_edition.story_id.is_not(None), _edition.slot_at > since)
        found = await self.transaction.connection.scalars(
            statement.where(told | (_edition.status == "open")).order_by(_edition.id)
        )
        return [story_id for story_id in found if story_id is not None]

    async def count(self, since: datetime) -> tuple[int, int]:
        """How many stories have broken since then, and how many readers have had one of them (each counted)."""
        broken = select(func.count()).where(_edition.story_id.is_not(None), _edition.slot_at > since)
        sent = (
            select(func.count())
            .select_from(_delivery)
            .join(_edition, _edition.id == _delivery.edition_id)
            .where(_edition.story_id.is_not(None), _edition.slot_at > since)
            .where(_delivery.status == DeliveryStatus.SENT)
        )
        return int(await self.transaction.connection.scalar(broken) or 0), int(
            await self.transaction.connection.scalar(sent) or 0
        )


def variant_of(edition: EditionRow) -> str:
    """The variant of the digests of a story's edition."""
    return f"story {edition.story_id}"
