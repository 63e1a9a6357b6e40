"""Reactions to digests, alerts and cards: one step more or less, told, undone when they are taken back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox import people
from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from bot.telegram import rendering
from bot.telegram.html import to_plain, units
from digests.domain.preferences import weighted
from digests.domain.subscribers import Chat
from digests.storage import models
from tests.support.chatting import ask, eventually, press, press_data, publish, subscribed
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, HEAT, PENSIONS, US_TARIFFS
from tests.support.screens import labels
from tests.support.worlds import World


async def weights(world: World, reader: Reader) -> set[tuple[str, int]]:
    return set((await world.subscriber(reader)).preferences.weights)


async def card_of(reader: Reader, command: str = "/latest", told: str = "Quelle") -> Message:
    await ask(reader, command)
    return await press(reader, "1", told)


async def settled(reader: Reader) -> None:
    """Wait until what the reader did before has been handled: the updates of a chat come one after another."""
    await ask(reader, "/privacy")


async def written_down(world: World) -> None:
    """Wait until the database knows which messages of a digest have come, which the reader sees a moment earlier."""

    async def known() -> bool:
        async with world.app.database.read() as transaction:
            waiting = select(models.Delivery.subscriber_id).where(models.Delivery.status.in_(("pending", "sending")))
            return await transaction.connection.scalar(waiting) is None

    await eventually(known)


@pytest.mark.parametrize(
    ("language", "source", "more", "hint", "less", "undone"),
    [
        ("de", "Quelle", "Ukraine zählt mehr: +1 von +3.", "nimmst du sie zurück, gilt wieder, was vorher galt",
         "Ukraine zählt weniger: −1 von −3.", "Zurückgenommen. Ukraine steht wieder bei 0."),
        ("en", "source", "Ukraine counts more: +1 of +3.", "take it back, and all is as it was before",
         "Ukraine counts less: −1 of −3.", "Taken back. Ukraine is at 0 again."),
    ],
)  # fmt: skip
async def test_a_reaction_to_a_card_weighs_it_and_is_undone_with_it(
    world: World, language: str, source: str, more: str, hint: str, less: str, undone: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    card = await card_of(reader, told=source)
    reader.react(card, "👍")
    answer = await reader.wait_for(more)
    assert hint in answer.text
    assert await weights(world, reader) == {("topic:ukraine", 1)}
    reader.react(card, "👎")  # in place of the other one: not two steps
    assert (await reader.wait_for(less)).id == answer.id
    assert await weights(world, reader) == {("topic:ukraine", -1)}
    reader.react(card, "")
    assert (await reader.wait_for(undone)).id == answer.id
    assert await weights(world, reader) == set()


async def test_the_same_update_twice_counts_once(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    reader.react(card, "🔥")
    await reader.wait_for("Ukraine zählt mehr: +1")
    shown = len(reader.answers)
    reader.bot.updates.repeat_last()
    await settled(reader)
    assert await weights(world, reader) == {("topic:ukraine", 1)}
    assert len(reader.answers) == shown + 1  # the answer to /privacy alone


async def test_an_older_update_that_comes_late_changes_nothing(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    reader.react(card, "👍")
    await reader.wait_for("Ukraine zählt mehr: +1")
    update = {"chat": card.chat.to_api(), "message_id": card.id, "user": reader.user.to_api(), "old_reaction": []}
    early = int((world.clock.now() - timedelta(hours=1)).timestamp())
    world.sandbox.world.give(reader.bot, "message_reaction", update | {"date": early, "new_reaction": []})
    await settled(reader)
    assert await weights(world, reader) == {("topic:ukraine", 1)}


async def test_what_is_undone_by_its_button_is_not_undone_again_with_the_reaction(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    reader.react(card, "👍")
    await reader.wait_for("Ukraine zählt mehr: +1")
    await press(reader, "Rückgängig", "Zurückgenommen. Ukraine steht wieder bei 0.")
    reader.react(card, "")
    await reader.wait_for("Gut, deine Reaktion ändert nichts.")
    assert await weights(world, reader) == set()


async def test_a_weight_that_was_changed_meanwhile_is_respected(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    reader.react(card, "👎")
    answer = await reader.wait_for("Ukraine zählt weniger: −1")
    await press_data(world, reader, answer, "v1|weights|reset")
    await reader.wait_for("Alles zählt wieder gleich.")
    reader.react(card, "")
    await reader.wait_for("Ukraine steht wieder bei 0.")
    assert await weights(world, reader) == set()


async def test_something_else_of_the_story_was_meant(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    reader.react(card, "👎")
    answer = await reader.wait_for("Ukraine zählt weniger")
    assert "Gemeint: Quelle seeds 000" in labels(answer)
    told = await press(reader, "Gemeint: Quelle seeds 000", "seeds 000 zählt weniger: −1")
    assert told.id == answer.id
    assert await weights(world, reader) == {("source:seeds 000", -1)}
    reader.react(card, "")
    await reader.wait_for("seeds 000 steht wieder bei 0.")


@pytest.mark.parametrize(
    ("language", "morning", "which", "more"),
    [
        ("de", "Dein Morgen", "Welche Geschichte meint deine Reaktion?", "Sport zählt mehr: +1 von +3."),
        ("en", "Your morning", "Which story is your reaction about?", "Sport counts more: +1 of +3."),
    ],
)
async def test_a_digest_of_several_stories_asks_which(
    world: World, language: str, morning: str, which: str, more: str
) -> None:
    await publish(world, GRAIN, topics=("ukraine",))
    await publish(world, FOOTBALL, topics=("sport",))
    reader = await subscribed(world, ["ukraine", "sport"], language=language)
    await world.move(timedelta(hours=1))
    digest = await reader.wait_for(morning)
    await written_down(world)
    reader.react(digest, "❤")
    question = await reader.wait_for(which)
    assert await weights(world, reader) == set()
    number = next(line.split(".")[0] for line in question.text.splitlines() if FOOTBALL.title in line)
    assert f"\n{number} · {FOOTBALL.title}" in digest.text  # numbered as in the digest
    answer = await press(reader, number, more, question)
    assert answer.id == question.id
    assert await weights(world, reader) == {("topic:sport", 1)}
    reader.react(digest, "")
    await reader.wait_for("Sport", timeout=5)
    await settled(reader)
    assert await weights(world, reader) == set()


def numbers(message: Message) -> list[str]:
    """The numbers of the stories that a message tells, or asks about."""
    return re.findall(r"^(\d+)(?: · |\. )", message.text, re.MULTILINE)


@pytest.mark.parametrize("command", ["", "/latest 6", "/digest"])
async def test_a_part_of_a_digest_asks_about_its_own_stories(
    world: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(rendering, "fits", lambda html: units(to_plain(html)) <= 1500)
    for report in (GRAIN, FOOTBALL, BUDGET, PENSIONS, HEAT, US_TARIFFS):
        await publish(world, report, topics=("sport",))
    reader = await subscribed(world, ["sport"])
    if command:
        await reader.send(command)
    else:
        await world.move(timedelta(hours=1))

    async def complete() -> bool:
        return sum(len(numbers(message)) for message in reader.answers) >= 6

    await eventually(complete)
    parts = [message for message in reader.answers if numbers(message)]
    assert [number for part in parts for number in numbers(part)] == list("123456")
    part = next(each for each in parts[1:] if len(numbers(each)) > 1)
    await written_down(world)
    reader.react(part, "👍")
    question = await reader.wait_for("Welche Geschichte meint deine Reaktion?")
    assert numbers(question) == numbers(part)
    chosen = numbers(part)[-1]
    await press(reader, chosen, "zählt mehr: +1", question)
    assert await weights(world, reader) == {("topic:sport", 1)}


async def test_a_part_with_one_story_asks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "fits", lambda html: units(to_plain(html)) <= 300)
    for report in (GRAIN, FOOTBALL):
        await publish(world, report, topics=("sport",))
    reader = await subscribed(world, ["sport"])
    await ask(reader, "/latest 2", FOOTBALL.title)
    await settled(reader)
    part = next(message for message in reader.answers if FOOTBALL.title in message.text)
    await written_down(world)
    reader.react(part, "👍")
    await reader.wait_for("Sport zählt mehr: +1 von +3.")


async def test_a_question_that_is_open_closes_with_the_reaction(world: World) -> None:
    await publish(world, FOOTBALL, topics=("sport",))
    reader = await subscribed(world, ["ukraine", "sport"])
    digest = await ask(reader, "/digest")
    await written_down(world)
    reader.react(digest, "👎")
    question = await reader.wait_for("Welche Geschichte meint deine Reaktion?")
    number = next(button["callback_data"] for button in question.markup["inline_keyboard"][0])  # type: ignore[index]
    reader.react(digest, "")
    assert (await reader.wait_for("Gut, deine Reaktion ändert nichts.")).id == question.id
    await press_data(world, reader, question, number)  # an old client still shows it
    await reader.wait_for_toast("Diese Reaktion oder Geschichte gibt es nicht mehr.")
    assert await weights(world, reader) == set()


@pytest.mark.parametrize("emoji", ["😢", "😱", "🤔"])
async def test_reactions_to_the_news_itself_change_nothing(world: World, emoji: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    count = len(reader.answers)
    reader.react(card, emoji)
    await settled(reader)
    assert len(reader.answers) == count + 1
    assert await weights(world, reader) == set()


async def test_a_reaction_to_anything_else_is_left_alone(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    status = await ask(reader, "/status", "Status")
    count = len(reader.answers)
    reader.react(status, "👍")
    await settled(reader)
    assert len(reader.answers) == count + 1
    assert await weights(world, reader) == set()


@pytest.mark.parametrize("data", ["v1|reaction|zz|zz", "v1|reaction|ä", "v1|reaction", "v1|reaction|1|1|t|sport"])
async def test_forged_choices_change_nothing(world: World, data: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    card = await card_of(reader)
    await press_data(world, reader, card, data)
    await reader.wait_for_toast("Diese Reaktion oder Geschichte gibt es nicht mehr.")
    assert await weights(world, reader) == set()


async def test_reactions_in_groups_are_left_alone(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    group = world.sandbox.group(reader, "Redaktion")
    group.set_bot("administrator")
    inside = reader.inside(group)
    await inside.send("/latest")
    told = await inside.wait_for("Quelle")
    people.react(world.sandbox.world, reader.bot, reader.user, told, "👍")
    await settled(reader)
    async with world.app.database.read() as transaction:
        assert list(await transaction.connection.scalars(select(models.ShownMessage.message_id))) == []
    assert await weights(world, reader) == set()


async def test_at_the_limit_the_answer_says_so(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await world.app.subscriptions.set_preferences(Chat(reader.chat.id), lambda wish: weighted(wish, "topic:ukraine", 3))
    other = await card_of(reader)
    reader.react(other, "👍")
    await reader.wait_for("Ukraine steht schon bei +3, weiter geht es nicht.")
    reader.react(other, "")
    await reader.wait_for("Ukraine steht wieder bei +3.")
    assert await weights(world, reader) == {("topic:ukraine", 3)}
