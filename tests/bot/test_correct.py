"""/correct: operators put stories right in the chat, see beforehand what that changes, and can take it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.domain.keeping import ReportKind
from digests.services.amending import CORRECT
from digests.services.responses import Responses
from digests.storage import models
from tests.bot.test_every_screen import next_slot
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, eventually, press, press_data, publish, subscribed
from tests.support.reports import BUDGET, GRAIN, GRAIN_OTHER_OUTLET, PENSIONS
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World, world_of


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    """A world with an operator who has written once."""
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        await ask(operator, "/admin", "Betrieb")
        yield world, operator


async def story_of(world: World, title: str) -> int:
    """The story in which the article with this title stands."""
    return next(int(row["story_id"]) for row in await rows(world.app.database, models.Article) if row["title"] == title)


WORDS = {
    "de": {
        "merge": "Zusammenlegen …", "other": "Andere suchen …", "ask": "Schreib eine Nummer oder Wörter",
        "sure": "Zusammenlegen?", "digests": "1 verschickter Digest ändert sich. Er wird in 1 Chat bearbeitet.",
        "yes": "Ja, zusammenlegen", "done": "ist in Nr.", "undo": "Rückgängig", "split": "Artikel abspalten …",
        "split_sure": "Abspalten?", "split_yes": "Ja, abspalten", "split_done": "abgespalten",
        "none": "Kein verschickter Digest ändert sich.", "topics": "Themen …", "taken": "Ukraine gehört nicht mehr",
        "given": "Ukraine gehört jetzt dazu", "which": "Welche Geschichte soll korrigiert werden?",
        "unknown": "Eine Geschichte Nr. 999 gibt es nicht", "not_found": "Keine Geschichte mit „xyzzyq“",
        "gone": "Das geht so nicht mehr", "partner": "Mit Nr. 999 geht das nicht",
    },
    "en": {
        "merge": "Merge …", "other": "Find another …", "ask": "Write a number or words",
        "sure": "Merge?", "digests": "1 digest that has gone out changes. It is edited in 1 chat.",
        "yes": "Yes, merge", "done": "has gone into no.", "undo": "Undo", "split": "Split an article off …",
        "split_sure": "Split off?", "split_yes": "Yes, split off", "split_done": "was split off",
        "none": "No digest that has gone out changes.", "topics": "Topics …", "taken": "Ukraine does not belong",
        "given": "Ukraine belongs to it now", "which": "Which story is to be corrected?",
        "unknown": "There is no story no. 999", "not_found": "No story with \"xyzzyq\"",
        "gone": "That cannot be done any more", "partner": "No. 999 cannot be taken",
    },
}  # fmt: skip
languages = pytest.mark.parametrize("language", ["de", "en"])


@languages
async def test_merge_with_a_look_before_and_a_way_back(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await publish(world, BUDGET, PENSIONS)
    one, other = await story_of(world, BUDGET.title), await story_of(world, PENSIONS.title)
    assert one != other
    reader = await subscribed(world, words=["Haushalt", "Rentner"])
    await next_slot(world, reader)
    digest = await reader.wait_for(PENSIONS.title, since_start=True)
    before = digest.text
    await ask(operator, f"/language {language}")
    card = await ask(operator, f"/correct {one}", BUDGET.title)
    await press(operator, words["merge"], BUDGET.title, card)
    question = await press(operator, words["other"], words["ask"], card)
    await operator.send("Renten", reply_to=question)
    found = await operator.wait_for("Renten")
    assert f"{other} · {PENSIONS.title}" in found.text, "in full: buttons cut their headlines"
    label = next(each for each in labels(found) if each.startswith(f"{other} · "))
    sure = await press(operator, label, words["sure"], found)
    assert BUDGET.title in sure.text
    assert PENSIONS.title in sure.text
    assert words["digests"] in sure.text
    assert await story_of(world, PENSIONS.title) == other, "nothing has happened yet"
    done = await press(operator, words["yes"], words["done"], sure)
    assert await story_of(world, PENSIONS.title) == await story_of(world, BUDGET.title) == min(one, other)
    await world.bot.queue.enqueue(CORRECT)  # as the minute's tick does
    await eventually(lambda: is_other(world, digest, before))
    assert "Korrigiert" in digest.text
    await operator.press(words["undo"], done)
    await operator.wait_for(
        lambda each: BUDGET.title in each.text and PENSIONS.title not in each.text
    )  # where it began
    assert await story_of(world, PENSIONS.title) == other
    assert await story_of(world, BUDGET.title) == one


@languages
async def test_an_article_is_split_off_and_comes_back(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await publish(world, GRAIN)
    await publish(world, GRAIN_OTHER_OUTLET, credit="Hafenpost")
    story = await story_of(world, GRAIN.title)
    assert await story_of(world, GRAIN_OTHER_OUTLET.title) == story
    await ask(operator, f"/language {language}")
    card = await ask(operator, f"/correct {story}", "Hafenpost")
    offered = await press(operator, words["split"], GRAIN.title, card)
    assert GRAIN.title in offered.text.partition(GRAIN.title)[2], "articles are told in full: buttons cut their titles"
    assert GRAIN_OTHER_OUTLET.title in offered.text
    label = next(each for each in labels(card) if each.startswith("Hafenpost"))
    sure = await press(operator, label, words["split_sure"], card)
    assert words["none"] in sure.text
    await press(operator, words["split_yes"], words["split_done"], card)
    assert await story_of(world, GRAIN_OTHER_OUTLET.title) != story
    assert "Hafenpost" not in card.text
    assert words["split"] not in labels(card), "one article cannot be split"
    await press(operator, words["undo"], "Hafenpost", card)
    assert await story_of(world, GRAIN_OTHER_OUTLET.title) == story
    await press_data(world, operator, card, f"v1|fix|undo|{story}|1")
    await operator.wait_for(words["gone"])


@languages
async def test_topics_are_set_for_what_is_there_and_what_comes(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await publish(world, GRAIN)
    story = await story_of(world, GRAIN.title)
    before = await links(world)
    assert ("ukraine", GRAIN.title) in before
    await ask(operator, f"/language {language}")
    card = await ask(operator, f"/correct {story}", GRAIN.title)
    await press(operator, words["topics"], GRAIN.title, card)
    await press(operator, "✓ Ukraine", words["taken"], card)
    assert ("ukraine", GRAIN.title) not in await links(world)
    await publish(world, GRAIN_OTHER_OUTLET, credit="Hafenpost")
    assert await story_of(world, GRAIN_OTHER_OUTLET.title) == story
    assert ("ukraine", GRAIN_OTHER_OUTLET.title) not in await links(world), "nor what joins the story later"
    reader = await subscribed(world, topics=["ukraine"])
    assert GRAIN.title not in (await ask(reader, "/latest 10 3d")).text
    await press(operator, words["undo"], words["given"], card)
    assert before <= await links(world), "with the words and scores that it had"


async def test_a_topic_that_no_word_told_and_back(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, GRAIN)
    story, before = await story_of(world, GRAIN.title), await links(world)
    assert ("sport", GRAIN.title) not in before
    card = await ask(operator, f"/correct {story}", GRAIN.title)
    places = labels(await press(operator, "Themen …", "Tippe an", card))
    (first,) = [place for place, label in enumerate(places) if label == "✓ Russland"]
    places = labels(await press(operator, "✓ Russland", "gehört nicht mehr dazu", card))
    assert places[0] == "Rückgängig"
    assert places[1 + first] == "Russland", "what was tapped keeps its place"
    await press(operator, "Rückgängig", "Russland gehört jetzt dazu", card)
    await press_data(world, operator, card, f"v1|fix|topic|{story}|sport|1")
    await operator.wait_for("Sport gehört jetzt dazu")
    reader = await subscribed(world, topics=["sport"])
    assert GRAIN.title in (await ask(reader, "/topic sport")).text
    await press(operator, "Rückgängig", "Sport gehört nicht mehr dazu", card)
    assert await links(world) == before


@languages
async def test_what_cannot_be_says_why(office: tuple[World, Reader], language: str) -> None:
    world, operator = office
    words = WORDS[language]
    await publish(world, GRAIN)
    story = await story_of(world, GRAIN.title)
    await ask(operator, f"/language {language}")
    question = await ask(operator, "/correct", words["which"])
    await operator.send("999", reply_to=question)
    await operator.wait_for(words["unknown"])
    await ask(operator, "/korrigieren xyzzyq", words["not_found"])
    await ask(operator, "/correct 99999999999999999999999", "99999999999999999999999")
    card = await ask(operator, f"/correct {story}", GRAIN.title)
    question = await press(operator, words["other"], words["ask"], await press(operator, words["merge"], "", card))
    for typed in ("999", str(story)):
        await operator.send(typed, reply_to=question)
        await operator.wait_for(words["partner"].replace("999", typed))
    await press_data(world, operator, card, f"v1|fix|topic|{story}|nonsense|1")
    await operator.wait_for(words["gone"])


async def test_reports_are_settled_from_the_story(office: tuple[World, Reader]) -> None:
    world, operator = office
    await publish(world, GRAIN)
    reader = await subscribed(world)
    story = await story_of(world, GRAIN.title)
    subscriber = await world.subscriber(reader)
    responses = Responses(world.app.database, world.clock)
    await responses.report(subscriber, story, GRAIN.title, ReportKind.TOPIC)
    card = await ask(operator, f"/correct #{story}", "Gemeldet: Falsches Thema 1")
    await press(operator, "Meldungen erledigt", "Die Meldungen sind erledigt", card)
    assert await responses.reported_of(story) is None
    await press(operator, "Rückgängig", "Gemeldet: Falsches Thema 1", card)
    assert await responses.reported_of(story) is not None


async def test_nobody_else_corrects(office: tuple[World, Reader]) -> None:
    world, _ = office
    await publish(world, BUDGET, PENSIONS)
    one, other = await story_of(world, BUDGET.title), await story_of(world, PENSIONS.title)
    reader = await subscribed(world)
    message = await ask(reader, "/status")
    for data in (f"v1|fix|joined|{one}|{other}", f"v1|fix|topic|{one}|sport|1", f"v1|fix|settle|{one}"):
        await press_data(world, reader, message, data)
        await reader.wait_for("veraltet")
    await ask(reader, f"/correct {one}", "kenne ich nicht")
    assert await story_of(world, PENSIONS.title) == other
    assert await rows(world.app.database, models.TopicFix) == []


async def is_other(world: World, message: Message, before: str) -> bool:
    """Whether a message was edited, a second later."""
    await world.move(timedelta(seconds=1))
    return message.text != before


async def links(world: World) -> set[tuple[str, str]]:
    """Topics and titles of the articles that belong to them."""
    topics = {row["id"]: row["slug"] for row in await rows(world.app.database, models.Topic)}
    titles = {row["id"]: row["title"] for row in await rows(world.app.database, models.Article)}
    found = await rows(world.app.database, models.ArticleTopic)
    return {(topics[row["topic_id"]], titles[row["article_id"]]) for row in found}
