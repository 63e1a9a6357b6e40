"""A digest that a reader has asked for is corrected where it stands, as one that came at its time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Conversation, Reader
from bot.telegram import rendering
from bot.telegram.frames import Layout, layout_from_json, layout_to_json
from bot.telegram.html import to_plain, units
from bot.telegram.keyboards import Button
from bot.telegram.messenger import TelegramMessenger
from bot.telegram.rendering import Frame
from digests.domain.articles import RawArticle
from digests.domain.delivery import Edited, Parcel
from digests.domain.subscribers import Chat
from digests.services.amending import CORRECT, EDIT_ASKED
from digests.services.editing import EDITED_FOR
from digests.services.upkeep import Upkeep
from digests.storage import models
from tests.support.chatting import ask, eventually, press, press_data, publish, subscribed
from tests.support.reports import BUDGET, GRAIN, HEAT, PENSIONS, Report
from tests.support.rows import rows
from tests.support.worlds import World

LEAD = "In Odessa hat es am Morgen eine schwere Explosion in einem Lagerhaus am Hafen gegeben."
TOLL = "Mindestens 12 Menschen starben, teilte die Feuerwehr der Stadt am Mittag mit."
ODESSA = Report("Explosion in einem Lagerhaus in Odessa", (f"{LEAD} {TOLL}",))


async def tell(world: World, toll: str = TOLL, title: str = ODESSA.title) -> None:
    """The source brings its article, or edits it."""
    await world.app.ingesting.ingest(
        RawArticle(
            guid="odessa",
            text=f"{LEAD} {toll}",
            origin="test",
            source_key="Abendbote",
            source_title="Abendbote",
            credit="Abendbote",
            title=title,
            language="de",
            published_at=datetime.fromisoformat("2026-08-13T03:59:00+00:00"),
            topics=("ukraine", "sport"),
        )
    )


async def got(reader: Reader, command: str) -> Message:
    """The answer to a command, once all that follows from it is stored: the next update waits for that."""
    message = await ask(reader, command, "Mindestens 12 Menschen")
    await ask(reader, "/privacy")
    return message


async def correct(world: World) -> None:
    """The source says 14, and the minute's look finds that."""
    await tell(world, TOLL.replace("12", "14"))
    await world.bot.queue.enqueue(CORRECT)


@pytest.mark.parametrize("command", ["/digest", "/latest", "/latest 3", "/topic ukraine"])
async def test_the_answer_is_edited_where_it_stands(world: World, command: str) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"])
    message = await got(reader, command)
    before, buttons, count = message.text, message.markup, len(reader.answers)
    await correct(world)
    edited = await reader.wait_for("Mindestens 14 Menschen")
    assert edited is message
    assert "Korrigiert 06:00: Zahl (Tote)." in edited.text
    assert (edited.markup, len(edited.former), len(reader.answers)) == (buttons, 1, count)
    assert len(set(before.splitlines()) ^ set(edited.text.splitlines())) == 3  # the sentence, and the mark
    await tell(world, TOLL.replace("12", "15"))
    await world.bot.queue.enqueue(CORRECT)
    assert await reader.wait_for("Mindestens 15 Menschen") is message


async def test_it_stays_in_the_language_and_display_in_which_it_was_shown(world: World) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"], language="en")
    chat = Chat(reader.chat.id)
    await world.app.subscriptions.set_simple(chat, simple=True)
    message = await got(reader, "/digest")
    before = message.text
    await world.app.subscriptions.set_language(chat, "de")
    await world.app.subscriptions.set_simple(chat, simple=False)
    await correct(world)
    edited = await reader.wait_for("Mindestens 14 Menschen")
    assert "Corrected" in edited.text
    assert set(before.splitlines()) & set(edited.text.splitlines())
    assert len(set(before.splitlines()) ^ set(edited.text.splitlines())) == 3


async def test_only_the_part_that_was_wrong_is_edited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "fits", lambda html: units(to_plain(html)) <= 2000)
    await tell(world)
    for report in (GRAIN, BUDGET, PENSIONS, HEAT):
        await publish(world, report, topics=("ukraine",))
    reader = await subscribed(world, ["ukraine"])
    start = len(reader.answers)
    await reader.send("/latest 7")

    async def complete() -> bool:
        told = "\n".join(message.text for message in reader.answers[start:])
        return "\n7 · " in told and ODESSA.title in told

    await eventually(complete)
    await ask(reader, "/privacy")
    parts = [message for message in reader.answers[start:] if "·" in message.text and message.markup]
    assert len(parts) > 1
    await correct(world)
    edited = await reader.wait_for("Mindestens 14 Menschen")
    assert {id(message) for message in reader.answers if message.former} == {id(edited)}


async def asked(world: World) -> list[str]:
    return [row["status"] for row in await rows(world.app.database, models.AskedDigest)]


async def test_after_two_days_it_stays_as_it_was(world: World) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"], minutes=())
    message = await got(reader, "/digest")
    world.clock.move(EDITED_FOR + timedelta(minutes=1))
    await correct(world)
    await ask(reader, "/latest", "Mindestens 14 Menschen")  # this one says so from the start
    await ask(reader, "/privacy")
    assert (message.former, await asked(world)) == ([], ["done", "done"])
    await Upkeep(world.app.database, world.app.settings.retention).nightly(world.clock.now())
    assert await asked(world) == ["done"]


async def test_who_has_blocked_the_bot_is_left_alone(world: World) -> None:
    await tell(world)
    reader, other = await subscribed(world, ["ukraine"]), await subscribed(world, ["ukraine"])
    message = await got(reader, "/digest")
    await got(other, "/digest")
    await world.app.subscriptions.block(Chat(reader.chat.id))
    await correct(world)
    await other.wait_for("Mindestens 14 Menschen")
    assert message.former == []


async def test_a_message_that_the_reader_has_deleted_is_given_up(world: World) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"])
    message = await got(reader, "/digest")
    message.deleted = True
    await correct(world)

    async def given_up() -> bool:
        return await asked(world) == ["skipped"]

    await eventually(given_up)


async def test_a_flood_wait_is_kept(world: World) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"])
    await got(reader, "/digest")
    world.sandbox.fail("answer", "editMessageText", status=429, retry_after=3)
    await correct(world)
    await reader.wait_for("Mindestens 14 Menschen")


async def test_what_nobody_corrects_is_left_alone(world: World) -> None:
    await tell(world)
    reader = await subscribed(world, ["ukraine"])
    message = await got(reader, "/digest")
    await publish(world, GRAIN)
    await world.bot.queue.enqueue(CORRECT)
    await world.bot.queue.enqueue(EDIT_ASKED)
    await ask(reader, "/privacy")
    assert (message.former, await asked(world)) == ([], ["done"])


def test_a_layout_is_kept_without_loss() -> None:
    frame = Frame(
        title="<b>Titel</b>",
        note="Hinweis",
        empty="leer",
        closing="Ende",
        more=False,
        rows=((Button("Mehr", "v1|more"), Button("Netz", url="https://example.org")), (Button("Text", copy="x"),)),
        silent=True,
    )
    for layout in (Layout(frame), Layout(), Layout(frame, binding=7, chat_title="Hafenfunk"), Layout(card=True)):
        assert layout_from_json(layout_to_json(layout)) == layout


async def at_the_preview(speaker: Conversation, beginning: str = "Los geht's") -> Message:
    """Go through the set-up with one topic, up to its preview."""
    preview = None
    for label, wanted in (
        (beginning, "1/3"),
        ("v1|setup|toggle|sport|0", "1/3"),
        ("Weiter (1", "2/3"),
        ("Weiter →", "3/3"),
    ):
        await speaker.press(label)
        preview = await speaker.wait_for(wanted)
    assert preview is not None
    return preview


async def in_a_group(world: World) -> Conversation:
    """An administrator, in a group that has just got the bot."""
    owner = world.reader()
    await ask(owner, "/privacy")
    group = world.sandbox.group(owner, "Hafenrunde")
    group.set_bot("member")
    speaker = owner.inside(group)
    await speaker.wait_for("Einrichten", since_start=True)
    return speaker


@pytest.mark.parametrize("place", ["private", "group"])
async def test_the_preview_of_a_set_up_is_corrected_while_it_stands(world: World, place: str) -> None:
    await tell(world)
    speaker: Conversation
    if place == "group":
        speaker = await in_a_group(world)
        preview = await at_the_preview(speaker, "Einrichten")
    else:
        speaker = world.reader()
        await ask(speaker, "/start")
        preview = await at_the_preview(speaker)
    assert "Mindestens 12 Menschen" in preview.text
    await eventually(lambda: kept(world, 1))
    buttons = preview.markup
    await correct(world)
    edited = await speaker.wait_for("Mindestens 14 Menschen")
    assert edited is preview
    assert f"3/3 · So sieht {'der' if place == 'group' else 'dein'} Digest aus" in edited.text
    assert "Korrigiert 06:00: Zahl (Tote)." in edited.text
    assert edited.markup == buttons


async def test_what_came_in_place_of_a_preview_stays(world: World) -> None:
    await tell(world)
    reader = world.reader()
    await ask(reader, "/start")
    preview = await at_the_preview(reader)
    await eventually(lambda: kept(world, 1))
    await press(reader, "Kürzer", "3/3")  # the same message, once more
    await eventually(lambda: kept(world, 1))
    await press(reader, "Passt so ✓", "Fertig.")
    assert preview.text.startswith("Fertig.")
    assert await asked(world) == []
    other = await subscribed(world, ["ukraine"])
    await got(other, "/digest")
    await correct(world)
    await other.wait_for("Mindestens 14 Menschen")
    assert preview.text.startswith("Fertig.")


async def test_a_screen_that_comes_while_a_preview_is_corrected_is_not_covered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on = asyncio.Event(), asyncio.Event()
    edit = TelegramMessenger.amend

    async def held(self: TelegramMessenger, parcel: Parcel, sent_at: datetime, shown: Sequence[str]) -> Edited:
        began.set()
        await goes_on.wait()
        return await edit(self, parcel, sent_at, shown)

    monkeypatch.setattr(TelegramMessenger, "amend", held)
    await tell(world)
    reader = world.reader()
    await ask(reader, "/start")
    preview = await at_the_preview(reader)
    await eventually(lambda: kept(world, 1))
    await correct(world)
    await began.wait()  # the correction is on its way, the button is faster
    screen = await press(reader, "Passt so ✓", "Fertig.")
    goes_on.set()
    edited = await reader.wait_for("Mindestens 14 Menschen")
    assert edited is preview
    assert screen is not preview
    assert screen.text.startswith("Fertig.")
    assert not screen.former


async def test_a_press_that_only_warns_leaves_the_preview_to_be_corrected(world: World) -> None:
    await tell(world)
    reader = world.reader()
    await ask(reader, "/start")
    preview = await at_the_preview(reader)
    await eventually(lambda: kept(world, 1))
    chat = Chat(reader.chat.id)
    await world.app.subscriptions.set_preferences(chat, lambda wish: replace(wish, topics=frozenset()))
    await press_data(world, reader, preview, "v1|setup|to|2")
    await reader.wait_for_toast("Wähle mindestens ein Thema")
    assert len(await asked(world)) == 1


@pytest.mark.parametrize("simple", [False, True])
async def test_a_sample_in_a_group_looks_as_digests_do_there_and_is_corrected(world: World, simple: bool) -> None:
    await tell(world)
    speaker = await in_a_group(world)
    await at_the_preview(speaker, "Einrichten")
    await press(speaker, "Passt so ✓", "Fertig.")
    await world.app.subscriptions.set_simple(Chat(speaker.chat.id), simple=simple)
    await speaker.send("/bind test")
    sample = await speaker.wait_for("Probe")
    assert (" · " in sample.text) is not simple
    assert not sample.markup
    await eventually(lambda: kept(world, 1))
    before = sample.text
    await correct(world)
    edited = await speaker.wait_for("Mindestens 14 Menschen")
    assert edited is sample
    assert not edited.markup
    assert len(set(before.splitlines()) ^ set(edited.text.splitlines())) == 3


async def kept(world: World, count: int) -> bool:
    return len(await asked(world)) == count
