"""From an edition to a delivery for each of its readers, in statements that PostgreSQL walks few rows for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, select, tuple_, update

from digests.domain.delivery import DeliveryStatus
from digests.domain.subscribers import NothingNew
from digests.storage import models
from digests.storage.audiences import audience, followers, news_from, variant, within_reach
from digests.storage.big_slots import place_in, places
from digests.storage.database import Transaction
from digests.storage.editions import EditionRow
from digests.storage.interning import insert_new
from digests.storage.types import UtcDateTime

MAKING = "deliveries"
"""Shared by who makes deliveries of many readers. Who deletes a reader holds it alone: were each reader locked instead,
the lock would be written into nearly every page of them."""
_BESIDE = 100
"""Editions that share a transaction at most."""
_A_LOOK = 10
"""Of so many the subscribers are counted before it is seen whether there is room for more."""


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
    """The next subscribers without a delivery: `count` of them at most, `upto` the last one.

    Small editions of the same slot may be fanned out `beside` it, each as a whole: a statement for each would cost more
    than their rows.
    """

    upto: int = 0
    count: int = 0
    beside: tuple[int, ...] = ()
    schedules: tuple[int, ...] = ()  # theirs


@dataclass(frozen=True, slots=True)
class FanOutStore:
    """Finds who gets a digest of which edition, and makes their deliveries."""

    transaction: Transaction

    async def wanted(self, slot_at: datetime) -> dict[Wanted, int]:
        """The distinct digests that the audiences of a slot's open editions need and that have not been composed.

        Each with the first subscriber who needs it, and in the order of these: so the readers before the first one of
        the digests that are still left have all that they need.
        """
        edition, found = models.Edition, dict[Wanted, int]()
        here = and_(edition.slot_at == slot_at, edition.status == "open", edition.story_id.is_(None))
        statement = select(edition.id, edition.schedule_id).where(here).order_by(edition.id)
        rows = (await self.transaction.connection.execute(statement)).all()
        for start in range(0, len(rows), _BESIDE):
            ids, schedules = zip(*rows[start : start + _BESIDE], strict=True)
            wanted = await self.transaction.connection.execute(_wanted(ids, schedules, slot_at))
            for *digest, first in wanted.all():
                wish = Wanted(*digest)
                found[wish] = min(first, found.get(wish, first))
        return dict(sorted(found.items(), key=itemgetter(1)))

    async def waiting(self, slot_at: datetime, after: int, before: int) -> EditionRow | None:
        """The next open edition of a slot, by number after `after`, that has to reach subscribers below `before`; held
        until the transaction ends. None when there is none, or others fan it out.
        """
        edition = models.Edition
        theirs = exists().where(followers(edition.schedule_id), _between(edition.planned_upto, before))
        open_ = and_(edition.slot_at == slot_at, edition.status == "open", edition.story_id.is_(None))
        statement = select(edition.__table__).where(open_, edition.id > after, theirs).order_by(edition.id).limit(1)
        statement = statement.with_for_update(key_share=True, skip_locked=True)
        row = (await self.transaction.connection.execute(statement)).mappings().one_or_none()
        return EditionRow(**row) if row else None

    async def reach(self, edition: EditionRow, chunk: int, before: int | None = None) -> Reach:
        """The next subscribers without a delivery, `chunk` at most, and with numbers below `before` if it is given.

        Whoever has chosen this schedule since the slot is counted too, though he gets nothing: so an index tells alone.
        """
        subscriber = models.Subscriber
        these = and_(within_reach(edition), _between(edition.planned_upto, before))
        ids = select(subscriber.id).where(these).order_by(subscriber.id).limit(chunk).subquery()
        statement = select(func.coalesce(func.max(ids.c.id), edition.planned_upto), func.count())
        return Reach(*(await self.transaction.connection.execute(statement.select_from(ids))).one())

    async def beside(self, edition: EditionRow, reach: Reach, chunk: int, before: int | None = None) -> Reach:
        """The same reach with other editions of the slot that fit into a chunk, and that nobody else fans out; with
        `before` those that have to reach subscribers below it.

        They are taken from the last one on: others begin with the first ones, and would wait for what is held here.
        """
        taken, count, full = dict[int, int](), reach.count, False
        last: int | None = None
        while not full and count < chunk and len(taken) < _BESIDE:
            found = await self._beside(edition, last, chunk - count, before)
            for edition_id, schedule_id, more in found:
                if count + more > chunk:
                    full = True
                    continue
                taken[edition_id] = schedule_id
                count += more
            if len(found) < _A_LOOK:
                break
            last = found[-1][0]
        if not taken:
            return reach
        highest = select(func.max(models.Subscriber.id))  # who is new waits for no slot
        upto = before - 1 if before else await self.transaction.connection.scalar(highest) or 0
        return Reach(upto, count, tuple(taken), tuple(taken.values()))

    async def _beside(self, edition: EditionRow, last: int | None, room: int, before: int | None) -> Sequence[Any]:
        """Some other editions with their schedules and how many subscribers wait, one more than there is room for.

        They have smaller numbers than the `last` one before.
        """
        other, subscriber = models.Edition, models.Subscriber
        theirs = and_(followers(other.schedule_id), _between(other.planned_upto, before))
        some = select(subscriber.id).where(theirs).limit(room + 1).correlate(other).subquery()
        readers = select(func.count()).select_from(some).scalar_subquery()
        waiting = and_(other.slot_at == edition.slot_at, other.status == "open", other.story_id.is_(None))
        statement = select(other.id, other.schedule_id, readers).where(waiting, other.id != edition.id)
        if last is not None:
            statement = statement.where(other.id < last)
        if before is not None:
            statement = statement.where(exists().where(theirs))
        statement = statement.order_by(other.id.desc()).limit(_A_LOOK)
        statement = statement.with_for_update(key_share=True, skip_locked=True)
        return (await self.transaction.connection.execute(statement)).all()

    async def fan_out(self, edition: EditionRow, reach: Reach, spread: int = 0) -> bool:
        """Make the deliveries of the next subscribers, spread over so many minutes.

        A digest without items is skipped at once unless the reader wants a note. False when somebody has no digest,
        be it because none has been composed or because he has changed his preferences since: compose what is `wanted`
        and come again.
        """
        here, delivery = models.Edition, models.Delivery
        await self.transaction.share(MAKING)  # nobody is deleted without the deliveries that are made now
        made = await self._add_deliveries(edition, reach, spread)
        if made != reach.count:  # some are there already, came after the slot, or have no digest
            mine = select(delivery.status).where(
                delivery.edition_id == here.id, delivery.subscriber_id == models.Subscriber.id
            )
            without = mine.scalar_subquery().is_(None)  # by key: a join may be planned by what stood there before
            left = select(models.Subscriber.id).join(here, self._theirs(edition, reach)).where(without).limit(1)
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
        )
        columns = ["edition_id", "subscriber_id", "digest_id", "status", "reason", "finished_at"]
        columns += ["attempts", "plain", "message_ids"]
        if spread:
            source = source.add_columns(_place(edition, spread))
            columns.append("not_before")
        statement = insert_new(self.transaction, models.Delivery).from_select(columns, source)
        if await self._begun(edition, reach):
            statement = statement.on_conflict_do_nothing()
        # SQLAlchemy forgets how many rows PostgreSQL has inserted unless it is told that somebody wants to know.
        counted = statement.execution_options(preserve_rowcount=True)
        return (await self.transaction.connection.execute(counted)).rowcount

    async def _begun(self, edition: EditionRow, reach: Reach) -> bool:
        """True when some of these deliveries may be there already: to be told of each costs a third of making it.

        Nobody else makes any meanwhile, as the editions are held.
        """
        here, key = models.Edition, (models.Delivery.edition_id, models.Delivery.subscriber_id)
        above, upto = tuple_(*key) > tuple_(here.id, here.planned_upto), tuple_(*key) <= tuple_(here.id, reach.upto)
        made = select(key[0]).where(above, upto).order_by(*key).limit(1).correlate(here)  # else planned by subscriber
        some = select(made.scalar_subquery()).where(here.id.in_((edition.id, *reach.beside)))
        return any(each is not None for each in await self.transaction.connection.scalars(some))

    def _theirs(self, edition: EditionRow, reach: Reach) -> Any:  # noqa: ANN401  # an SQL condition
        """The next subscribers of these editions."""
        here, subscriber = models.Edition, models.Subscriber
        bounds = (subscriber.id > here.planned_upto, subscriber.id <= reach.upto)
        these = here.id.in_((edition.id, *reach.beside))
        schedules = subscriber.schedule_id.in_((edition.schedule_id, *reach.schedules))  # see _wanted
        return and_(these, schedules, audience(here.schedule_id, edition.slot_at), *bounds)


def _wanted(editions: Sequence[int], schedules: Sequence[int], slot_at: datetime) -> Any:  # noqa: ANN401  # SQL
    """Digests that the audiences of these editions need and that have not been composed.

    Their schedules are named, though the editions tell them: PostgreSQL else walks the subscribers of all schedules.
    """
    edition, subscriber, digest = models.Edition, models.Subscriber, models.Digest
    since = news_from(edition.window_start, slot_at)
    wish = (
        select(subscriber.profile_id, since.label("since"), variant(since, slot_at).label("variant"))
        .select_from(subscriber)
        .join(edition, audience(edition.schedule_id, slot_at))
        .add_columns(func.min(subscriber.id).label("first"))
        .where(edition.id.in_(editions), subscriber.schedule_id.in_(schedules))
        .group_by("profile_id", "since", "variant")
        .subquery()
        .c
    )
    made = exists().where(
        digest.slot_at == slot_at,
        digest.profile_id == wish.profile_id,
        digest.since == wish.since,
        digest.variant == wish.variant,
    )
    return select(wish.profile_id, wish.since, wish.variant, wish.first).where(~made)


def _between(planned_upto: Any, before: int | None) -> Any:  # noqa: ANN401  # an SQL condition
    """Subscribers who have not been reached, with numbers below `before` if it is given."""
    subscriber = models.Subscriber
    return subscriber.id > planned_upto if before is None else subscriber.id.between(planned_upto + 1, before - 1)


def _place(edition: EditionRow, spread: int) -> Any:  # noqa: ANN401  # an SQL expression
    """When a subscriber's turn is; null for those whose turn is at the slot."""
    instants = places(edition.slot_at, spread)
    found = {number: literal(instant, UtcDateTime) for number, instant in instants.items()}
    return case(found, value=place_in(spread))
