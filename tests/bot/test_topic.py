"""/topic: names, words, nothing new, subscribing and leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.chatting import ask, press, publish, subscribed
from tests.support.reports import BUDGET, FOOTBALL, Report
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    "text", ["/topic Ukraine", "/thema ukraine", "/topic Україна", "/topic Kyjiw", "/topic ukraine 5"]
)
async def test_a_topic_by_any_of_its_names(world: World, text: str) -> None:
    answer = await ask(world.reader(), text)
    assert answer.text.startswith("Ukraine\n2 Geschichten")
    assert labels(answer) == ["1", "2", "Abonnieren"]


@pytest.mark.parametrize(
    ("language", "question", "everything"),
    [("de", "Welches Thema?", "Alle Themen"), ("en", "Which topic?", "All topics")],
)
async def test_without_a_name_one_s_own_topics_come_first(
    world: World, language: str, question: str, everything: str
) -> None:
    reader = await subscribed(world, ["nato"], words=["Getreide"], language=language)
    answer = await ask(reader, "/topic")
    assert answer.text == question
    assert labels(answer)[:2] == ["NATO", "Getreide"]
    assert labels(answer)[-1] == everything
    assert len(labels(answer)) == len(set(labels(answer)))
    assert "NATO" in (await press(reader, "NATO", message=answer)).text


@pytest.mark.parametrize(
    ("language", "text", "near", "search", "everything"),
    [
        ("de", "„politk“ kenne ich nicht. Meintest du:", "Politik", "„politk“ suchen", "Alle Themen"),
        ("en", 'I don\'t know "politk". Did you mean:', "Politics", 'Search "politk"', "All topics"),
    ],
)
async def test_an_unknown_name(world: World, language: str, text: str, near: str, search: str, everything: str) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/topic politk")
    assert answer.text == text
    assert labels(answer)[0] == near
    assert labels(answer)[-2:] == [search, everything]
    assert len(labels(answer)) <= 5  # three topics at most
    assert (await press(reader, near, message=answer)).text.startswith(near)
    assert "politk" in (await press(reader, search, message=answer)).text


async def test_a_name_near_nothing_can_still_be_searched(world: World) -> None:
    answer = await ask(world.reader(), "/topic qwertzuiop")
    assert answer.text == "„qwertzuiop“ kenne ich nicht. Vielleicht hilft die Suche:"
    assert labels(answer) == ["„qwertzuiop“ suchen", "Alle Themen"]


async def test_a_name_too_long_for_a_button_leaves_the_button_out(world: World) -> None:
    answer = await ask(world.reader(), f"/topic {'Ж' * 60}")
    assert labels(answer) == ["Alle Themen"]


@pytest.mark.parametrize(
    ("language", "none", "week", "none_week", "other", "question"),
    [
        ("de", "In Sport gibt es seit 3 Tagen nichts Neues.", "Letzte 7 Tage",
         "In Sport gibt es seit 7 Tagen nichts Neues.", "Andere Themen", "Welches Thema?"),
        ("en", "Nothing new in Sport for 3 days.", "Last 7 days", "Nothing new in Sport for 7 days.",
         "Other topics", "Which topic?"),
    ],
)  # fmt: skip
async def test_a_topic_without_stories(
    world: World, language: str, none: str, week: str, none_week: str, other: str, question: str
) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/topic Sport")
    assert (answer.text, labels(answer)) == (none, [week, other])
    assert (await press(reader, week)).text == none_week
    assert (await press(reader, other, message=answer)).text == question


async def test_the_last_seven_days_bring_what_three_did_not(world: World) -> None:
    await publish(world, FOOTBALL)
    reader = world.reader()
    world.clock.move(timedelta(days=5))
    await ask(reader, "/topic Sport", "seit 3 Tagen nichts Neues")
    assert "Rotweiß Elbstadt" in (await press(reader, "Letzte 7 Tage")).text


async def test_a_free_word_is_a_topic_when_there_are_stories(world: World) -> None:
    await publish(world, BUDGET)
    reader = await subscribed(world)
    answer = await ask(reader, "/topic Schuldenbremse")
    assert answer.text.startswith("Schuldenbremse\n1 Geschichte")
    await press(reader, "Abonnieren", "Schuldenbremse gehört jetzt zu deinem Digest.")
    assert (await world.subscriber(reader)).preferences.words == {"Schuldenbremse"}
    assert "Abbestellen" in labels(await ask(reader, "/topic Schuldenbremse"))


@pytest.mark.parametrize(
    ("language", "on", "off", "said_on", "said_off", "undo", "undone"),
    [
        ("de", "Abonnieren", "Abbestellen", "Ukraine gehört jetzt zu deinem Digest.",
         "Ukraine gehört nicht mehr zu deinem Digest.", "Rückgängig", "Rückgängig gemacht."),
        ("en", "Subscribe", "Unsubscribe", "Ukraine is now part of your digest.",
         "Ukraine is no longer part of your digest.", "Undo", "Undone."),
    ],
)  # fmt: skip
async def test_subscribing_leaving_and_taking_it_back(  # noqa: PLR0917 - the texts of one language
    world: World, language: str, on: str, off: str, said_on: str, said_off: str, undo: str, undone: str
) -> None:
    reader = await subscribed(world, language=language)
    stories = await ask(reader, "/topic Ukraine")
    answer = await press(reader, on)
    assert (answer.text, labels(answer)) == (said_on, [undo])
    assert "NATO" in stories.text  # the digest stays
    assert (await world.subscriber(reader)).preferences.topics == {"ukraine"}
    await press(reader, undo, undone)
    assert (await world.subscriber(reader)).preferences.topics == frozenset()
    await press(reader, on)
    await ask(reader, "/topic Ukraine")
    assert (await press(reader, off)).text == said_off
    assert (await world.subscriber(reader)).preferences.topics == frozenset()


async def test_who_subscribes_without_a_time_is_offered_one(world: World) -> None:
    reader = world.reader()
    await ask(reader, "/topic Ukraine")
    answer = await press(reader, "Abonnieren")
    assert labels(answer) == ["Zeit & Tage", "Rückgängig"]


async def test_a_bad_number_keeps_the_topic(world: World) -> None:
    reader = world.reader()
    answer = await ask(reader, "/topic Ukraine 0")
    assert answer.text == "Bitte eine Zahl von 1 bis 10, z. B. /thema Ukraine 5."
    assert (await press(reader, "5 zeigen")).text.startswith("Ukraine\n2 Geschichten")


async def test_a_name_that_holds_a_number(world: World) -> None:
    answer = await ask(world.reader(), "/topic Formel 1")
    assert answer.text == "In Sport gibt es seit 3 Tagen nichts Neues."


async def test_too_many_words_are_refused(world: World) -> None:
    await publish(world, BUDGET)
    reader = await subscribed(world, words=[f"Wort{number}" for number in range(20)])
    await ask(reader, "/topic Schuldenbremse")
    await reader.press("Abonnieren")
    assert "20" in await reader.wait_for_toast("")
    assert len((await world.subscriber(reader)).preferences.words) == 20


async def test_a_small_word_of_another_language_is_a_topic(world: World) -> None:
    space = Report("Satellit startet nach langer Pause", ("Am Montag flog er ins All.", "Dort misst er das Meer."))
    await publish(world, space)
    german, english = await subscribed(world), await subscribed(world, language="en")
    assert space.title in (await ask(german, "/thema All", "1 Geschichte")).text
    assert "I don't know" in (await ask(english, "/topic all")).text
