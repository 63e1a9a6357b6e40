"""/topics: the toggle screen, typed changes, words to follow, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digests.domain.arguments import parse_topic_changes
from digests.domain.preferences import Preferences
from digests.domain.subscribers import Chat
from tests.support.chatting import ask, subscribed
from tests.support.screens import labels, ticked
from tests.support.worlds import World


@pytest.mark.parametrize("command", ["/topics", "/themen", "/Themen"])
async def test_the_screen_toggles_in_place(world: World, command: str) -> None:
    reader = world.reader()
    await reader.send(command)
    screen = await reader.wait_for("Deine Themen")
    assert "Noch nichts gewählt." in screen.text
    await reader.press("Politik")
    assert "Gewählt: Politik" in (await reader.wait_for("Deine Themen")).text
    await reader.press("Mehr …")
    await reader.press("Energie")
    screen = await reader.wait_for("Gewählt: Energie und Politik")
    assert [label.split(" · ")[0] for label in ticked(screen)] == ["Energie"]  # still the second page
    assert (await world.subscriber(reader)).preferences.topics == {"politics", "energy"}
    assert len(reader.answers) == 1
    await reader.press("Keins")
    assert "Noch nichts gewählt." in (await reader.wait_for("Deine Themen")).text


async def test_typed_changes_are_told_and_undone(world: World) -> None:
    reader = world.reader()
    await reader.send("/topics +politik +Fussball")
    assert (await reader.wait_for("Dazu: Fußball und Politik")).text.endswith("Gewählt: Fußball und Politik")
    await reader.send("/themen +sport -fußball")
    answer = await reader.wait_for("Dazu: Sport")
    assert "Nicht mehr dabei: Fußball" in answer.text
    assert (await world.subscriber(reader)).preferences.topics == {"politics", "sport"}
    await reader.press("Rückgängig")
    await reader.wait_for("Rückgängig gemacht.")
    assert (await world.subscriber(reader)).preferences.topics == {"politics", "football"}
    await reader.send("/topics +politik")
    assert "Das ist schon so." in (await reader.wait_for("Gewählt")).text


@pytest.mark.parametrize(
    ("language", "told", "near", "follow"),
    [
        ("de", "Nicht gefunden: politk", "Politik", "„politk“ verfolgen"),
        ("en", "Not found: politk", "Politics", 'Follow "politk"'),
    ],
)
async def test_unknown_names_are_listed_and_the_valid_ones_applied(
    world: World, language: str, told: str, near: str, follow: str
) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/topics +sport +politk -xyzxyz")
    answer = await reader.wait_for(told)
    assert "xyzxyz" in answer.text
    assert {near, follow} <= set(labels(answer))
    assert (await world.subscriber(reader)).preferences.topics == {"sport"}
    await reader.press(near, answer)
    await reader.wait_for(near)
    assert (await world.subscriber(reader)).preferences.topics == {"sport", "politics"}


async def test_a_word_that_is_no_topic_can_be_followed_and_dropped(world: World) -> None:
    reader = world.reader()
    await reader.send("/topics +Getreidekorridor")
    await reader.wait_for("Nicht gefunden: Getreidekorridor")
    assert not (await world.subscriber(reader)).preferences.chosen
    await reader.press("„Getreidekorridor“ verfolgen")
    answer = await reader.wait_for("Dazu: Getreidekorridor")
    assert "Eigene Wörter: Getreidekorridor" in answer.text
    await reader.press("Alle Themen")
    await reader.wait_for("Deine Themen")
    await reader.press("✕ Getreidekorridor")
    await reader.wait_for("Nicht mehr dabei: Getreidekorridor")
    assert not (await world.subscriber(reader)).preferences.words
    await reader.press("Rückgängig")
    assert (await world.subscriber(reader)).preferences.words == {"Getreidekorridor"}
    await reader.send("/topics -getreidekorridor")
    await reader.wait_for("Nicht mehr dabei: Getreidekorridor")
    await reader.send("/topics -getreidekorridor")
    assert "Rückgängig" not in labels(await reader.wait_for("Nicht gefunden"))


async def test_words_have_a_limit_and_a_shortest_length(world: World) -> None:
    reader = world.reader()
    await reader.send("/topics +ab +" + "x" * 60)
    assert [label for label in labels(await reader.wait_for("Nicht gefunden")) if "verfolgen" in label] == []
    await reader.send("/topics +Getreide")
    answer = await reader.wait_for("Nicht gefunden")
    full = Preferences(words=frozenset(f"Wort{number}" for number in range(20)))
    await world.app.subscriptions.set_preferences((await world.subscriber(reader)).chat, lambda _: full)
    await reader.press("„Getreide“ verfolgen", answer)
    await reader.wait_for_toast("Höchstens 20 eigene Wörter.")
    assert (await world.subscriber(reader)).preferences == full


async def test_markup_and_floods_of_names_are_answered_with_a_short_text(world: World) -> None:
    reader = world.reader()
    await reader.send("/topics " + " ".join(f"+<b>&{number}qx" for number in range(200)))
    answer = await reader.wait_for("Nicht gefunden: <b>&0qx")
    assert "190 weitere" in answer.text
    assert len(answer.text) < 700


async def test_own_words_go_before_topics_when_something_is_removed(world: World) -> None:
    from bot.telegram.handlers.topics import understand

    catalogue = world.app.catalogue
    mine = Preferences(topics=frozenset({"ukraine"}), words=frozenset({"Kiew"}))
    wish = understand(parse_topic_changes("-kiew"), mine, catalogue)
    assert wish(mine) == Preferences(topics=frozenset({"ukraine"}))
    assert understand(parse_topic_changes("-ukraine +kiew"), mine, catalogue).remove == {"ukraine"}


async def test_many_own_words_leave_the_screen_as_long_as_it_is(world: World) -> None:
    reader = await subscribed(world, ["ukraine"], words=["hafen", "rente"])
    few = await ask(reader, "/topics", "Deine Themen")
    assert {"✕ hafen", "✕ rente"} <= set(labels(few))
    chat = Chat(reader.chat.id)
    many = frozenset(f"wort{number}" for number in range(9))
    await world.app.subscriptions.set_preferences(chat, lambda own: replace(own, words=many))
    shown = await ask(reader, "/topics", "wort8")
    assert not [label for label in labels(shown) if label.startswith("✕")]
    assert "Verfolgtes" in labels(shown)
    assert len((shown.markup or {})["inline_keyboard"]) < len((few.markup or {})["inline_keyboard"])
