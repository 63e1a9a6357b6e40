"""/ban: a banned chat is told so once and gets nothing more, but for what everybody may ask of his data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.readers import Reader
from digests.domain.subscribers import Chat, Status
from digests.services.personal import PersonalData
from digests.storage import models
from tests.bot.test_every_screen import next_slot
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, publish, standing, subscribed
from tests.support.reports import GRAIN
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World, world_of

WORDS = {
    "de": {
        "sent": "angekommen", "send": "Absenden", "ban": "Sperren …", "why": "Warum soll gesperrt werden",
        "done": "ist gesperrt", "told": "Dieser Chat ist gesperrt", "list": "Gesperrte Chats", "free": "freigeben",
        "none": "Kein Chat ist gesperrt", "message": "Nachricht #1", "yes": "Ja, alles löschen",
        "gone": "Alles gelöscht",
        "again": "war schon gesperrt", "unreadable": "Das ist keine Chatnummer", "operator": "ein Chat der Betreiber",
    },
    "en": {
        "sent": "arrived", "send": "Send", "ban": "Ban …", "why": "Why is the writer of message #1",
        "done": "is banned", "told": "This chat is banned", "list": "Banned chats", "free": "Unban",
        "none": "No chat is banned", "message": "#1", "yes": "Yes, delete everything", "gone": "Everything is deleted",
        "again": "was banned before", "unreadable": "This is no chat number", "operator": "a chat of the operators",
    },
}  # fmt: skip
languages = pytest.mark.parametrize("language", ["de", "en"])


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    """A world with an operator who has written once."""
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        yield world, operator


async def banned(world: World, operator: Reader, reader: Reader) -> None:
    await ask(operator, f"/ban {reader.chat.id} Beleidigungen", "gesperrt")


async def unanswered(reader: Reader, text: str) -> bool:
    """Whether nothing comes of it: the next question, which may always be asked, has the next answer."""
    count = len(reader.answers)
    await reader.send(text)
    await ask(reader, "/privacy")
    return len(reader.answers) == count + 1


@languages
async def test_the_writer_of_a_message_is_banned_and_let_in_again(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await ask(operator, f"/language {language}")
    reader = await subscribed(world, topics=["ukraine"], language=language)
    await ask(reader, "/feedback Unfug", "Unfug")
    await press(reader, words["send"], words["sent"])
    message = await operator.wait_for(words["message"], since_start=True)
    question = await press(operator, words["ban"], words["why"], message)
    await operator.send("Beleidigungen", reply_to=question)
    done = await operator.wait_for(words["done"])
    await ask(reader, "/latest", words["told"])
    assert await unanswered(reader, "/latest")
    assert await unanswered(reader, "Hafen")
    assert (await world.subscriber(reader)).status is Status.STOPPED
    listed = await press(operator, words["list"], "Beleidigungen", done)
    await press(operator, next(each for each in labels(listed) if words["free"] in each), words["none"], listed)
    assert (await world.subscriber(reader)).status is Status.ACTIVE
    await ask(reader, "/status", "Ukraine")


async def test_by_reply_and_by_number(office: tuple[World, Reader]) -> None:
    world, operator = office
    reader, other = await subscribed(world), await subscribed(world)
    await ask(reader, "/feedback Unfug", "Unfug")
    await press(reader, "Absenden", "angekommen")
    message = await operator.wait_for("Nachricht #1", since_start=True)
    await operator.send("/ban Spam", reply_to=message)
    await operator.wait_for(f"{reader.chat.id} ist gesperrt")
    await ask(operator, f"/sperren {other.chat.id}", f"{other.chat.id} ist gesperrt")
    found = {row["number"]: row["reason"] for row in await rows(world.app.database, models.Ban)}
    assert found == {reader.chat.id: "Spam", other.chat.id: None}


async def test_no_digest_comes(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, GRAIN)
    reader, other = await subscribed(world, topics=["ukraine"]), await subscribed(world, topics=["ukraine"])
    await banned(world, operator, reader)
    await next_slot(world, other)
    await other.wait_for(GRAIN.title, since_start=True)
    assert not any(GRAIN.title in message.text for message in reader.answers)
    assert len(await rows(world.app.database, models.Delivery)) == 1


@languages
async def test_a_ban_is_handed_out_and_outlives_the_data_as_a_number(
    office: tuple[World, Reader], language: str
) -> None:
    world, operator = office
    words = WORDS[language]
    reader = await subscribed(world, language=language)
    await banned(world, operator, reader)
    exported = await world_export(world, reader)
    assert exported["ban"][0]["reason"] == "Beleidigungen"
    assert (await ask(reader, "/mydata")).text
    await ask(reader, "/forget")
    await press(reader, words["yes"], words["gone"])
    (row,) = await rows(world.app.database, models.Ban)
    assert (row["number"], row["reason"], row["before"]) == (reader.chat.id, None, [])
    await ask(reader, "/start", words["told"])
    assert await world.app.subscriptions.find(chat_of(reader)) is None, "nothing is stored anew"


@languages
async def test_what_cannot_be_banned(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await ask(operator, f"/language {language}")
    reader = await subscribed(world)
    await ask(operator, f"/ban {OPERATOR}", words["operator"])
    await ask(operator, "/ban wen", words["unreadable"])
    await ask(operator, f"/ban {reader.chat.id}", words["done"])
    await ask(operator, f"/ban {reader.chat.id}", words["again"])
    assert len(await rows(world.app.database, models.Ban)) == 1


async def test_a_long_list_has_pages(office: tuple[World, Reader]) -> None:
    _, operator = office
    for chat in range(1, 9):
        await ask(operator, f"/ban {chat} Grund {chat}", f"Chat {chat} ist gesperrt")
    listed = await ask(operator, "/ban", "Grund 1")
    assert labels(listed).count("← Betrieb") == 1
    await press(operator, "Weiter →", "Grund 7", listed)
    assert "Grund 6" not in listed.text


async def test_nobody_else_bans(office: tuple[World, Reader]) -> None:
    world, operator = office
    reader = await subscribed(world)
    await ask(reader, f"/ban {operator.chat.id}", "kenne ich nicht")
    assert await rows(world.app.database, models.Ban) == []


def chat_of(reader: Reader) -> Chat:
    return Chat(reader.chat.id)


async def world_export(world: World, reader: Reader) -> dict[str, Any]:
    return await PersonalData(world.app.database, world.clock).export(reader.chat.id)


async def test_a_banned_group_stays_banned_as_a_supergroup(office: tuple[World, Reader]) -> None:
    world, operator = office
    owner = world.reader("Otto")
    await ask(owner, "/privacy")
    group = world.sandbox.group(owner, "Redaktion", "group")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send("/bind")
    await admin.wait_for("1/3")
    await ask(operator, f"/ban {group.chat.id} Werbung", "gesperrt")
    before = group.chat.id
    group.migrate()
    stopped = await standing(world, Chat(group.chat.id), Status.STOPPED)
    assert stopped.chat.id != before
    (ban,) = await rows(world.app.database, models.Ban)
    assert (ban["number"], ban["reason"]) == (group.chat.id, "Werbung")
