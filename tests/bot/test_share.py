"""Topics that are passed on: the link, its picture, and what those see who open it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.sandbox.model import Message
from digests.storage import models
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.rows import rows
from tests.support.screens import labels, ticked
from tests.support.worlds import World

LINK = re.compile(r"https://t\.me/\w+\?start=(p_[\w-]{11})(?![\w-])")


def buttons(message: Message) -> list[dict[str, object]]:
    return [button for row in (message.markup or {})["inline_keyboard"] for button in row]


def payload(message: Message) -> str:
    """What the link in a message opens the bot with."""
    found = LINK.search(message.text)
    assert found is not None, message.text
    return found[1]


@pytest.mark.parametrize(
    ("language", "command", "title", "says", "wanted"),
    [
        ("de", "/teilen", "Deine Themen zum Weitergeben: Sport und Ukraine", "auch deine eigenen Wörter nicht",
         ["Link kopieren", "Weiterleiten", "In eine Gruppe holen"]),
        ("en", "/share", "Your topics to pass on: Sport and Ukraine", "not even your own words",
         ["Copy link", "Forward", "Add to a group"]),
    ],
)  # fmt: skip
async def test_topics_become_a_link_and_a_picture(  # one answer, looked at from all sides
    world: World, language: str, command: str, title: str, says: str, wanted: list[str]
) -> None:
    reader = await subscribed(world, ["ukraine", "sport"], words=["Frau Geheim"], language=language)
    sent = await ask(reader, command, title)
    assert says in sent.text
    assert sent.is_photo
    assert sent.file is not None
    assert sent.file.width == sent.file.height > 200
    assert labels(sent) == wanted
    copy, forward, group = buttons(sent)
    link = LINK.search(sent.text)
    assert link is not None
    assert copy["copy_text"] == {"text": link[0]}
    passed_on = parse_qs(urlsplit(str(forward["url"])).query)
    assert passed_on["url"] == [link[0]]
    assert "Ukraine" in passed_on["text"][0]
    assert "&" not in passed_on["text"][0]
    assert str(group["url"]).endswith("?startgroup=setup")
    (pack,) = await rows(world.app.database, models.Pack)
    assert "Geheim" not in f"{pack} {sent.text} {buttons(sent)}"
    assert str(reader.chat.id) not in str(pack)


async def test_equal_topics_are_one_pack(world: World) -> None:
    ada, bob = await subscribed(world, ["ukraine", "sport"]), await subscribed(world, ["sport", "ukraine"])
    assert payload(await ask(ada, "/share", "start=")) == payload(await ask(bob, "/share", "start="))
    eve = await subscribed(world, ["sport"])
    assert payload(await ask(eve, "/share", "start=")) != payload(ada.answers[-1])
    assert len(await rows(world.app.database, models.Pack)) == 2


@pytest.mark.parametrize(
    ("language", "text", "choose"),
    [("de", "Du hast noch keine Themen", "Themen wählen"), ("en", "You have no topics yet", "Choose topics")],
)
async def test_without_topics_there_is_nothing_to_pass_on(world: World, language: str, text: str, choose: str) -> None:
    answer = await ask(await subscribed(world, words=["Schach"], language=language), "/share", text)
    assert labels(answer) == [choose]


@pytest.mark.parametrize(
    ("language", "hello", "step"),
    [("de", "Hallo Bea!", "1/3 · Welche Themen?"), ("en", "Hi Bea!", "1/3 · Which topics?")],
)
async def test_a_newcomer_begins_with_the_topics_chosen(world: World, language: str, hello: str, step: str) -> None:
    link = payload(await ask(await subscribed(world, ["ukraine", "sport"]), "/share", "start="))
    bea = world.reader("Bea", language)
    await bea.open_link(link)
    opened = await bea.wait_for(step)
    assert opened.text.startswith(hello)
    assert sorted(label.split(" · ")[0] for label in ticked(opened)) == ["Sport", "Ukraine"]
    assert (await world.subscriber(bea)).preferences.topics == {"ukraine", "sport"}


@pytest.mark.parametrize(
    ("language", "more", "take", "look", "undo", "known"),
    [
        (
            "de",
            "Neu für dich: Ukraine",
            "Übernehmen",
            "Nur ansehen",
            "Rückgängig",
            "Das hast du alles schon",
        ),
        ("en", "New for you: Ukraine", "Take over", "Just look", "Undo", "You have all of it already"),
    ],
)
async def test_a_known_reader_chooses(  # first the question, then both answers
    world: World, language: str, more: str, take: str, look: str, undo: str, known: str
) -> None:
    link = payload(await ask(await subscribed(world, ["ukraine", "sport"]), "/share", "start="))
    bea = await subscribed(world, ["sport", "culture"], language=language)
    await bea.open_link(link)
    asked = await bea.wait_for(more)
    assert labels(asked) == [take, look]
    assert "NATO" in (await press(bea, look, "NATO", asked)).text
    assert (await world.subscriber(bea)).preferences.topics == {"sport", "culture"}
    done = await press(bea, take, "Ukraine", asked)
    assert (await world.subscriber(bea)).preferences.topics == {"sport", "culture", "ukraine"}
    await bea.open_link(link)
    assert labels(await bea.wait_for(known)) == [look]
    await bea.press(undo, done)
    assert (await world.subscriber(bea)).preferences.topics == {"sport", "culture"}


async def test_a_forged_pack_does_nothing(world: World) -> None:
    reader = await subscribed(world, ["sport"])
    message = await ask(reader, "/status")
    for data in ("v1|pack|take|nonsense", "v1|pack|take", "v1|pack"):
        await press_data(world, reader, message, data)
        await reader.wait_for("Diesen Link gibt es nicht mehr")
    await reader.open_link("p_nonsense")
    assert "Einstellungen" in labels(await reader.wait_for("Sport"))  # the main menu
    assert (await world.subscriber(reader)).preferences.topics == {"sport"}


async def test_a_card_passes_its_story_on(world: World) -> None:
    await publish(world, GRAIN)
    ada = await subscribed(world, words=["Getreidekorridor"])
    await ask(ada, "/latest")
    card = await press(ada, "1", GRAIN.title)
    (share,) = [button for button in buttons(card) if button["text"] == "Teilen"]
    passed_on = parse_qs(urlsplit(str(share["url"])).query)
    assert passed_on["text"] == [GRAIN.title]
    bea = world.reader("Bea")
    await bea.open_link(parse_qs(urlsplit(passed_on["url"][0]).query)["start"][0])
    await bea.wait_for("Hallo Bea!")
    shown, welcome = bea.answers
    assert GRAIN.title in shown.text
    assert "Los geht's" in labels(welcome)


async def test_the_settings_have_a_link(world: World) -> None:
    reader = await subscribed(world, ["sport"])
    await reader.open_link("set")
    await reader.wait_for("Einstellungen\n")
    newcomer = world.reader("Bea")
    await newcomer.open_link("set")
    await newcomer.wait_for("Hallo Bea!")


async def test_the_link_for_groups_begins_the_set_up(world: World) -> None:
    ada = await subscribed(world, ["sport"])
    group = world.sandbox.group(ada, "Lesekreis")
    group.set_bot("member")
    inside = ada.inside(group)
    await inside.send(f"/start@{ada.bot.user.username} setup")
    assert "Alle" in labels(await inside.wait_for("Welche Themen"))
