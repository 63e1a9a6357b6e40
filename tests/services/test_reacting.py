"""Reactions on both databases: one step at most, whatever comes twice, late or at once; forgotten with the messages."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from digests.domain.subscribers import Chat
from digests.services.reacting import Reactions
from digests.services.upkeep import Upkeep
from digests.storage import models
from tests.support.builders import preferences
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.rows import rows

CHAT = Chat(77)
MESSAGE = 5
KEY = "topic:sport"


async def shown(bureau: Bureau) -> Reactions:
    reader = await bureau.subscribe(preferences(words=["alt"]), chat=CHAT)
    reactions = Reactions(bureau.database, bureau.clock)
    await reactions.show(reader, MESSAGE, [3, 1])
    return reactions


async def weights(bureau: Bureau) -> set[tuple[str, int]]:
    found = await bureau.subscriptions.find(CHAT)
    assert found is not None
    return set(found.preferences.weights)


async def test_a_step_is_made_once_and_taken_back(any_bureau: Bureau) -> None:
    reactions = await shown(any_bureau)
    both = await asyncio.gather(*(reactions.react(CHAT, MESSAGE, 1, START, KEY) for _ in range(2)))
    assert all(each is not None and each.shown.story_ids == (3, 1) for each in both)  # not told yet: told again
    assert await weights(any_bureau) == {(KEY, 1)}
    reader = await any_bureau.subscriptions.find(CHAT)
    assert reader is not None
    await reactions.answered(reader, MESSAGE, 9)
    assert await reactions.react(CHAT, MESSAGE, 1, START, KEY) is None
    assert await reactions.react(CHAT, MESSAGE, 0, START - timedelta(seconds=1), None) is None  # an older update
    assert await weights(any_bureau) == {(KEY, 1)}
    gone = await reactions.react(CHAT, MESSAGE, 0, START, None)
    assert gone is not None
    assert gone.undone is not None
    assert gone.shown.answer_id == 9
    assert await weights(any_bureau) == set()
    assert await reactions.choose(CHAT, MESSAGE, KEY) is None  # no reaction stands there


async def test_a_choice_replaces_the_one_before(any_bureau: Bureau) -> None:
    reactions = await shown(any_bureau)
    await reactions.react(CHAT, MESSAGE, -1, START, None)
    assert await weights(any_bureau) == set()
    await reactions.choose(CHAT, MESSAGE, KEY)
    await reactions.choose(CHAT, MESSAGE, "word:alt")
    assert await weights(any_bureau) == {("word:alt", -1)}
    await reactions.choose(CHAT, MESSAGE, None)
    assert await weights(any_bureau) == set()


async def test_unknown_messages_and_chats_change_nothing(any_bureau: Bureau) -> None:
    reactions = await shown(any_bureau)
    assert await reactions.react(CHAT, 6, 1, START, KEY) is None
    assert await reactions.react(Chat(78), MESSAGE, 1, START, KEY) is None
    assert await weights(any_bureau) == set()


async def test_messages_are_forgotten_with_the_archive(any_bureau: Bureau) -> None:
    await shown(any_bureau)
    keep = timedelta(days=30)
    await Upkeep(any_bureau.database, keep).nightly(START + keep)
    assert len(await rows(any_bureau.database, models.ShownMessage)) == 1
    await Upkeep(any_bureau.database, keep).nightly(START + keep + timedelta(seconds=1))
    assert await rows(any_bureau.database, models.ShownMessage) == []
