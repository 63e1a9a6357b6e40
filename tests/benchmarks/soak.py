"""Three days of schedules in simulated time: whether memory stays flat, and every slot and every reader is served once.

Usage: python -m tests.benchmarks.soak [--subscribers 100000] [--hours 72] [--schedules 6] [--articles 4] [--zones 40]

One process on SQLite with a controlled clock, from Friday noon (UTC) over the night in which Europe sets its
clocks back (2026-10-25). Everything is the product's but the messenger, which only counts. The minute's tick, the
sweep every five minutes and the nightly upkeep (articles and editions are kept two days) come as they do in `bot run`;
articles arrive every hour. Which slots there are is found by reading wall clocks minute by minute, without the
product's arithmetic.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from sqlalchemy import func, insert, select

from bot.app import App, opened
from bot.roles import senders
from digests.domain.articles import RawArticle
from digests.domain.delivery import Outcome, Parcel, Result
from digests.domain.preferences import Preferences
from digests.domain.schedule import EVERY_DAY, WEEKEND, WORKDAYS, Schedule
from digests.engine import jobs
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.services.upkeep import Upkeep
from digests.storage import models
from digests.storage.interning import InterningStore
from tests.benchmarks.filling import vocabulary
from tests.support.bureau import HandQueue
from tests.support.clocks import ManualClock
from tests.support.slots import WallClock
from tests.support.worlds import settings

BEGIN = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEPT = timedelta(days=2)
RATE = 970.0
"""Messages a second, as with paid broadcast: a hundred thousand readers at a few times of day."""
WARM = 24
"""Hours after which memory must not grow: caches are filled, and what is stored begins to be dropped a day later."""
_CHUNK = 5_000
_WEEKDAYS = (EVERY_DAY, EVERY_DAY, WORKDAYS, WEEKEND, 0b1010101, 0b0101010)
ZONES = [
    "Europe/Berlin", "Europe/Kyiv", "Europe/London", "Europe/Lisbon", "Europe/Madrid", "Europe/Helsinki",
    "Europe/Istanbul", "Europe/Chisinau", "Africa/Cairo", "Africa/Casablanca", "Africa/Lagos", "Africa/Nairobi",
    "Africa/Johannesburg", "Asia/Jerusalem", "Asia/Beirut", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Perth",
    "Australia/Darwin", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Kiritimati", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Phoenix",
    "America/Chicago", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
]  # fmt: skip


def plans(zones: Sequence[str], each: int) -> list[Schedule]:
    """Different schedules: one to three quarter hours, on varied days; Berlin's first one lies in the doubled hour."""
    chance, made = random.Random(5), dict[Schedule, None]()
    made[Schedule("Europe/Berlin", (150,))] = None
    for zone in zones:
        while sum(plan.time_zone == zone for plan in made) < each:
            minutes = sorted(chance.sample(range(0, 24 * 60, 15), chance.choice((1, 1, 1, 2, 3))))
            made[Schedule(zone, tuple(minutes), chance.choice(_WEEKDAYS))] = None
    return list(made)


class FlowingClock(ManualClock):
    """Goes on by a millisecond with every look at it, so that hardly anybody waits for his slot, as with a real one."""

    def now(self) -> datetime:
        """The instant it has come to."""
        return self.move(timedelta(milliseconds=1))

    async def sleep(self, seconds: float) -> None:
        """As any controlled clock, but without a list of all sleeps: it would be what grows."""
        self.move(timedelta(seconds=seconds))
        await asyncio.sleep(0)


@dataclass
class CountingMessenger:
    """Every message arrives at once; what was sent is one bit for each reader and slot."""

    slots: Sequence[Mapping[datetime, int]]  # of each schedule, with its bit
    readers: int
    twice: int = 0
    unforeseen: int = 0
    sent: int = 0

    def __post_init__(self) -> None:
        self.seen = np.zeros(self.readers, dtype=np.uint32)

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Count it."""
        number = parcel.chat.id - 1
        bit = self.slots[number % len(self.slots)].get(parcel.slot_at)
        self.sent += 1
        if bit is None:
            self.unforeseen += 1
        elif self.seen[number] >> bit & 1:
            self.twice += 1
        else:
            self.seen[number] |= np.uint32(1 << bit)
        return Outcome(Result.OK, (self.sent,))

    def missing(self) -> int:
        """Digests that nobody got."""
        wanted = [len(self.slots[number % len(self.slots)]) for number in range(self.readers)]
        return sum(wanted) - int(np.bitwise_count(self.seen).sum())


async def fill(app: App, schedules: Sequence[Schedule], count: int) -> list[int]:
    """So many readers, one schedule after another and one profile after another; the schedules' ids."""
    async with app.database.write() as transaction:
        interning = InterningStore(transaction)
        ids = [await interning.schedule(plan, BEGIN) for plan in schedules]
        wishes = [Preferences(), *(Preferences(words=frozenset({word})) for word in vocabulary(200)[50:54])]
        profiles = [await interning.profile(wish) for wish in wishes]
    reader = {
        "thread_id": 0, "kind": "private", "language": "de", "zone_confirmed": True, "setup_step": 4,
        "status": "active", "nothing_new": "note", "silent": False, "scheduled_at": BEGIN - DAY,
        "created_at": BEGIN - DAY,
    }  # fmt: skip
    for start in range(0, count, _CHUNK):
        rows: list[dict[str, Any]] = [
            reader
            | {"chat_id": number + 1, "time_zone": schedules[number % len(ids)].time_zone}
            | {"schedule_id": ids[number % len(ids)], "profile_id": profiles[number // len(ids) % len(profiles)]}
            for number in range(start, min(start + _CHUNK, count))
        ]
        async with app.database.write() as transaction:
            await transaction.connection.execute(insert(models.Subscriber), rows)
    return ids


def article(number: int, chance: random.Random, words: Sequence[str]) -> RawArticle:
    """Invented news: words as often as in a language, no two articles alike."""
    drawn = chance.choices(words, [1 / (place + 20) for place in range(len(words))], k=160)
    lines = [" ".join(drawn[place : place + 16]).capitalize() + "." for place in range(0, 160, 16)]
    title = " ".join(chance.choices(words, k=7)).capitalize()
    source = f"Blatt {number % 40}"
    return RawArticle(f"soak-{number}", "\n".join(lines), "soak", source, source, source, title=title, language="de")


@dataclass
class Soak:
    """The product at work, and what is measured of it."""

    app: App
    clock: ManualClock
    messenger: CountingMessenger
    memory: list[float] = field(default_factory=list)  # megabytes, each hour
    objects: list[int] = field(default_factory=list)
    editions: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    _last: int = 0

    def __post_init__(self) -> None:
        app, self.queue = self.app, HandQueue()
        self.planning = Planning(app.database, app.catalogue, self.queue, self.clock, app.settings.grace)
        self.delivering = Delivering(
            app.database, self.messenger, self.clock, "soak", RATE, senders(RATE), app.settings.late_after
        )
        self.upkeep = Upkeep(app.database, KEPT)
        self.crew = jobs.Crew(self.planning, self.delivering, upkeep=self.upkeep)
        self.clockwork = jobs.clockwork(self.crew)

    async def minute(self, at: datetime) -> None:
        """What happens at this minute, and all that follows from it."""
        now = self.clock.move(max(at, self.clock.now()))
        await self.clockwork.minute(now)
        if at.minute % 5 == 0:
            await self.clockwork.sweep(now)
        if (at.hour, at.minute) == (2, 17):
            await self.clockwork.nightly(now)
        await self.queue.run(jobs.handlers(self.crew), self.clockwork, asyncio.Event())

    async def hour(self) -> None:
        """Look at memory, and at the editions opened since."""
        edition = models.Edition
        statement = select(edition.id, edition.schedule_id, edition.slot_at).where(edition.id > self._last)
        async with self.app.database.read() as transaction:
            rows = (await transaction.connection.execute(statement.where(edition.schedule_id.is_not(None)))).all()
            for number, schedule, slot in rows:
                assert schedule is not None
                self.editions[schedule, slot] += 1
                self._last = max(self._last, number)
        self.memory.append(resident())
        self.objects.append(sys.getallocatedblocks())
        print(f"{self.clock.now():%a %H:%M}  {self.messenger.sent:,} sent  {self.memory[-1]:.0f} MB", file=sys.stderr)


def stored(folder: Path) -> float:
    """Megabytes of the files of a folder."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**20


def resident() -> float:
    """Resident memory of this process in megabytes, on Linux."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


async def main(options: argparse.Namespace) -> None:
    """Run it and print the figures."""
    logging.disable(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    end, zones = BEGIN + options.hours * HOUR, ZONES[: options.zones]
    schedules = plans(zones, options.schedules)
    walls = {zone: WallClock(zone, BEGIN + MINUTE, end) for zone in zones}
    slots = [
        {slot: bit for bit, slot in enumerate(walls[plan.time_zone].slots(plan.minutes, plan.weekdays))}
        for plan in schedules
    ]
    messenger = CountingMessenger(slots, options.subscribers)
    clock, chance, words = FlowingClock(BEGIN), random.Random(3), vocabulary(5_000)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        async with opened(settings("http://127.0.0.1:9", Path(name)), clock) as app:
            ids = await fill(app, schedules, options.subscribers)
            soak, begun = Soak(app, clock, messenger), time.perf_counter()
            step = max(1, 60 // options.articles)  # minutes
            for number in range(options.hours * 60 + 1):
                at = BEGIN + number * MINUTE
                if number % 60 == 0:
                    await soak.hour()
                if number % step == 7 % step:
                    await app.ingesting.ingest(article(number, chance, words))
                await soak.minute(at)
            await soak.hour()
            async with app.database.read() as transaction:
                open_rows = await transaction.connection.scalar(
                    select(func.count()).where(
                        models.Delivery.status.in_(("pending", "sending", "uncertain", "failed"))
                    )
                )
            size = stored(Path(name))
    report(
        options,
        soak,
        ids,
        slots,
        {"open": open_rows or 0, "size": size, "fill": begun - began, "run": time.perf_counter() - begun},
    )


def report(
    options: argparse.Namespace,
    soak: Soak,
    ids: Sequence[int],
    slots: Sequence[Mapping[datetime, int]],
    figures: Mapping[str, float],
) -> None:
    """Print what became of it."""
    expected = {(schedule, slot) for schedule, found in zip(ids, slots, strict=True) for slot in found}
    doubled = sum(number - 1 for number in soak.editions.values())
    warm = np.array(soak.memory[min(WARM, len(soak.memory) // 2) :])
    slope = float(np.polyfit(np.arange(len(warm)), warm, 1)[0])
    messenger = soak.messenger
    print(f"{options.hours} h, {options.subscribers:,} subscribers, {options.zones} zones, {len(ids)} schedules")
    print(f"slots expected {len(expected):,}; editions {len(soak.editions):,}")
    print(f"slots missed {len(expected - soak.editions.keys())}; of no slot {len(soak.editions.keys() - expected)}")
    print(f"editions doubled {doubled}; deliveries sent {messenger.sent:,}, twice {messenger.twice}")
    print(f"missing {messenger.missing()}, of no slot {messenger.unforeseen}; left {figures['open']:.0f}")
    print("memory, MB, every six hours: " + " ".join(f"{each:.0f}" for each in soak.memory[::6]))
    objects = [each / 1e6 for each in soak.objects]
    print("Python's blocks in use, millions, every six hours: " + " ".join(f"{each:.2f}" for each in objects[::6]))
    print(f"memory, MB: highest {max(soak.memory):.0f}, growth after {WARM} h {slope:+.3f} an hour")
    print(
        f"database {figures['size']:.0f} MB; seconds: readers stored in {figures['fill']:.0f}, run {figures['run']:.0f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--hours", type=int, default=72)
    parser.add_argument("--schedules", type=int, default=6, help="different ones in each zone")
    parser.add_argument("--articles", type=int, default=4, help="an hour")
    parser.add_argument("--zones", type=int, choices=range(1, len(ZONES) + 1), default=len(ZONES))
    asyncio.run(main(parser.parse_args()))
