"""/follow: words, and stories that come whatever their topics until they have gone quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.subscribers import Chat
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "text", "count", "undo"),
    [
        ("de", "„Elfmeterschießen“ gehört jetzt zu deinem Digest", "gab es dazu 1 Geschichte", "Rückgängig"),
        ("en", '"Elfmeterschießen" is now part of your digest', "had 1 story on it", "Undo"),
    ],
)
async def test_a_word_is_followed_and_undone(world: World, language: str, text: str, count: str, undo: str) -> None:
    await publish(world, FOOTBALL)
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/follow Elfmeterschießen", text)
    assert count in answer.text
    assert FOOTBALL.title in (await ask(reader, "/digest")).text
    await reader.press(undo, answer)
    assert (await world.subscriber(reader)).preferences.words == frozenset()


async def test_the_name_of_a_topic_means_the_topic(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/folge Sport", "Sport")
    own = (await world.subscriber(reader)).preferences
    assert own.topics == {"ukraine", "sport"}
    assert not own.words


@pytest.mark.parametrize(
    ("typed", "language", "text", "button"),
    [
        ("ab", "de", "Bitte mindestens 3 Buchstaben; „ab“ träfe fast alles. Zum Beispiel: /folge", "Was ich verfolge"),
        ("ab", "en", 'At least 3 letters please; "ab" would match nearly everything.', "What I follow"),
        ("und", "de", "„und“ steht in fast jedem Text.", "Was ich verfolge"),
        ("rente.*", "de", "Ich nehme einfache Wörter, keine Muster.", "„rente“ verfolgen"),
    ],
)
async def test_what_will_not_do_is_explained(world: World, typed: str, language: str, text: str, button: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, f"/follow {typed}")
    assert answer.text.startswith(text)
    assert button in labels(answer)


async def test_a_story_is_followed_from_its_card_until_it_is_quiet(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, ["sport"])
    await ask(reader, "/search Getreidekorridor")
    card = await press(reader, "1", GRAIN.title)
    answer = await press(reader, "Verfolgen", f"Ich verfolge {GRAIN.title}")
    assert "bis die Geschichte 7 Tage still ist" in answer.text
    assert answer.id != card.id
    world.clock.move(timedelta(minutes=1))
    digest = await ask(reader, "/digest", GRAIN.title)
    assert "neu · verfolgt" in digest.text
    again = await press(reader, "1", GRAIN.title, message=digest)
    assert labels(again)[0] == "Nicht mehr verfolgen"
    listed = await ask(reader, "/follow", "Das verfolgst du neben deinen Themen:")
    assert f"1. {GRAIN.title}" in listed.text
    assert "Verfolgt: 1 Geschichte" in (await ask(reader, "/settings", "Einstellungen")).text
    await world.move(timedelta(days=7, minutes=5))
    assert (await world.subscriber(reader)).preferences.stories == frozenset()
    await publish(world, FOOTBALL, topics=("sport",))
    await world.move(timedelta(hours=1))
    last = await reader.wait_for(lambda message: "Dein Morgen" in message.text and FOOTBALL.title in message.text)
    assert f"{GRAIN.title} ist seit 7 Tagen still; ich verfolge sie nicht mehr." in last.text


async def test_following_a_story_is_undone_and_ended(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, ["sport"])
    await ask(reader, "/search Getreidekorridor")
    card = await press(reader, "1", GRAIN.title)
    await press(reader, "Verfolgen", "Ich verfolge")
    await reader.press("Rückgängig")
    assert (await world.subscriber(reader)).preferences.stories == frozenset()
    await press(reader, "Verfolgen", "Ich verfolge", message=card)
    await ask(reader, "/follow", "Das verfolgst du")
    await reader.press(labels(reader.answers[-1])[0])
    await reader.wait_for(f"{GRAIN.title} verfolge ich nicht mehr.")
    await ask(reader, "/follow", "Neben deinen Themen verfolgst du noch nichts.")


async def test_there_is_a_limit(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, ["sport"])
    await world.app.subscriptions.set_preferences(
        Chat(reader.chat.id), lambda wish: replace(wish, words=frozenset(f"Wort{number}" for number in range(20)))
    )
    await ask(reader, "/follow Quittenmus", "Höchstens 20 eigene Wörter.")
    assert len((await world.subscriber(reader)).preferences.words) == 20


@pytest.mark.parametrize("data", ["v1|follow|line|1", "v1|follow|drop|abc", "v1|follow|leave|1", "v1|follow|"])
async def test_forged_buttons_change_nothing(world: World, data: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/status", "Status")
    await press_data(world, reader, answer, data)
    await reader.wait_for("verfolgst du noch nichts")
    await press_data(world, reader, answer, "v1|follow|story|99999999")
    await reader.wait_for("nicht mehr im Archiv")
    assert (await world.subscriber(reader)).preferences.stories == frozenset()


@pytest.mark.parametrize("number", ["1", "2"])
async def test_each_story_of_a_development_is_followed_by_its_own_name(world: World, number: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    told = await ask(reader, "/latest 2", "Ukraine · NATO (1–2)")
    title = next(line for line in told.text.splitlines() if line.startswith(f"{number} · "))
    headline = title.removeprefix(f"{number} · ").removesuffix(" · neu")
    await press(reader, number, headline[:60])
    await press(reader, "Verfolgen", f"Ich verfolge {headline[:60]}")
