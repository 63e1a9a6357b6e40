"""A broadcast of any size that waits to be sent: editions of this minute, digests, readers and their deliveries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, islice, product
from typing import Any

from sqlalchemy import insert, select

from digests.domain.digest_json import digest_to_json
from digests.domain.preferences import Preferences
from digests.domain.schedule import Schedule
from digests.storage import models
from digests.storage.database import Database
from digests.storage.editions import EditionStore, NewEdition
from digests.storage.interning import InterningStore
from tests.benchmarks.other_senders import SENTENCE
from tests.unit.bot.examples import digest, item, note

DIGESTS = 20
"""Different digests of the editions; readers with equal wishes share one."""
_CHUNK = 5_000


def body(number: int) -> dict[str, Any]:
    """A digest of six stories, about 2,100 characters."""
    stories = tuple(
        item(6 * number + story, f"Meldung {number}.{story}", (SENTENCE * 2, 1), sources=(note(1, "Abendbote"),))
        for story in range(6)
    )
    return digest_to_json(digest(stories))


def schedules(count: int) -> list[Schedule]:
    """So many different schedules that have a slot in common."""
    later = product(range(8 * 60, 14 * 60), range(14 * 60, 24 * 60))
    return [Schedule("Europe/Berlin", (7 * 60, *times)) for times in islice(chain([()], later), count)]


async def fill(database: Database, count: int, each: int | None = None) -> None:
    """Editions of this minute with so many deliveries waiting, `each` of them in one, or all.

    Subscribers and editions are numbered alike: those of the first edition come first.
    """
    if not count:
        return
    each = each or count
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    async with database.write() as transaction:
        interning = InterningStore(transaction)
        profile = await interning.profile(Preferences())
        plans = [await interning.schedule(plan, now) for plan in schedules(-(-count // each))]
        new = [NewEdition(plan, now, now - timedelta(days=1), now + timedelta(hours=12)) for plan in plans]
        editions = [edition.id for edition in await EditionStore(transaction).open(new)]
        since = [now - timedelta(minutes=minute) for minute in range(DIGESTS)]
        await EditionStore(transaction).add_digests(
            [
                {"slot_at": now, "profile_id": profile, "since": at, "body": body(number), "item_count": 6}
                for number, at in enumerate(since)
            ]
        )
        digests = list(await transaction.connection.scalars(select(models.Digest.id)))
    reader = {
        "thread_id": 0, "kind": "private", "language": "de", "time_zone": "Europe/Berlin", "zone_confirmed": True,
        "setup_step": 4, "status": "active", "nothing_new": "silent", "silent": False, "profile_id": profile,
        "schedule_id": plans[0], "scheduled_at": now, "created_at": now,
    }  # fmt: skip
    waiting = {"status": "pending", "attempts": 0, "plain": False, "message_ids": []}
    for start in range(1, count + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, count + 1))
        async with database.write() as transaction:
            await transaction.connection.execute(
                insert(models.Subscriber),
                [reader | {"id": number, "chat_id": 10_000_000 + number} for number in numbers],
            )
            await transaction.connection.execute(
                insert(models.Delivery),
                [
                    waiting
                    | {
                        "edition_id": editions[(number - 1) // each],
                        "subscriber_id": number,
                        "digest_id": digests[number % DIGESTS],
                    }
                    for number in numbers
                ],
            )
    async with database.write() as transaction:
        await EditionStore(transaction).set_status("planned", *editions)
