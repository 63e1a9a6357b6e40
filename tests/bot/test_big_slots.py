"""Big slots over real HTTP: what operators see and choose, what readers are told, what Telegram gets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.flood import NO_FLOOD, Flood, FloodRules
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from bot.telegram.messenger import classify_paid
from digests.domain.delivery import Result
from digests.domain.paying import Paying
from digests.domain.schedule import Schedule
from digests.domain.spreading import MINUTE, minutes, place
from digests.domain.subscribers import Chat
from digests.services.big_slots import BigSlots
from digests.storage import models
from digests.storage.big_slots import BigSlotStore
from digests.storage.portions import Portion
from tests.support.chatting import ask, press, press_data, subscribed
from tests.support.mail import PostOffice, post_office
from tests.support.reports import BUDGET, GRAIN
from tests.support.rows import SLOT, rows
from tests.support.worlds import World, world_of

OPERATOR = 100_001
"""The first person in a sandbox."""
SPAN = 4
"""Minutes over which three digests are spread at 0.02 a second: as long as they take."""
WHEN = "Do., 13. August, 07:00"


def buttons(message: Message) -> list[str]:
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bot so slow that three readers are many, whose operator is asked."""
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}", send_rate=0.02, paid_broadcast="ask") as world:
        yield world


@pytest.fixture
async def operator(world: World) -> Reader:
    """The operator; three readers have their digests at seven."""
    found = world.reader()
    for _ in range(3):
        await subscribed(world)
    return found


async def big_slots(operator: Reader) -> Message:
    await ask(operator, "/admin", "Betrieb")
    return await press(operator, "Große Sendungen", WHEN)


async def paid_at(world: World) -> list[object]:
    return [row["paid_at"] for row in await rows(world.app.database, models.BigSlot)]


async def test_the_cost_is_told_first_and_the_choice_taken_back(world: World, operator: Reader) -> None:
    shown = await big_slots(operator)
    assert f"{WHEN}: 3 Digests, verteilt auf {SPAN} min" in shown.text
    card = await press(operator, WHEN, "Bezahlt: höchstens 1 Star")
    assert "0,1 Stars je Nachricht, die über seine freien 30 je Sekunde hinausgeht. Dann in etwa 1 s." in card.text
    assert await paid_at(world) == []
    assert buttons(card) == ["Für höchstens 1 Star senden", "← Zurück"]
    chosen = await press(operator, "Für höchstens 1 Star senden", "geht bezahlt hinaus")
    assert f"{WHEN}: 3 Digests, bezahlt, etwa 1 s" in chosen.text
    assert await paid_at(world) == [world.clock.now()]
    await press(operator, "Rückgängig", "verteilt auf")
    assert await paid_at(world) == [None]


async def test_readers_are_told_when_theirs_comes_and_only_where_it_is_later(world: World, operator: Reader) -> None:
    span = minutes(12, 0.02, 60)
    reader = next(each for each in [await subscribed(world) for _ in range(9)] if place(Chat(each.chat.id), span))
    at = (SLOT + timedelta(hours=2) + place(Chat(reader.chat.id), span)).strftime("%H:%M")
    told = f"Um 07:00 lesen viele; deiner kommt gegen {at}."
    assert told in (await ask(reader, "/status", "Nächster Digest")).text
    assert told in (await ask(reader, "/zeit", "Nächster Digest")).text
    await ask(reader, "/zeit 20:00", "Gespeichert")
    assert "lesen viele" not in reader.answers[-1].text
    await ask(reader, "/zeit 7", told)
    await big_slots(operator)
    await press(operator, WHEN, "Bezahlt")
    await press(operator, "Für höchstens 2 Stars senden", "geht bezahlt hinaus")
    assert "lesen viele" not in (await ask(reader, "/status", "Nächster Digest")).text


async def test_others_can_neither_see_nor_choose(world: World, operator: Reader) -> None:
    card = await big_slots(operator)
    reader = await subscribed(world)
    message = await ask(reader, "/status", "Status")
    seconds = int(SLOT.timestamp())
    for data in ("v1|big", f"v1|big|pay|{seconds}", f"v1|big|undo|{seconds}"):
        await press_data(world, reader, message, data)
        await reader.wait_for("veraltet")
    assert await paid_at(world) == []
    for data in ("v1|big|pay|99999999999999", f"v1|big|pay|{seconds + 60}", "v1|big|show|x", "v1|big|undo|1"):
        await press_data(world, operator, card, data)  # no such slot: the list again
    await operator.wait_for(WHEN)
    assert await paid_at(world) == []


async def test_where_nobody_is_asked_the_list_only_tells(tmp_path: Path) -> None:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}", send_rate=0.02) as world:
        operator = world.reader()
        await ask(operator, "/admin", "Betrieb")
        await press(operator, "Große Sendungen", "dauert keine Sendung länger als eine Minute")
        for _ in range(3):
            await subscribed(world)
        shown = await big_slots(operator)
        assert buttons(shown) == ["← Betrieb"]
        await press_data(world, operator, shown, f"v1|big|pay|{int(SLOT.timestamp())}")
        assert await paid_at(world) == []


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with post_office(tmp_path) as post:
        slots = BigSlots(post.app.database, post.clock, 0.02, post.app.settings.grace, Paying.ASK)
        post.planning = replace(post.planning, big_slots=slots)
        post.delivering = replace(post.delivering, paying=Paying.ASK, paid_at_once=8)
        await post.article(GRAIN)
        yield post


async def choose(post: PostOffice) -> None:
    async with post.app.database.write() as transaction:
        await BigSlotStore(transaction).choose(SLOT, post.clock.now())


def flags(post: PostOffice) -> list[bool]:
    """Of each digest, whether it came with `allow_paid_broadcast`."""
    return [message.paid for message in post.sent()]


async def test_only_the_editions_of_a_chosen_slot_carry_the_flag(post: PostOffice) -> None:
    for number in range(5):
        await post.reader(f"R{number}")
    await choose(post)
    await post.serve()
    assert flags(post) == [True] * 5
    post.clock.move(SLOT + timedelta(hours=2))
    await post.article(BUDGET)
    await post.serve(SLOT + timedelta(days=1))
    for number in range(1, 10):
        await post.serve(SLOT + timedelta(days=1) + number * MINUTE)
    assert flags(post) == [True] * 5 + [False] * 5


async def test_paid_and_free_digests_stay_within_their_limits(post: PostOffice) -> None:
    readers = [await post.reader(f"R{number}") for number in range(20)]
    for reader in readers[:8]:  # a minute later, and for nothing
        await post.app.subscriptions.set_schedule(Chat(reader.chat.id), Schedule("Europe/Berlin", (421,)))
    (bot,) = post.sandbox.world.bots.values()
    bot.flood = Flood(FloodRules(per_second=4, paid_per_second=8), lambda: post.clock.now().timestamp())
    post.delivering = replace(post.delivering, rate=3, paid_rate=6)
    post.planning = replace(post.planning, big_slots=None)
    await choose(post)
    await post.plan()
    await post.plan(SLOT + MINUTE)
    for edition in (1, 2):
        await post.planning.prepare(edition)
    for edition in (1, 2):
        await post.delivering.deliver(Portion((edition,), 0, 99))
    assert sorted(flags(post)) == [False] * 8 + [True] * 12
    assert bot.flood.refused == 0
    assert [row["attempts"] for row in await post.rows()] == [1] * 20


@pytest.mark.parametrize("words", ["not enough Stars", "BALANCE_TOO_LOW", "ALLOW_PAID_FLOODSKIP_DISABLED"])
async def test_without_stars_the_slot_goes_free_and_nobody_goes_without(post: PostOffice, words: str) -> None:
    readers = [await post.reader(f"R{number}") for number in range(4)]
    for bot in post.sandbox.world.bots.values():
        bot.flood.rules = replace(NO_FLOOD, paid_refused=words)
    await choose(post)
    await post.serve()
    assert [len(post.sent(reader)) for reader in readers] == [1] * 4
    assert flags(post) == [False] * 4
    assert [row["attempts"] for row in await post.rows()] == [1] * 4
    (notice,) = await rows(post.app.database, models.Notice)
    assert words.lower() in notice["detail"].lower()


async def test_a_403_in_unknown_words_blocks_nobody(post: PostOffice) -> None:
    reader = await post.reader()
    body = json.dumps({"ok": False, "error_code": 403, "description": "Forbidden: broadcasts are switched off"})
    post.sandbox.fail("answer", "sendMessage", status=403, body=body, times=2)
    await choose(post)
    await post.serve()
    assert flags(post) == [False]  # the third attempt goes without payment
    assert (await post.subscriber(reader)).status.value == "active"


@pytest.mark.parametrize(
    ("kind", "words", "result"),
    [
        ("BadRequest", "chat not found", Result.GONE),
        ("BadRequest", "can't parse entities: x", Result.BAD_MARKUP),
        ("BadRequest", "TOPIC_CLOSED", Result.THREAD_CLOSED),
        ("BadRequest", "message is too long", Result.DOUBTED),
        ("BadRequest", "PAYMENT_REQUIRED", Result.UNPAID),
        ("Forbidden", "Forbidden: bot was blocked by the user", Result.GONE),
        ("Forbidden", "Forbidden: user is deactivated", Result.GONE),
        ("Forbidden", "Forbidden: paid broadcasts are not enabled", Result.UNPAID),
        ("Forbidden", "Forbidden: something new", Result.DOUBTED),
        ("TimedOut", "Timed out", Result.UNKNOWN),
    ],
)
def test_what_a_refusal_of_a_paid_message_means(kind: str, words: str, result: Result) -> None:
    from telegram import error

    assert classify_paid(getattr(error, kind)(words)).result is result
