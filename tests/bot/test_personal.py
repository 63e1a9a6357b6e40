"""/privacy, /mydata and /forget: what is stored is told, handed out, and deleted after one question."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.readers import Reader
from digests.domain.subscribers import Status
from digests.storage import models
from digests.storage.personal import OWNED
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.rows import add_rare_rows, rows
from tests.support.screens import labels
from tests.support.worlds import World, world_of

YES = {"de": "Ja, alles löschen", "en": "Yes, delete everything"}


async def lived(world: World, language: str = "de") -> Reader:
    """A reader who has left traces everywhere."""
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"], language=language)
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for("Getreide", since_start=True)
    german = language == "de"
    card = await press(reader, "1", GRAIN.title, digest)
    await press(reader, "Merken" if german else "Save", "/gemerkt" if german else "/saved", card)
    await press(reader, "Fehler melden" if german else "Report a fault", "", card)
    await press(reader, "Falsches Thema" if german else "Wrong topic", "", reader.answers[-1])
    await ask(reader, "/feedback Hallo", "Hallo")
    await press(reader, "Absenden" if german else "Send")
    subscriber = await world.subscriber(reader)
    async with world.app.database.write() as transaction:
        await add_rare_rows(transaction, subscriber.id, reader.chat.id)
    return reader


async def traces(world: World) -> dict[str, int]:
    """How many rows of readers there are, by table."""
    async with world.app.database.read() as transaction:
        return {table.name: len((await transaction.connection.execute(select(table))).all()) for table in OWNED}


@pytest.mark.parametrize(
    ("language", "command", "says", "delete"),
    [
        ("de", "/meinedaten", "Alles, was zu diesem Chat gespeichert ist.", "Alles löschen"),
        ("en", "/mydata", "Everything that is stored about this chat.", "Delete everything"),
    ],
)
async def test_the_file_has_all_there_is(world: World, language: str, command: str, says: str, delete: str) -> None:
    reader = await lived(world, language)
    sent = await ask(reader, command, says)
    assert labels(sent) == [delete]
    assert sent.file is not None
    told = json.loads(sent.file.content)
    assert told["about"]["chat_id"] == reader.chat.id
    for table in OWNED:
        assert len(told[table.name]) >= 1, table.name
        assert told[table.name][0].keys() == set(table.columns.keys())
    assert told["feedback"][0]["message"] == "Hallo"
    assert told["saved_story"][0]["headline"] == GRAIN.title
    assert told["shared"]["profile"][0]["words"] == ["Getreidekorridor"]
    assert told["shared"]["edition"][0]["slot_at"].startswith("2026-08-13T05:00:00")


@pytest.mark.parametrize(
    ("language", "command", "question", "no", "kept", "done"),
    [
        ("de", "/loeschmich", "Alles löschen?", "Nein, behalten", "nichts ist gelöscht", "Alles gelöscht"),
        ("en", "/forget", "Delete everything?", "No, keep it", "nothing is deleted", "Everything is deleted"),
    ],
)
async def test_forgetting_asks_once_and_leaves_nothing(  # first no, then yes
    world: World, language: str, command: str, question: str, no: str, kept: str, done: str
) -> None:
    reader = await lived(world, language)
    before = await traces(world)
    assert all(before.values())
    asked = await ask(reader, command, question)
    assert YES[language] in labels(asked)
    await ask(reader, "ja", "")  # an answer in words deletes nothing
    assert await traces(world) == before
    await press(reader, no, kept, asked)
    assert await traces(world) == before
    await press(reader, YES[language], done, await ask(reader, command, question))
    assert not any((await traces(world)).values())
    count = len(reader.answers)
    await world.move(timedelta(days=1))
    assert len(reader.answers) == count


async def test_an_old_yes_is_asked_again(world: World) -> None:
    reader = await subscribed(world, ["sport"])
    asked = await ask(reader, "/forget", "Alles löschen?")
    world.clock.move(timedelta(minutes=11))
    await press(reader, "Ja, alles löschen", "Alles löschen?", asked)
    for forged in ("v1|forget|yes", "v1|forget|yes|abc", "v1|forget|yes|99999999999999999", "v1|forget"):
        await press_data(world, reader, asked, forged)
        await reader.wait_for(lambda message: message.text.startswith(("Alles löschen?", "Alles gelöscht")))
    assert (await world.subscriber(reader)).status in (Status.ACTIVE, Status.SETUP)


async def test_others_keep_theirs(world: World) -> None:
    ada, bob = await lived(world), await subscribed(world, ["sport"])
    await ask(ada, "/forget", "Alles löschen?")
    await press(ada, "Ja, alles löschen", "Alles gelöscht")
    (row,) = await rows(world.app.database, models.Subscriber)
    assert row["chat_id"] == bob.chat.id
    await ask(ada, "/start", "Hallo Ada!")  # begins anew


async def test_the_menu_of_the_chat_goes_too(world: World) -> None:
    reader = await subscribed(world, ["sport"])
    await ask(reader, "/language en", "English")
    assert any(str(reader.chat.id) in scope for scope, _ in reader.bot.commands)
    await ask(reader, "/forget", "Delete everything?")
    await press(reader, "Yes, delete everything", "Everything is deleted")
    await ask(reader, "/help")  # the menu goes after the word
    assert not any(str(reader.chat.id) in scope for scope, _ in reader.bot.commands)


async def test_in_a_group_only_admins_may(world: World) -> None:
    ada, bob = await subscribed(world, ["sport"]), world.reader("Bob")
    group = world.sandbox.group(ada, "Lesekreis")
    group.set_bot("member")
    inside, outside = ada.inside(group), bob.inside(group)
    asked = await ask(inside, "/forget", "Alles löschen?")
    for command in ("/forget", "/mydata"):
        await ask(outside, command, "nur Admins")
    await outside.press("Ja, alles löschen", asked)
    await outside.wait_for_toast("nur Admins")
    assert len(await rows(world.app.database, models.Subscriber)) == 2
    await press(inside, "Ja, alles löschen", "Alles gelöscht", asked)
    (row,) = await rows(world.app.database, models.Subscriber)
    assert row["chat_id"] == ada.chat.id


@pytest.mark.parametrize(
    ("language", "alias", "parts", "buttons"),
    [
        ("de", "/datenschutz", ["Was:", "Wozu:", "Nicht gespeichert:", "Digests 30 Tage", "Wer:", "/feedback"],
         ["Daten als Datei", "Alles löschen", "Ausführlich"]),
        ("en", "/privacy", ["What:", "Why:", "Not stored:", "digests 30 days", "Who:", "/feedback"],
         ["Data as a file", "Delete everything", "At length"]),
    ],
)  # fmt: skip
async def test_the_short_policy_leads_to_the_long_one(
    world: World, language: str, alias: str, parts: list[str], buttons: list[str]
) -> None:
    reader = await subscribed(world, language=language)
    shown = await ask(reader, alias, parts[0])
    assert [part for part in parts if part not in shown.text] == []
    assert shown.text.count("\n") < 12
    assert labels(shown) == buttons
    sent = await press(reader, buttons[2], "", shown)
    assert sent.file is not None
    assert sent.file.content.startswith(b"# Datenschutz" if language == "de" else b"# Privacy")
    await ask(reader, "/settings")
    await press(reader, "Meine Daten" if language == "de" else "My data", parts[0])


async def test_an_operator_s_own_policy_is_linked(tmp_path: Path) -> None:
    async with world_of(tmp_path, privacy_url="https://example.org/privacy") as world:
        shown = await ask(world.reader(), "/privacy", "Was:")
        (button,) = (shown.markup or {})["inline_keyboard"][1]
        assert button == {"text": "Ausführlich", "url": "https://example.org/privacy"}
