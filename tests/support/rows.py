"""Rows as the services would have written them, for tests of the stores: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import RowMapping, insert, literal, select

from digests.domain.articles import TopicMatch
from digests.domain.delivery import DeliveryStatus
from digests.domain.preferences import Preferences
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, NothingNew, Status
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database, Transaction
from digests.storage.deliveries import Settled
from digests.storage.editions import EditionRow, EditionStore, NewEdition
from digests.storage.fan_outs import FanOutStore
from digests.storage.interning import InterningStore, store_topics
from digests.storage.subscribers import SubscriberStore
from tests.support.clocks import START

SEVEN = Schedule("Europe/Berlin", (7 * 60,))
"""Every day at seven in Berlin."""
SLOT = datetime(2026, 8, 13, 5, 0, tzinfo=UTC)
"""The slot of SEVEN that comes an hour after START."""
DAY = timedelta(days=1)
GRACE = timedelta(hours=3)
EMPTY = {"window": [START.isoformat(), SLOT.isoformat()], "groups": [], "left_out": 0, "muted": 0}
"""A digest without items, as it is stored."""

_numbers = count(1)
_chats = count(1_000_001)  # far from those that tests name


async def rows(database: Database, model: type[models.Base], **where: object) -> Sequence[RowMapping]:
    """All rows of a table with these values, by primary key."""
    table = model.__table__
    statement = select(table).order_by(*table.primary_key.columns)
    async with database.read() as transaction:
        return (await transaction.connection.execute(statement.filter_by(**where))).mappings().all()


async def add_subscriber(  # every value has a default
    transaction: Transaction,
    chat: Chat | None = None,
    *,
    schedule: Schedule | None = SEVEN,
    preferences: Preferences = Preferences(),  # noqa: B008 - frozen
    status: Status = Status.ACTIVE,
    scheduled_at: datetime = START - DAY,
    **values: object,
) -> int:
    """A subscriber of the schedule SEVEN since yesterday, unless told otherwise; the id."""
    chat = chat or Chat(next(_chats))
    interning, store = InterningStore(transaction), SubscriberStore(transaction)
    columns: dict[str, Any] = {
        "language": "de",
        "time_zone": "Europe/Berlin",
        "zone_confirmed": True,
        "setup_step": 4,
        "status": status,
        "nothing_new": NothingNew.SILENT,
        "silent": False,
        "profile_id": await interning.profile(preferences),
        "schedule_id": await interning.schedule(schedule, START) if schedule else None,
        "scheduled_at": scheduled_at,
        "created_at": START - DAY,
    }
    await store.add(chat, columns | values)
    found = await store.find(chat)
    assert found is not None
    return found.id


async def open_edition(transaction: Transaction, slot: datetime = SLOT, schedule: Schedule = SEVEN) -> EditionRow:
    """The open edition of a slot, whatever the schedule is due for."""
    editions = EditionStore(transaction)
    schedule_id = await InterningStore(transaction).schedule(schedule, slot - DAY)
    (edition,) = await editions.open([NewEdition(schedule_id, slot, schedule.previous_slot(slot), slot + GRACE)])
    return edition


async def compose_empty(transaction: Transaction, edition: EditionRow, items: int = 1) -> None:
    """A digest for everything that the edition wants; it says that it has `items` items."""
    editions = EditionStore(transaction)
    wanted = await FanOutStore(transaction).wanted(edition.slot_at)
    made = [{"slot_at": edition.slot_at, "profile_id": each.profile_id, "since": each.since} for each in wanted]
    await editions.add_digests([row | {"body": EMPTY, "item_count": items, "article_ids": []} for row in made])


async def plan(transaction: Transaction, edition: EditionRow, items: int = 1) -> None:
    """Digests and deliveries for the whole audience of an edition."""
    editions = EditionStore(transaction)
    await compose_empty(transaction, edition, items)
    reach = await FanOutStore(transaction).reach(edition, 10_000)
    assert await FanOutStore(transaction).fan_out(edition, reach)
    await editions.set_status("planned", edition.id)


async def add_deliveries(database: Database, count: int, **values: object) -> tuple[EditionRow, list[int]]:
    """A planned edition with so many pending deliveries: (edition, subscriber ids)."""
    async with database.write() as transaction:
        ids = [await add_subscriber(transaction, **values) for _ in range(count)]  # type: ignore[arg-type]
        edition = await open_edition(transaction)
        await plan(transaction, edition)
    return edition, ids


def settled(edition_id: int, subscriber_id: int, **values: Any) -> Settled:  # noqa: ANN401
    """What a delivery has become at its first attempt. `claim` is the one by which it was taken."""
    status = DeliveryStatus(values.pop("status"))
    return Settled(edition_id, subscriber_id, status, **{"attempts": 1} | values)


async def statuses(database: Database) -> dict[int, DeliveryStatus]:
    """Where every delivery stands, by subscriber."""
    return {row["subscriber_id"]: DeliveryStatus(row["status"]) for row in await rows(database, models.Delivery)}


async def add_topics(transaction: Transaction, *slugs: str) -> None:
    """Topics without names."""
    await store_topics(transaction, [(slug, {}, None) for slug in slugs])


async def add_article(
    transaction: Transaction,
    *,
    at: datetime = START,
    story_id: int | None = None,
    credit: str = "Abendbote",
    source: str = "file:tests",
    topics: Sequence[str] = (),
    **values: object,
) -> tuple[int, int]:
    """An article that was news at `at`, in a story of its own unless one is given: (article id, story id)."""
    store, number = ArticleStore(transaction), next(_numbers)
    if story_id is None:
        story_id, _ = await store.open_story(at, None)
    columns: dict[str, Any] = {
        "source_id": await store.source(source, "file", "Tests", at),
        "guid": f"guid-{number}",
        "url_key": f"url-{number}",
        "content_key": f"content-{number}",
        "credit": credit,
        "title": f"Titel {number}",
        "title_derived": False,
        "body": [["body", [f"Satz {number}."]]],
        "language": "de",
        "published_at": at,
        "dated": True,
        "fetched_at": at,
        "news_at": at,
        "labels": [],
        "dropped": [],
        "fingerprint": [],
        "story_id": story_id,
    }
    article_id = await store.add(columns | values)
    await store.refresh_story(story_id)
    await store.set_topics(article_id, at, [TopicMatch(slug, 0.8, ("Wort",)) for slug in topics])
    return article_id, story_id


async def add_rare_rows(transaction: Transaction, subscriber_id: int, user_id: int) -> None:
    """What few readers have: a mute with an end, a followed story gone quiet, a chat to manage and its trouble, ..."""
    tables: dict[Any, dict[str, Any]] = {
        models.ChatManager: {"user_id": user_id, "title": "Redaktion", "since": START},
        models.BindingTrouble: {"reason": "rights", "since": START},
        models.MuteEnd: {"muted": "word:krieg", "ends_at": START + timedelta(days=300)},
        models.QuietStory: {"headline": "Getreide", "ended_at": START},
        models.Amendment: {"edition_id": 1, "digest_id": 1, "corrected_at": START, "status": "done", "shown": [""]},
        models.AskedDigest: {
            "asked_at": START,
            "language": "de",
            "time_zone": "Europe/Berlin",
            "simple": False,
            "frame": "{}",
            "body": {},
            "message_ids": [8],
        },
        models.ShownMessage: {"message_id": 7, "story_ids": [1, 2], "shown_at": START},
    }
    for table, values in tables.items():
        await transaction.connection.execute(insert(table).values({"subscriber_id": subscriber_id} | values))
    asked = select(models.AskedDigest.id, literal(1)).where(models.AskedDigest.subscriber_id == subscriber_id)
    await transaction.connection.execute(insert(models.AskedArticle).from_select(["asked_id", "article_id"], asked))
