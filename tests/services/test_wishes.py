"""Mutes that end, stories that are followed on and end, sources by their credits: on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from digests.domain.digests import Digest
from digests.domain.mutes import Mute
from digests.domain.preferences import Preferences, Weighed
from digests.domain.subscribers import Subscriber
from digests.services.credits import Credits
from digests.services.rehearsing import Rehearsing, with_subject
from digests.storage import models
from digests.storage.following import FollowStore
from digests.storage.stories import StoryStore
from tests.support.bureau import Bureau, catalogue, headlines
from tests.support.clocks import START
from tests.support.reports import FOOTBALL, GRAIN, GRAIN_OTHER_OUTLET
from tests.support.rows import SLOT, rows

DAY = timedelta(days=1)
WORD = Mute(Weighed.WORD, "Getreide")
SPORT = Preferences(topics=frozenset({"sport"}))


async def present(bureau: Bureau, reader: Subscriber) -> Preferences:
    """What a reader wants now."""
    found = await bureau.subscriptions.find(reader.chat)
    assert found is not None
    return found.preferences


async def line_of(bureau: Bureau, headline: str) -> int:
    """The storyline of the story with this lead."""
    async with bureau.database.read() as transaction:
        found = await StoryStore(transaction).newest(START - 99 * DAY, None, None)
    return next(story.storyline_id for story, title in found if title == headline)


async def follow(bureau: Bureau, reader: Subscriber, *lines: int) -> None:
    await bureau.subscriptions.set_preferences(reader.chat, lambda wish: replace(wish, stories=frozenset(lines)))


async def test_a_mute_ends_at_its_time_and_others_stay(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(SPORT)
    other = await any_bureau.subscribe(SPORT)
    for chat in (reader.chat, other.chat):
        await any_bureau.subscriptions.mute(chat, Mute(Weighed.WORD, "Zoll"), None)
    await any_bureau.subscriptions.mute(reader.chat, WORD, 7 * DAY)
    await any_bureau.subscriptions.mute(other.chat, WORD, 8 * DAY)
    now = any_bureau.clock.now()
    await any_bureau.serve(now + 7 * DAY)
    assert (await present(any_bureau, reader)).mutes == {"Zoll"}
    assert (await present(any_bureau, other)).mutes == {"Zoll", "Getreide"}
    await any_bureau.serve(now + 7 * DAY)  # again: nothing left to do
    assert [row["subscriber_id"] for row in await rows(any_bureau.database, models.MuteEnd)] == [other.id]


async def test_undo_brings_back_the_end_too(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(SPORT)
    await any_bureau.subscriptions.mute(reader.chat, WORD, 7 * DAY)
    ends = await any_bureau.subscriptions.mute_ends(reader)
    forever = await any_bureau.subscriptions.mute(reader.chat, WORD, None)
    assert await any_bureau.subscriptions.mute_ends(reader) == {}
    await any_bureau.subscriptions.undo(reader.chat, forever.undo)
    assert await any_bureau.subscriptions.mute_ends(reader) == ends != {}
    gone = await any_bureau.subscriptions.unmute(reader.chat, WORD)
    assert (await present(any_bureau, reader)).mutes == frozenset()
    await any_bureau.subscriptions.undo(reader.chat, gone.undo)
    assert (await present(any_bureau, reader)).mutes == {"Getreide"}
    assert await any_bureau.subscriptions.mute_ends(reader) == ends


async def test_a_followed_story_comes_and_ends_with_one_note(any_bureau: Bureau) -> None:
    await any_bureau.publish(GRAIN)
    reader = await any_bureau.subscribe(SPORT)
    other = await any_bureau.subscribe(SPORT)
    await follow(any_bureau, reader, await line_of(any_bureau, GRAIN.title))
    await any_bureau.serve()
    (first,) = any_bureau.got(reader)
    assert (headlines(first), first.items[0].followed) == ({GRAIN.title}, True)
    assert any_bureau.got(other) == []
    await any_bureau.serve(SLOT + 6 * DAY)
    assert (await present(any_bureau, reader)).stories
    await any_bureau.publish(FOOTBALL, topics=("sport",), guid="one")
    await any_bureau.serve(SLOT + 8 * DAY)
    assert (await present(any_bureau, reader)).stories == frozenset()
    parcels = any_bureau.messenger.to(reader.chat.id)
    assert [parcel.quiet for parcel in parcels] == [(), (GRAIN.title,)]
    assert await any_bureau.subscriptions.quiet_stories(reader) == ()
    assert [parcel.quiet for parcel in any_bureau.messenger.to(other.chat.id)] == [()]


async def test_a_merged_story_is_followed_on(any_bureau: Bureau) -> None:
    await any_bureau.publish(FOOTBALL)
    await any_bureau.publish(GRAIN)
    grain, football = [await line_of(any_bureau, each.title) for each in (GRAIN, FOOTBALL)]
    reader, other = await any_bureau.subscribe(SPORT), await any_bureau.subscribe(SPORT)
    await follow(any_bureau, reader, grain)
    async with any_bureau.database.read() as transaction:
        ids = [story.id for story, _ in await StoryStore(transaction).newest(START - DAY, None, None)]
    (change,) = await any_bureau.stories.merge(ids, by="Ada")
    assert (await present(any_bureau, reader)).stories == {football}
    assert (await present(any_bureau, other)).stories == frozenset()
    await any_bureau.stories.undo(change.id, by="Ada")
    assert grain in (await present(any_bureau, reader)).stories


async def test_a_story_that_the_archive_has_lost_ends_without_a_word(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(SPORT)
    await follow(any_bureau, reader, 4711)
    await any_bureau.serve()
    assert (await present(any_bureau, reader)).stories == frozenset()
    assert await any_bureau.subscriptions.quiet_stories(reader) == ()


async def test_wishes_go_with_the_subscriber(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(SPORT)
    await any_bureau.subscriptions.mute(reader.chat, WORD, DAY)
    async with any_bureau.database.write() as transaction:
        await FollowStore(transaction).note_quiet([reader.id], "Titel", START)
        await transaction.connection.execute(
            models.Subscriber.__table__.delete().where(models.Subscriber.id == reader.id)
        )
    assert [*await rows(any_bureau.database, models.MuteEnd), *await rows(any_bureau.database, models.QuietStory)] == []


async def test_sources_are_counted_by_the_names_that_readers_see(any_bureau: Bureau) -> None:
    credits = Credits(any_bureau.database, any_bureau.clock)
    assert await credits.all() == []
    await any_bureau.publish(GRAIN, credit="Hafenpost")
    await any_bureau.publish(FOOTBALL, credit="HAFENPOST")
    await any_bureau.publish(GRAIN_OTHER_OUTLET, credit="Abendbote", guid="other")
    any_bureau.clock.move(timedelta(minutes=6))  # counts are kept for five
    harbour, evening = await credits.all()
    assert (harbour.name.casefold(), harbour.weekly, evening.weekly) == ("hafenpost", 2, 1)
    assert await credits.find("abendbote") == await credits.find("Abend") == evening
    assert await credits.find("Ab") is None
    assert await credits.nearest("Abendbohte") == [evening]
    latest = await credits.latest(harbour)
    assert latest is not None
    assert latest.title == FOOTBALL.title
    any_bureau.clock.move(8 * DAY)
    assert [each.weekly for each in await credits.all()] == [0, 0]


async def test_what_a_topic_would_have_brought_yesterday(any_bureau: Bureau) -> None:
    from zoneinfo import ZoneInfo

    await any_bureau.publish(FOOTBALL, topics=("sport",))
    await any_bureau.publish(GRAIN, topics=("ukraine",))
    any_bureau.clock.move(DAY)
    rehearsing = Rehearsing(any_bureau.database, catalogue(), any_bureau.clock)
    own, zone = Preferences(topics=frozenset({"ukraine"})), ZoneInfo("Europe/Berlin")
    assert await rehearsing.more_yesterday(own, with_subject(own, "sport", catalogued=True), zone) == 1
    assert await rehearsing.more_yesterday(own, with_subject(own, "Quittenmus", catalogued=False), zone) == 0
    any_bureau.clock.move(DAY)
    assert await rehearsing.more_yesterday(own, with_subject(own, "sport", catalogued=True), zone) == 0


async def test_a_rehearsal_hides_what_the_digest_hides(any_bureau: Bureau) -> None:
    await any_bureau.publish(GRAIN, topics=("ukraine",))
    await any_bureau.publish(FOOTBALL, topics=("sport",))
    wish = Preferences(topics=frozenset({"ukraine", "sport"}))
    told = await Rehearsing(any_bureau.database, catalogue(), any_bureau.clock).mute(wish, WORD)
    digest: Digest = await any_bureau.reading.latest(replace(wish, mutes=frozenset({WORD.name})), 10)
    assert (told.stories, len(told.hidden), digest.muted) == (2, 1, 1)
