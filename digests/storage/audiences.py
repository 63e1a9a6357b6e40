"""Whom an edition is for, and what each of them has had already: SQL of the statements that plan and fan out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Text, and_, case, cast, func, literal, literal_column, select

from digests.domain.delivery import DeliveryStatus
from digests.storage import models
from digests.storage.types import UtcDateTime

HAD = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.UNCERTAIN)
"""The reader has it, may have it, or is about to."""
REACH = timedelta(days=7)
"""The first digest after a change of schedule goes back so far to join the last one before it."""


class Slot(Protocol):
    """What of an edition says whom it is for."""

    @property
    def schedule_id(self) -> int | None:
        """Whose slot it is."""
        ...

    @property
    def slot_at(self) -> datetime:
        """When (UTC)."""
        ...

    @property
    def story_id(self) -> int | None:
        """Which story breaks; then there is no schedule."""
        ...


def active() -> Any:  # noqa: ANN401  # an SQL condition
    """Subscribers to whom something may go out, as their index says it."""
    return models.Subscriber.status == literal_column("'active'")


def wants_breaking() -> Any:  # noqa: ANN401  # an SQL condition
    """Active subscribers who want breaking news, as their index says it."""
    return and_(literal_column("subscriber.breaking"), active())


def followers(schedule_id: Any) -> Any:  # noqa: ANN401  # SQL
    """Active subscribers of the schedule, whenever they have chosen it: their index alone tells."""
    return and_(models.Subscriber.schedule_id == schedule_id, active())


def audience(schedule_id: Any, slot_at: datetime) -> Any:  # noqa: ANN401  # SQL
    """Active subscribers of the schedule who had chosen it when the slot came."""
    return and_(followers(schedule_id), models.Subscriber.scheduled_at < slot_at)


def within_reach(edition: Slot) -> Any:  # noqa: ANN401  # an SQL condition
    """Whom an edition may be for: who has its schedule now, or who wants breaking news."""
    return followers(edition.schedule_id) if edition.story_id is None else wants_breaking()


def news_from(start: Any, slot_at: datetime) -> Any:  # noqa: ANN401  # SQL
    """Where a subscriber's news begin: at the window's `start`, for one who has changed to this schedule where his
    last one has ended: later, or earlier by at most REACH.
    """
    begins, chosen = models.Subscriber.news_from, models.Subscriber.scheduled_at
    slot, farthest = literal(slot_at, UtcDateTime), literal(slot_at - REACH, UtcDateTime)
    reach = case((start < farthest, start), else_=farthest)
    return case(
        (begins >= slot, slot),
        (begins > start, begins),
        (chosen < start, start),
        (begins < reach, reach),
        else_=func.coalesce(begins, start),
    )


def variant(since: Any, slot_at: datetime) -> Any:  # noqa: ANN401  # SQL
    """Which stories a subscriber has had as breaking news `since` then, as `Digest.variant` names them.

    Who has had none, and these are nearly all, costs no look at his deliveries.
    """
    subscriber = models.Subscriber
    delivery, edition = models.Delivery.__table__.alias(), models.Edition.__table__.alias()
    had = (
        select(cast(edition.c.id, Text).label("id"))
        .join(delivery, delivery.c.edition_id == edition.c.id)
        .where(delivery.c.subscriber_id == subscriber.id, delivery.c.status.in_(HAD))
        .where(edition.c.story_id.is_not(None), edition.c.slot_at > since, edition.c.slot_at <= slot_at)
        .order_by(edition.c.id)  # both databases take it over into the list
        .correlate_except(delivery, edition)
        .subquery()
    )
    names = select(func.aggregate_strings(had.c.id, ",")).correlate_except(had).scalar_subquery()
    return case((subscriber.alerted_at > since, func.coalesce(names, "")), else_="")
