"""Story cards, and why a story is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.preferences import weighted
from digests.domain.subscribers import Chat
from digests.services.keeping import Keeping
from digests.storage import models
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import FOOTBALL, GRAIN, GRAIN_OTHER_OUTLET
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World

DELAY = "Der Beginn der Sitzung im Dolmabahçe-Palast verschiebt sich wegen eines Stromausfalls auf 16 Uhr."


@pytest.mark.parametrize(
    ("language", "sources", "buttons"),
    [
        ("de", "Quellen:", ["Verfolgen", "Merken", "Teilen", "Warum sehe ich das?", "Weniger davon", "Fehler melden"]),
        ("en", "Sources:", ["Follow", "Save", "Share", "Why am I seeing this?", "Less of this", "Report a fault"]),
    ],
)
async def test_the_card_is_a_reply_to_the_digest(world: World, language: str, sources: str, buttons: list[str]) -> None:
    await publish(world, GRAIN)
    await publish(world, GRAIN_OTHER_OUTLET, credit="Hafenpost")
    reader = await subscribed(world, words=["Getreidekorridor"], language=language)
    digest = await ask(reader, "/latest")
    card = await press(reader, "1")
    assert card.text.startswith(GRAIN.title)
    assert sources in card.text
    assert "[1] Abendbote" in card.text
    assert "[2] Hafenpost" in card.text
    assert labels(card) == buttons
    assert card.reply_to is digest


@pytest.mark.parametrize(
    ("language", "why", "topic", "sources", "fixes", "seldom"),
    [
        ("de", "Warum sehe ich das?", "Thema Ukraine (Treffer: ", "1 Quelle",
         ["Ukraine seltener", "„Präsidentschaft“ stummschalten", "Quelle seeds 000 ausblenden", "Passt"],
         "Ukraine zählt weniger: −1 von −3. Geschichten dazu zählen 71 % und stehen weiter hinten."),
        ("en", "Why am I seeing this?", "Topic Ukraine (matched: ", "1 source",
         ["Less Ukraine", 'Mute "Präsidentschaft"', "Hide source seeds 000", "Fine"],
         "Ukraine counts less: −1 of −3. Its stories count 71% and stand further down."),
    ],
)  # fmt: skip
async def test_why_tells_real_reasons_with_fixes_of_one_tap(
    world: World, language: str, why: str, topic: str, sources: str, fixes: list[str], seldom: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, "/latest")
    card = await press(reader, "1")
    reason = await press(reader, why)
    assert reason.text.startswith(topic)
    assert sources in reason.text
    assert "NATO" not in reason.text.partition("(")[0]
    assert reason.reply_to is card
    assert labels(reason) == fixes
    answer = await press(reader, fixes[0], seldom)
    assert answer.id == reason.id  # in place of the explanation
    assert (await world.subscriber(reader)).preferences.weights == {("topic:ukraine", -1)}
    await reader.press(labels(answer)[-1])
    assert (await world.subscriber(reader)).preferences.weights == frozenset()


async def test_why_mutes_the_telling_word_and_the_source(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/latest")
    card = await press(reader, "1")
    await press(reader, "Warum sehe ich das?", "Thema Ukraine")
    answer = await press(reader, "„Präsidentschaft“ stummschalten", "„Präsidentschaft“ ist ab jetzt stumm")
    assert "Selenskyj will noch vor dem Ende" in answer.text  # the story is among what is hidden
    await reader.press("Rückgängig")
    await press(reader, "Warum sehe ich das?", "Thema Ukraine", message=card)
    await press(reader, "Quelle seeds 000 ausblenden", "Quelle seeds 000 ist ab jetzt stumm")
    assert (await world.subscriber(reader)).preferences.muted_sources == {"seeds 000"}
    assert (await world.subscriber(reader)).preferences.mutes == frozenset()


async def test_why_closes(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/latest")
    await press(reader, "1")
    reason = await press(reader, "Warum sehe ich das?", "Thema Ukraine")
    await reader.press("Passt")
    assert reason.deleted


async def test_a_story_of_no_topic_says_so(world: World) -> None:
    await publish(world, FOOTBALL)
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/search Elfmeterschießen")
    await press(reader, "1")
    reason = await press(reader, "Warum sehe ich das?")
    assert reason.text.startswith("Keins deiner Themen: ")
    assert labels(reason)[-1] == "Passt"
    assert not [label for label in labels(reason) if label.endswith("seltener")]


async def test_why_knows_the_digest_before(world: World) -> None:
    reader = await subscribed(world, ["ukraine", "sport"])
    await world.move(timedelta(hours=1))
    first = await reader.wait_for("Dein Morgen", since_start=True)
    await press(reader, "1", message=first)
    reason = await press(reader, "Warum sehe ich das?", "Thema Ukraine")
    assert "letzten Digest" not in reason.text  # there was none before this one
    world.clock.move(timedelta(hours=2))
    await publish(world, FOOTBALL)
    await world.move(timedelta(hours=22))
    second = await reader.wait_for(lambda message: "Rotweiß" in message.text, since_start=True)
    await press(reader, "1", message=second)
    reason = await press(reader, "Warum sehe ich das?", "Thema Sport")
    assert "nicht in deinem letzten Digest" in reason.text


async def test_why_tells_how_the_story_was_ranked_when_it_came(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    chat, services = Chat(reader.chat.id), world.app.subscriptions
    await services.set_preferences(chat, lambda wish: weighted(wish, "topic:ukraine", 1))
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for("Dein Morgen", since_start=True)
    await services.set_preferences(chat, lambda wish: weighted(wish, "topic:ukraine", 0))
    told = []
    for number in labels(digest)[:2]:
        await press(reader, number, message=digest)
        reason = await press(reader, "Warum sehe ich das?", "Thema Ukraine")
        assert "Ukraine zählt bei dir mehr (+1)" in reason.text
        told.append("schon 1 andere Geschichte zum selben Thema davor" in reason.text)
    assert sorted(told) == [False, True]


@pytest.mark.parametrize("data", ["v1|story|999999", "v1|story|", "v1|story|abc", "v1|why|999999"])
@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Diese Geschichte ist nicht mehr im Archiv."), ("en", "This story is no longer in the archive.")],
)
async def test_a_story_that_is_gone(world: World, data: str, language: str, text: str) -> None:
    reader = world.reader(language_code=language)
    answer = await ask(reader, "/latest")
    await press_data(world, reader, answer, data)
    assert (await reader.wait_for(text)).text == text


async def test_the_card_begins_with_what_is_new_since_the_readers_digest(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"])
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for("Dein Morgen", since_start=True)
    assert "Neu seit" not in (await press(reader, "1", GRAIN.title, message=digest)).text
    world.clock.move(timedelta(hours=2))
    await publish(world, replace(GRAIN_OTHER_OUTLET, paragraphs=(DELAY, *GRAIN_OTHER_OUTLET.paragraphs)))
    card = await press(reader, "1", "Neu seit", message=digest)
    (fresh,) = [line for line in card.text.splitlines() if line.startswith("Neu seit 07:00: ")]
    told = [part for part in fresh.removeprefix("Neu seit 07:00: ").split(". ") if part]
    assert told
    assert all(card.text.count(part) == 1 and part not in digest.text for part in told)
    other = await subscribed(world, words=["Getreidekorridor"])
    await ask(other, "/latest", GRAIN.title)
    assert "Neu seit" not in (await press(other, "1", "Quelle")).text


async def test_a_story_saved_before_it_was_merged_is_not_saved_twice(world: World) -> None:
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"])
    await ask(reader, "/latest")
    card = await press(reader, "1", GRAIN.title)
    await press(reader, "Merken", "Gemerkt: ", message=card)
    await publish(world, FOOTBALL)
    grain, football = [row["id"] for row in await rows(world.app.database, models.Story)][-2:]
    article = (await world.app.stories.show(grain)).reports[0].id
    await world.app.stories.move([article], football, "Redaktion")
    assert "schon gemerkt" in (await press(reader, "Merken", "schon", message=card)).text
    subscriber = await world.subscriber(reader)
    merged = await world.app.reading.story(grain, subscriber.preferences)
    assert merged is not None
    assert await Keeping(world.app.database, world.clock).save(subscriber, merged.item) is not None
    saved = await rows(world.app.database, models.SavedStory)
    assert [row["removed_at"] for row in saved] == [None]
