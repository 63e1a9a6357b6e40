"""Striking a sentence that a model has written: it goes from sent digests and from every answer, and comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.desk import summaries
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.services.amending import CORRECT
from digests.storage import models
from tests.bot.test_every_screen import next_slot
from tests.bot.test_operators import OPERATOR
from tests.bot.test_strike import place_of
from tests.services.test_writing import GOOD, MEET, WANTED
from tests.support.chatting import ask, eventually, press, publish, subscribed
from tests.support.model_server import ModelServer, saying
from tests.support.reports import GRAIN, GRAIN_OTHER_OUTLET
from tests.support.rows import rows
from tests.support.worlds import World, world_of

SAID = "Die Ukraine will 15 Frachter im Monat aus Odessa auslaufen lassen."
"""What one of the sources says where the model says the same in its own words."""
VERBATIM = "Russland verlangt, dass jedes Schiff vor der Einfahrt durchsucht wird."


@dataclass
class Office:
    """A bot whose summaries are written, an operator, and a reader who has had a digest with one."""

    world: World
    operator: Reader
    reader: Reader

    async def write(self) -> None:
        """Let the minute's look ask the model, and wait until what it says is stored."""
        writing = summaries(self.world.app, self.world.bot.queue)
        assert writing is not None
        number, before = await self.story(), await self.bases()
        await writing.look(self.world.clock.now())

        async def stored() -> bool:
            return (await self.bases()).get(number) not in (None, before.get(number))

        await eventually(stored)

    async def story(self) -> int:
        """The number of the story."""
        found = await rows(self.world.app.database, models.Article)
        return next(int(row["story_id"]) for row in found if row["title"] == GRAIN.title)

    async def bases(self) -> dict[int, str]:
        """What stored summaries were written from, by story."""
        return {row["story_id"]: row["basis"] for row in await rows(self.world.app.database, models.WrittenSummary)}

    async def correct(self) -> None:
        """What the minute's tick does."""
        await self.world.bot.queue.enqueue(CORRECT)

    async def choose(self) -> Message:
        """The screen that asks which sentence is false."""
        card = await ask(self.operator, f"/correct {await self.story()}", GRAIN.title)
        return await press(self.operator, "Satz streichen …", "Welcher Satz ist falsch?", card)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with (
        ModelServer(saying(GOOD)) as server,
        world_of(tmp_path, admin_ids=f"{OPERATOR}", writer_url=server.url, writer_model="small") as world,
    ):
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        office = Office(world, operator, await subscribed(world, words=["Getreidekorridor"]))
        await publish(world, GRAIN)
        await publish(world, GRAIN_OTHER_OUTLET, credit="Hafenpost")
        await office.write()
        yield office


async def test_a_sent_digest_tells_the_sources_words_instead_and_reverts_with_the_undo(office: Office) -> None:
    await next_slot(office.world, office.reader)
    digest = await office.reader.wait_for(GRAIN.title, since_start=True)
    before = digest.text
    assert WANTED in before
    assert MEET in before
    screen = await office.choose()
    sure = await press(office.operator, place_of(WANTED, screen), "Diesen Satz streichen?", screen)
    assert WANTED in sure.text
    assert "1 verschickter Digest ändert sich. Er wird in 1 Chat bearbeitet." in sure.text
    done = await press(office.operator, "Ja, streichen", "Gestrichen:", sure)
    await office.correct()

    async def edited() -> bool:
        return WANTED not in digest.text

    await eventually(edited)
    assert MEET not in digest.text, "a summary goes as a whole: what is left of it may lean on what is gone"
    assert VERBATIM in digest.text
    assert SAID not in digest.text
    assert "Korrigiert" in digest.text
    await press(office.operator, "Rückgängig", "Welcher Satz ist falsch?", done)
    await office.correct()

    async def reverted() -> bool:
        return digest.text == before

    await eventually(reverted)


async def test_it_comes_in_no_later_answer_though_the_model_says_it_again(office: Office) -> None:
    world, reader = office.world, office.reader
    assert WANTED in (await ask(reader, "/latest")).text
    screen = await office.choose()
    sure = await press(office.operator, place_of(WANTED, screen), "Diesen Satz streichen?", screen)
    await press(office.operator, "Ja, streichen", "Gestrichen:", sure)
    for command in ("/latest", "/search Getreidekorridor", "/digest"):
        said = await ask(reader, command, GRAIN.title)
        assert WANTED not in said.text, command
        assert SAID not in said.text, command
        assert "KI-Zusammenfassung" not in said.text, command
    again = await office.choose()
    assert WANTED not in again.text.partition("Welcher Satz")[2]
    await publish(world, replace(GRAIN, paragraphs=(*GRAIN.paragraphs, "Die Gespräche dauern bis Freitag.")))
    await office.write()
    assert WANTED not in (await ask(reader, "/latest", GRAIN.title)).text
    await next_slot(world, reader)
    assert WANTED not in (await reader.wait_for(GRAIN.title)).text
