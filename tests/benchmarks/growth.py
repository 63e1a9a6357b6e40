"""How costs grow with what is stored: deliveries that wait, subscribers, readers who write. One table with exponents.

    python -m tests.benchmarks.growth [--sizes N,N,N] [--only sqlite|postgresql]

The work is the same at every size; what grows is what lies beside it, so sizes begin at a few thousand. An exponent of
0 is flat, 1 grows as what is stored does. Answers among so many articles have a benchmark of their own (`answers`), and
so has storing (`chain`).
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

import structlog

from digests.ports import SystemClock
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.storage.database import Database
from tests.benchmarks import planning, updates
from tests.benchmarks.audience import Audience
from tests.benchmarks.broadcasts import fill
from tests.benchmarks.chain import exponent
from tests.benchmarks.delivery import Instant, portions, store
from tests.benchmarks.filling import Archive
from tests.benchmarks.processes import FIRST_CHAT, cpu, message
from tests.benchmarks.tables import table
from tests.benchmarks.update_api import running
from tests.support.bureau import catalogue
from tests.support.clocks import ManualClock

SIZES = (10_000, 100_000, 1_000_000)
KINDS = ("sqlite", "postgresql")
RUNS = 3
"""Of which the quickest counts: others are other programs' work."""
SENT, DUE, ASKED = 1_000, 1_000, 300
_BATCH = 500  # deliveries of a job
_RATE = 1e6  # as fast as the bookkeeping goes


def delivering(kind: str, size: int) -> dict[str, float]:
    """Milliseconds of the bookkeeping of a delivery, while so many wait."""
    with store(kind) as address:
        return {"a delivery's bookkeeping, deliveries waiting": asyncio.run(_delivering(address, size))}


async def _delivering(address: str, size: int) -> float:
    database, found = Database(address), []
    await fill(database, size)
    jobs = iter(await portions(database, SENT * RUNS))
    sender = Delivering(database, Instant(), SystemClock(), "growth", _RATE, 128, timedelta(hours=1))
    for _ in range(RUNS):
        began = time.perf_counter()
        for portion in islice(jobs, SENT // _BATCH):
            await sender.deliver(portion)
        found.append(time.perf_counter() - began)
    await database.close()
    return min(found) / SENT * 1000


def planned(kind: str, size: int) -> dict[str, float]:
    """Milliseconds of a slot, of a minute in which nothing is due, and of a sweep, with so many subscribers."""
    return asyncio.run(_planned(kind, Audience(size, [DUE] * RUNS, 20, 20)))


async def _planned(kind: str, audience: Audience) -> dict[str, float]:
    async with planning.opened(kind) as database:
        await audience.fill(database, catalogue())
        await Archive(1_000, audience.slot(0) - timedelta(minutes=5)).fill(database)
        await planning.harden(database, "on")
        slots = [await planning.serve(database, audience.slot(group)) for group in range(RUNS)]
        clock = ManualClock(audience.slot(RUNS - 1) + timedelta(minutes=2))
        planner = Planning(database, catalogue(), planning.queue_of(database, clock), clock, planning.GRACE)
        calls = {"a minute without a slot": planner.plan_due, "a sweep": planner.sweep}
        found = {f"a slot of {DUE:,}, subscribers": min(slot.seconds for slot in slots) * 1000}
        for name, call in calls.items():
            taken = []
            for _ in range(RUNS):
                began = time.perf_counter()
                await call(clock.now())
                taken.append(time.perf_counter() - began)
            found[f"{name}, subscribers"] = min(taken) * 1000
        return found


def updating(kind: str, size: int) -> dict[str, float]:
    """Milliseconds of CPU of an update that is answered, with so many readers."""
    line = next(each for each in updates.LINES if each.way == "ours" and each.webhook == (kind == "postgresql"))
    spent, first = [], 1
    with running() as api:
        api.reset(0)
        with updates.handling(line, api, size) as process:
            for _ in range(RUNS + 1):  # the first one warms up
                asked = [message(first + each, FIRST_CHAT + first + each, "/help") for each in range(ASKED)]
                first += ASKED
                before = cpu(process)
                updates.handled(api, asked, webhook=line.webhook)
                spent.append(cpu(process) - before)
    return {"an update answered (CPU), readers": min(spent[1:]) / ASKED * 1000}


WORKS: Sequence[Callable[[str, int], dict[str, float]]] = (delivering, planned, updating)


def measured(kind: str, sizes: Sequence[int]) -> Iterator[list[str]]:
    """The lines of one database."""
    for work in WORKS:
        found = [work(kind, size) for size in sizes]
        for name in found[0]:
            costs = [each[name] for each in found]
            yield [f"{name} ({kind})", *(f"{cost:,.2f}" for cost in costs), f"{exponent(sizes, costs):+.2f}"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=planning.sizes, default=SIZES)
    parser.add_argument("--only", choices=KINDS)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    head = ["milliseconds, rows of", *(f"{size:,}" for size in given.sizes), "exponent"]
    lines: list[list[str]] = []
    for kind in KINDS:
        if given.only in (None, kind):
            for line in measured(kind, given.sizes):
                print(f"{line[0]}: {', '.join(line[1:])}", flush=True)
                lines.append(line)
    print(table(lines, head=head))


if __name__ == "__main__":
    main()
