"""The network, the disk and the clock fail while digests go out, in one process with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from bot.roles import FEWEST_AT_ONCE
from bot.sandbox.flood import NO_FLOOD
from tests.support.chatting import ask, publish, subscribed
from tests.support.databases import postgres_database, postgres_template
from tests.support.jumps import HOUR, MINUTE, NIGHTS, change_of_clocks, clock_jump, network_cut
from tests.support.mail import MORNING, SLOT
from tests.support.promises import settled, tally, uncertain_are_shown
from tests.support.reports import GRAIN
from tests.support.troubles import Disk, FullServer, small_disk
from tests.support.worlds import World, world_of

READERS = 20
OPERATOR = 100_001
"""The first person in a sandbox."""


async def test_the_network_to_telegram_is_cut_for_forty_minutes(tmp_path: Path) -> None:
    (await network_cut(tmp_path, READERS)).check(in_flight=FEWEST_AT_ONCE)


@pytest.mark.parametrize("jump", [3 * HOUR, -HOUR], ids=["forward", "back"])
async def test_the_clock_jumps_while_digests_go_out(tmp_path: Path, jump: timedelta) -> None:
    (await clock_jump(tmp_path, jump)).check(in_flight=0)


@pytest.mark.parametrize("night", NIGHTS)
async def test_the_night_in_which_clocks_change(tmp_path: Path, night: str) -> None:
    (await change_of_clocks(tmp_path, night)).check(in_flight=0)


@asynccontextmanager
async def disk_and_world(kind: str, folder: Path) -> AsyncIterator[tuple[Disk, World]]:
    """A bot with an operator on a database whose disk can be filled."""
    async with AsyncExitStack() as stack:
        if kind == "sqlite":
            disk = stack.enter_context(small_disk())
            world = await stack.enter_async_context(world_of(disk.folder, NO_FLOOD, admin_ids=f"{OPERATOR}"))
            yield disk, world
            return
        url = stack.enter_context(postgres_database(postgres_template()))
        world = await stack.enter_async_context(world_of(folder, NO_FLOOD, url, admin_ids=f"{OPERATOR}"))
        yield FullServer(world.app.database), world


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_disk_is_full_while_digests_go_out(tmp_path: Path, kind: str) -> None:
    with capture_logs() as logs:
        async with disk_and_world(kind, tmp_path) as (disk, world):
            await the_disk_is_full(disk, world)
    assert [line["log_level"] for line in logs if line["event"] == "database_full"] == ["error"]


async def the_disk_is_full(disk: Disk, world: World) -> None:
    """Readers read on, nobody gets anything twice, the operator hears of it once, and everything goes on."""
    operator = world.reader("Olga")
    assert operator.user.id == OPERATOR
    await ask(operator, "/privacy")  # nobody gets messages who has never written
    await publish(world, GRAIN)
    ada = await subscribed(world, minutes=())
    readers = [await subscribed(world) for _ in range(READERS)]
    chats = {reader.chat.id for reader in readers}
    sandbox, begun = world.sandbox, len(world.sandbox.ledger)

    def digests() -> list[int]:
        return [message.chat.id for message in sandbox.ledger[begun:] if message.chat.id in chats]

    held = sandbox.fail("delay", "sendMessage", times=READERS, seconds=60)
    await world.move(SLOT)
    await sandbox.world.pulse.until(lambda: held.met >= FEWEST_AT_ONCE, 30)
    await disk.fill()
    sandbox.faults.clear()
    await operator.wait_for("Festplatte", 30, since_start=True)
    with pytest.raises(DBAPIError):
        await world.bot.planning.sweep(world.clock.move(10 * MINUTE))
    assert len(digests()) <= FEWEST_AT_ONCE
    await ask(ada, "/latest", "Getreidekorridor")
    await disk.clear()
    await world.bot.planning.sweep(world.clock.move(10 * MINUTE))
    await settled(world.app.database)
    told = [message for message in sandbox.ledger[begun:] if message.chat.id in chats]
    counted = await tally(world.app.database, told, {(MORNING, SLOT): chats})
    counted.check(in_flight=FEWEST_AT_ONCE)
    # the clock has jumped: what was claimed between the jumps is taken for lost, and may not have arrived yet
    assert len(chats - set(digests())) <= counted.statuses["uncertain"]
    assert await uncertain_are_shown(readers, counted) == counted.statuses["uncertain"]
    assert len([message for message in operator.answers if "Festplatte" in message.text]) == 1
