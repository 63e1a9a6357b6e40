"""What becomes of a digest by what Telegram answers: a test for every row of the table, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from digests.domain.subscribers import Status
from digests.storage import models
from tests.support.mail import SLOT, PostOffice, post_office
from tests.support.reports import BUDGET, GRAIN, GRAIN_NEXT_DAY
from tests.support.rows import rows

DAY = timedelta(days=1)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with post_office(tmp_path) as post:
        await post.article(GRAIN)
        yield post


async def settle(post: PostOffice) -> None:
    """A restart and two sweeps: whoever wants to send something again has every occasion."""
    await post.delivering.recover(post.clock.now())
    await post.sweep(timedelta(minutes=5))
    await post.sweep(timedelta(minutes=5))


async def test_ok_is_sent_once(post: PostOffice) -> None:
    reader = await post.reader()
    await post.serve()
    await settle(post)
    (message,) = post.sent()
    row = await post.row()
    assert (row["status"], row["message_ids"], row["attempts"]) == ("sent", [message.id], 1)
    assert row["finished_at"] == SLOT
    assert message.chat is reader.chat
    assert "Getreidekorridor" in message.text


async def test_a_flood_wait_twice_and_then_success_is_one_message(post: PostOffice) -> None:
    await post.reader()
    fault = post.sandbox.fail("answer", "sendMessage", status=429, retry_after=7, times=2)
    await post.serve()
    await settle(post)
    assert fault.met == 2
    assert len(post.sent()) == 1
    row = await post.row()
    assert (row["status"], row["attempts"]) == ("sent", 3)
    assert row["finished_at"] >= SLOT + timedelta(seconds=14)  # both waits were kept


async def test_flood_waits_hold_everyone_and_lose_nobody(post: PostOffice) -> None:
    readers = [await post.reader(f"R{number}") for number in range(12)]
    post.sandbox.fail("answer", "sendMessage", status=429, retry_after=30, times=3)
    await post.serve()
    assert [len(post.sent(reader)) for reader in readers] == [1] * 12
    late = [row for row in await post.rows() if row["finished_at"] >= SLOT + timedelta(seconds=30)]
    assert len(late) >= 12 - post.delivering.at_once  # what was not on its way yet has waited, too


async def test_a_wait_of_hours_costs_this_digest_and_no_other(post: PostOffice) -> None:
    reader = await post.reader()
    post.sandbox.fail("answer", "sendMessage", status=429, retry_after=7200)
    await post.serve()
    await settle(post)
    row = await post.row()
    assert (row["status"], row["reason"], post.sent()) == ("skipped", "flood", [])
    await post.article(BUDGET)
    await post.serve(SLOT + DAY)
    assert len(post.sent(reader)) == 1


async def test_a_wait_longer_than_the_job_is_patient_is_taken_up_by_the_sweep(post: PostOffice) -> None:
    await post.reader()
    post.sandbox.fail("answer", "sendMessage", status=429, retry_after=600)
    await post.serve()
    assert (await post.row())["status"] == "pending"
    await post.sweep(timedelta(minutes=5))
    assert post.sent() == []
    await post.sweep(timedelta(minutes=5, seconds=1))
    assert len(post.sent()) == 1


async def test_no_connection_is_tried_again_with_growing_pauses(post: PostOffice) -> None:
    reader = await post.reader()
    await post.sandbox.close()
    await post.serve()
    row = await post.row()
    assert (row["status"], row["reason"]) == ("pending", "ConnectionRefusedError")
    assert row["not_before"] > post.clock.now()
    assert post.clock.slept == sorted(post.clock.slept)
    assert len(post.clock.slept) >= 3
    await post.sandbox.start()
    await post.sweep(timedelta(minutes=5))
    await settle(post)
    assert len(post.sent(reader)) == 1
    assert (await post.row())["status"] == "sent"


async def test_an_outage_goes_on_as_long_as_the_edition(post: PostOffice) -> None:
    reader = await post.reader()
    await post.sandbox.close()
    with capture_logs() as logs:
        await post.serve()
        while post.clock.now() <= SLOT + post.app.settings.grace:
            assert (await post.row())["status"] == "pending"
            await post.sweep(timedelta(minutes=5))
    row = await post.row()
    assert (row["status"], row["reason"]) == ("skipped", "too_late")
    assert [line["log_level"] for line in logs if line["event"] == "deliveries_expired"] == ["error"]
    assert (await post.subscriber(reader)).status is Status.ACTIVE
    await post.sandbox.start()


UNCERTAIN: dict[str, dict[str, Any]] = {
    "reset after it was stored": {"kind": "close", "stored": True},
    "reset before it was stored": {"kind": "close"},
    "500": {"status": 500},
    "500 although stored": {"status": 500, "stored": True},
    "502 with a page": {"status": 502, "body": "<html><h1>Bad Gateway</h1></html>", "content_type": "text/html"},
    "504": {"status": 504},
    "half an answer": {"kind": "truncate"},
    "no JSON": {"status": 200, "body": "Welcome to this hotel's network", "content_type": "text/plain"},
    "JSON of another kind": {"status": 200, "body": "[]"},
    "a result of another kind": {"status": 200, "body": '{"ok": true, "result": {}}'},
}


@pytest.mark.parametrize("trouble", UNCERTAIN.values(), ids=UNCERTAIN.keys())
async def test_what_may_have_arrived_is_uncertain_and_never_sent_again(
    post: PostOffice, trouble: dict[str, Any]
) -> None:
    unlucky, lucky = await post.reader("Unlucky"), await post.reader("Lucky")
    fault = post.sandbox.fail(method="sendMessage", chat_id=unlucky.chat.id, **trouble)
    await post.serve()
    await settle(post)
    statuses = [row["status"] for row in await post.rows()]
    assert (fault.met, statuses) == (1, ["uncertain", "sent"])
    arrived = trouble.get("stored") or trouble.get("kind") == "truncate"
    assert len(post.sent(unlucky)) == (1 if arrived else 0)
    assert len(post.sent(lucky)) == 1
    assert (await post.subscriber(unlucky)).status is Status.ACTIVE
    await post.article(BUDGET)
    await post.serve(SLOT + DAY)
    assert "Haushalt" in post.sent(unlucky)[-1].text  # the next digest comes as if nothing had happened


async def test_an_answer_that_takes_too_long_is_uncertain(tmp_path: Path) -> None:
    async with post_office(tmp_path, read_timeout=0.3) as post:
        await post.article(GRAIN)
        await post.reader()
        post.sandbox.fail("delay", "sendMessage")
        await post.serve()
        await settle(post)
        row = await post.row()
        assert (row["status"], row["reason"]) == ("uncertain", "no answer in time")
        assert len(post.sent()) == 1


@pytest.mark.parametrize("how", ["block", "deactivate", "never started", "chat not found"])
async def test_who_cannot_be_reached_is_dropped_and_the_others_are_served(post: PostOffice, how: str) -> None:
    before, gone, after = [await post.reader(name) for name in ("Before", "Gone", "After")]
    if how == "never started":
        gone.chat.started = False
    elif how == "chat not found":
        del post.sandbox.world.users[gone.user.id]
    else:
        getattr(gone, how)()
    await post.serve()
    await settle(post)
    assert [row["status"] for row in await post.rows()] == ["sent", "dropped", "sent"]
    assert [len(post.sent(reader)) for reader in (before, gone, after)] == [1, 0, 1]
    assert (await post.subscriber(gone)).status is Status.BLOCKED
    await post.article(BUDGET)
    await post.serve(SLOT + DAY)
    assert len(await post.rows()) == 5  # nothing is planned for him any more


async def test_a_group_that_threw_the_bot_out_is_dropped(post: PostOffice) -> None:
    owner = await post.reader("Owner")
    group = post.sandbox.group(owner, "News", kind="supergroup")
    group.set_bot("member")
    await post.app.subscriptions.stop(owner_chat := (await post.subscriber(owner)).chat)
    stored = await post.subscribe(type(owner_chat)(group.chat.id, kind="supergroup"))
    group.set_bot("kicked")
    await post.serve()
    row = await post.row()
    assert (row["status"], row["subscriber_id"]) == ("dropped", stored.id)
    assert "kicked" in row["reason"]
    found = await post.app.subscriptions.find(stored.chat)
    assert found is not None
    assert found.status is Status.BLOCKED


async def test_a_group_that_became_a_supergroup_gets_it_once_there(post: PostOffice) -> None:
    owner = await post.reader("Owner")
    group = post.sandbox.group(owner, "News", kind="group")
    group.set_bot("member")
    chat = (await post.subscriber(owner)).chat
    await post.app.subscriptions.stop(chat)
    old = await post.subscribe(type(chat)(group.chat.id, kind="group"))
    group.migrate()
    await post.serve()
    await settle(post)
    row = await post.row()
    assert (row["status"], row["chat_id"]) == ("sent", group.chat.id)
    assert [message.chat.id for message in post.sent()] == [group.chat.id]
    moved = await post.app.subscriptions.find(type(chat)(group.chat.id))
    assert moved is not None
    assert (moved.id, moved.schedule, moved.preferences) == (old.id, old.schedule, old.preferences)


async def test_rejected_markup_goes_once_more_as_plain_text(post: PostOffice) -> None:
    await post.reader()
    body = '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities: Unsupported start tag"}'
    fault = post.sandbox.fail("answer", "sendMessage", status=400, body=body)
    with capture_logs() as logs:
        await post.serve()
    (message,) = post.sent()
    assert fault.met == 1
    assert message.entities == [] or all(entity["type"] in {"url", "bot_command"} for entity in message.entities)
    assert "<b>" not in message.text
    assert "&amp;" not in message.text
    row = await post.row()
    assert (row["status"], row["plain"], row["attempts"]) == ("sent", True, 2)
    assert any(line["log_level"] == "error" and line["event"] == "telegram_refused" for line in logs)


async def test_markup_that_is_rejected_twice_fails(post: PostOffice) -> None:
    await post.reader()
    body = '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities: Unsupported start tag"}'
    post.sandbox.fail("answer", "sendMessage", status=400, body=body, times=9)
    await post.serve()
    await settle(post)
    row = await post.row()
    assert (row["status"], row["attempts"]) == ("failed", 2)


async def test_a_closed_topic_pauses_that_binding_and_no_other(post: PostOffice) -> None:
    owner = await post.reader("Owner")
    chat = (await post.subscriber(owner)).chat
    await post.app.subscriptions.stop(chat)
    forum = post.sandbox.group(owner, "Forum", is_forum=True)
    forum.set_bot("member")
    topics = [forum.open_topic("One"), forum.open_topic("Two")]
    bindings = [await post.subscribe(type(chat)(forum.chat.id, topic.id, "supergroup")) for topic in topics]
    topics[0].closed = True
    await post.serve()
    await settle(post)
    assert [row["status"] for row in await post.rows()] == ["skipped", "sent"]
    assert [message.thread_id for message in post.sent()] == [topics[1].id]
    statuses = []
    for binding in bindings:
        found = await post.app.subscriptions.find(binding.chat)
        assert found is not None
        statuses.append(found.status)
    assert statuses == [Status.PAUSED, Status.ACTIVE]
    (notice,) = await rows(post.app.database, models.Notice)
    assert (notice["kind"], notice["subject"]) == ("topic_closed", f"{forum.chat.id}/{topics[0].id}")
    assert notice["told_at"] is None
    assert not any(name in str(dict(notice)) for name in ("One", "Forum", "Owner", "Getreide"))


async def test_a_topic_that_is_closed_again_is_told_again(post: PostOffice) -> None:
    owner = await post.reader("Owner")
    chat = (await post.subscriber(owner)).chat
    await post.app.subscriptions.stop(chat)
    forum = post.sandbox.group(owner, "Forum", is_forum=True)
    forum.set_bot("member")
    topic = forum.open_topic("One")
    binding = await post.subscribe(type(chat)(forum.chat.id, topic.id, "supergroup"))
    topic.closed = True
    for day in range(2):  # on the second one it rests
        await post.serve(SLOT + day * DAY)
        await post.article(BUDGET)
    assert len(await rows(post.app.database, models.Notice)) == 1
    await post.app.subscriptions.resume(binding.chat)
    await post.article(GRAIN_NEXT_DAY)
    await post.serve(SLOT + 2 * DAY)
    assert len(await rows(post.app.database, models.Notice)) == 2


async def test_any_other_refusal_fails_with_an_error_in_the_log(post: PostOffice) -> None:
    reader, other = await post.reader("Ada"), await post.reader("Bela")
    body = '{"ok":false,"error_code":400,"description":"Bad Request: BUTTON_DATA_INVALID"}'
    post.sandbox.fail("answer", "sendMessage", chat_id=reader.chat.id, status=400, body=body)
    with capture_logs() as logs:
        await post.serve()
        await settle(post)
    assert [row["status"] for row in await post.rows()] == ["failed", "sent"]
    assert (len(post.sent(reader)), len(post.sent(other))) == (0, 1)
    assert (await post.subscriber(reader)).status is Status.ACTIVE
    errors = [line for line in logs if line["log_level"] == "error"]
    assert {line["event"] for line in errors} == {"telegram_refused", "delivery_not_sent"}
    assert all("Getreide" not in str(line) for line in logs)


@pytest.mark.parametrize("status", [401, 404])
async def test_an_unknown_token_while_running_is_an_outage(post: PostOffice, status: int) -> None:
    reader = await post.reader()
    post.sandbox.fail("answer", "sendMessage", status=status, times=2)
    await post.serve()
    row = await post.row()
    assert (row["status"], row["attempts"]) == ("sent", 3)
    assert len(post.sent(reader)) == 1
