"""When digests come: late, much too late, paused between planning and sending, or with nothing to say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from digests.domain.subscribers import NothingNew
from tests.support.mail import SLOT, PostOffice, post_office
from tests.support.reports import BUDGET, FOOTBALL, GRAIN

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with post_office(tmp_path) as post:
        await post.article(GRAIN)
        yield post


async def start_again(post: PostOffice, at_minute: int) -> None:
    """What a process does when it starts so many minutes after the slot."""
    now = post.clock.move(SLOT + at_minute * MINUTE)
    await post.delivering.recover(now)
    await post.planning.sweep(now)
    await post.planning.plan_due(now)
    await post.work()


@pytest.mark.parametrize(("minute", "says_late"), [(0, False), (10, False), (15, False), (16, True), (30, True)])
async def test_a_process_that_was_down_delivers_once_and_says_when_it_is_late(
    post: PostOffice, minute: int, says_late: bool
) -> None:
    reader = await post.reader()
    await start_again(post, minute)
    await start_again(post, minute + 1)
    (message,) = post.sent(reader)
    assert ("Verspätet: sollte 07:00 kommen" in message.text) is says_late
    assert "Getreidekorridor" in message.text


async def test_a_slot_missed_by_more_than_the_grace_is_merged_into_the_next(post: PostOffice) -> None:
    reader = await post.reader()
    await post.serve()
    await post.article(FOOTBALL)
    await start_again(post, 24 * 60 + 121)
    assert len(post.sent()) == len(await post.rows()) == 1
    await post.article(BUDGET)
    await post.serve(SLOT + 2 * DAY)
    message = post.sent(reader)[-1]
    assert "Pokalfinale" in message.text  # of the day before
    assert "Haushalt" in message.text
    assert "Getreidekorridor" not in message.text  # that came in time
    assert "Verspätet" not in message.text


async def test_three_missed_days_bring_one_digest(post: PostOffice) -> None:
    reader = await post.reader()
    await start_again(post, 3 * 24 * 60 + 5)
    (message,) = post.sent(reader)
    assert "Getreidekorridor" in message.text
    assert [row["slot_at"] for row in await post.rows()] == [SLOT + 3 * DAY]


async def test_what_waits_when_the_edition_expires_is_skipped_and_told(post: PostOffice) -> None:
    await post.reader()
    await post.sandbox.close()
    await post.serve()
    await post.sandbox.start()
    await post.sweep(timedelta(hours=3))
    row = await post.row()
    assert (row["status"], row["reason"]) == ("skipped", "too_late")
    assert post.sent() == []


async def pause(post: PostOffice, reader: Reader) -> None:
    await post.app.subscriptions.pause((await post.subscriber(reader)).chat, None)


async def stop(post: PostOffice, reader: Reader) -> None:
    await post.app.subscriptions.stop((await post.subscriber(reader)).chat)


async def block(post: PostOffice, reader: Reader) -> None:
    await post.app.subscriptions.block((await post.subscriber(reader)).chat)


@pytest.mark.parametrize("leave", [pause, stop, block])
async def test_who_leaves_between_planning_and_sending_gets_nothing(post: PostOffice, leave: object) -> None:
    gone, there = await post.reader("Gone"), await post.reader("There")
    await post.plan()
    await post.planning.prepare(1)
    await leave(post, gone)  # type: ignore[operator]
    await post.work()
    await post.sweep()
    assert (post.sent(gone), len(post.sent(there))) == ([], 1)
    assert [(row["status"], row["reason"]) for row in await post.rows()] == [("skipped", "not_active"), ("sent", None)]


async def test_nothing_new_is_silent_unless_a_note_is_wanted(post: PostOffice) -> None:
    silent, curious = await post.reader("Silent"), await post.reader("Curious")
    await post.app.subscriptions.set_nothing_new((await post.subscriber(curious)).chat, NothingNew.NOTE)
    await post.serve()
    await post.serve(SLOT + DAY)
    assert len(post.sent(silent)) == 1
    first, note = post.sent(curious)
    assert "Nichts Neues in deinen Themen seit gestern, 07:00" in note.text
    assert "Sa., 15. August, 07:00" in note.text
    assert "Getreidekorridor" in first.text
    rows = [row for row in await post.rows() if row["slot_at"] == SLOT + DAY]
    assert [(row["status"], row["reason"]) for row in rows] == [("skipped", "nothing_new"), ("sent", None)]
    await post.article(FOOTBALL)
    await post.serve(SLOT + 2 * DAY)
    assert "Pokalfinale" in post.sent(silent)[-1].text


async def test_the_same_slot_planned_twice_at_once_comes_once(post: PostOffice) -> None:
    reader = await post.reader()
    await post.plan()
    await post.planning.plan_due(SLOT)
    await post.planning.sweep(SLOT)
    await post.work()
    await post.sweep()
    assert len(post.sent(reader)) == 1
