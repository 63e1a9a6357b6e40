"""Mehr davon, Weniger, Anpassen: steps that are shown, undone and reset; and the sources as readers see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "morning", "button", "question", "effect", "undo"),
    [
        ("de", "Dein Morgen", "Weniger", "Weniger wovon?", "Ukraine zählt weniger: −1 von −3.", "Rückgängig"),
        ("en", "Your morning", "More of this", "More of what?", "Ukraine counts more: +1 of +3.", "Undo"),
    ],
)
async def test_below_a_digest_one_tap_changes_a_weight(
    world: World, language: str, morning: str, button: str, question: str, effect: str, undo: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for(morning)
    asked = await press(reader, button, question)
    assert asked.id != digest.id
    assert labels(asked)[:3] == [
        "Ukraine",
        *[f"{'Quelle' if language == 'de' else 'Source'} seeds 00{n}" for n in (0, 1)],
    ]
    answer = await press(reader, "Ukraine", effect)
    assert answer.id == asked.id
    step = 1 if "+" in effect else -1
    assert (await world.subscriber(reader)).preferences.weights == {("topic:ukraine", step)}
    await reader.press(undo)
    assert (await world.subscriber(reader)).preferences.weights == frozenset()


async def test_a_source_is_weighed_and_steps_have_a_limit(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/digest")
    await press(reader, "Weniger", "Weniger wovon?")
    answer = await press(reader, "Quelle seeds 000", "seeds 000 zählt weniger: −1 von −3.")
    await press(reader, "Noch einen Schritt", "−2 von −3")
    await press(reader, "Noch einen Schritt", "−3 von −3. Geschichten dazu zählen 35 %")
    await reader.press("Noch einen Schritt", answer)
    await reader.wait_for_toast("Weiter geht es nicht: −3 ist die Grenze.")
    assert (await world.subscriber(reader)).preferences.weights == {("source:seeds 000", -3)}


async def test_the_screen_of_all_weights(world: World) -> None:
    reader = await subscribed(world, ["ukraine", "sport"], words=["Rente"])
    await ask(reader, "/topics", "Deine Themen")
    screen = await press(reader, "Mehr & weniger", "Was zählt mehr, was weniger?")
    assert labels(screen)[:9] == ["−", "Rente: 0", "+", "−", "Sport: 0", "+", "−", "Ukraine: 0", "+"]
    await reader.press("+")
    await reader.wait_for("Rente zählt mehr: +1 von +3.")
    shown = reader.answers[-1]
    assert labels(shown)[1] == "Rente: +1"
    await press(reader, "Rente: +1", "Rente zählt wieder wie alles andere.")
    await reader.press("Rückgängig")
    assert (await world.subscriber(reader)).preferences.weights == {("word:Rente", 1)}
    await ask(reader, "/settings", "Mehr & weniger: 1")
    await press(reader, "Themen", "Deine Themen")
    await press(reader, "Mehr & weniger", "Was zählt mehr")
    reset = await press(reader, "Alle zurücksetzen", "Alles zählt wieder gleich.")
    assert "Alle zurücksetzen" not in labels(reset)
    assert (await world.subscriber(reader)).preferences.weights == frozenset()
    await reader.press("Rückgängig")
    assert (await world.subscriber(reader)).preferences.weights == {("word:Rente", 1)}


async def test_less_of_a_story_from_its_card(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/latest")
    card = await press(reader, "1", "Quelle")
    asked = await press(reader, "Weniger davon", "Weniger wovon?")
    assert asked.id != card.id
    answer = await press(reader, "Ukraine", "Ukraine zählt weniger")
    assert "Ukraine abbestellen" in labels(answer)


@pytest.mark.parametrize(
    "data", ["v1|weigh|9|t|sport", "v1|weigh|1|t|nothing", "v1|weigh|1|s|abc", "v1|weigh|x", "v1|weights|page|99"]
)
async def test_forged_weights_change_nothing(world: World, data: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/status", "Status")
    await press_data(world, reader, answer, data)
    await reader.wait_for("Was zählt mehr, was weniger?")
    assert (await world.subscriber(reader)).preferences.weights == frozenset()


async def test_more_of_stories_that_are_gone(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/status", "Status")
    await press_data(world, reader, answer, "v1|more|zzzz|-1|ä")
    await reader.wait_for("Diese Geschichte ist nicht mehr im Archiv.")


@pytest.mark.parametrize(
    ("language", "title", "facts", "heard", "muted"),
    [
        ("de", "3 Quellen, die fleißigsten zuerst", "Hafenpost: 2 Artikel pro Woche · Deutsch · gerade eben",
         "✓ wird gezeigt", "stumm"),
        ("en", "3 sources, the busiest first", "Hafenpost: 2 articles a week · German · just now", "✓ shown", "muted"),
    ],
)  # fmt: skip
async def test_sources_are_listed_and_muted_by_a_tap(
    world: World, language: str, title: str, facts: str, heard: str, muted: str
) -> None:
    await publish(world, GRAIN, FOOTBALL, credit="Hafenpost")
    reader = await subscribed(world, ["ukraine"], language=language)
    screen = await ask(reader, "/sources", title)
    assert screen.text.splitlines()[1] == facts
    assert labels(screen)[:2] == ["Hafenpost", heard]
    await reader.press(heard)
    assert labels(screen)[:2] == ["Hafenpost", muted]
    assert (await world.subscriber(reader)).preferences.muted_sources == {"Hafenpost"}
    await reader.press(muted)
    assert (await world.subscriber(reader)).preferences.muted_sources == frozenset()


async def test_the_card_of_a_source(world: World) -> None:
    await publish(world, GRAIN, credit="Hafenpost")
    reader = await subscribed(world, ["ukraine"])
    card = await ask(reader, "/quellen hafenpost", f"Zuletzt: {GRAIN.title}")
    assert labels(card) == ["Mehr davon", "Weniger davon", "Hafenpost stummschalten", "Alle Quellen"]
    await press(reader, "Weniger davon", "Hafenpost zählt weniger: −1 von −3.")
    card = await ask(reader, "/quellen hafenpost", "Zählt bei dir −1.")
    await press(reader, "Hafenpost stummschalten", "Quelle Hafenpost ist ab jetzt stumm")
    card = await ask(reader, "/quellen hafenpost", "Ist stumm.")
    await press(reader, "Nicht mehr stumm", "Quelle Hafenpost ist nicht mehr stumm.")
    wrong = await ask(reader, "/sources Havenpost", "Eine Quelle „Havenpost“ kenne ich nicht.")
    assert labels(wrong) == ["Hafenpost", "Alle Quellen"]
    assert (await press(reader, "Hafenpost", "Zuletzt:")).id == wrong.id


@pytest.mark.parametrize(
    ("language", "per_day", "more"),
    [("de", "≈ 1 pro Tag", "gestern hättest du damit 1 Geschichte mehr gehabt"),
     ("en", "≈ 1 a day", "yesterday you would have had 1 more story with it")],
)  # fmt: skip
async def test_what_a_topic_would_bring_is_told_before_it_is_subscribed(
    world: World, language: str, per_day: str, more: str
) -> None:
    await publish(world, FOOTBALL, topics=("sport",))
    world.clock.move(timedelta(days=1))
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/topic Sport 3d", FOOTBALL.title)
    assert f"{per_day} · {more}" in answer.text
    await ask(reader, "/topics +sport")
    assert per_day not in (await ask(reader, "/topic Sport 3d", FOOTBALL.title)).text
