"""Planning: which schedules are due, their editions, digests and deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, case, column, exists, func, literal, select, update, values

from digests.domain.delivery import DeliveryStatus
from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew, Status
from digests.storage import models
from digests.storage.audiences import audience, audience_of, news_from, variant
from digests.storage.big_slots import place_in, places
from digests.storage.database import Transaction
from digests.storage.interning import insert_new, read_schedule
from digests.storage.types import UtcDateTime

_BESIDE = 100
"""Editions that share a transaction at most."""


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule whose next slot has come."""

    id: int
    schedule: Schedule
    slot: datetime  # UTC
    covered_upto: datetime  # UTC; the last slot that has an edition


@dataclass(frozen=True, slots=True)
class Move:
    """A due schedule goes on from its slot to the upcoming one.

    `covered_upto` is the slot that gets an edition now, or that of the last one when this slot gets none.
    """

    due: DueSchedule
    upcoming: datetime  # UTC
    covered_upto: datetime  # UTC


@dataclass(frozen=True, slots=True)
class NewEdition:
    """An edition to be opened, or a slot to be remembered as missed."""

    schedule_id: int
    slot_at: datetime  # UTC
    window_start: datetime  # UTC
    expires_at: datetime  # UTC
    status: str = "open"


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition as planning sees it."""

    id: int
    schedule_id: int | None
    slot_at: datetime  # UTC
    window_start: datetime  # UTC
    status: str
    expires_at: datetime  # UTC
    planned_upto: int
    story_id: int | None = None  # that breaks; then it has no schedule


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest that an edition needs: for this profile, with news after `since` (UTC).

    `variant` names the editions of stories that its readers have had as breaking news since then: "12,15".
    """

    profile_id: int
    since: datetime
    variant: str = ""

    @property
    def alerts(self) -> tuple[int, ...]:
        """The ids in the variant."""
        return tuple(map(int, filter(None, self.variant.split(","))))


@dataclass(frozen=True, slots=True)
class Reach:
    """The next subscribers without a delivery: `count` of them, `upto` the last one.

    Small editions of the same slot may be fanned out `beside` it, each as a whole: a statement for each would cost more
    than their rows.
    """

    upto: int
    count: int
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionStore:
    """Opens editions and fans them out."""

    transaction: Transaction

    async def due(self, now: datetime, limit: int = 1000) -> list[DueSchedule]:
        """Schedules whose slot has come, longest overdue first; others who want to move them on wait."""
        plan = models.Schedule
        order = (plan.next_slot_at, plan.id)  # the same for every process, so that none waits for another in a circle
        statement = select(plan.__table__).where(plan.next_slot_at <= now).order_by(*order).limit(limit)
        rows = (await self.transaction.connection.execute(statement.with_for_update(key_share=True))).mappings()
        return [_due(row) for row in rows]

    async def advance(self, moves: Sequence[Move]) -> set[int]:
        """Move schedules on to their next slots; the ids of those that nobody else has moved on."""
        if not moves:
            return set()
        plan, time = models.Schedule, UtcDateTime()
        columns = column("id", plan.id.type), column("slot", time), column("upcoming", time), column("covered", time)
        rows = [(move.due.id, move.due.slot, move.upcoming, move.covered_upto) for move in moves]
        move = values(*columns, name="move").data(rows).cte("move")
        statement = (
            update(plan)
            .where(plan.id == move.c.id, plan.next_slot_at == move.c.slot)
            .values(next_slot_at=move.c.upcoming, covered_upto=move.c.covered)
            .returning(plan.id)
        )
        return set(await self.transaction.connection.scalars(statement))

    async def open(self, editions: Sequence[NewEdition]) -> list[EditionRow]:
        """Open editions, and remember missed slots; those that are open now. A slot has one of them at most."""
        if not editions:
            return []
        edition = models.Edition
        statement = insert_new(self.transaction, edition).on_conflict_do_nothing().returning(*edition.__table__.c)
        made = await self.transaction.connection.execute(statement, [asdict(each) for each in editions])
        rows = [EditionRow(**row) for row in made.mappings() if row["status"] == "open"]
        return sorted(rows, key=lambda row: row.id)

    async def too_far(self, beyond: datetime) -> list[DueSchedule]:
        """Schedules whose next slot is later than `beyond`."""
        plan = models.Schedule
        rows = await self.transaction.connection.execute(select(plan.__table__).where(plan.next_slot_at > beyond))
        return [_due(row) for row in rows.mappings()]

    async def get(self, edition_id: int, *, lock: bool = False) -> EditionRow | None:
        """One edition; with `lock` others who want to fan it out wait until this transaction ends."""
        statement = select(models.Edition.__table__).where(models.Edition.id == edition_id)
        if lock:
            statement = statement.with_for_update(key_share=True)
        row = (await self.transaction.connection.execute(statement)).mappings().one_or_none()
        return EditionRow(**row) if row else None

    async def unfinished(self, status: str) -> list[tuple[int, datetime]]:
        """Editions in this status ("open" or "planned") with their slots (UTC), oldest first."""
        edition = models.Edition
        statement = select(edition.id, edition.slot_at).where(edition.status == status)
        rows = await self.transaction.connection.execute(statement.order_by(edition.slot_at, edition.id))
        return [(edition_id, slot_at) for edition_id, slot_at in rows]

    async def set_status(self, status: str, *edition_ids: int) -> None:
        """Move editions on."""
        edition = models.Edition
        these = update(edition).where(edition.id.in_(edition_ids))
        await self.transaction.connection.execute(these.values(status=status))

    async def give_up(self, now: datetime) -> int:
        """Call editions missed that have expired before anybody got a delivery; how many.

        The schedule's next window reaches back over theirs, unless it has been opened already. Stories that have broken
        wait for nobody any more.
        """
        edition, plan, delivery = models.Edition, models.Schedule, models.Delivery
        late = update(edition).where(edition.status == "open", edition.expires_at < now)
        await self.transaction.connection.execute(late.where(edition.story_id.is_not(None)).values(status="planned"))
        begun = exists().where(delivery.edition_id == edition.id)
        last = exists().where(plan.id == edition.schedule_id, plan.covered_upto == edition.slot_at)
        statement = select(edition.id, edition.schedule_id, edition.window_start)
        lost = statement.where(edition.status == "open", edition.expires_at < now, ~begun, last)
        rows = (await self.transaction.connection.execute(lost)).all()
        for edition_id, schedule_id, start in rows:
            await self.set_status("missed", edition_id)
            await self.transaction.connection.execute(
                update(plan).where(plan.id == schedule_id).values(covered_upto=start)
            )
        return len(rows)

    async def wanted(self, slot_at: datetime) -> list[Wanted]:
        """The distinct digests that the audiences of a slot's open editions need and that have not been composed.

        Those of one window follow one another.
        """
        edition, subscriber, digest = models.Edition, models.Subscriber, models.Digest
        since = news_from(edition.window_start, slot_at)
        wish = (
            select(subscriber.profile_id, since.label("since"), variant(since, slot_at).label("variant"))
            .join(edition, audience(edition.schedule_id, slot_at))
            .where(edition.slot_at == slot_at, edition.status == "open")
            .distinct()
            .subquery()
            .c
        )
        made = exists().where(
            digest.slot_at == slot_at,
            digest.profile_id == wish.profile_id,
            digest.since == wish.since,
            digest.variant == wish.variant,
        )
        statement = select(wish.profile_id, wish.since, wish.variant).where(~made).order_by(wish.since, wish.profile_id)
        return [Wanted(*row) for row in (await self.transaction.connection.execute(statement)).all()]

    async def add_digests(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store composed digests: slot_at, profile_id, since, variant, body, item_count, article_ids each."""
        if rows:
            statement = insert_new(self.transaction, models.Digest).on_conflict_do_nothing()
            await self.transaction.connection.execute(statement, list(rows))

    async def reach(self, edition: EditionRow, chunk: int) -> Reach | None:
        """The next subscribers without a delivery, `chunk` at most; None at the end."""
        subscriber = models.Subscriber
        after = and_(audience_of(edition), subscriber.id > edition.planned_upto)
        ids = select(subscriber.id).where(after).order_by(subscriber.id).limit(chunk).subquery()
        statement = select(func.max(ids.c.id), func.count())
        upto, count = (await self.transaction.connection.execute(statement.select_from(ids))).one()
        return Reach(upto, count) if count else None

    async def beside(self, edition: EditionRow, reach: Reach, chunk: int) -> Reach:
        """The same reach with other editions of the slot that fit into a chunk, and that nobody else fans out."""
        other, subscriber = models.Edition, models.Subscriber
        theirs = and_(audience(other.schedule_id, edition.slot_at), subscriber.id > other.planned_upto)
        some = select(subscriber.id).where(theirs).limit(chunk).correlate(other).subquery()
        readers = select(func.count()).select_from(some).scalar_subquery()
        waiting = and_(other.slot_at == edition.slot_at, other.status == "open", other.story_id.is_(None))
        statement = select(other.id, readers).where(waiting, other.id != edition.id).order_by(other.id).limit(_BESIDE)
        statement = statement.with_for_update(key_share=True, skip_locked=True)
        taken, count = list[int](), reach.count
        for edition_id, more in (await self.transaction.connection.execute(statement)).all():
            if count + more <= chunk:
                taken.append(edition_id)
                count += more
        if not taken:
            return reach
        last = await self.transaction.connection.scalar(select(func.max(subscriber.id)))  # who is new waits for no slot
        return Reach(last or 0, count, tuple(taken))

    async def fan_out(self, edition: EditionRow, reach: Reach, spread: int = 0) -> bool:
        """Make the deliveries of the next subscribers, spread over so many minutes.

        A digest without items is skipped at once unless the reader wants a note. False when somebody has no digest,
        be it because none has been composed or because he has changed his preferences since: compose what is `wanted`
        and come again.
        """
        here, delivery = models.Edition, models.Delivery
        made = await self._add_deliveries(edition, reach, spread)
        if made != reach.count:  # some are there already, or have no digest
            mine = exists().where(delivery.edition_id == here.id, delivery.subscriber_id == models.Subscriber.id)
            left = select(models.Subscriber.id).join(here, self._theirs(edition, reach)).where(~mine).limit(1)
            if await self.transaction.connection.scalar(left) is not None:
                return False
        these = here.id.in_((edition.id, *reach.beside))
        await self.transaction.connection.execute(update(here).where(these).values(planned_upto=reach.upto))
        return True

    async def _add_deliveries(self, edition: EditionRow, reach: Reach, spread: int = 0) -> int:
        here, subscriber, digest = models.Edition, models.Subscriber, models.Digest
        quiet = and_(digest.item_count == 0, subscriber.nothing_new == NothingNew.SILENT)
        since = news_from(here.window_start, edition.slot_at)
        source = (
            select(
                here.id,
                subscriber.id,
                digest.id,
                case((quiet, DeliveryStatus.SKIPPED), else_=DeliveryStatus.PENDING),
                case((quiet, "nothing_new")),
                case((quiet, literal(edition.slot_at, UtcDateTime))),
                literal(0),
                literal(False),
                literal([], models.Delivery.message_ids.type),
            )
            .select_from(here)
            .join(subscriber, self._theirs(edition, reach))
            .join(
                digest,
                and_(
                    digest.slot_at == edition.slot_at,
                    digest.profile_id == subscriber.profile_id,
                    digest.since == since,
                    digest.variant == variant(since, edition.slot_at),
                ),
            )
            .with_for_update(read=True, key_share=True, of=subscriber)  # who is being deleted now is passed over
        )
        columns = ["edition_id", "subscriber_id", "digest_id", "status", "reason", "finished_at"]
        columns += ["attempts", "plain", "message_ids"]
        if spread:
            source = source.add_columns(_place(edition, spread))
            columns.append("not_before")
        statement = insert_new(self.transaction, models.Delivery).from_select(columns, source).on_conflict_do_nothing()
        # SQLAlchemy forgets how many rows PostgreSQL has inserted unless it is told that somebody wants to know.
        counted = statement.execution_options(preserve_rowcount=True)
        return (await self.transaction.connection.execute(counted)).rowcount

    def _theirs(self, edition: EditionRow, reach: Reach) -> Any:  # noqa: ANN401  # an SQL condition
        """The next subscribers of these editions."""
        here, subscriber = models.Edition, models.Subscriber
        bounds = (subscriber.id > here.planned_upto, subscriber.id <= reach.upto)
        these = here.id.in_((edition.id, *reach.beside))
        return and_(these, audience(here.schedule_id, edition.slot_at), *bounds)


def _place(edition: EditionRow, spread: int) -> Any:  # noqa: ANN401  # an SQL expression
    """When a subscriber's turn is; null for those whose turn is at the slot."""
    instants = places(edition.slot_at, spread)
    found = {number: literal(instant, UtcDateTime) for number, instant in instants.items()}
    return case(found, value=place_in(spread))


async def missed_since(transaction: Transaction, since: datetime) -> int:
    """Slots of schedules since then that were not served in time, for operators."""
    edition = models.Edition
    statement = select(func.count()).where(edition.slot_at >= since, edition.status == "missed")
    return int(await transaction.connection.scalar(statement) or 0)


def _due(row: RowMapping) -> DueSchedule:
    return DueSchedule(row["id"], read_schedule(row), row["next_slot_at"], row["covered_upto"])


async def next_slot(transaction: Transaction) -> datetime | None:
    """The next slot of any schedule that has active subscribers, for operators."""
    plan, subscriber = models.Schedule, models.Subscriber
    followed = exists().where(subscriber.schedule_id == plan.id, subscriber.status == Status.ACTIVE)
    result: datetime | None = await transaction.connection.scalar(select(func.min(plan.next_slot_at)).where(followed))
    return result
