"""/settings: one screen, toggles in place, a way to every other screen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.readers import Reader
from digests.domain.schedule import WORKDAYS
from digests.domain.subscribers import NothingNew
from tests.support.chatting import ask, eventually, press, press_data, subscribed
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "text", "buttons"),
    [
        (
            "de",
            "Einstellungen\n"
            "Themen: Politik und Wissenschaft\n"
            "Zeit: 07:00 und 18:30, Mo–Fr (Europe/Berlin)\n"
            "Länge: normal (bis 6 Geschichten) · Sprache: Deutsch\n"
            "Eilmeldungen: aus",
            ["Themen", "Zeit & Tage", "Länge", "Stummschalten", "Quellen", "Eilmeldungen", "Darstellung: normal",
             "Sprache", "Wenn nichts neu ist: still", "Leise zustellen: aus", "Pause", "Meine Daten", "Schließen"],
        ),
        (
            "en",
            "Settings\n"
            "Topics: Politics and Science\n"
            "Time: 07:00 and 18:30, Mon–Fri (Europe/Berlin)\n"
            "Length: normal (up to 6 stories) · Language: English\n"
            "Breaking news: off",
            ["Topics", "Time & days", "Length", "Mute", "Sources", "Breaking news", "Display: normal",
             "Language", "When nothing is new: silent", "Deliver silently: off", "Pause", "My data", "Close"],
        ),
    ],
)  # fmt: skip
async def test_everything_on_one_screen(world: World, language: str, text: str, buttons: list[str]) -> None:
    reader = await subscribed(world, ["politics", "science"], language=language, minutes=(420, 1110), weekdays=WORKDAYS)
    answer = await ask(reader, "/settings")
    assert (answer.text, labels(answer)) == (text, buttons)


async def test_the_german_alias_and_the_set_up_not_begun(world: World) -> None:
    answer = await ask(world.reader(), "/einstellungen", "Einstellungen")
    assert answer.text.splitlines()[1:3] == ["Themen: noch keine", "Zeit: aus (Europe/Berlin)"]
    assert "Pause" not in labels(answer)


@pytest.mark.parametrize(
    ("language", "silent", "note", "loud", "quiet"),
    [
        ("de", "Wenn nichts neu ist: still", "Wenn nichts neu ist: Hinweis",
         "Leise zustellen: aus", "Leise zustellen: an"),
        ("en", "When nothing is new: silent", "When nothing is new: note",
         "Deliver silently: off", "Deliver silently: on"),
    ],
)  # fmt: skip
async def test_toggles_in_place(world: World, language: str, silent: str, note: str, loud: str, quiet: str) -> None:
    reader = await subscribed(world, ["politics"], language=language)
    screen = await ask(reader, "/settings")
    assert note in labels(await press(reader, silent))
    assert quiet in labels(await press(reader, loud))
    stored = await world.subscriber(reader)
    assert (stored.nothing_new, stored.silent) == (NothingNew.NOTE, True)
    await press(reader, note)
    assert labels(await press(reader, quiet)) == labels(screen)
    stored = await world.subscriber(reader)
    assert (stored.nothing_new, stored.silent) == (NothingNew.SILENT, False)
    assert reader.answers[-1] is screen


@pytest.mark.parametrize(
    ("button", "screen"),
    [
        ("Themen", "Deine Themen"),
        ("Zeit & Tage", "Zeit:"),
        ("Länge", "Länge:"),
        ("Stummschalten", "Nichts ist stumm"),
        ("Quellen", "2 Quellen"),
        ("Sprache", "Welche Sprache"),
        ("Pause", "Wie lange pausieren?"),
    ],
)
async def test_each_button_opens_its_screen_in_place(world: World, button: str, screen: str) -> None:
    reader = await subscribed(world, ["politics"])
    settings = await ask(reader, "/settings")
    assert (await press(reader, button, screen)).id == settings.id
    if button not in ("Pause", "Quellen"):  # theirs have other names
        assert (await press(reader, "← Einstellungen", "Länge: normal")).id == settings.id


@pytest.mark.parametrize(
    ("first", "then", "screen"),
    [
        ("Zeit & Tage", "Zeitzone", "Zeitzone:"),
        ("Themen", "Verfolgtes", "Neben deinen Themen verfolgst du noch nichts"),
        ("Themen", "Mehr & weniger", "Was zählt mehr, was weniger?"),
    ],
)
async def test_what_belongs_to_a_setting_stands_on_its_screen(world: World, first: str, then: str, screen: str) -> None:
    reader = await subscribed(world, ["politics"])
    settings = await ask(reader, "/settings")
    await press(reader, first)
    assert (await press(reader, then, screen)).id == settings.id


async def test_close_takes_the_screen_away(world: World) -> None:
    reader = await subscribed(world, ["politics"])
    settings = await ask(reader, "/settings")
    await reader.press("Schließen")
    assert settings.deleted


async def test_close_where_deleting_is_refused_takes_the_buttons(world: World) -> None:
    reader = await subscribed(world, ["politics"])
    settings = await ask(reader, "/settings")
    refusal = '{"ok": false, "error_code": 400, "description": "Bad Request: message can\'t be deleted for everyone"}'
    world.sandbox.fail("answer", "deleteMessage", status=400, body=refusal)
    await reader.press("Schließen")
    assert not settings.deleted
    assert labels(settings) == []


async def test_adjust_below_a_digest_opens_a_new_message(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for("Dein Morgen")
    shown = await press(reader, "Anpassen", "Was zählt mehr, was weniger?")
    assert shown.id != digest.id
    assert (await press(reader, "Einstellungen", "Zeit: 07:00")).id == shown.id
    assert "Dein Morgen" in digest.text


@pytest.mark.parametrize("screen", ["stop", "leave", "story", "", "qwertz"])
async def test_only_screens_can_be_opened(world: World, screen: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/latest")
    await press_data(world, reader, answer, f"v1|open|{screen}")
    await reader.wait_for("Einstellungen")
    assert (await world.subscriber(reader)).schedule is not None


@pytest.mark.parametrize(
    ("language", "off", "on"),
    [
        ("de", "Darstellung: normal", "Darstellung: einfach"),
        ("en", "Display: normal", "Display: plain"),
        ("uk", "Вигляд: звичайний", "Вигляд: простий"),
    ],
)
async def test_the_simple_display(world: World, language: str, off: str, on: str) -> None:
    """Screens, answers and scheduled digests: no marks, and what stood behind dots stands in lines of its own."""
    reader = await subscribed(world, ["ukraine"], language=language)
    screen = await ask(reader, "/settings")
    assert off in labels(screen)
    await reader.press(off, screen)
    await eventually(lambda: _is_simple(world, reader))
    assert on in labels(screen)
    assert " · " not in screen.text
    latest = await ask(reader, "/latest", "1. ")
    assert " · " not in latest.text
    assert {entity["type"] for entity in latest.entities} <= {"bold", "text_link", "bot_command"}
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for(lambda message: "07:00" in message.text and "\n1. " in message.text)
    assert [entity["type"] for entity in digest.entities].count("bold") == 1
    await reader.press(on, screen)
    await eventually(lambda: _is_simple(world, reader, simple=False))


async def _is_simple(world: World, reader: Reader, *, simple: bool = True) -> bool:
    return (await world.subscriber(reader)).simple is simple
