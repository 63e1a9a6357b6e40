"""/preview: operators see the digest of any wishes, as readers would get it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN
from tests.support.screens import labels
from tests.support.worlds import World, world_of


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    """A world with an operator, grain and football."""
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        await publish(world, GRAIN, FOOTBALL)
        yield world, operator


async def previewed(operator: Reader, typed: str, told: str) -> str:
    """The digest that came before the message which says for whom it is."""
    start = len(operator.answers)
    await operator.send(typed)
    await operator.wait_for(told)
    return "\n".join(message.text for message in operator.answers[start:-1])


@pytest.mark.parametrize(
    ("language", "typed", "told"),
    [
        ("de", "/preview Ukraine, de", "Vorschau für: Ukraine · Deutsch"),
        ("de", "/vorschau --topics ukraine --language de --days 2", "Vorschau für: Ukraine · Deutsch"),
        ("en", "/preview ukraine", "Preview for: Ukraine · English"),
    ],
)
async def test_the_digest_of_a_topic(office: tuple[World, Reader], language: str, typed: str, told: str) -> None:
    world, operator = office
    await ask(operator, f"/language {language}")
    reader = await subscribed(world, topics=["ukraine"], language=language)
    own = await ask(reader, "/digest")
    shown = await previewed(operator, typed, told)
    assert GRAIN.title in shown
    assert FOOTBALL.title not in shown
    stories = own.text.split("\n\n")[1:]
    assert stories[0] in shown, "word for word what the reader gets"


async def test_words_lengths_and_the_language_of_others(office: tuple[World, Reader]) -> None:
    _, operator = office
    shown = await previewed(operator, '/preview "Pokalfinale", kurz, en', "Vorschau für: Pokalfinale · Englisch")
    assert FOOTBALL.title in shown
    assert "Your " in shown
    assert GRAIN.title not in shown


@pytest.mark.parametrize(
    ("language", "unknown", "write", "question", "nothing"),
    [
        ("de", "Das Thema „politk“ gibt es nicht", "Themen eingeben …", "Für welche Themen?", "gibt es jetzt nichts"),
        ("en", 'There is no topic "politk"', "Write topics …", "For which topics?", "There is nothing for"),
    ],
)
async def test_wrong_and_missing_words(
    office: tuple[World, Reader], language: str, unknown: str, write: str, question: str, nothing: str
) -> None:
    _, operator = office
    await ask(operator, f"/language {language}")
    wrong = await ask(operator, "/preview politk, 3d", unknown)
    assert labels(wrong)[0] == "politics, 3d"
    await press(
        operator, labels(wrong)[0], "Vorschau für: Politik" if language == "de" else "Preview for: Politics", wrong
    )
    asked = await press(operator, write, question, wrong)
    await operator.send('"xyzzyq"', reply_to=asked)
    await operator.wait_for(nothing)


async def test_the_button_of_the_first_screen(office: tuple[World, Reader]) -> None:
    _, operator = office
    screen = await ask(operator, "/admin", "Betrieb")
    await press(operator, "Vorschau", "Er geht nur hierher", screen)
    await press(operator, "Alle Nachrichten", "Vorschau für: alle Nachrichten · Deutsch", screen)
    assert any(GRAIN.title in message.text for message in operator.answers)


async def test_nobody_else_previews(office: tuple[World, Reader]) -> None:
    world, _ = office
    reader = await subscribed(world)
    await ask(reader, "/preview ukraine", "kenne ich nicht")
