"""Breaking news in chats: asked for, told, ended; quiet hours by buttons and words; what /status and a card say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from digests.domain.quiet import NO_QUIET, Quiet
from digests.domain.subscribers import Chat
from tests.bot.test_channels import connected
from tests.support.breaking import NOON, SENTENCES, arriving, event, report
from tests.support.chatting import ask, press, subscribed
from tests.support.screens import labels, ticked
from tests.support.worlds import World, world_of

EVENING = 20 * 60
TOLD = {
    "de": ("Eilmeldung · Brücke in Elbstadt eingestürzt", "3 Quellen: ", "Mehr dazu", "Keine Eilmeldungen mehr"),
    "en": ("Breaking · Brücke in Elbstadt eingestürzt", "3 sources: ", "More about it", "No more breaking news"),
}


async def eager(world: World, language: str = "de") -> Reader:
    """A reader of politics who has asked for breaking news; his digest comes in the evening."""
    reader = await subscribed(world, ["politics"], language=language, minutes=(EVENING,))
    await world.app.subscriptions.set_breaking(Chat(reader.chat.id), wanted=True)
    return reader


async def breaks(world: World) -> int:
    """A story breaks at noon; its id."""
    story = await event(world.app)
    await world.move(NOON)
    return story


@pytest.mark.parametrize("language", ["de", "en"])
async def test_a_story_that_breaks_is_told_with_its_sources(world: World, language: str) -> None:
    reader = await eager(world, language)
    await breaks(world)
    head, sources, more, end = TOLD[language]
    message = await reader.wait_for(head)
    assert sources in message.text
    assert all(site in message.text for site in ("Abendbote", "Hafenpost", "Kurier"))
    assert SENTENCES[0] in message.text
    assert labels(message) == [more, end]
    card = await press(reader, more, SENTENCES[2], message)
    assert card.reply_to is message


async def test_it_is_told_as_its_third_site_is_stored_and_no_tick_is_waited_for(world: World) -> None:
    reader = await eager(world)
    world.clock.move(NOON)
    for number in range(3):
        await world.app.ingesting.ingest(arriving(number, NOON))
    message = await reader.wait_for("Eilmeldung")
    assert "3 Quellen" in message.text
    await world.move(timedelta(minutes=1))
    await ask(reader, "/privacy")
    assert sum("Eilmeldung ·" in each.text for each in reader.answers) == 1


@pytest.mark.parametrize(
    ("language", "button", "off", "on", "said", "undo"),
    [
        ("de", "Eilmeldungen", "Eilmeldungen: aus", "Einschalten", "Eilmeldungen sind an: was 3 Quellen", "Rückgängig"),
        ("en", "Breaking news", "Breaking news: off", "Switch on", "Breaking news is on: what 3 sources", "Undo"),
    ],
)  # fmt: skip
async def test_they_are_asked_for_in_the_settings_and_undone(
    world: World, language: str, button: str, off: str, on: str, said: str, undo: str
) -> None:
    reader = await subscribed(world, ["politics"], language=language)
    assert off in (await ask(reader, "/settings", off)).text
    await press(reader, button, off)
    answer = await press(reader, on, said)
    assert "22:00–07:00 (Europe/Berlin)" in answer.text
    assert (await world.subscriber(reader)).breaking
    await reader.press(undo)
    assert not (await world.subscriber(reader)).breaking


@pytest.mark.parametrize(
    ("language", "said", "undo"),
    [
        ("de", "Keine Eilmeldungen mehr. Dein Digest kommt wie bisher.", "Rückgängig"),
        ("en", "No more breaking news. Your digest comes as before.", "Undo"),
    ],
)
async def test_the_button_below_ends_them_and_leaves_the_news(
    world: World, language: str, said: str, undo: str
) -> None:
    reader = await eager(world, language)
    await breaks(world)
    head, _, _, end = TOLD[language]
    message = await reader.wait_for(head)
    answer = await press(reader, end, said, message)
    assert answer.id != message.id
    assert not (await world.subscriber(reader)).breaking
    await reader.press(undo, answer)
    assert (await world.subscriber(reader)).breaking


@pytest.mark.parametrize(
    ("typed", "said", "quiet"),
    [
        ("/breaking 23:30-6", "Ruhezeit: 23:30–06:00 (Europe/Berlin)", Quiet(23 * 60 + 30, 6 * 60)),
        ("/eilmeldungen Ruhe von 21 bis 8 Uhr", "Ruhezeit: 21:00–08:00 (Europe/Berlin)", Quiet(21 * 60, 8 * 60)),
        ("/eil ohne Ruhe", "Ruhezeit: keine", NO_QUIET),
    ],
)
async def test_quiet_hours_by_words(world: World, typed: str, said: str, quiet: Quiet) -> None:
    reader = await subscribed(world, ["politics"])
    answer = await ask(reader, typed, said)
    assert labels(answer) == ["Einschalten", "Eilmeldungen", "Rückgängig"]
    assert (await world.subscriber(reader)).quiet == quiet
    await reader.press("Rückgängig")
    assert (await world.subscriber(reader)).quiet == Quiet(22 * 60, 7 * 60)


async def test_quiet_hours_by_buttons_and_an_answer(world: World) -> None:
    reader = await eager(world)
    screen = await ask(reader, "/breaking", "Eilmeldungen: an")
    assert "Berichten 3 Quellen binnen einer Stunde" in screen.text
    assert ticked(screen) == ["22:00–07:00"]
    assert "Ruhezeit: keine" in (await press(reader, "Keine Ruhezeit", "Gespeichert.")).text
    await press(reader, "Eilmeldungen", "Eilmeldungen: an")
    await press(reader, "23:00–06:00", "Ruhezeit: 23:00–06:00")
    await press(reader, "Eilmeldungen", "Eilmeldungen: an")
    question = await press(reader, "Andere Zeiten", "Von wann bis wann")
    await reader.send("0 bis 5:30", reply_to=question)
    await reader.wait_for("Ruhezeit: 00:00–05:30")
    assert (await world.subscriber(reader)).quiet == Quiet(0, 330)


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("de", "/breaking vielleicht", "„vielleicht“ verstehe ich nicht. Schreib z. B. /eilmeldungen an"),
        ("de", "/breaking 25-7", "25 gibt es nicht. Schreib z. B. /eilmeldungen 22-7."),
        ("en", "/breaking perhaps", 'I don\'t understand "perhaps". Write e.g. /breaking on'),
        ("en", "/breaking 22-24:10", "does not exist. Write e.g. /breaking 22-7."),
    ],
)
async def test_wrong_words_show_the_screen(world: World, language: str, typed: str, said: str) -> None:
    reader = await subscribed(world, ["politics"], language=language)
    answer = await ask(reader, typed, said)
    assert len(labels(answer)) == 7
    assert not (await world.subscriber(reader)).breaking


@pytest.mark.parametrize(
    ("language", "wants", "line", "why", "reason"),
    [
        ("de", "Eilmeldungen: an, Ruhe 22:00–07:00", "12:00, Eilmeldung: gesendet", "Warum sehe ich das?",
         "kam als Eilmeldung (12:00)"),
        ("en", "Breaking news: on, quiet 22:00–07:00", "12:00, breaking news: sent", "Why am I seeing this?",
         "came as breaking news (12:00)"),
    ],
)  # fmt: skip
async def test_status_and_the_card_tell_of_it(
    world: World, language: str, wants: str, line: str, why: str, reason: str
) -> None:
    reader = await eager(world, language)
    await breaks(world)
    head, _, more, _ = TOLD[language]
    message = await reader.wait_for(head)
    status = await ask(reader, "/status", wants)
    assert line in status.text
    await press(reader, more, SENTENCES[2], message)
    assert reason in (await press(reader, why, reason)).text


@pytest.mark.parametrize(
    ("language", "title", "mark"),
    [
        ("de", "Dein Abend", "Neues seit der Eilmeldung (12:00)"),
        ("en", "Your evening", "new since the breaking news (12:00)"),
    ],
)
async def test_the_digest_brings_what_is_new_since_then_and_says_so(
    world: World, language: str, title: str, mark: str
) -> None:
    reader = await eager(world, language)
    story = await breaks(world)
    await reader.wait_for(TOLD[language][0])
    await report(world.app, "Wochenblick", NOON + timedelta(hours=2), story)
    await world.move(NOON + timedelta(hours=8))
    digest = await reader.wait_for(title)
    assert mark in digest.text
    assert SENTENCES[4] in digest.text
    assert SENTENCES[0] not in digest.text


async def test_a_channel_gets_them_with_a_link_and_its_readers_cannot_end_them(world: World) -> None:
    owner, channel = await connected(world)
    await world.app.subscriptions.set_breaking(Chat(channel.chat.id), wanted=True)
    await breaks(world)
    message = await owner.inside(channel).wait_for("Eilmeldung ·", since_start=True)
    assert labels(message) == ["Mehr dazu"]
    assert message.markup is not None
    assert "?start=s_" in message.markup["inline_keyboard"][0][0]["url"]


@pytest.fixture
async def without(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(tmp_path, breaking="off") as world:
        yield world


async def test_where_the_operator_wants_none_there_are_none(without: World) -> None:
    reader = await eager(without)
    settings = await ask(reader, "/settings", "Einstellungen")
    assert "Eilmeldungen" not in settings.text
    assert "Eilmeldungen" not in labels(settings)
    await ask(reader, "/breaking an", "Eilmeldungen gibt es hier nicht.")
    await breaks(without)
    assert "Eilmeldung" not in (await ask(reader, "/status", "Status")).text
