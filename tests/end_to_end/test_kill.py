"""The bot is killed in the middle of a digest run: nobody gets his digest twice, nobody who waited misses it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bot.roles import FEWEST_AT_ONCE
from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.server import Sandbox
from digests.storage import models
from tests.end_to_end.readers import before_the_slot, newcomers, publish, subscribe
from tests.support.processes import program
from tests.support.worlds import TOKEN

READERS = 40
KILLED_AFTER = 12
"""Messages; enough that some are settled, some are in flight and some wait."""


async def deliveries(url: str, folder: Path) -> dict[int, tuple[str, str | None]]:
    """What is stored of each chat's delivery: status and reason."""
    delivery, subscriber = models.Delivery, models.Subscriber
    statement = select(subscriber.chat_id, delivery.status, delivery.reason).join(
        subscriber, subscriber.id == delivery.subscriber_id
    )
    async with before_the_slot(url, folder) as app, app.database.read() as transaction:
        rows = (await transaction.connection.execute(statement)).all()
    return {chat: (status, reason) for chat, status, reason in rows}


async def test_a_kill_during_a_digest_run_repeats_nothing_and_loses_nobody_who_waited(tmp_path: Path) -> None:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        readers = newcomers(sandbox, READERS)
        async with before_the_slot(sandbox.url, tmp_path) as app:
            await publish(app)
            await subscribe(app, readers, minutes_ago=1)
        settings = {
            "BOT_TOKEN": TOKEN,
            "API_URL": sandbox.url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'world.db'}",
        }
        held = sandbox.fail("delay", "sendMessage", times=10 * READERS, seconds=0.3)  # so that some are in flight
        async with program("bot", "run", folder=tmp_path, **settings) as bot:
            await sandbox.world.pulse.until(lambda: len(sandbox.ledger) >= KILLED_AFTER, 30)
            bot.process.kill()
            await bot.ends()
        sandbox.faults.clear()
        assert held.met < READERS
        killed = Counter(status for status, _ in (await deliveries(sandbox.url, tmp_path)).values())
        assert 1 <= killed["sending"] <= FEWEST_AT_ONCE
        assert killed["pending"] >= READERS - KILLED_AFTER - FEWEST_AT_ONCE

        async with program("bot", "run", folder=tmp_path, **settings) as bot:
            await bot.says("deliveries_uncertain")
            await bot.says("batch_delivered")
            stored = await deliveries(sandbox.url, tmp_path)
            unlucky = [reader for reader in readers if stored[reader.chat.id] == ("uncertain", "crash")]
            assert len(unlucky) == killed["sending"]
            copies = Counter(message.chat.id for message in sandbox.ledger)
            assert set(copies.values()) == {1}
            await unlucky[0].send("/status")
            await unlucky[0].wait_for("unklar, ob er ankam", 20)
            await unlucky[0].press("Digest abrufen", timeout=20)  # his own wish, and so no repetition
            await unlucky[0].wait_for("Getreidekorridor", 20)
            assert (await bot.stop())[0] == 0

        final = await deliveries(sandbox.url, tmp_path)
        assert Counter(status for status, _ in final.values()) == {
            "sent": READERS - killed["sending"],
            "uncertain": killed["sending"],
        }
        assert {chat for chat, (status, _) in final.items() if status == "sent"} <= set(copies)
