"""Striking a false sentence: operators see what it changes, sent digests follow, and it never comes again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.services.amending import CORRECT
from digests.storage import models
from tests.bot.test_every_screen import next_slot
from tests.bot.test_operators import OPERATOR
from tests.services.test_correcting import CAUSE, LEAD, ODESSA, TOLL
from tests.support.chatting import ask, eventually, press, press_data, publish, subscribed
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World, world_of

LATER = "Die Aufräumarbeiten dauern nach Angaben der Hafenbehörde noch mehrere Tage."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        yield world, operator


async def story(world: World) -> int:
    found = await rows(world.app.database, models.Article)
    return next(int(row["story_id"]) for row in found if row["title"] == ODESSA.title)


def place_of(sentence: str, screen: Message) -> str:
    """The number under which the screen shows a sentence."""
    return next(line.partition(".")[0] for line in screen.text.splitlines() if sentence in line)


async def struck(world: World, operator: Reader, sentence: str = TOLL) -> Message:
    """The screen after striking."""
    card = await ask(operator, f"/correct {await story(world)}", ODESSA.title)
    screen = await press(operator, "Satz streichen …", "Welcher Satz ist falsch?", card)
    sure = await press(operator, place_of(sentence, screen), "Diesen Satz streichen?", screen)
    assert sentence in sure.text
    return await press(operator, "Ja, streichen", "Gestrichen:", sure)


async def test_a_sent_digest_is_edited_and_reverts_with_the_undo(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, ODESSA)
    reader = await subscribed(world, words=["Odessa"])
    await next_slot(world, reader)
    digest = await reader.wait_for(ODESSA.title, since_start=True)
    before = digest.text
    assert TOLL in before
    card = await ask(operator, f"/correct {await story(world)}", ODESSA.title)
    screen = await press(operator, "Satz streichen …", "Welcher Satz ist falsch?", card)
    sure = await press(operator, place_of(TOLL, screen), "Diesen Satz streichen?", screen)
    assert "1 verschickter Digest ändert sich. Er wird in 1 Chat bearbeitet." in sure.text
    assert await rows(world.app.database, models.StruckSentence) == [], "nothing has happened yet"
    done = await press(operator, "Ja, streichen", "Gestrichen:", sure)
    await world.bot.queue.enqueue(CORRECT)  # as the minute's tick does

    async def edited() -> bool:
        return TOLL not in digest.text

    await eventually(edited)
    assert LEAD in digest.text
    assert "Korrigiert" in digest.text
    await press(operator, "Rückgängig", "Welcher Satz ist falsch?", done)
    await world.bot.queue.enqueue(CORRECT)

    async def reverted() -> bool:
        return digest.text == before

    await eventually(reverted)


async def test_it_comes_in_no_later_answer_whoever_says_it(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, ODESSA)
    screen = await struck(world, operator)
    assert TOLL in screen.text.partition("\n")[0]
    assert TOLL not in screen.text.partition("Welcher Satz")[2]
    copy = replace(ODESSA, title="Odessa: Lagerhaus am Hafen explodiert", paragraphs=(f"{LEAD} {TOLL}", CAUSE, LATER))
    await publish(world, copy, credit="Hafenpost")
    reader = await subscribed(world, words=["Odessa"])
    for command in ("/latest", "/search Odessa", "/search Feuerwehr Odessa", "/digest"):
        said = await ask(reader, command)
        assert TOLL not in said.text, command
    await next_slot(world, reader)
    digest = await reader.wait_for("Odessa")
    assert TOLL not in digest.text
    again = await press(operator, next(each for each in labels(screen) if each == "Rückgängig"), "Welcher", screen)
    assert TOLL in again.text


async def test_what_was_struck_can_be_told_again_later(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, ODESSA)
    await struck(world, operator)
    card = await ask(operator, f"/correct {await story(world)}", ODESSA.title)
    screen = await press(operator, "Satz streichen …", "Welcher Satz ist falsch?", card)
    (label,) = [each for each in labels(screen) if each.startswith("Wieder erzählen: ")]
    assert TOLL in (await press(operator, label, TOLL, screen)).text
    assert [each for each in labels(screen) if each.startswith("Wieder erzählen: ")] == []


async def test_a_sentence_that_is_not_told_any_more_and_a_made_up_button(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, ODESSA)
    number = await story(world)
    card = await ask(operator, f"/correct {number}", ODESSA.title)
    for data in (f"v1|strike|sure|{number}|0123456789ab", f"v1|strike|go|{number}|x", "v1|strike|show|999"):
        await press_data(world, operator, card, data)
        await operator.wait_for("Das geht so nicht mehr")
    await press_data(world, operator, card, f"v1|strike|undo|{number}|999")
    await operator.wait_for("Welcher Satz ist falsch?")
    assert await rows(world.app.database, models.StruckSentence) == []


async def test_readers_cannot(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, ODESSA)
    screen = await struck(world, operator)
    reader = await subscribed(world)
    message = await ask(reader, "/help")
    await press_data(world, reader, message, f"v1|strike|undo|{await story(world)}|1")
    await reader.wait_for("")
    (row,) = await rows(world.app.database, models.StruckSentence)
    assert row["undone_at"] is None
    assert "Gestrichen" in screen.text
