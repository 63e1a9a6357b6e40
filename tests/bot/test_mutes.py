"""/mute and /unmute: words, phrases and sources; what a mute would have hidden; ends that come by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.subscribers import Chat
from tests.support.chatting import ask, bold, press, press_data, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN
from tests.support.screens import labels, ticked
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "saved", "hides", "undo", "button"),
    [
        ("de", "„Selenskyj“ ist ab jetzt stumm, bis du es aufhebst.",
         "In den letzten 7 Tagen hätte das 1 von 2 Geschichten ausgeblendet:", "Rückgängig", "14 Tage"),
        ("en", '"Selenskyj" is muted from now on, until you lift it.',
         "In the last 7 days this would have hidden 1 of 2 stories:", "Undo", "14 days"),
    ],
)  # fmt: skip
async def test_a_mute_is_rehearsed_and_undone(
    world: World, language: str, saved: str, hides: str, undo: str, button: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/mute Selenskyj", saved)
    lines = answer.text.splitlines()
    assert lines[:2] == [saved, hides]
    assert all(line.startswith("• ") for line in lines[2:])
    assert (button in labels(answer), labels(answer)[-1]) == (True, undo)
    assert (await world.subscriber(reader)).preferences.mutes == {"Selenskyj"}
    await reader.press(undo)
    assert (await world.subscriber(reader)).preferences.mutes == frozenset()


async def test_what_is_a_small_word_in_german_is_muted_in_english(world: World) -> None:
    """And hides no German report, each of which has it."""
    german, english = await subscribed(world, ["ukraine"]), await subscribed(world, ["ukraine"], language="en")
    assert "steht in fast jedem Text" in (await ask(german, "/stumm war")).text
    answer = await ask(english, "/mute war", '"war" is muted from now on')
    assert "would have hidden none" in answer.text


async def test_the_rehearsal_says_what_digests_do(world: World) -> None:
    await publish(world, GRAIN, topics=("ukraine",))
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/stumm Getreide")
    hidden = [line for line in answer.text.splitlines() if line.startswith("• ")]
    assert hidden == [f"• {GRAIN.title}"]  # whose title has a compound with it, Getreidekorridor
    digest = await ask(reader, "/digest")
    assert GRAIN.title not in digest.text
    assert "1 weitere Geschichte ausgelassen (1 stummgeschaltet)" in digest.text


async def test_a_mute_ends_by_itself_and_its_end_can_be_changed_and_undone(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/mute Selenskyj 7d", "ist stumm bis Do., 20. August, 06:00")
    assert ticked(answer) == ["7 Tage"]
    again = await press(reader, "14 Tage", "27. August")
    assert (again.id, ticked(again)) == (answer.id, ["14 Tage"])
    await reader.press("Rückgängig")
    listed = await ask(reader, "/mute", "1 Stummschaltung")
    assert "1. „Selenskyj“ bis Do., 20. August, 06:00" in listed.text
    assert "Stumm: „Selenskyj“ bis Do., 20. August, 06:00" in (await ask(reader, "/status", "Stumm")).text
    assert "Stumm: 1 Wort" in (await ask(reader, "/settings", "Stumm")).text
    await world.move(timedelta(days=7) - timedelta(minutes=1))
    assert (await world.subscriber(reader)).preferences.mutes == {"Selenskyj"}
    said = len(reader.answers)
    await world.move(timedelta(minutes=2))
    assert (await world.subscriber(reader)).preferences.mutes == frozenset()
    assert not [each for each in reader.answers[said:] if "Selenskyj“" in each.text]
    assert (await ask(reader, "/mute", "Nichts ist stumm")).text.startswith("Nichts ist stumm")


async def test_an_undone_unmute_has_its_end_again(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/mute Selenskyj 7d", "stumm")
    await ask(reader, "/unmute selenskyj", "„Selenskyj“ ist nicht mehr stumm.")
    assert (await world.subscriber(reader)).preferences.mutes == frozenset()
    await reader.press("Rückgängig")
    subscriber = await world.subscriber(reader)
    assert await world.app.subscriptions.mute_ends(subscriber) == {
        "word:Selenskyj": world.clock.now() + timedelta(days=7)
    }


async def test_a_source_is_muted_by_its_name(world: World) -> None:
    await publish(world, GRAIN, topics=("ukraine",), credit="Hafenpost")
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/mute quelle:hafen", "Quelle Hafenpost ist ab jetzt stumm")
    assert GRAIN.title in answer.text
    assert (await world.subscriber(reader)).preferences.muted_sources == {"Hafenpost"}
    await ask(reader, "/unmute 1", "Quelle Hafenpost ist nicht mehr stumm.")
    wrong = await ask(reader, "/mute quelle:Havenpost 7d", "Eine Quelle „Havenpost“ kenne ich nicht")
    assert labels(wrong)[0] == "Hafenpost"
    await press(reader, "Hafenpost", "Quelle Hafenpost ist stumm bis Do., 20. August")


@pytest.mark.parametrize(
    ("typed", "language", "text", "button"),
    [
        ("a", "de", "Bitte mindestens 3 Buchstaben; „a“ träfe fast alles.", "Was stumm ist"),
        ("a", "en", 'At least 3 letters please; "a" would match nearly everything.', "What is muted"),
        ("und", "de", "„und“ steht in fast jedem Text.", "Was stumm ist"),
        ("the", "en", '"the" is in nearly every text.', "What is muted"),
        (".*selenskyj.*", "de",
         "Ich nehme einfache Wörter, keine Muster. „selenskyj“ würde 1 von 2 Geschichten ausblenden.",
         "„selenskyj“ stummschalten"),
        (".*selenskyj.*", "en", 'I take plain words, no patterns. "selenskyj" would hide 1 of 2 stories.',
         'Mute "selenskyj"'),
        ("***", "de", "Ich nehme einfache Wörter, keine Muster. Zum Beispiel: /stumm", "Was stumm ist"),
        ("Ukraine", "de", "Achtung: „Ukraine“ ist auch ein Thema von dir.", "Thema abwählen"),
        ("Ukraine", "en", 'Note: "Ukraine" is also one of your topics.', "Drop the topic"),
        ("Rente 0d", "de", "„0d“ ist keine Dauer.", "Was stumm ist"),
        ("Rente 3 Jahre", "de", "„3 Jahre“ ist mehr als ein Jahr.", "Was stumm ist"),
        ("x" * 70, "de", "Höchstens 60 Zeichen, bitte.", "Was stumm ist"),
        ("Getreide", "de", "Achtung: Das Wort „Getreide“ verfolgst du auch.", "„Getreide“ nicht mehr verfolgen"),
    ],
)  # fmt: skip
async def test_what_will_not_do_is_explained_with_a_way_out(
    world: World, typed: str, language: str, text: str, button: str
) -> None:
    reader = await subscribed(world, ["ukraine"], words=["Getreide"], language=language)
    answer = await ask(reader, f"/mute {typed}")
    assert answer.text.startswith(text)
    assert button in labels(answer)
    assert (await world.subscriber(reader)).preferences.mutes == frozenset()


async def test_the_ways_out_of_a_warning(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/mute Ukraine 7d", "Achtung")
    await press(reader, "Trotzdem stummschalten", "„Ukraine“ ist stumm bis Do., 20. August")
    await reader.press("Rückgängig")
    warned = await ask(reader, "/mute Ukraine", "Achtung")
    await press(reader, "Thema abwählen", "gehört nicht mehr", message=warned)
    assert (await world.subscriber(reader)).preferences.topics == frozenset()
    await ask(reader, "/mute .*krieg.*", "keine Muster")
    await press(reader, "„krieg“ stummschalten", "„krieg“ ist ab jetzt stumm")


async def test_a_question_takes_the_word(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/mute", "Nichts ist stumm")
    question = await press(reader, "Wort stummschalten", "Welches Wort soll stumm sein?")
    await reader.send("„zweite Runde“ 14d", reply_to=question)
    await reader.wait_for("„zweite Runde“ ist stumm bis")
    assert (await world.subscriber(reader)).preferences.mutes == {'"zweite Runde"'}


async def test_lists_have_pages_and_a_limit(world: World) -> None:
    reader = await subscribed(world, ["sport"])
    await publish(world, FOOTBALL)
    services = world.app.subscriptions
    await services.set_preferences(
        Chat(reader.chat.id), lambda wish: replace(wish, mutes=frozenset(f"Wort{number:02}" for number in range(50)))
    )
    first = await ask(reader, "/mute", "50 Stummschaltungen")
    assert first.text.count("\n") == 8
    second = await press(reader, "Weiter →", "9. ")
    assert second.id == first.id
    await press(reader, "✕ Wort08", "„Wort08“ ist nicht mehr stumm.")
    await reader.press("Rückgängig")
    await ask(reader, "/mute Tore", "Mehr als 50 Stummschaltungen gehen nicht.")
    await ask(reader, "/mute wort01 7d", "ist stumm bis")  # one that is there may change
    assert len((await world.subscriber(reader)).preferences.mutes) == 50


@pytest.mark.parametrize(
    "data", ["v1|mute|word|.*|0", "v1|mute|for|abc|7", "v1|mute|source|abc|0", "v1|unmute|abc", "v1|unmute|"]
)
async def test_forged_buttons_show_the_list_and_change_nobody(world: World, data: str) -> None:
    other = await subscribed(world, ["ukraine"])
    await ask(other, "/mute Selenskyj 7d", "stumm")
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/status", "Status")
    await press_data(world, reader, answer, data)
    await reader.wait_for("Nichts ist stumm")
    assert (await world.subscriber(other)).preferences.mutes == {"Selenskyj"}


async def test_another_chat_s_mute_cannot_be_lifted(world: World) -> None:
    other = await subscribed(world, ["ukraine"])
    theirs = await ask(other, "/mute Selenskyj 7d", "stumm")
    listed = await ask(other, "/mute", "1 Stummschaltung")
    data = listed.markup["inline_keyboard"][0][0]["callback_data"]  # type: ignore[index]
    reader = await subscribed(world, ["ukraine"])
    mine = await ask(reader, "/status", "Status")
    await press_data(world, reader, mine, data)
    await reader.wait_for("Nichts ist stumm")
    assert (await world.subscriber(other)).preferences.mutes == {"Selenskyj"}
    assert bold(theirs)[0] == "„Selenskyj“"
