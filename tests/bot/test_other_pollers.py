"""Another program with the same token: the running bot says so, its operators hear of it, and `doctor` sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from bot.doctor import news
from bot.doctor.findings import Grade, Patient
from bot.metrics import exposition
from bot.sandbox.server import Sandbox
from digests.domain.health import CONFLICT_LASTS, SILENT_AFTER, State
from digests.services.health import Healthcare
from digests.services.overview import Overview
from digests.services.pulse import Pulse
from digests.storage import models, schema
from digests.storage.database import Database
from tests.bot.test_doctor import check
from tests.bot.test_metrics import values
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, eventually
from tests.support.clocks import ManualClock
from tests.support.rows import rows
from tests.support.worlds import TOKEN, World, settings, world_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        yield world


async def test_a_running_bot_says_once_that_another_program_polls(world: World) -> None:
    with capture_logs() as logs:
        async with Bot(TOKEN, base_url=world.sandbox.base_url) as other:

            async def noticed() -> bool:
                await other.get_updates(timeout=0)
                return any(each["event"] == "polling_conflict" for each in logs)

            await eventually(noticed)
    assert len([each for each in logs if each["event"] == "polling_conflict"]) == 1
    assert [each for each in logs if each["event"] == "polling_failed"] == []
    (told,) = [each for each in logs if each["event"] == "polling_conflict"]
    assert "other getUpdates request" in told["reason"]
    assert "/revoke" in told["advice"]


async def test_what_the_pulse_says_reaches_health_doctor_and_operators(world: World) -> None:
    operator, database, clock = world.reader("Olga"), world.app.database, world.clock
    await ask(operator, "/admin", "Betrieb")
    pulse = Pulse(database, clock, "run", host="here")
    pulse.conflicted("terminated by other getUpdates request")
    clock.move(timedelta(minutes=1))
    pulse.conflicted("terminated by other getUpdates request")
    pulse.polled()  # between two refusals polls are answered
    await pulse.beat()
    health = await Healthcare(database, clock).look("here")
    assert health.state is State.DEGRADED
    assert "another program takes this bot's updates since 04:00 UTC" in str(health.reasons[0])
    await world.bot.watching.look(clock.now())
    await world.bot.watching.look(clock.now())
    notice = await operator.wait_for("Ein anderes Programm")
    assert "here" in notice.text
    assert len(await rows(database, models.Notice)) == 1
    clock.move(CONFLICT_LASTS)
    pulse.ticked()
    pulse.polled()
    with capture_logs() as logs:
        await pulse.beat()
    assert [each["event"] for each in logs] == ["polling_conflict_over"]
    assert (await Healthcare(database, clock).look("here")).state is State.OK
    pulse.conflicted("can't use getUpdates method while webhook is active")
    await pulse.beat()
    await world.bot.watching.look(clock.now())
    assert len(await rows(database, models.Notice)) == 2, "another time is told, too"


async def test_the_figures_tell_for_how_long_while_its_process_lives(database: Database) -> None:
    clock = ManualClock()

    async def seconds() -> float:
        text, _ = await exposition(Overview(database), clock)
        return values(text.decode())["polling_conflict_seconds",]

    assert await seconds() == 0
    one = Pulse(database, clock, "run", host="one")
    await Pulse(database, clock, "work", host="two").beat()
    one.conflicted("terminated by other getUpdates request")
    await one.beat()
    assert await seconds() == 0, "it has only begun"
    for _ in range(4):
        clock.move(timedelta(seconds=30))
        one.conflicted("terminated by other getUpdates request")
        one.polled()
        await one.beat()
    assert await seconds() == 120
    clock.move(SILENT_AFTER)
    assert await seconds() == 0, "a process that has ended polls no more"
    await one.beat()
    assert await seconds() == 120 + SILENT_AFTER.total_seconds()
    clock.move(CONFLICT_LASTS)
    await one.beat()
    assert await seconds() == 0, "nobody was refused for so long"


async def test_doctor_sees_it_in_the_database(database: Database, tmp_path: Path) -> None:
    clock = ManualClock()
    async with Sandbox() as sandbox:
        patient = Patient(settings(sandbox.url, tmp_path), clock)
        check(await news.polling(patient), Grade.SKIPPED)
        patient.database, patient.schema = database, "0001"
        check(await news.polling(patient), Grade.SKIPPED, "schema")
        patient.schema = schema.head()
        check(await news.polling(patient), Grade.OK, "no process polls")
        one = Pulse(database, clock, "run", host="one")
        await one.beat()
        await Pulse(database, clock, "work", host="two").beat()
        check(await news.polling(patient), Grade.OK, "one process polls, on one")
        one.conflicted("terminated")
        await one.beat()
        check(await news.polling(patient), Grade.WARNING, "another program takes", "/revoke")
        await Pulse(database, clock, "run", host="three").beat()
        check(await news.polling(patient), Grade.WARNING, "2 processes `run`", "one, three", "`work`")
        clock.move(timedelta(minutes=10))
        check(await news.polling(patient), Grade.OK, "no process polls")
