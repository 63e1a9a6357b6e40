"""Very many subscribers, by statements inside the database: what the bot would have written, without its work.

Some of them are due at slots of their own, a group per slot, over several hundred schedules (a time zone each) and some
hundred profiles; both are taken as unevenly as readers take them, the n-th most popular one by a share of 1 / n.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product, repeat
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import text

from digests.domain.preferences import Length, Preferences
from digests.domain.schedule import Schedule
from digests.domain.topics import Catalogue
from digests.storage.connections import connected
from digests.storage.database import Database, Transaction
from digests.storage.interning import InterningStore
from tests.benchmarks.filling import COMMON, vocabulary

SLOT = datetime(2026, 8, 13, 5, 0, tzinfo=UTC)
"""The first group's; each other one comes an hour later."""
_CELLS = 4096
"""Shares are cut into so many parts."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_COLUMNS = (
    "id, chat_id, thread_id, kind, language, time_zone, zone_confirmed, setup_step, status, nothing_new, silent, "
    "profile_id, schedule_id, scheduled_at, created_at"
)
_VALUES = (
    "n, 10000000 + n, 0, 'private', 'de', 'Europe/Berlin', true, 4, 'active', 'silent', false, "
    "p.item, s.item, '2026-01-01 00:00:00{zone}', '2026-01-01 00:00:00{zone}'"
)
_NUMBERS = {
    "postgresql": "generate_series(CAST(1 AS bigint), {count}) AS n(n)",
    "sqlite": "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) SELECT n FROM n) n",
}


@dataclass(frozen=True)
class Audience:
    """`subscribers` in all, of whom `groups` say how many are due at each slot."""

    subscribers: int
    groups: Sequence[int]
    schedules: int = 400
    profiles: int = 300
    word_every: int = 10  # so many profiles, one of which has a word
    own_words: bool = False  # each of them has another one

    def slot(self, group: int) -> datetime:
        """When a group is due, in UTC."""
        return SLOT + group * _HOUR

    async def fill(self, database: Database, catalogue: Catalogue) -> None:
        """Store all of it in a database that has its topics and no subscribers."""
        async with database.write() as transaction:
            await _cells(transaction)
            wanted = wishes(catalogue, self.profiles, self.word_every, own_words=self.own_words)
            for number, wish in enumerate(wanted):
                await _share(transaction, "profile", 0, number, await InterningStore(transaction).profile(wish))
            for group in range(len(self.groups) + 1):  # the last one is due at no slot that is measured
                for number, schedule in enumerate(schedules(self.slot(group), self.schedules)):
                    before = self.slot(group) - _HOUR
                    await _share(
                        transaction,
                        "schedule",
                        group,
                        number,
                        await InterningStore(transaction).schedule(schedule, before),
                    )
            await _spread(transaction, {"profile": self.profiles, "schedule": self.schedules})
        async with database.write() as transaction:
            await self._subscribers(transaction)
        async with database.write() as transaction:
            await transaction.connection.execute(text("DROP TABLE cell"))
        async with connected(database.engine) as connection:  # what autovacuum has done long before there are so many
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in ("ANALYZE",) if database.is_sqlite else ("VACUUM subscriber", "ANALYZE"):
                await connection.execute(text(statement))

    async def _subscribers(self, transaction: Transaction) -> None:
        connection, kind = transaction.connection, transaction.dialect
        indexes = await _without_indexes(transaction)
        bounds, case = 0, ""
        for group, due in enumerate(self.groups):  # whoever is due is strewn over the whole table
            bounds += due
            case += f" WHEN n * 7919 % {self.subscribers} < {bounds} THEN {group}"
        statement = (
            f"INSERT INTO subscriber ({_COLUMNS}) SELECT {_VALUES} FROM {_NUMBERS[kind]} "  # noqa: S608
            f"JOIN cell s ON s.kind = 'schedule' AND s.grouped = CASE {case} ELSE {len(self.groups)} END "
            f"AND s.cell = n * 48271 % {_CELLS} "
            f"JOIN cell p ON p.kind = 'profile' AND p.grouped = 0 AND p.cell = n * 16807 / 64 % {_CELLS}"
        )
        zone = "+00" if kind == "postgresql" else ".000000"
        await connection.execute(text(statement.format(zone=zone, count=self.subscribers)))
        for index in indexes:
            await connection.execute(text(index))


def wishes(catalogue: Catalogue, count: int, word_every: int = 10, *, own_words: bool = False) -> list[Preferences]:
    """Different preferences: one to three topics, one of `word_every` with a word, all the same or each his own."""
    following = iter(vocabulary() if own_words else repeat(COMMON))
    slugs = sorted(topic.slug for topic in catalogue)
    found: list[Preferences] = []
    for step, (number, slug) in product(range(1, len(slugs)), enumerate(slugs)):
        topics = {slug, slugs[(number + step) % len(slugs)], slugs[(number + 3 * step) % len(slugs)]}
        words = frozenset({next(following)} if len(found) % word_every == word_every - 1 else ())
        wish = Preferences(topics=frozenset(topics), words=words, length=list(Length)[number % len(Length)])
        if wish not in found:
            found.append(wish)
        if len(found) == count:
            break
    return found


def schedules(slot: datetime, count: int) -> list[Schedule]:
    """Schedules of different time zones, all of them due at `slot` (UTC), and a day before."""
    found: list[Schedule] = []
    for zone in sorted(available_timezones() - {"localtime"}, key=lambda name: (name != "Europe/Berlin", name)):
        local = slot.astimezone(ZoneInfo(zone))
        schedule = Schedule(zone, (local.hour * 60 + local.minute,))
        if schedule.previous_slot(slot + _HOUR) == slot and len(found) < count:
            found.append(schedule)
    return found


async def _cells(transaction: Transaction) -> None:
    create = "CREATE TABLE cell (kind varchar(8), grouped integer, number integer, cell integer, item bigint)"
    await transaction.connection.execute(text(create))


async def _share(transaction: Transaction, kind: str, group: int, number: int, item: int) -> None:
    row = {"kind": kind, "grouped": group, "number": number, "item": item}
    statement = "INSERT INTO cell (kind, grouped, number, item) VALUES (:kind, :grouped, :number, :item)"
    await transaction.connection.execute(text(statement), row)


async def _spread(transaction: Transaction, counts: dict[str, int]) -> None:
    """Give the n-th item of each kind a share of the cells that falls with 1 / n, and one at least."""
    places = [
        {"kind": kind, "cell": cell, "number": number}
        for kind, count in counts.items()
        for cell, number in enumerate(shares(count))
    ]
    connection = transaction.connection
    copy = (
        "INSERT INTO cell (kind, grouped, cell, item) "
        "SELECT kind, grouped, :cell, item FROM cell WHERE kind = :kind AND number = :number AND cell IS NULL"
    )
    await connection.execute(text("CREATE INDEX ix_cell ON cell (kind, number)"))
    await connection.execute(text(copy), places)
    await connection.execute(text("DROP INDEX ix_cell"))
    await connection.execute(text("DELETE FROM cell WHERE cell IS NULL"))
    await connection.execute(text("CREATE INDEX ix_cell ON cell (kind, grouped, cell)"))


def shares(count: int) -> list[int]:
    """To which of `count` items each cell belongs."""
    weights = [1 / (number + 1) for number in range(count)]
    sizes = [max(1, int(_CELLS * weight / sum(weights))) for weight in weights]
    sizes[0] += _CELLS - sum(sizes)
    return [number for number, size in enumerate(sizes) for _ in range(size)]


async def _without_indexes(transaction: Transaction) -> list[str]:
    """Drop the table's indexes and references while it is filled; the statements that make them again."""
    connection = transaction.connection
    if transaction.dialect == "sqlite":
        names = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'subscriber' AND sql IS NOT NULL"
        )
        found = (await connection.execute(text(names))).all()
        for name, _ in found:
            await connection.execute(text(f"DROP INDEX {name}"))
        return [statement for _, statement in found]
    names = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'subscriber' AND indexname LIKE 'ix_%'"
    found = (await connection.execute(text(names))).all()
    for name, _ in found:
        await connection.execute(text(f'DROP INDEX "{name}"'))
    keys = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = 'subscriber'::regclass AND contype IN ('f', 'u') ORDER BY contype DESC"
    )
    held = (await connection.execute(text(keys))).all()
    for name, _ in held:
        await connection.execute(text(f'ALTER TABLE subscriber DROP CONSTRAINT "{name}"'))
    await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    again = [f'ALTER TABLE subscriber ADD CONSTRAINT "{name}" {definition}' for name, definition in held]
    return [statement for _, statement in found] + again
