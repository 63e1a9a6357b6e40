"""Edited messages: a mended command or text is answered like a new one, once, and soon after it was written only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram import Chat
from telegram import Message as Received

from bot.sandbox.model import Message
from bot.sandbox.readers import Conversation, Group
from bot.telegram.application import UPDATES
from bot.telegram.edits import WITHIN, Edits
from tests.support.chatting import ask, press, subscribed
from tests.support.clocks import START
from tests.support.worlds import World


async def edited(speaker: Conversation, message: Message, text: str, wanted: str) -> Message:
    """Edit a message, and wait for an answer that holds `wanted`."""
    speaker.edit(message, text)
    return await speaker.wait_for(wanted)


async def unanswered(speaker: Conversation, message: Message, *texts: str) -> None:
    """Edit what must not be answered; a help after it comes first and alone."""
    before = len(speaker.answers)
    for text in texts:
        speaker.edit(message, text)
    await ask(speaker, "/help", "/settings" if speaker.user.language_code == "en" else "/neu")
    assert len(speaker.answers) == before + 1


@pytest.mark.parametrize(
    ("first", "then", "wanted"),
    [
        ("/latst", "/latest", "Neueste Nachrichten"),
        ("/time 25:00", "/time 6:45", "Gespeichert: 06:45"),
        ("guten tag", "Ukraine", "Ukraine"),
        ("Ukraine", "/status", "Status"),
        ("/status", "7:30", "Digest um 07:30?"),
    ],
)
async def test_a_mended_text_is_answered_like_a_new_one(world: World, first: str, then: str, wanted: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    message = await reader.send(first)
    await reader.wait_for("")
    await edited(reader, message, then, wanted)


async def test_a_mended_answer_to_a_question_is_an_answer(world: World) -> None:
    reader = await subscribed(world)
    await ask(reader, "/time", "Zeit:")
    question = await press(reader, "Andere Zeit", "Schreib die Uhrzeit")
    message = await reader.send("25:00", question)
    await reader.wait_for("25:00 gibt es nicht")
    await edited(reader, message, "6:45", "Gespeichert: 06:45")


async def test_an_edit_that_changes_no_word_is_not_answered(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    message = await reader.send("/latest")
    await reader.wait_for("Neueste Nachrichten")
    await unanswered(reader, message, "/latest")
    await edited(reader, message, "/status", "Status")
    await unanswered(reader, message, "/status", "/status")


@pytest.mark.parametrize(
    ("language", "said", "button", "answer"),
    [
        ("de", "Ältere Nachrichten lese ich nach einer Änderung nicht", "Jetzt lesen", "Neueste Nachrichten"),
        ("en", "I do not read older messages again by myself", "Read it now", "Latest news"),
    ],
)
async def test_who_mends_an_older_message_is_told_once_and_has_it_read_by_a_button(
    world: World, language: str, said: str, button: str, answer: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    message = await reader.send("/latst")
    await reader.wait_for("/")
    world.clock.move(WITHIN + timedelta(seconds=1))
    await unanswered(reader, message, "/latst")  # a preview of its link has loaded
    reader.edit(message, "/latest")
    told = await reader.wait_for(said)
    assert told.reply_to is message
    await unanswered(reader, message, "/latest 3", "/latest")
    await press(reader, button, answer, told)


async def test_older_messages_of_groups_may_be_tidied_up(world: World) -> None:
    owner = await subscribed(world)
    group: Group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("administrator")
    member = world.reader("Max").inside(group)
    await member.wait_for("Einrichten", since_start=True)
    message = await member.send("/hilfe")
    await member.wait_for("Das kann ich")
    world.clock.move(WITHIN + timedelta(seconds=1))
    await unanswered(member, message, "/latest")


async def test_each_step_of_a_live_location_is_not_a_message(world: World) -> None:
    reader = await subscribed(world)
    message = await reader.share_location(48.2, 16.4)
    await reader.wait_for("am nächsten")
    before = len(reader.answers)
    step = message.to_api() | {"edit_date": message.to_api()["date"], "location": {"latitude": 48.3, "longitude": 16.4}}
    world.sandbox.world.give(reader.bot, "edited_message", step)
    await ask(reader, "/help", "/neu")
    assert len(reader.answers) == before + 1


async def test_in_a_group_only_commands_for_us_are_heard(world: World) -> None:
    owner = await subscribed(world)
    group: Group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("administrator")  # hears every word
    member = world.reader("Max").inside(group)
    await member.wait_for("Einrichten", since_start=True)
    message = await member.send("/latst")
    await unanswered(member, message, "Ukraine", "7:30", "/latest@anderer_bot", "/wetter")
    await edited(member, message, f"/latest@{owner.bot.user.username}", "keine Themen gewählt")


def test_edits_of_channels_are_not_even_asked_for() -> None:
    assert "edited_message" in UPDATES
    assert [kind for kind in UPDATES if "channel" in kind] == []


def received(number: int) -> Received:
    return Received(number, START, Chat(1, "private"), text="/latest")


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.edits.REMEMBERED", 2)
    edits = Edits()
    assert [edits.hear(update, received(update)) for update in (1, 2, 3)] == [True] * 3
    assert [edits.hear(7, received(number)) for number in (3, 2, 1)] == [False, False, True]


def test_an_edit_that_is_handed_over_again_is_answered_again() -> None:
    """A webhook has an update back until it was handled."""
    edits = Edits()
    assert [edits.hear(update, received(1)) for update in (5, 5, 6, 5)] == [True, True, False, True]
