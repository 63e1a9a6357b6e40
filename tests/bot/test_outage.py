"""/outage: an operator tells readers what is wrong; they see it above answers and digests until he ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.sandbox.readers import Reader
from bot.telegram.outages import LIMIT, headed
from digests.services.outages import KNOWN_FOR, Outages
from digests.storage import models
from digests.storage.database import Database
from digests.storage.outages import OutageStore
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, publish, subscribed
from tests.support.clocks import START, ManualClock
from tests.support.reports import GRAIN
from tests.support.rows import SLOT, rows
from tests.support.worlds import World, world_of

WORD = "Heute kommen keine Meldungen von <dpa> & Co."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        yield world, operator


async def test_from_the_text_to_the_end_and_back(office: tuple[World, Reader]) -> None:
    world, operator = office
    reader = await subscribed(world)
    draft = await ask(operator, f"/outage {WORD}", "Jetzt zeigen?")
    assert WORD in draft.text
    assert WORD not in (await ask(reader, "/latest")).text, "it is a draft"
    await press(operator, "Ja, jetzt zeigen", "Das steht jetzt", draft)
    for command in ("/latest", "/topic politik", "/search Ukraine", "/digest", "/status", "/help", "/xyz"):
        said = await ask(reader, command, WORD)
        assert said.text.startswith("⚠️ Störung, seit "), command
        assert said.text.count(WORD) == 1
    english = world.reader("Eve", "en")
    assert (await ask(english, "/start", WORD)).text.startswith("⚠️ Outage, since ")
    ended = await ask(operator, "/outage ende", "nicht mehr gezeigt")
    assert WORD not in (await ask(reader, "/latest")).text
    await press(operator, "Rückgängig", "Das steht jetzt", ended)
    await ask(reader, "/latest", WORD)
    await press(operator, "Störung ist vorbei", "nicht mehr gezeigt", ended)
    await ask(operator, "/störung end", "gerade keine Störung")


async def test_questions_and_operators_screens_stay_as_they_are(office: tuple[World, Reader]) -> None:
    """A question is known by its text, so that nothing may stand above it."""
    world, operator = office
    await begin(world)
    reader = await subscribed(world)
    await reader.send("/search")
    question = await reader.wait_for("")
    assert WORD not in question.text
    await reader.send("Ukraine", reply_to=question)
    assert (await reader.wait_for(WORD)).text.count(WORD) == 1
    assert WORD not in (await ask(operator, "/admin", "Betrieb")).text


async def test_the_next_digest_says_it(office: tuple[World, Reader]) -> None:
    world, _ = office
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreide"])
    await begin(world)
    await world.move(SLOT)
    digest = await reader.wait_for(WORD)
    assert digest.text.startswith("⚠️ Störung, seit ")
    assert "Getreide" in digest.text


async def begin(world: World) -> int:
    outages = Outages(world.app.database, world.clock)
    draft = await outages.write(WORD)
    assert await outages.begin(draft.id)
    world.clock.move(KNOWN_FOR)  # by then other processes have heard of it
    return draft.id


async def test_buttons_and_the_question_of_the_first_screen(office: tuple[World, Reader]) -> None:
    world, operator = office
    screen = await ask(operator, "/outage", "Schreib, was nicht stimmt")
    question = await press(operator, "Text schreiben …", "Was sollen alle wissen", screen)
    await operator.send(WORD, reply_to=question)
    draft = await operator.wait_for("Jetzt zeigen?")
    await press(operator, "Verwerfen", "Schreib, was nicht stimmt", draft)
    assert await rows(world.app.database, models.Outage) == []
    await ask(operator, "/outage " + "x" * (LIMIT + 1), f"höchstens {LIMIT} Zeichen")
    await begin(world)
    again = await ask(operator, "/outage Jetzt auch noch der Strom.", "Der bisherige Hinweis endet damit")
    await press(operator, "Ja, jetzt zeigen", "Jetzt auch noch der Strom.", again)
    current = await Outages(world.app.database, world.clock).current()
    assert current is not None
    assert current.message == "Jetzt auch noch der Strom."


async def test_readers_have_no_such_command(office: tuple[World, Reader]) -> None:
    world, _ = office
    reader = await subscribed(world)
    await ask(reader, f"/outage {WORD}", "kenne ich nicht")
    assert await rows(world.app.database, models.Outage) == []


async def test_it_outlives_the_process(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        await begin(world)
    async with world_of(tmp_path) as again:
        await ask(again.reader(), "/help", WORD)


async def test_other_processes_hear_of_it_without_asking_each_time(database: Database) -> None:
    clock = ManualClock()
    here, there = Outages(database, clock), Outages(database, clock)
    assert await there.current() is None
    draft = await here.write(WORD)
    assert await here.begin(draft.id)
    assert not await here.begin(draft.id), "twice"
    assert (await here.current()) is not None
    assert await there.current() is None, "not asked again yet"
    clock.move(KNOWN_FOR)
    seen = await there.current()
    assert seen is not None
    assert (seen.message, seen.holds, seen.is_draft) == (WORD, True, False)
    await database.close()
    assert await there.end(draft.id)
    assert not await there.end(draft.id)
    assert await there.current() is None
    other = await here.write("Anderes")
    assert await here.begin(other.id)
    assert not await here.resume(draft.id), "another one is shown"


async def test_one_at_a_time_and_old_ones_go(database: Database) -> None:
    async with database.write() as transaction:
        store = OutageStore(transaction)
        first = await store.add("Eins", START)
        assert await store.begin(first, START)
        second = await store.add("Zwei", START)
        assert await store.begin(second, START + timedelta(hours=1))
        current = await store.current()
        assert current is not None
        assert current.id == second
        await store.add("Entwurf", START)
        await store.forget(START + timedelta(days=30))
        assert await store.get(first) is None
        assert await store.get(second) is not None, "it holds"
    assert [row["message"] for row in await rows(database, models.Outage)] == ["Zwei"]


async def test_a_database_that_is_away_lets_the_last_word_stand(sqlite: Database) -> None:
    clock = ManualClock()
    outages = Outages(sqlite, clock)
    assert await outages.begin((await outages.write(WORD)).id)
    assert await outages.current() is not None
    async with sqlite.write() as transaction:
        await transaction.connection.exec_driver_sql("DROP TABLE outage")
    clock.move(KNOWN_FOR)
    with capture_logs() as logs:
        assert await outages.current() is not None
    assert [each["event"] for each in logs] == ["outage_unknown"]


def test_what_does_not_fit_together_goes_without_it() -> None:
    assert headed("Wort", "x" * 100) == "Wort\n\n" + "x" * 100
    assert headed("Wort", "x" * 4095) == "x" * 4095
    assert headed(None, "x") == "x"
