"""Saved stories: from the card to the list, the file and back, also when the archive has forgotten them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.domain.keeping import SAVED_AT_MOST
from digests.services.keeping import Keeping
from digests.services.upkeep import Upkeep
from digests.storage import models
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World


async def save(world: World, language: str = "de") -> tuple[Reader, Message]:
    """A reader who has saved the story of the grain corridor, and the word that says so."""
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"], language=language)
    await ask(reader, "/latest")
    await press(reader, "1", GRAIN.title)
    return reader, await press(reader, *(("Merken", "/gemerkt") if language == "de" else ("Save", "/saved")))


@pytest.mark.parametrize(
    ("language", "kept", "undo", "shown", "again", "none"),
    [
        ("de", "Gemerkt: ", "Rückgängig", "Gemerkt", "schon gemerkt, seit dem 13. August 2026", "Noch nichts gemerkt."),
        ("en", "Saved: ", "Undo", "Saved", "saved already, since 13 August 2026", "Nothing saved yet."),
    ],
)
async def test_a_story_is_saved_once_and_can_be_taken_back(
    world: World, language: str, kept: str, undo: str, shown: str, again: str, none: str
) -> None:
    reader, word = await save(world, language)
    assert word.text.startswith(f"{kept}{GRAIN.title}")
    assert labels(word) == [undo, shown]
    await ask(reader, "/latest")
    card = await press(reader, "1", GRAIN.title)
    assert f"✓ {shown}" in labels(card)
    assert again in (await press(reader, f"✓ {shown}", message=card)).text
    await reader.press(undo, word)
    await ask(reader, "/saved", none)
    await reader.press(undo, word)  # the removal can be undone as well
    await ask(reader, "/saved", GRAIN.title)


async def test_the_list_opens_removes_and_brings_back(world: World) -> None:
    reader, _ = await save(world)
    listed = await ask(reader, "/gemerkt", "Gemerkt: 1 Geschichte von höchstens 500")
    assert "Abendbote · gemerkt Do., 13. August" in listed.text
    assert labels(listed) == ["1", "1 entfernen", "Als Seite (HTML)", "Als JSON", "Schließen"]
    await press(reader, "1", GRAIN.title, listed)
    gone = await press(reader, "1 entfernen", f"Entfernt: {GRAIN.title}", listed)
    assert "Noch nichts gemerkt" in gone.text
    await press(reader, "Rückgängig", "Gemerkt: 1 Geschichte", gone)
    await press(reader, "1 entfernen", "Entfernt", gone)
    world.clock.move(timedelta(minutes=11))
    await reader.press("Rückgängig", gone)
    await reader.wait_for_toast("zu spät")
    await Upkeep(world.app.database, timedelta(days=30)).nightly(world.clock.now())
    assert await rows(world.app.database, models.SavedStory) == []


async def test_a_saved_story_outlives_the_archive(world: World) -> None:
    reader, _ = await save(world)
    now = world.clock.move(timedelta(days=40))
    await Upkeep(world.app.database, timedelta(days=30)).nightly(now)
    await ask(reader, "/search Getreidekorridor")
    listed = await ask(reader, "/saved", GRAIN.title)
    card = await press(reader, "1", "Gemerkt am 13. August 2026; im Archiv steht die Geschichte nicht mehr", listed)
    assert card.text.startswith(GRAIN.title)
    assert "Abendbote" in card.text
    assert labels(card) == ["Entfernen"]
    await press(reader, "Entfernen", "Entfernt: ", card)
    await ask(reader, "/saved", "Noch nichts gemerkt")


class _Page(HTMLParser):
    """Collects the links of a page; raises nothing, like a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("language", "page", "programs", "told"),
    [("de", "Als Seite (HTML)", "Als JSON", "1 gemerkte Geschichte"), ("en", "As a page", "As JSON", "1 saved story")],
)
async def test_the_export_by_command_and_button(
    world: World, language: str, page: str, programs: str, told: str
) -> None:
    reader, _ = await save(world, language)
    by_command = await ask(reader, "/saved export", told)
    await ask(reader, "/saved")
    by_button = await press(reader, page, told)
    assert by_command.file is not None
    assert by_button.file is not None
    assert by_command.file.content == by_button.file.content
    assert by_command.file.name == "depesche.html"
    read = _Page()
    read.feed(by_command.file.content.decode())
    assert "script" not in read.tags
    assert GRAIN.title in read.text
    assert "Abendbote" in read.text
    await ask(reader, "/saved")
    sent = await press(reader, programs, told)
    assert sent.file is not None
    (story,) = json.loads(sent.file.content)
    assert story["headline"] == GRAIN.title
    assert story["sources"][story["sentences"][0]["source"]]["name"] == "Abendbote"
    again = await ask(reader, "/saved export JSON", told)
    assert again.file is not None
    assert again.file.content == sent.file.content


@pytest.mark.parametrize(
    ("language", "text", "button", "told"),
    [
        ("de", "„alles <b>“", "Als Seite (HTML)", "1 gemerkte"),
        ("en", '"alles <b>"', "As a page (HTML)", "1 saved"),
    ],
)
async def test_a_wrong_word_is_explained_and_mended_by_a_button(
    world: World, language: str, text: str, button: str, told: str
) -> None:
    reader, _ = await save(world, language)
    answer = await ask(reader, "/saved alles <b>", text)
    assert ("/gemerkt export" if language == "de" else "/saved export") in answer.text
    sent = await press(reader, button, told)
    assert sent.file is not None


async def test_pages(world: World) -> None:
    await publish(world, FOOTBALL)
    reader = await subscribed(world, ["sport"])
    subscriber, keeping = await world.subscriber(reader), Keeping(world.app.database, world.clock)
    item = (await world.app.reading.latest(subscriber.preferences, 1)).items[0]
    for number in range(7):
        world.clock.move(timedelta(seconds=1))
        await keeping.save(subscriber, replace(item, story_id=10_000 + number, headline=f"Nr. {number}"))
    first = await ask(reader, "/saved", "Gemerkt: 7 Geschichten")
    assert labels(first)[:5] == ["1", "2", "3", "4", "5"]
    assert "1 · Nr. 6" in first.text
    second = await press(reader, "Weiter →", "7 · Nr. 0", first)
    await press(reader, "7 entfernen", "Entfernt: Nr. 0", second)
    await press(reader, "6 entfernen", "Entfernt: Nr. 1", second)
    assert labels(second)[1:6] == ["1", "2", "3", "4", "5"]  # the page before, as this one is empty


async def test_nobody_saves_without_end(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"])
    subscriber, keeping = await world.subscriber(reader), Keeping(world.app.database, world.clock)
    item = (await world.app.reading.latest(subscriber.preferences, 1)).items[0]
    async with world.app.database.write() as transaction:
        row = {"subscriber_id": subscriber.id, "saved_at": world.clock.now(), "headline": "Nr.", "body": {}}
        await transaction.connection.execute(
            models.SavedStory.__table__.insert(),
            [row | {"story_id": 10_000 + number} for number in range(SAVED_AT_MOST)],
        )
    assert await keeping.save(subscriber, item) is None
    await ask(reader, "/latest")
    await press(reader, "1", GRAIN.title)
    await press(reader, "Merken", "Mehr als 500 Geschichten lassen sich nicht merken")


async def test_another_s_saved_stories_are_out_of_reach(world: World) -> None:
    ada, _ = await save(world)
    (kept,) = await rows(world.app.database, models.SavedStory)
    eve = await subscribed(world, ["sport"])
    message = await ask(eve, "/saved", "Noch nichts gemerkt")
    for data in (f"v1|saved|open|{kept['id']}", f"v1|saved|drop|{kept['id']}|0", f"v1|saved|drop|{kept['id']}"):
        await press_data(world, eve, message, data)
        await ask(eve, "/saved", "Noch nichts gemerkt")
    await press(ada, "Rückgängig", "Entfernt")
    await press_data(world, eve, message, f"v1|saved|restore|{kept['id']}")
    await eve.wait_for_toast("zu spät")
    assert GRAIN.title not in "".join(one.text for one in eve.answers)
    (row,) = await rows(world.app.database, models.SavedStory)
    assert row["removed_at"] is not None


@pytest.mark.parametrize("data", ["v1|save|999999", "v1|save", "v1|save|x"])
async def test_what_is_gone_cannot_be_saved(world: World, data: str) -> None:
    reader = await subscribed(world)
    await press_data(world, reader, await ask(reader, "/status"), data)
    await reader.wait_for("nicht mehr im Archiv")
    assert await rows(world.app.database, models.SavedStory) == []
