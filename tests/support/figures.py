"""A fortnight of a service in a few rows, for tests of the operator's page of figures."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.delivery import DeliveryStatus
from digests.domain.sources import Tally
from digests.domain.subscribers import Status
from digests.storage.database import Database
from digests.storage.deliveries import DeliveryStore
from digests.storage.portions import Portion
from digests.storage.sources import SourceStore
from tests.support.clocks import START
from tests.support.rows import DAY, SLOT, add_article, add_subscriber, open_edition, plan, settled

NOW = SLOT + timedelta(minutes=30)
HOSTILE = '<script>alert("x")</script> & "Söhne"'
"""What a source may call itself."""


async def fill(database: Database, readers: int = 10) -> None:
    """Readers who came one a day, a slot each morning, a good source, a failing one, and one that only copies."""
    async with database.write() as transaction:
        ids = [
            await add_subscriber(transaction, scheduled_at=START - 20 * DAY, created_at=NOW - (number + 1) * DAY)
            for number in range(readers)
        ]
        await add_subscriber(transaction, status=Status.PAUSED, created_at=NOW - 30 * DAY)
        for back in range(5, -1, -1):
            edition = await open_edition(transaction, SLOT - back * DAY)
            await plan(transaction, edition)
            done = edition.slot_at + timedelta(minutes=2 + 5 * back)
            outcomes = [DeliveryStatus.SENT] * (readers - 3) + [DeliveryStatus.SKIPPED, DeliveryStatus.UNCERTAIN]
            store = DeliveryStore(transaction)
            held = await store.claim(Portion((edition.id,), ids[0], ids[-1]), edition.slot_at, readers)
            await store.settle(
                [
                    settled(edition.id, one.subscriber_id, claim=one.claim, status=status, finished_at=done)
                    for one, status in zip(held, outcomes, strict=False)
                ]
            )
        await add_article(transaction, at=NOW - timedelta(hours=2))
        await _sources(SourceStore(transaction))


async def _sources(store: SourceStore) -> None:
    wire = {"kind": "feed", "url": "https://bote.example/feed", "title": "Abendbote", "succeeded_at": NOW}
    broken = {
        "kind": "feed",
        "url": "https://x.example/feed",
        "title": HOSTILE,
        "failures": 7,
        "failing_since": NOW - 2 * DAY,
        "last_error": "the server answered 503 <b>",
        "succeeded_at": NOW - 2 * DAY,
        "polled_at": NOW,
    }
    copier = {"kind": "feed", "url": "https://kopie.example/feed", "title": "Kopierblatt", "succeeded_at": NOW}
    tallies = (
        (
            wire | {"polled_at": NOW},
            Tally(polls=96, unchanged=60, added=30, updated=2, copies=3, lines=900, dropped=300),
        ),
        (broken, Tally(polls=20, failures=18, added=2, lines=50, dropped=45)),
        (
            copier | {"polled_at": NOW},
            Tally(polls=48, unchanged=30, added=4, copies=60, faulty=5, lines=400, dropped=90),
        ),
    )
    for columns, tally in tallies:
        source = await store.add(columns, NOW)
        assert source is not None
        for back in range(14):
            await store.count(source, NOW - back * DAY, tally if back % 7 else Tally(polls=tally.polls))
