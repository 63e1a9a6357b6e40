"""What the operator's page of figures shows: readers, slots, lag, sources. Counts, nothing about a single reader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from digests.domain.delivery import DeliveryStatus
from digests.domain.sources import Source, Tally
from digests.ports import Clock
from digests.services.overview import Overview, Standing
from digests.services.remembering import Remembered
from digests.storage.database import Database
from digests.storage.sources import SourceStore
from digests.storage.statistics import SlotOutcome, StatisticsStore

DAYS = 14
"""So far back the page looks, today included."""
FOLLOWED = 5
"""Topics that are named, those with most readers."""
_KEPT = timedelta(seconds=30)
"""Counting takes seconds where there are millions of rows: whoever reloads gets what was counted."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day (UTC)."""

    day: date
    readers: int  # of those there are now, how many were there at its end
    outcomes: Mapping[DeliveryStatus, int]
    missed: int  # slots that nobody was there to serve in time


@dataclass(frozen=True, slots=True)
class Slot:
    """The digests of one instant."""

    at: datetime  # UTC
    digests: int
    waiting: int  # neither sent nor given up
    took: timedelta | None  # until the last one was finished; None while none is


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """How one source has been doing in `DAYS` days."""

    source: Source
    added: Sequence[int]  # articles of each day, the oldest first
    total: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it, at one moment."""

    at: datetime  # UTC
    standing: Standing
    overdue: timedelta
    days: Sequence[Day]  # the oldest first
    slots: Sequence[Slot]  # of the last two days, the oldest first
    sources: Sequence[SourceFigures]  # troubled ones first, then by what they brought
    followed: Sequence[tuple[str, int]]  # topics with how many active readers have them


@dataclass
class Statistics:
    """Counts what the page shows."""

    database: Database
    clock: Clock
    _counted: Remembered[Figures] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without counts."""
        self._counted = Remembered(self._count, _KEPT)

    async def figures(self) -> Figures:
        """The figures of now, or of half a minute ago."""
        return await self._counted.get(self.clock.now())

    async def _count(self, now: datetime) -> Figures:
        standing = await Overview(self.database).standing(now)
        days = [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
        midnights = [datetime.combine(day, time(), now.tzinfo) for day in days]
        ends = [*midnights[1:], midnights[-1] + timedelta(days=1)]
        async with self.database.read() as transaction:
            store = StatisticsStore(transaction)
            outcomes = await store.outcomes(midnights[0])
            missed = Counter(slot.date() for slot in await store.missed(midnights[0]))
            readers = await store.joined(ends)
            overdue = await store.overdue(now)
            tallies = await store.days_of_sources(days[0])
            sources = await SourceStore(transaction).all()
            followed = await store.followed(FOLLOWED)
        by_day: defaultdict[date, Counter[DeliveryStatus]] = defaultdict(Counter)
        for outcome in outcomes:
            by_day[outcome.slot_at.date()][outcome.status] += outcome.count
        return Figures(
            at=now,
            standing=standing,
            overdue=overdue,
            days=[Day(day, count, by_day[day], missed[day]) for day, count in zip(days, readers, strict=True)],
            slots=_slots([each for each in outcomes if each.slot_at >= now - timedelta(days=2)]),
            sources=sorted((_source(each, tallies.get(each.id, {}), days) for each in sources), key=_rank),
            followed=followed,
        )


def _slots(outcomes: Sequence[SlotOutcome]) -> list[Slot]:
    """One line for each instant."""
    found: list[Slot] = []
    for at in dict.fromkeys(each.slot_at for each in outcomes):
        here = [each for each in outcomes if each.slot_at == at]
        open_ = sum(each.count for each in here if each.status in (DeliveryStatus.PENDING, DeliveryStatus.SENDING))
        finished = [each.finished_at for each in here if each.finished_at is not None]
        took = max(finished) - at if finished else None
        found.append(Slot(at, sum(each.count for each in here), open_, took))
    return found


def _source(source: Source, days: Mapping[date, Tally], wanted: Sequence[date]) -> SourceFigures:
    each = [days.get(day, Tally()) for day in wanted]
    total = sum(each, Tally())
    return SourceFigures(source, [tally.added for tally in each], total)


def _rank(figures: SourceFigures) -> tuple[bool, int, str]:
    return not figures.source.failures, -figures.total.added, figures.source.title.lower()
