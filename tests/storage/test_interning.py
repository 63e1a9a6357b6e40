"""Equal preferences and schedules are one row; what nobody has is dropped."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.domain.preferences import Length, Preferences
from digests.domain.schedule import Schedule
from digests.storage import models
from digests.storage.database import Database
from digests.storage.interning import InterningStore, store_topics
from tests.support.builders import preferences
from tests.support.clocks import START
from tests.support.rows import SEVEN, add_deliveries, add_subscriber, add_topics, open_edition, rows

WISH = preferences(
    ["ukraine", "nato"],
    words=["Rente", "Бюджет"],
    mutes=["Fußball"],
    muted_sources=["Abendbote"],
    languages=["de", "uk"],
    length=Length.SHORT,
    weights={"topic:nato": -2, "source:Ticker24": 3},
    stories=[5, 2**40],
)


async def test_equal_preferences_are_one_row_and_come_back_whole(database: Database) -> None:
    again = preferences(
        ["nato", "ukraine"],
        words=["Бюджет", "Rente"],
        mutes=["Fußball"],
        muted_sources=["Abendbote"],
        languages=["uk", "de"],
        length=Length.SHORT,
        weights={"source:Ticker24": 3, "topic:nato": -2},
        stories=[2**40, 5],
    )
    async with database.write() as transaction:
        await add_topics(transaction, "ukraine", "nato")
        store = InterningStore(transaction)
        first, second = await store.profile(WISH), await store.profile(again)
        other = await store.profile(preferences(["nato"]))
        assert first == second != other
        assert await store.preferences([first, other]) == {first: WISH, other: preferences(["nato"])}
    assert len(await rows(database, models.Profile)) == 2
    assert len(await rows(database, models.ProfileTopic)) == 3


async def test_two_processes_that_intern_the_same_at_once_get_the_same_row(database: Database) -> None:
    async with database.write() as transaction:
        await add_topics(transaction, "ukraine", "nato")
    other = Database(database.url.render_as_string(hide_password=False))

    async def intern(each: Database) -> tuple[int, int]:
        async with each.write() as transaction:
            store = InterningStore(transaction)
            return await store.profile(WISH), await store.schedule(SEVEN, START)

    found = await asyncio.gather(*(intern(each) for each in (database, other) * 4))
    await other.close()
    assert len(set(found)) == 1
    async with database.read() as transaction:
        assert (await InterningStore(transaction).preferences([found[0][0]]))[found[0][0]] == WISH


async def test_equal_schedules_are_one_row_that_begins_with_the_next_slot(database: Database) -> None:
    twice = Schedule("Europe/Berlin", (7 * 60, 18 * 60 + 30), 0b0011111)
    async with database.write() as transaction:
        store = InterningStore(transaction)
        first = await store.schedule(twice, START)
        assert await store.schedule(Schedule("Europe/Berlin", (420, 1110), 31), START + timedelta(days=3)) == first
        assert await store.schedule(SEVEN, START) != first
    row = (await rows(database, models.Schedule))[0]
    assert (row["minutes"], row["weekdays"]) == ("420,1110", 31)
    assert row["next_slot_at"] == twice.next_slot(START)
    assert row["covered_upto"] == twice.previous_slot(twice.next_slot(START))


async def test_orphans_are_dropped_and_what_is_used_stays(database: Database) -> None:
    evening = Schedule("Europe/Berlin", (20 * 60,))
    unused = Schedule("Asia/Tokyo", (60,))
    await add_deliveries(database, 1, preferences=preferences(words=["read"]))  # names SEVEN and this profile
    async with database.write() as transaction:
        store = InterningStore(transaction)
        reader = await add_subscriber(transaction, schedule=evening, preferences=preferences(words=["kept"]))
        await store.profile(preferences(words=["orphan"]))
        await store.schedule(unused, START)
        await open_edition(transaction, unused.next_slot(START), unused)  # slots that served nobody keep nothing
        await store.drop_orphans()
    assert {tuple(row["words"]) for row in await rows(database, models.Profile)} == {("read",), ("kept",)}
    assert {row["minutes"] for row in await rows(database, models.Schedule)} == {"420", "1200"}
    assert reader


async def test_topics_keep_their_ids_when_the_catalogue_changes(database: Database) -> None:
    async with database.write() as transaction:
        await store_topics(transaction, [("nato", {"de": "Nato"}, None), ("ukraine", {"de": "Ukraine"}, None)])
    before = {row["slug"]: row["id"] for row in await rows(database, models.Topic)}
    async with database.write() as transaction:
        await store_topics(transaction, [("ukraine", {"de": "Ukraine", "uk": "Україна"}, "politics")])
    (row,) = await rows(database, models.Topic, slug="ukraine")
    assert row["id"] == before["ukraine"]
    assert (row["names"], row["parent"]) == ({"de": "Ukraine", "uk": "Україна"}, "politics")


WORDS = st.lists(st.text(max_size=5), max_size=4)


@given(WORDS, WORDS)
def test_the_fingerprint_is_free_of_order(words: list[str], mutes: list[str]) -> None:
    backwards = Preferences(words=frozenset(reversed(words)), mutes=frozenset(reversed(mutes)))
    assert backwards.fingerprint == Preferences(words=frozenset(words), mutes=frozenset(mutes)).fingerprint
    if frozenset(words) != frozenset(mutes):
        swapped = Preferences(words=frozenset(mutes), mutes=frozenset(words))
        assert swapped.fingerprint != backwards.fingerprint


def test_weights_and_stories_change_the_fingerprint_only_where_there_are_any() -> None:
    wish = preferences(
        ["ukraine", "nato"],
        words=["Rente"],
        mutes=["Fußball"],
        muted_sources=["Abendbote"],
        languages=["de", "uk"],
        length=Length.SHORT,
    )
    assert wish.fingerprint == "70d7bde72771a7467c5320966106a504a87e46c8fb95df750e51451490ff6828"  # as always
    once, twice = replace(wish, weights=frozenset({("topic:nato", 1)})), preferences(weights={"topic:nato": 2})
    assert len({wish.fingerprint, once.fingerprint, twice.fingerprint, Preferences().fingerprint}) == 4
    followed, other = replace(wish, stories=frozenset({1})), replace(once, stories=frozenset({1}))
    assert len({wish.fingerprint, once.fingerprint, followed.fingerprint, other.fingerprint}) == 4
