"""Generated summaries with several processes: each state of a story is asked about once; on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from digests.domain.written import basis_of, tellers
from digests.services.writing import HELD
from digests.storage.articles import ArticleStore
from digests.storage.summaries import SummaryStore
from tests.services.test_writing import GOOD, desk_at, writing_for
from tests.support.bureau import Bureau
from tests.support.model_server import ModelServer, failing, saying


async def test_two_processes_ask_once(any_bureau: Bureau) -> None:
    """Both look and both have the job; while one waits for the writer the other leaves the story alone."""
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slowly(body: dict[str, Any]) -> web.StreamResponse:
        asked.set()
        await answered.wait()
        return await saying(GOOD)(body)

    async with ModelServer(slowly) as server:
        desk = desk_at(any_bureau, server)
        await any_bureau.open()
        story_id = await desk.publish_story()
        others = [writing_for(any_bureau, server) for _ in range(3)]
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.writing.write(story_id))
            await asked.wait()
            for each in others:  # they come back at once
                await each.write(story_id)
            answered.set()
        for each in (desk.writing, *others):
            await each.write(story_id)
        assert len(server.asked) == 1
        assert (await desk.record(story_id)).sentences


async def test_at_the_same_moment_one_process_asks(any_bureau: Bureau) -> None:
    async with ModelServer(saying(GOOD)) as server:
        desk = desk_at(any_bureau, server)
        await any_bureau.open()
        story_id = await desk.publish_story()
        await asyncio.gather(*(writing_for(any_bureau, server).write(story_id) for _ in range(4)))
        assert len(server.asked) == 1


async def test_a_story_that_was_not_answered_is_another_processes_at_once(any_bureau: Bureau) -> None:
    async with ModelServer(failing(500)) as server:
        desk = desk_at(any_bureau, server)
        await any_bureau.open()
        story_id = await desk.publish_story()
        await desk.writing.write(story_id)
        assert await desk.writing.summary(story_id) is None
        server.answer = saying(GOOD)
        await writing_for(any_bureau, server).write(story_id)
        assert (await desk.record(story_id)).sentences


async def test_a_story_that_a_dead_process_asked_about_is_asked_about_again(any_bureau: Bureau) -> None:
    async with ModelServer(saying(GOOD)) as server:
        desk = desk_at(any_bureau, server)
        await any_bureau.open()
        story_id = await desk.publish_story()
        async with any_bureau.database.read() as transaction:
            stories = await ArticleStore(transaction).load_stories([story_id])
        async with any_bureau.database.write() as transaction:  # and dies
            basis, now = basis_of(tellers(stories[0])), any_bureau.clock.now()
            assert await SummaryStore(transaction).ask(story_id, basis, now, HELD) is not None
        await desk.writing.write(story_id)
        assert server.asked == []
        any_bureau.clock.move(HELD)
        await desk.writing.write(story_id)
        assert len(server.asked) == 1
