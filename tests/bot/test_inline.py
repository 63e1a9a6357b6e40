"""Stories behind the bot's name in any chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.chatting import ask, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.worlds import World, world_of


@pytest.fixture
async def inline(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(tmp_path, inline="on") as world:
        yield world


@pytest.mark.parametrize(("language", "source"), [("de", "1 Quelle: seeds"), ("en", "1 source: seeds")])
async def test_a_topic_offers_cards_with_sources_and_a_link(inline: World, language: str, source: str) -> None:
    reader = inline.reader("Ada", language)
    results = await reader.ask_inline("Ukraine")
    assert "inline_query" in reader.bot.updates.allowed
    assert results
    assert len(results) <= 10
    for result in results:
        assert source in result["text"]
        button = result["reply_markup"]["inline_keyboard"][0][0]
        assert button["url"] == f"https://t.me/{reader.bot.user.username}?start=s_{result['id'].partition('.')[0]}"


async def test_words_are_searched(inline: World) -> None:
    await publish(inline, GRAIN)
    results = await inline.reader("Ada").ask_inline("Getreide")
    assert [result["title"] for result in results] == [GRAIN.title]


async def test_nothing_typed_offers_one_s_own_topics(inline: World) -> None:
    reader = await subscribed(inline, ["sport"])
    assert await reader.ask_inline("") == []
    assert await inline.reader("Neu").ask_inline("") != []


async def test_nothing_found_is_an_empty_answer(inline: World) -> None:
    assert await inline.reader("Ada").ask_inline("xyzzyq") == []


async def test_wild_words_do_no_harm(inline: World) -> None:
    reader = inline.reader("Ada")
    for said in ('"', "<b>", "\u202e\u200b", "a" * 256, "quelle: OR AND (", "😀"):
        await reader.ask_inline(said)


async def test_who_types_too_fast_gets_nothing_for_a_while(inline: World) -> None:
    reader = inline.reader("Ada")
    for _ in range(40):
        assert await reader.ask_inline("Ukraine")
    assert await reader.ask_inline("Ukraine") == []
    inline.clock.move(timedelta(minutes=1))
    assert await reader.ask_inline("Ukraine")


async def test_it_is_off_unless_wanted(world: World) -> None:
    reader = world.reader("Ada")
    await ask(reader, "/help")  # the bot has polled
    assert "inline_query" not in reader.bot.updates.allowed
