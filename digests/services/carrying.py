"""Readers carried to another database or another bot: out as JSON Lines, and in again as often as one likes."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

import structlog

from digests.domain.reader_records import (
    BanRecord,
    ReaderRecord,
    ban_from_json,
    ban_to_json,
    check_header,
    from_json,
    header,
    is_ban,
    to_json,
)
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.ports import Clock
from digests.storage.bans import BanStore
from digests.storage.database import Database
from digests.storage.interning import store_topics
from digests.storage.reader_records import RecordStore

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Readers of one transaction."""


class Taken(StrEnum):
    """What became of a reader of a file."""

    ADDED = "added"
    UNCHANGED = "unchanged"  # known, with the same choices
    KEPT = "kept"  # known, with other choices, which were left alone
    REPLACED = "replaced"  # known, with other choices, which gave way


@dataclass
class CarryReport:
    """What an import did."""

    counts: dict[Taken, int] = field(default_factory=lambda: dict.fromkeys(Taken, 0))
    problems: list[InputError] = field(default_factory=list)
    lost_topics: set[str] = field(default_factory=set)  # not in the catalogue here
    bans: int = 0  # chats that are banned since, and were not before


@dataclass(frozen=True, slots=True)
class Carrying:
    """Writes readers down and takes them in."""

    database: Database
    catalogue: Catalogue
    clock: Clock

    async def export(self) -> AsyncGenerator[str]:
        """The lines of a file: the header, then a reader each."""
        yield _line(header(self.clock.now()))
        last = 0
        async with self.database.read() as transaction:
            store = RecordStore(transaction)
            while True:
                records, last = await store.after(last, AT_ONCE)
                if not records:
                    return
                for record in records:
                    yield _line(to_json(record))

    async def export_bans(self) -> Sequence[str]:
        """The lines that go behind these: a banned chat each."""
        async with self.database.read() as transaction:
            return [_line(ban_to_json(record)) for record in await BanStore(transaction).records()]

    async def take(self, lines: Iterable[str], *, replacing: bool, tell: Callable[[InputError], None]) -> CarryReport:
        """Take the readers and bans of a file in; a bad line is told and the rest goes on. Bans here stay.

        A reader who is known with other choices keeps them, unless `replacing`. Raises InputError when it is no such
        file at all.
        """
        report, batch, bans = CarryReport(), list[ReaderRecord](), list[BanRecord]()
        numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
        begin: object = None
        with suppress(InputError):  # which is said of a header, too
            begin = _parsed(next(numbered, (1, ""))[1], "line 1")
        check_header(begin)
        async with self.database.write() as transaction:
            await store_topics(transaction, [(topic.slug, topic.names, topic.parent) for topic in self.catalogue])
        for number, line in numbered:
            place = f"line {number}"
            try:
                if is_ban(value := _parsed(line, place)):
                    bans.append(ban_from_json(value, place))
                else:
                    batch.append(self._known_topics(from_json(value, place), report))
            except InputError as error:
                report.problems.append(error)
                tell(error)
            if len(batch) >= AT_ONCE:
                await self._store(batch, report, replacing=replacing)
                batch.clear()
        await self._store(batch, report, replacing=replacing)
        async with self.database.write() as transaction:  # last: what they stop is there by now
            report.bans = sum([await BanStore(transaction).take(ban) for ban in bans])
        counts = {k.value: n for k, n in report.counts.items()}
        log.info("readers_taken_in", problems=len(report.problems), bans=report.bans, **counts)
        return report

    def _known_topics(self, record: ReaderRecord, report: CarryReport) -> ReaderRecord:
        lost = {slug for slug in record.preferences.topics if slug not in self.catalogue}
        report.lost_topics |= lost
        return replace(record, preferences=replace(record.preferences, topics=record.preferences.topics - lost))

    async def _store(self, records: list[ReaderRecord], report: CarryReport, *, replacing: bool) -> None:
        async with self.database.write() as transaction:
            store, now = RecordStore(transaction), self.clock.now()
            for record in records:
                found = await store.find(record.chat)
                if found is None:
                    await store.add(record, now)
                    report.counts[Taken.ADDED] += 1
                elif _same(found[1], record):
                    report.counts[Taken.UNCHANGED] += 1
                elif replacing:
                    await store.replace(found[0], record, now)
                    report.counts[Taken.REPLACED] += 1
                else:
                    report.counts[Taken.KEPT] += 1


def _same(one: ReaderRecord, other: ReaderRecord) -> bool:
    """Equal choices; the numbers of saved stories may differ, as those of another archive do."""

    def comparable(record: ReaderRecord) -> ReaderRecord:
        numbered = (replace(each, story_id=abs(each.story_id), body={**each.body, "story": 0}) for each in record.saved)
        saved = sorted(numbered, key=lambda each: each.story_id)
        managers = sorted(record.managers, key=lambda manager: manager.user_id)
        return replace(record, saved=tuple(saved), managers=tuple(managers))

    return comparable(one) == comparable(other)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parsed(line: str, place: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(place, "this is no JSON; expected one object a line") from None
