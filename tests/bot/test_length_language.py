"""/length and /language."""

from __future__ import annotations

import pytest

from bot.sandbox.readers import Reader
from digests.domain.preferences import Length
from tests.support.chatting import ask, press, subscribed
from tests.support.screens import labels, ticked
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("command", "length", "told"),
    [
        ("/length kurz", Length.SHORT, "Gespeichert: kurz, höchstens 3 Geschichten."),
        ("/laenge lang", Length.LONG, "Gespeichert: lang, höchstens 10 Geschichten."),
        ("/Länge normal", Length.NORMAL, "Gespeichert: normal, höchstens 6 Geschichten."),
        (
            "/length 3min",
            Length.NORMAL,
            "Gespeichert: höchstens 3 Minuten Lesezeit, die wichtigsten",
        ),
        ("/length 1 Minute", Length.SHORT, "Gespeichert: höchstens 1 Minute Lesezeit"),
    ],
)
async def test_a_length_is_saved_with_its_effect(world: World, command: str, length: Length, told: str) -> None:
    reader = world.reader()
    await reader.send(command)
    assert "Rückgängig" in labels(await reader.wait_for(told))
    assert (await world.subscriber(reader)).preferences.length is length


async def test_the_three_lengths_are_buttons_and_undone(world: World) -> None:
    reader = world.reader()
    await reader.send("/length")
    assert ticked(await reader.wait_for("Länge: normal, höchstens 6 Geschichten.")) == ["Normal"]
    await reader.press("Lang")
    assert ticked(await reader.wait_for("Gespeichert: lang")) == ["Lang"]
    await reader.press("Rückgängig")
    await reader.wait_for("Rückgängig gemacht.")
    assert (await world.subscriber(reader)).preferences.length is Length.NORMAL


async def test_a_wrong_length_shows_the_buttons(world: World) -> None:
    reader = world.reader()
    await reader.send("/length riesig")
    minutes = ["2 Min.", "3 Min.", "5 Min.", "10 Min."]
    assert labels(await reader.wait_for("„riesig“ ist keine Länge.")) == [
        *("Kurz", "✓ Normal", "Lang"),
        *minutes,
        "← Einstellungen",
    ]
    await reader.send("/length 20min")
    await reader.wait_for("Bitte 1 bis 15 Minuten")


@pytest.mark.parametrize(
    ("language", "label", "saved", "shown", "undo"),
    [
        ("de", "5 Min.", "Gespeichert: höchstens 5 Minuten Lesezeit", "Länge: 5 Minuten", "Rückgängig"),
        ("en", "5 min", "Saved: at most 5 minutes of reading", "Length: 5 minutes", "Undo"),
    ],
)
async def test_a_length_in_minutes_is_a_button_shown_in_settings_and_undone(
    world: World, language: str, label: str, saved: str, shown: str, undo: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, "/length")
    assert ticked(await press(reader, label, saved)) == [label]
    own = (await world.subscriber(reader)).preferences
    assert (own.length, own.minutes) == (Length.LONG, 5)
    assert shown in (await ask(reader, "/settings", shown)).text
    await ask(reader, "/length")
    await press(reader, "Kurz" if language == "de" else "Short", "3")
    own = (await world.subscriber(reader)).preferences
    assert (own.length, own.minutes) == (Length.SHORT, None)
    await reader.press(undo)
    assert (await world.subscriber(reader)).preferences.minutes == 5


def first_command(reader: Reader) -> str:
    """What the first entry of the command menu says on this reader's phone."""
    return str(reader.bot.menu(reader.chat, reader.user)[0]["description"])


@pytest.mark.parametrize(
    ("command", "language", "told", "entry"),
    [
        ("/language en", "en", "I speak English now.", "Latest news on your topics"),
        ("/sprache Ukrainisch", "uk", "українською", "Останні новини твоїх тем"),
        ("/language deutsch", "de", "Ich spreche jetzt Deutsch.", "Neueste Nachrichten deiner Themen"),
    ],
)
async def test_the_language_is_switched_with_the_menu_of_the_chat(
    world: World, command: str, language: str, told: str, entry: str
) -> None:
    reader = world.reader()
    await reader.send(command)
    await reader.wait_for(told)
    assert (await world.subscriber(reader)).language == language
    assert first_command(reader) == entry


async def test_undoing_a_language_brings_its_menu_back(world: World) -> None:
    reader = world.reader()
    await reader.send("/language")
    await reader.wait_for("Welche Sprache soll ich sprechen?")
    await reader.press("English")
    assert ticked(await reader.wait_for("I speak English now.")) == ["English"]
    await reader.press("Undo")
    await reader.wait_for("Rückgängig gemacht.")
    assert first_command(reader) == "Neueste Nachrichten deiner Themen"


async def test_a_language_we_do_not_speak_shows_those_we_do(world: World) -> None:
    reader = world.reader()
    await reader.send("/language klingonisch")
    answer = await reader.wait_for("„klingonisch“ spreche ich noch nicht.")
    assert labels(answer) == ["✓ Deutsch", "English", "Українська", "← Einstellungen"]
