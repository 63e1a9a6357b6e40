"""Answers beside a broadcast at its full rate: all senders of digests are busy, and nobody who asks waits for them."""

from __future__ import annotations

from pathlib import Path

from bot.roles import senders
from bot.sandbox.flood import NO_FLOOD
from digests.domain.subscribers import SETUP_DONE, Chat, NothingNew
from tests.end_to_end.readers import newcomers
from tests.support.mail import MORNING, SLOT
from tests.support.worlds import world_of

READERS = 20
RATE = 25.0


async def test_an_answer_goes_ahead_of_all_digests_that_wait(tmp_path: Path, migrated_url: str) -> None:
    async with world_of(tmp_path, NO_FLOOD, migrated_url, send_rate=RATE) as world:
        readers = newcomers(world.sandbox, READERS)
        for reader in readers:
            chat = Chat(reader.chat.id)
            await world.app.subscriptions.open(chat, "de")
            await world.app.subscriptions.set_schedule(chat, MORNING)
            await world.app.subscriptions.set_nothing_new(chat, NothingNew.NOTE)
            await world.app.subscriptions.reach_step(chat, SETUP_DONE)
        asking, busy = world.reader("Ada"), senders(RATE)
        held = world.sandbox.fail("delay", "sendMessage", times=busy)
        await world.move(SLOT)
        await world.sandbox.world.pulse.until(lambda: held.met == busy, 30)
        for question in ("/help", "/status"):
            seen = len(asking.answers)
            await asking.send(question)
            await asking.wait_for(lambda _: len(asking.answers) > seen)  # noqa: B023  # awaited here
        before = list(world.sandbox.ledger)  # what is held has arrived, and Telegram's answer has not
        assert sum(message.chat is not asking.chat for message in before) == busy
        world.sandbox.faults.clear()
        await world.sandbox.world.pulse.until(lambda: all(reader.answers for reader in readers), 30)
        assert world.sandbox.ledger[: len(before)] == before
        assert len(world.sandbox.ledger) == len(before) + READERS - busy
