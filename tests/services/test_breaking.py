"""Breaking news on both databases: who is told, when, and that nobody is told twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.domain.delivery import DeliveryStatus, Outcome, Result
from digests.domain.digests import State
from digests.domain.quiet import NO_QUIET, Quiet
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat
from digests.services.overview import Overview
from digests.storage import models
from digests.storage.stories import StoryStore
from tests.support.breaking import MINUTE, NOON, SENTENCES, alerts, eager, event, look, report
from tests.support.bureau import Bureau
from tests.support.rows import rows

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EIGHT = Schedule("Europe/Berlin", (20 * 60,))
EVENING = NOON + 8 * HOUR
"""20:00 in Berlin."""


async def test_three_sites_within_an_hour_are_told_at_once_and_once(any_bureau: Bureau) -> None:
    reader, other = await eager(any_bureau), await eager(any_bureau, ["sport"])
    story = await event(any_bureau, sites=2)
    await look(any_bureau)
    assert any_bureau.messenger.parcels == []
    await report(any_bureau, "Kurier", NOON + MINUTE, story)
    await look(any_bureau, NOON + MINUTE)
    (parcel,) = alerts(any_bureau, reader)
    (item,) = parcel.digest.items
    assert (item.story_id, item.state, item.witnesses) == (story, State.NEW, 3)
    assert {sentence.text for sentence in (*item.sentences, *item.details)} <= set(SENTENCES[:3])
    assert alerts(any_bureau, other) == []
    standing = await Overview(any_bureau.database).standing(NOON + HOUR)
    assert (standing.broken, standing.alerts) == (1, 1)
    await report(any_bureau, "Ticker24", NOON + 2 * MINUTE, story)
    for minutes in range(2, 70, 7):
        await look(any_bureau, NOON + minutes * MINUTE)
    assert len(any_bureau.messenger.parcels) == 1


async def test_sources_more_than_an_hour_apart_are_no_breaking_news(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    await event(any_bureau, apart=31 * MINUTE)
    await look(any_bureau)
    assert alerts(any_bureau, reader) == []


async def test_only_who_wants_it_and_only_what_he_reads(any_bureau: Bureau) -> None:
    quiet = await any_bureau.subscribe((await eager(any_bureau)).preferences)
    hears = {
        "topic": await eager(any_bureau),
        "everything": await eager(any_bureau, []),
        "word": await eager(any_bureau, [], words=frozenset({"Brücke"})),
    }
    hears_not = {
        "not asked": quiet,
        "mute": await eager(any_bureau, mutes=frozenset({"Brücke"})),
        "language": await eager(any_bureau, languages=frozenset({"uk"})),
        "source": await eager(any_bureau, muted_sources=frozenset({"Kurier"})),  # for him it has two
        "weight": await eager(any_bureau, weights=frozenset({("topic:politics", -1)})),
    }
    await event(any_bureau)
    await look(any_bureau)
    assert {name: len(alerts(any_bureau, reader)) for name, reader in hears.items()} == dict.fromkeys(hears, 1)
    assert {name: len(alerts(any_bureau, reader)) for name, reader in hears_not.items()} == dict.fromkeys(hears_not, 0)


async def test_a_story_that_is_followed_breaks_whatever_its_topic(any_bureau: Bureau) -> None:
    story = await event(any_bureau, sites=2)
    line = (await rows(any_bureau.database, models.Story, id=story))[0]["storyline_id"]
    reader = await eager(any_bureau, ["sport"], stories=frozenset({line}))
    await report(any_bureau, "Kurier", NOON, story)
    await look(any_bureau)
    assert len(alerts(any_bureau, reader)) == 1


async def test_two_a_day_of_the_reader_s_own(any_bureau: Bureau) -> None:
    here = await eager(any_bureau)
    there = await eager(any_bureau, schedule=Schedule("Pacific/Auckland", (420,)))  # ten hours ahead: 22:00
    for reader in (here, there):
        await any_bureau.subscriptions.set_quiet(reader.chat, NO_QUIET)
    for number in range(3):
        at = NOON + number * HOUR
        await event(any_bureau, at, theme=number)
        await look(any_bureau, at)
    assert [len(alerts(any_bureau, reader)) for reader in (here, there)] == [2, 3]  # the third was after his midnight
    midnight = datetime(2026, 8, 14, tzinfo=ZoneInfo("Europe/Berlin"))
    for theme, at, count in ((3, midnight - MINUTE, 2), (4, midnight, 3)):
        await event(any_bureau, at, theme=theme)
        await look(any_bureau, at)
        assert len(alerts(any_bureau, here)) == count


async def test_two_stories_at_a_time_are_not_more_than_a_day_has(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    for theme in range(4):
        await event(any_bureau, theme=theme)
    await look(any_bureau)
    assert len({parcel.digest.items[0].story_id for parcel in alerts(any_bureau, reader)}) == 2


async def test_never_in_quiet_hours_and_not_afterwards(any_bureau: Bureau) -> None:
    zones = {"Europe/Berlin": 0, "America/New_York": 1, "Asia/Kathmandu": 0}  # at 23:30 in Berlin
    readers = {zone: await eager(any_bureau, schedule=Schedule(zone, (420,))) for zone in zones}
    night = datetime(2026, 8, 13, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    await event(any_bureau, night)
    await look(any_bureau, night)
    assert {zone: len(alerts(any_bureau, reader)) for zone, reader in readers.items()} == zones
    for minutes in range(1, 600, 60):
        await look(any_bureau, night + minutes * MINUTE)
    assert alerts(any_bureau, readers["Europe/Berlin"]) == []


@pytest.mark.parametrize(
    ("time", "fold", "count"),
    [
        ("2026-10-25T02:30", 0, 0),
        ("2026-10-25T02:30", 1, 0),
        ("2026-10-25T03:00", 0, 1),
        ("2026-03-29T01:59", 0, 0),
        ("2026-03-29T03:00", 0, 1),
    ],
)
async def test_quiet_hours_in_nights_of_a_clock_change(any_bureau: Bureau, time: str, fold: int, count: int) -> None:
    at = datetime.fromisoformat(time).replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC)
    any_bureau.clock.move(at - DAY)
    reader = await eager(any_bureau)
    await any_bureau.subscriptions.set_quiet(reader.chat, Quiet(22 * 60, 3 * 60))
    await event(any_bureau, at)
    await look(any_bureau, at)
    assert len(alerts(any_bureau, reader)) == count


async def test_quiet_hours_that_begin_before_it_could_be_sent(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    any_bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=30))
    late = datetime(2026, 8, 13, 21, 59, 50, tzinfo=ZoneInfo("Europe/Berlin"))
    await event(any_bureau, late)
    await look(any_bureau, late)
    await any_bureau.sweep(MINUTE)
    assert len(alerts(any_bureau, reader)) == 1  # refused by Telegram, and not tried again
    (row,) = await rows(any_bureau.database, models.Delivery)
    assert (row["status"], row["reason"]) == (DeliveryStatus.SKIPPED, "quiet_hours")


async def test_who_turns_it_off_gets_not_even_what_waits(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    await event(any_bureau)
    await any_bureau.breaking.look(any_bureau.clock.move(NOON))
    await any_bureau.planning.prepare((await rows(any_bureau.database, models.Edition))[0]["id"])
    await any_bureau.subscriptions.set_breaking(reader.chat, wanted=False)
    await any_bureau.work()
    assert any_bureau.messenger.parcels == []
    assert (await rows(any_bureau.database, models.Delivery))[0]["reason"] == "turned_off"


async def test_none_for_who_has_paused_or_left(any_bureau: Bureau) -> None:
    paused, left = await eager(any_bureau), await eager(any_bureau)
    await any_bureau.subscriptions.pause(paused.chat, NOON + DAY)
    await any_bureau.subscriptions.stop(left.chat)
    await eager(any_bureau)
    await event(any_bureau)
    await look(any_bureau)
    assert alerts(any_bureau, paused) == alerts(any_bureau, left) == []


async def test_groups_and_channels_that_have_asked_for_it(any_bureau: Bureau) -> None:
    chats = [Chat(-1001, 7, "supergroup"), Chat(-1002, 0, "channel")]
    readers = [await eager(any_bureau, chat=chat) for chat in chats]
    await any_bureau.subscribe(readers[0].preferences, chat=Chat(-1001, 8, "supergroup"))
    await event(any_bureau)
    await look(any_bureau)
    assert [parcel.chat for parcel in any_bureau.messenger.parcels] == chats


async def test_without_a_schedule_one_may_have_breaking_news_alone(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau, schedule=None)
    await event(any_bureau)
    await look(any_bureau)
    assert len(alerts(any_bureau, reader)) == 1


async def test_a_story_that_took_in_one_that_was_told_is_told(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    first = await event(any_bureau)
    await look(any_bureau)
    second = await event(any_bureau, NOON + 10 * MINUTE, sites=2)
    async with any_bureau.database.write() as transaction:
        store = StoryStore(transaction)
        await store.move(await store.articles_of(first), left=first, joined=second, by="repair", at=NOON + 11 * MINUTE)
    await report(any_bureau, "Ticker24", NOON + 12 * MINUTE, second)
    await look(any_bureau, NOON + 12 * MINUTE)
    assert len(alerts(any_bureau, reader)) == 1


async def test_a_story_that_is_split_off_from_one_that_was_told_is_told(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    first = await event(any_bureau, sites=5)
    await look(any_bureau)
    (line,) = {row["storyline_id"] for row in await rows(any_bureau.database, models.Story)}
    async with any_bureau.database.write() as transaction:
        store = StoryStore(transaction)
        await store.reopen(first + 100, line, NOON)
        some = sorted(await store.articles_of(first))[2:]
        await store.move(some, left=first, joined=first + 100, by="repair", at=NOON + MINUTE)
    await look(any_bureau, NOON + MINUTE)
    assert len(alerts(any_bureau, reader)) == 1


async def test_who_has_had_it_in_a_digest_is_not_told(any_bureau: Bureau) -> None:
    earlier = await eager(any_bureau, schedule=Schedule("Europe/Berlin", (12 * 60,)))
    never = await eager(any_bureau, schedule=None)
    story = await event(any_bureau, NOON - MINUTE, sites=2)
    await any_bureau.serve(NOON)
    assert [item.story_id for digest in any_bureau.got(earlier) for item in digest.items] == [story]
    await report(any_bureau, "Kurier", NOON + MINUTE, story)
    await look(any_bureau, NOON + MINUTE)
    assert [len(alerts(any_bureau, reader)) for reader in (earlier, never)] == [0, 1]


async def test_the_next_digest_does_not_tell_it_again(any_bureau: Bureau) -> None:
    told = await eager(any_bureau, schedule=EIGHT)
    untold = await any_bureau.subscribe(told.preferences, EIGHT)  # with the same wishes
    story = await event(any_bureau)
    await look(any_bureau)
    other = await report(any_bureau, "Abendbote", NOON + HOUR, title="Haushalt beschlossen")
    await any_bureau.serve(EVENING)
    assert [{item.story_id for item in any_bureau.got(reader)[-1].items} for reader in (told, untold)] == [
        {other},
        {story, other},
    ]


async def test_the_next_digest_tells_what_is_new_since_then(any_bureau: Bureau) -> None:
    told = await eager(any_bureau, schedule=EIGHT)
    untold = await any_bureau.subscribe(told.preferences, EIGHT)
    story = await event(any_bureau)
    await look(any_bureau)
    await report(any_bureau, "Wochenblick", NOON + HOUR, story)
    now = any_bureau.clock.move(NOON + 2 * HOUR)
    at_once = await any_bureau.reading.digest_now((await any_bureau.subscriptions.find(told.chat)) or told)
    await any_bureau.serve(EVENING)
    for digest in (at_once, any_bureau.got(told)[-1]):
        (item,) = digest.items
        assert (item.state, item.since) == (State.UPDATE, NOON)
        assert [sentence.text for sentence in item.sentences] == [SENTENCES[4]]
    (item,) = any_bureau.got(untold)[-1].items
    assert (item.state, item.since) == (State.NEW, None)
    assert await any_bureau.reading.alerted_at(told, story) == NOON < now
    assert await any_bureau.reading.alerted_at(untold, story) is None


async def test_the_digest_knows_what_was_told_after_a_merge(any_bureau: Bureau) -> None:
    told = await eager(any_bureau, schedule=EIGHT)
    first = await event(any_bureau)
    await look(any_bureau)
    second = await report(any_bureau, "Wochenblick", NOON + HOUR)
    async with any_bureau.database.write() as transaction:
        store = StoryStore(transaction)
        await store.move(await store.articles_of(first), left=first, joined=second, by="repair", at=NOON + HOUR)
    await any_bureau.serve(EVENING)
    (item,) = any_bureau.got(told)[-1].items
    assert (item.story_id, item.state, item.since) == (second, State.UPDATE, NOON)


async def test_breaking_news_use_up_no_slot(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau, schedule=EIGHT)
    before = await report(any_bureau, "Abendbote", NOON - HOUR, title="Haushalt beschlossen")
    await event(any_bureau)
    await look(any_bureau)
    await any_bureau.subscriptions.set_schedule(reader.chat, Schedule("Europe/Berlin", (20 * 60, 21 * 60)))
    await any_bureau.serve(EVENING)
    assert [item.story_id for item in any_bureau.got(reader)[-1].items] == [before]
