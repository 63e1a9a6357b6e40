"""What was shown beside a reader's own digests is corrected, too: samples, previews of channels, inline results."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.model import InlineMessage
from bot.sandbox.readers import Reader
from bot.telegram import rendering
from bot.telegram.handlers import start
from bot.telegram.html import to_plain, units
from digests.services.amending import EDIT_ASKED
from digests.storage import models
from tests.bot.test_asked_corrections import at_the_preview, correct, in_a_group, kept, tell
from tests.bot.test_channels import TITLE, owner_of_channel
from tests.support.chatting import ask, eventually, press, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.rows import rows
from tests.support.worlds import World, world_of


@pytest.fixture
async def inline(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(tmp_path, inline="on") as world:
        yield world


async def chosen(world: World, reader: Reader, said: str = "Feuerwehr") -> InlineMessage:
    """The first result for these words, in some chat; once the bot has noted it."""
    [result, *_] = await reader.ask_inline(said)
    message = reader.choose_inline(said, result)
    await eventually(lambda: kept(world, 1))
    return message


async def edited(world: World, message: InlineMessage) -> None:
    await eventually(lambda: _has_changed(message))


async def _has_changed(message: InlineMessage) -> bool:
    return bool(message.former)


async def test_the_preview_of_a_channel_is_corrected_in_the_private_chat(world: World) -> None:
    await tell(world)
    owner, channel = await owner_of_channel(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, "+ Hinzufügen", "Welcher Kanal")
    await owner.share_chat(channel)
    await owner.wait_for("1/3")
    for label, wanted in (("Sport", "1/3"), ("Weiter", "2/3"), ("Weiter", "3/3")):
        preview = await press(owner, label, wanted)
    await eventually(lambda: kept(world, 1))
    before, buttons = preview.text, preview.markup
    await correct(world)
    assert await owner.wait_for("Mindestens 14 Menschen") is preview
    assert preview.text.startswith(TITLE)
    assert preview.markup == buttons
    assert len(set(before.splitlines()) ^ set(preview.text.splitlines())) == 3
    await press(owner, "Passt so ✓", "Fertig")
    assert preview.text.startswith(f"{TITLE}\n\nFertig")
    assert not await rows(world.app.database, models.AskedDigest)


async def test_the_sample_of_the_welcome_is_corrected(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SAMPLE_STORIES", 3)
    await tell(world)
    reader = world.reader()
    await ask(reader, "/start")
    sample = await press(reader, "Erst ein Beispiel", "Mindestens 12")
    await eventually(lambda: kept(world, 1))
    await correct(world)
    assert await reader.wait_for("Mindestens 14 Menschen") is sample


@pytest.mark.parametrize("place", ["preview", "sample"])
async def test_a_sample_is_one_message_and_corrected(world: World, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    await tell(world)
    await publish(world, GRAIN, topics=("ukraine", "sport"))
    speaker = await in_a_group(world)
    preview = await at_the_preview(speaker, "Einrichten")
    room = len(preview.text) - 5
    monkeypatch.setattr(rendering, "fits", lambda html: units(to_plain(html)) <= room)
    await press(speaker, "← Zurück", "2/3")
    await press(speaker, "Weiter →", "3/3")
    sample = preview
    if place == "sample":
        await press(speaker, "Passt so ✓", "Fertig.")
        sample = await ask(speaker, "/bind test", "Probe")
    assert [message for message in speaker.answers if "Mindestens 12" in message.text] == [sample]
    await eventually(lambda: kept(world, 1))
    await correct(world)
    assert await speaker.wait_for("Mindestens 14 Menschen") is sample


async def test_a_story_put_into_any_chat_is_corrected_there(inline: World) -> None:
    await tell(inline)
    reader = await subscribed(inline, ["sport"])
    message = await chosen(inline, reader)
    before, markup = message.text, message.markup
    assert "Mindestens 12 Menschen" in before
    await correct(inline)
    await edited(inline, message)
    assert "Mindestens 14 Menschen" in message.text
    assert "Korrigiert 06:00: Zahl (Tote)." in message.text
    assert message.markup == markup
    assert len(set(before.splitlines()) ^ set(message.text.splitlines())) == 3


async def test_what_was_edited_between_offer_and_choice_is_put_right(inline: World) -> None:
    await tell(inline)
    reader = await subscribed(inline, ["sport"])
    [result, *_] = await reader.ask_inline("Feuerwehr")
    await tell(inline, "Mindestens 14 Menschen starben, teilte die Feuerwehr der Stadt am Mittag mit.")
    inline.clock.move(timedelta(minutes=2))
    message = reader.choose_inline("Feuerwehr", result)
    await eventually(lambda: kept(inline, 1))
    assert "Mindestens 12" in message.text
    await inline.bot.queue.enqueue(EDIT_ASKED)
    await edited(inline, message)
    assert "Mindestens 14" in message.text


async def test_an_unchanged_choice_some_minutes_later_is_left_alone(inline: World) -> None:
    await tell(inline)
    reader = await subscribed(inline, ["sport"])
    [result, *_] = await reader.ask_inline("Feuerwehr")
    inline.clock.move(timedelta(minutes=9))
    reader.choose_inline("Feuerwehr", result)
    await eventually(lambda: kept(inline, 1))
    assert await states(inline) == ["done"]


async def states(world: World) -> Sequence[str]:
    return [row["status"] for row in await rows(world.app.database, models.AskedDigest)]


@pytest.mark.parametrize("case", ["stranger", "no feedback", "forged"])
async def test_nothing_is_kept_where_it_cannot_be_corrected(inline: World, case: str) -> None:
    await tell(inline)
    reader = inline.reader() if case == "stranger" else await subscribed(inline, ["sport"])
    [result, *_] = await reader.ask_inline("Feuerwehr")
    reader.bot.inline_feedback = case != "no feedback"
    reader.choose_inline("Feuerwehr", {**result, "id": "7"} if case == "forged" else result)
    reader.bot.inline_feedback = True
    others = await subscribed(inline, ["sport"])
    await chosen(inline, others)  # once this one is noted, the other was looked at
    assert await states(inline) == ["done"]


async def test_answers_are_kept_by_telegram_for_one_person(inline: World) -> None:
    await tell(inline)
    german = await inline.reader("Ada").ask_inline("Feuerwehr")
    english = await inline.reader("Bob", language_code="en").ask_inline("Feuerwehr")
    assert "Quelle" in german[0]["text"]
    assert "source" in english[0]["text"]
