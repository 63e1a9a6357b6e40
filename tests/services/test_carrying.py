"""Readers carried out and in: nothing lost, nobody overwritten, and every bad line told with its number."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from digests.domain.digests import Item, Sentence, SourceNote, State
from digests.domain.preferences import Length, Preferences
from digests.domain.reader_records import FORMAT, from_json, header, to_json
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, NothingNew, Status
from digests.errors import InputError
from digests.services.carrying import Carrying, CarryReport, Taken
from digests.storage import models
from digests.storage.database import Database
from digests.storage.mutes import MuteStore
from digests.storage.reader_records import RecordStore
from digests.storage.saved import SavedStore
from tests.support.bureau import catalogue
from tests.support.clocks import START, ManualClock
from tests.support.rows import SEVEN, add_subscriber, rows

GROUP = Chat(-1001234, 7, "supergroup")
WISHES = Preferences(
    topics=frozenset({"sport", "ukraine"}),
    words=frozenset({"Getreide", "їжа"}),
    mutes=frozenset({"krieg"}),
    muted_sources=frozenset({"Ticker24"}),
    languages=frozenset({"de"}),
    length=Length.LONG,
    weights=frozenset({("topic:sport", -2)}),
)


_ITEM = Item(
    story_id=8, storyline_id=3, headline="Getreide", state=State.NEW, sentences=(Sentence("Ein Satz.", 1, 0, 0),),
    details=(), sources=(SourceNote(1, "Bote", START, True, "de", frozenset()),), language="de", first_at=START,
    last_at=START, topics=(), score=1.0,
)  # fmt: skip


def carrying(database: Database) -> Carrying:
    return Carrying(database, catalogue(), ManualClock())


async def fill(database: Database) -> None:
    """Somebody with everything, and somebody in the middle of the set-up."""
    carried = carrying(database)
    await take(carried, [])  # the topics
    async with database.write() as transaction:
        whole = await add_subscriber(
            transaction, GROUP, preferences=WISHES, silent=True, nothing_new=NothingNew.NOTE, language="uk",
            status=Status.PAUSED, paused_until=START + timedelta(days=3),
        )  # fmt: skip
        await MuteStore(transaction).set_ends(whole, {"word:krieg": START + timedelta(days=9)})
        manager = {"subscriber_id": whole, "user_id": 42, "title": "Redaktion", "since": START}
        await transaction.connection.execute(insert(models.ChatManager).values(manager))
        await SavedStore(transaction, whole).add(_ITEM, START)
        await add_subscriber(transaction, Chat(11), schedule=None, setup_step=2, status=Status.SETUP)


async def lines(database: Database) -> list[str]:
    return [line async for line in carrying(database).export()]


async def take(carried: Carrying, records: list[str], *, replacing: bool = False) -> CarryReport:
    told: list[InputError] = []
    begin = [] if records and FORMAT in records[0] else [json.dumps(header(START))]
    report = await carried.take([*begin, *records], replacing=replacing, tell=told.append)
    assert told == report.problems
    return report


async def test_readers_come_to_another_database_as_they_were(sqlite: Database, database: Database) -> None:
    await fill(sqlite)
    out = await lines(sqlite)
    assert len(out) == 3
    report = await take(carrying(database), out)
    assert report.counts == {Taken.ADDED: 2, Taken.UNCHANGED: 0, Taken.KEPT: 0, Taken.REPLACED: 0}
    async with database.read() as transaction:
        records, _ = await RecordStore(transaction).after(0, 10)
    expected = [from_json(json.loads(line), "x") for line in out[1:]]
    (saved,) = expected[0].saved
    assert [replace(each, saved=()) for each in records] == [replace(each, saved=()) for each in expected]
    elsewhere = replace(saved, story_id=-8, body={**saved.body, "story": -8})  # that story is not in this archive
    assert records[0].saved == (elsewhere,)
    (plan,) = await rows(database, models.Schedule)
    assert plan["next_slot_at"] == SEVEN.next_slot(START)
    subscriber = (await rows(database, models.Subscriber))[0]
    assert subscriber["scheduled_at"] == START


async def test_again_changes_nothing(database: Database) -> None:
    await fill(database)
    out = await lines(database)
    before = await rows(database, models.Subscriber)
    for replacing in (False, True):
        report = await take(carrying(database), out, replacing=replacing)
        assert report.counts[Taken.UNCHANGED] == 2
    assert await rows(database, models.Subscriber) == before
    assert await lines(database) == out


async def test_twice_into_another_archive_adds_nobody_twice(sqlite: Database) -> None:
    await fill(sqlite)
    out = await lines(sqlite)
    async with sqlite.write() as transaction:
        await transaction.connection.execute(models.Subscriber.__table__.delete())
    assert (await take(carrying(sqlite), out)).counts[Taken.ADDED] == 2
    assert (await take(carrying(sqlite), out, replacing=True)).counts[Taken.UNCHANGED] == 2


async def test_who_is_known_keeps_his_choices_unless_told_otherwise(database: Database) -> None:
    await fill(database)
    out = await lines(database)
    other = json.loads(out[1]) | {"length": "short", "schedule": None, "managers": [], "mute_ends": {}}
    kept = await take(carrying(database), [json.dumps(other)])
    assert kept.counts[Taken.KEPT] == 1
    assert await lines(database) == out
    replaced = await take(carrying(database), [json.dumps(other)], replacing=True)
    assert replaced.counts[Taken.REPLACED] == 1
    changed_to = json.loads((await lines(database))[1])
    assert changed_to | {"saved": []} == other | {"saved": []}
    assert [each["headline"] for each in changed_to["saved"]] == ["Getreide"]


async def test_followed_stories_stay_with_who_has_them(database: Database) -> None:
    await fill(database)
    async with database.write() as transaction:
        await add_subscriber(transaction, Chat(12), preferences=replace(WISHES, stories=frozenset({5})))
    out = await lines(database)
    other = json.loads(out[3]) | {"length": "short"}
    await take(carrying(database), [json.dumps(other)], replacing=True)
    assert [row["storyline_id"] for row in await rows(database, models.ProfileStory)] == [5, 5]


BAD = {
    "{": "JSON",
    "[]": "object",
    '"text"': "object",
    "chat_id=null": "field chat_id",
    "chat_id=true": "field chat_id",
    "chat_id=1e400": "",
    "thread_id=-1": "field thread_id",
    "kind=choir": "field kind",
    "language=Deutsch": "field language",
    "time_zone=Mars": "field time_zone",
    "status=gone": "field status",
    "paused_until=soon": "field paused_until",
    "created_at=2026-08-13T05:00:00": "field created_at",
    "words=krieg": "field words",
    "mutes=[1]": "field mutes",
    'words=["\\u0000"]': "field words",
    'weights={"song:x": 1}': "field weights",
    'weights={"topic:sport": []}': "field weights",
    'schedule={"time_zone": "Europe/Berlin", "minutes": [], "weekdays": 127}': "field schedule",
    'schedule={"time_zone": "Europe/Berlin", "minutes": [420], "weekdays": 0}': "field weekdays",
    "managers=[1]": "managers",
    'saved=[{"story": 1}]': "saved",
}


def changed(line: str, change: str) -> str:
    name, equals, value = change.partition("=")
    if not equals:
        return change
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = value
    return json.dumps(json.loads(line) | {name: parsed})


async def test_bad_lines_are_told_with_their_numbers_and_the_rest_goes_on(sqlite: Database) -> None:
    await fill(sqlite)
    head, good, last = await lines(sqlite)
    async with sqlite.write() as transaction:
        await transaction.connection.execute(models.Subscriber.__table__.delete())
    report = await take(carrying(sqlite), [head, *(changed(good, bad) for bad in BAD), "", last])
    assert report.counts[Taken.ADDED] == 1
    assert [problem.place.partition(",")[0] for problem in report.problems] == [
        f"line {n}" for n in range(2, 2 + len(BAD))
    ]
    for problem, part in zip(report.problems, BAD.values(), strict=True):
        assert part in str(problem)


async def test_topics_that_are_unknown_here_are_left_out_and_named(sqlite: Database) -> None:
    await fill(sqlite)
    good = json.loads((await lines(sqlite))[1])
    report = await take(carrying(sqlite), [json.dumps(good | {"chat_id": 99, "topics": ["sport", "chess"]})])
    assert report.lost_topics == {"chess"}
    assert report.counts[Taken.ADDED] == 1


@pytest.mark.parametrize("first", ["", "{}", "[]", "null", '{"format": "depesche-readers", "version": 3}'])
async def test_another_file_is_refused(sqlite: Database, first: str) -> None:
    with pytest.raises(InputError, match="line 1"):
        await carrying(sqlite).take([first], replacing=False, tell=lambda _: None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
GOOD = to_json(
    from_json(
        {
            "chat_id": 5, "thread_id": 0, "kind": "private", "language": "de", "time_zone": "Europe/Berlin",
            "zone_confirmed": True, "setup_step": 4, "status": "active", "paused_until": None,
            "nothing_new": "silent", "silent": False, "created_at": START.isoformat(), "length": "normal",
            "schedule": {"time_zone": "Europe/Berlin", "minutes": [420], "weekdays": 127},
        },
        "x",
    )
)  # fmt: skip


@given(name=st.sampled_from(sorted(GOOD)), value=JSON)
def test_whatever_stands_in_a_field_is_read_or_named(name: str, value: object) -> None:
    place = "line 7"
    with suppress(InputError):
        record = from_json(GOOD | {name: value}, place)
        assert from_json(to_json(record), place) == record


def test_what_is_written_is_read_again() -> None:
    record = from_json(GOOD, "x")
    plan = Schedule("Asia/Kathmandu", (60, 1200), 5)
    for each in (record, replace(record, preferences=WISHES, schedule=plan), replace(record, schedule=None)):
        assert from_json(json.loads(json.dumps(to_json(each))), "x") == each
