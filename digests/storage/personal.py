"""Everything that is stored of one chat, found by the tables' own keys: a new table cannot be forgotten here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.fan_outs import MAKING
from digests.storage.types import Id

_SUBSCRIBER: Table = models.Subscriber.__table__
_CHAT = bindparam("chat", type_=Id)


def _owned() -> dict[Table, ColumnElement[bool]]:
    """Tables with rows of one chat, each with the condition that finds them, owners before what they own.

    These are the tables with a column `chat_id`, those that name a subscriber, and those that refer to one of these by
    a foreign key. Who manages groups and channels is stored with the number of his private chat (`user_id`).
    """
    owned: dict[Table, ColumnElement[bool]] = {}
    for table in models.Base.metadata.sorted_tables:
        if "chat_id" in table.columns:
            owned[table] = table.c.chat_id == _CHAT
    for table in models.Base.metadata.sorted_tables:
        if table in owned:
            continue
        if "subscriber_id" in table.columns:
            owned[table] = table.c.subscriber_id.in_(select(_SUBSCRIBER.c.id).where(owned[_SUBSCRIBER]))
            if "user_id" in table.columns:
                owned[table] = owned[table] | (table.c.user_id == _CHAT)
            continue
        for key in table.foreign_keys:
            owner = key.column.table
            if owner in owned and owner is not table:
                owned[table] = key.parent.in_(select(key.column).where(owned[owner]))
                break
    return owned


OWNED = _owned()
"""What belongs to a chat: handed out by /mydata, deleted by /forget."""


@dataclass(frozen=True, slots=True)
class PersonalStore:
    """The rows of one chat with all its forum topics."""

    transaction: Transaction
    chat_id: int

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        """All of them, by table, column by column."""
        return {str(table.name): await self._select(select(table).where(mine)) for table, mine in OWNED.items()}

    async def shared(self) -> dict[str, list[dict[str, Any]]]:
        """The rows that they refer to and that equal readers share: profiles, schedules, slots."""
        mine, subscriber = OWNED[_SUBSCRIBER], models.Subscriber
        profiles = select(subscriber.profile_id).where(mine)
        link, edition, delivery = models.ProfileTopic, models.Edition, models.Delivery
        topics = select(link.profile_id, models.Topic.slug).join(models.Topic, models.Topic.id == link.topic_id)
        slots = select(delivery.edition_id).where(OWNED[models.Delivery.__table__])
        schedules = select(subscriber.schedule_id).where(mine)
        plan, profile = models.Schedule, models.Profile
        return {
            "profile": await self._select(select(profile.__table__).where(profile.id.in_(profiles))),
            "profile_topic": await self._select(topics.where(link.profile_id.in_(profiles))),
            "profile_story": await self._select(
                select(models.ProfileStory.__table__).where(models.ProfileStory.profile_id.in_(profiles))
            ),
            "schedule": await self._select(
                select(plan.id, plan.time_zone, plan.minutes, plan.weekdays).where(plan.id.in_(schedules))
            ),
            "edition": await self._select(select(edition.id, edition.slot_at).where(edition.id.in_(slots))),
        }

    async def stop(self) -> None:
        """Let nothing more be claimed for this chat."""
        statement = update(_SUBSCRIBER).where(OWNED[_SUBSCRIBER]).values(status=Status.STOPPED)
        await self.transaction.connection.execute(statement, self._parameters())

    async def hold(self) -> bool:
        """Let nobody else change the chat's subscribers and deliveries; True when a digest is on its way there.

        Subscribers are locked first, as by those who settle deliveries.
        """
        await self.transaction.alone(MAKING)
        delivery: Table = models.Delivery.__table__
        for column, mine in ((_SUBSCRIBER.c.status, OWNED[_SUBSCRIBER]), (delivery.c.status, OWNED[delivery])):
            found = await self.transaction.connection.scalars(
                select(column).where(mine).with_for_update(), self._parameters()
            )
        return DeliveryStatus.SENDING in list(found)

    async def delete(self) -> int:
        """Delete all of them; how many subscribers there were."""
        deleted = 0
        await self.transaction.alone(MAKING)
        for table, mine in reversed(OWNED.items()):
            result = await self.transaction.connection.execute(delete(table).where(mine), self._parameters())
            deleted = result.rowcount if table is _SUBSCRIBER else deleted
        return deleted

    async def _select(self, statement: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        found = await self.transaction.connection.execute(statement, self._parameters())
        return [{str(name): value for name, value in row.items()} for row in found.mappings()]

    def _parameters(self) -> dict[str, Any]:
        return {"chat": self.chat_id}
