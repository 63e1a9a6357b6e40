"""Defects read in other news bots' delivery code, and what keeps each out of ours.

- after repeated flood waits the message is dropped
  → test_delivery.py::test_a_flood_wait_twice_and_then_success_is_one_message
- a closed forum topic removes all subscriptions of the chat
  → test_delivery.py::test_a_closed_topic_pauses_that_binding_and_no_other
- one error ends the round, and those behind never get it
  → test_peer_defects.py::test_one_of_three_fails_and_the_others_are_served
- rejected markup is logged and the item lost
  → test_peer_defects.py::test_unbalanced_tags_in_a_title_reach_the_reader
- failed jobs are retried for ever, or the item is gone silently
  → test_delivery.py::test_an_outage_goes_on_as_long_as_the_edition
- "upgraded to a supergroup" deletes the chat
  → test_delivery.py::test_a_group_that_became_a_supergroup_gets_it_once_there
- a restart at the wrong moment loses the day
  → test_delivery_slots.py::test_a_process_that_was_down_delivers_once_and_says_when_it_is_late
- the old digest is deleted before the new one is sent
  → test_peer_defects.py::test_nothing_is_ever_deleted_to_make_room
- times are printed with "UTC" although another zone is set
  → test_peer_defects.py::test_every_time_told_is_the_readers
- long messages are split inside their markup
  → test_rendering.py::test_any_digest_is_sendable_whole_and_in_order
- sent twice after a restart within the minute, never when it is missed
  → test_delivery_slots.py::test_the_same_slot_planned_twice_at_once_comes_once
- every new time adds one more daily job
  → test_peer_defects.py::test_a_changed_time_leaves_one_schedule
- any failed send disables the reader
  → test_peer_defects.py::test_no_trouble_of_ours_or_telegrams_changes_a_reader
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digests.domain.schedule import Schedule
from digests.domain.subscribers import NothingNew
from tests.support.mail import SLOT, PostOffice, post_office
from tests.support.reports import BUDGET, GRAIN

DAY = timedelta(days=1)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with post_office(tmp_path) as post:
        yield post


def test_every_defect_of_the_table_has_its_test() -> None:
    named = re.findall(r"→ (test_\w+\.py)::(test_\w+)", __doc__ or "")
    assert len(named) == 13
    sources = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert [test for file, test in named if f"def {test}(" not in sources[file]] == []


async def test_one_of_three_fails_and_the_others_are_served(post: PostOffice) -> None:
    """What certainly was not sent is sent later; what a fault of the server leaves open is offered by /latest."""
    await post.article(GRAIN)
    readers = [await post.reader(name) for name in ("One", "Two", "Three")]
    post.sandbox.fail("answer", "sendMessage", chat_id=readers[1].chat.id, status=500)
    await post.serve()
    assert [len(post.sent(reader)) for reader in readers] == [1, 0, 1]
    assert [row["status"] for row in await post.rows()] == ["sent", "uncertain", "sent"]
    await post.article(BUDGET)
    post.sandbox.fail("answer", "sendMessage", chat_id=readers[1].chat.id, status=429, retry_after=2)
    await post.serve(SLOT + DAY)
    assert [len(post.sent(reader)) for reader in readers] == [2, 1, 2]


@pytest.mark.parametrize("refused", [False, True])
async def test_unbalanced_tags_in_a_title_reach_the_reader(post: PostOffice, refused: bool) -> None:
    await post.article(replace(GRAIN, title="Ein <b>Titel <i>& mehr</b> aus </pre> Odessa"))
    reader = await post.reader()
    if refused:
        body = '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities: Unexpected end tag"}'
        post.sandbox.fail("answer", "sendMessage", status=400, body=body)
    await post.serve()
    (message,) = post.sent(reader)
    assert "Getreidekorridor" in message.text
    assert "&lt;" not in message.text
    assert (await post.row())["plain"] is refused


async def test_nothing_is_ever_deleted_to_make_room(post: PostOffice) -> None:
    await post.article(GRAIN)
    reader = await post.reader()
    await post.serve()
    await post.article(BUDGET)
    post.sandbox.fail("answer", "sendMessage", status=500)
    await post.serve(SLOT + DAY)
    assert [message.deleted for message in post.sent(reader)] == [False]


async def test_every_time_told_is_the_readers(post: PostOffice) -> None:
    reader = await post.reader()
    chat = (await post.subscriber(reader)).chat
    await post.app.subscriptions.set_time_zone(chat, "Asia/Kathmandu")
    await post.app.subscriptions.set_schedule(chat, Schedule("Asia/Kathmandu", (7 * 60,)))
    await post.app.subscriptions.set_nothing_new(chat, NothingNew.NOTE)
    await post.serve(SLOT + DAY - timedelta(hours=3, minutes=45))  # 07:00 there is 01:15 UTC
    (note,) = post.sent(reader)
    assert re.findall(r"\d\d:\d\d", note.text) == ["10:45", "07:00"]  # since 05:00 UTC nothing, and the next slot
    assert "UTC" not in note.text


async def test_a_changed_time_leaves_one_schedule(post: PostOffice) -> None:
    await post.article(GRAIN)
    reader = await post.reader()
    chat = (await post.subscriber(reader)).chat
    for hour in (6, 9, 12, 8):
        await post.app.subscriptions.set_schedule(chat, Schedule("Europe/Berlin", (hour * 60,)))
    for hour in range(4, 12):
        await post.serve(SLOT + timedelta(hours=hour - 5))
    assert [message.date.hour for message in post.sent(reader)] == [6]  # 08:00 in Berlin, and nothing else


TROUBLES: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "a firewall's 403": {"status": 403, "body": "<html>Forbidden by policy</html>"},
    "a proxy's 404": {"status": 404, "body": "<html>Not here</html>"},
    "401": {"status": 401},
    "429": {"status": 429, "retry_after": 3},
    "429 for hours": {"status": 429, "retry_after": 50_000},
    "a bad request": {"status": 400},
    "reset": {"kind": "close"},
    "half an answer": {"kind": "truncate"},
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_no_trouble_of_ours_or_telegrams_changes_a_reader(post: PostOffice, trouble: dict[str, Any]) -> None:
    await post.article(GRAIN)
    reader = await post.reader()
    before = await post.subscriber(reader)
    post.sandbox.fail(method="sendMessage", **trouble)
    await post.serve()
    assert await post.subscriber(reader) == before
