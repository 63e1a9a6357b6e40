"""A word while an answer takes long, over the sandbox by HTTP; and reactions that come over the webhook."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import replace

import pytest
from telegram.constants import ChatAction

from bot.sandbox.faults import Fault
from bot.sandbox.readers import Reader
from bot.telegram.handlers import REGISTRY
from bot.telegram.registry import Command, Upload
from bot.telegram.visit import Visit
from digests.domain.subscribers import Chat
from tests.bot.test_webhook import Site, site, update

__all__ = ["site"]


class Slow:
    """A command that is done when the test says so."""

    def __init__(self, site: Site, sends: Upload | None = None) -> None:
        self.release = asyncio.Event()
        self.sends = sends
        command = Command("search", self.run, costly=True, sends=sends)
        site.router.registry = replace(site.router.registry, names={"search": command})

    async def run(self, visit: Visit) -> None:
        await self.release.wait()
        if self.sends:
            await visit.send_file("a.json", b"{}", "Die Datei.")
        else:
            await visit.reply("Gefunden.")


async def reader_of(site: Site, language: str = "de") -> Reader:
    reader = site.sandbox.reader("Ada", language)
    await reader.bot_is_there()
    reader.chat.started = True  # he has written; the test posts his updates itself
    return reader


async def until(check: Callable[[], bool]) -> None:
    """Wait for something that tells nobody of itself."""
    async with asyncio.timeout(5):
        while not check():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def search(site: Site, reader: Reader, number: int, language: str = "de") -> int:
    wanted = update(number, "/search x", reader.user.id)
    wanted["message"]["from"]["language_code"] = language
    return await site.post(wanted)


@pytest.mark.parametrize(
    ("language", "word"),
    [("de", "Einen Moment, ich stelle das zusammen …"), ("en", "One moment, I am putting that together …")],
)
async def test_a_slow_answer_is_announced_by_a_draft(site: Site, language: str, word: str) -> None:
    reader, slow = await reader_of(site, language), Slow(site)
    site.router.drafts.after = 0.0
    async with asyncio.TaskGroup() as group:
        posted = group.create_task(search(site, reader, 1, language))
        await until(lambda: reader.chat.activity is not None)
        assert reader.chat.activity == {"action": "typing", "draft": word}
        slow.release.set()
    assert posted.result() == 200
    assert [message.text for message in reader.answers] == ["Gefunden."]
    assert reader.chat.activity is None  # the answer stands in its place


@pytest.mark.parametrize(
    ("sends", "drafts_refused"), [(ChatAction.UPLOAD_DOCUMENT, False), (ChatAction.UPLOAD_PHOTO, True)]
)
async def test_a_file_is_announced_above_the_chat_since_it_ends_no_draft(
    site: Site, sends: Upload, drafts_refused: bool
) -> None:
    reader, slow = await reader_of(site), Slow(site, sends)
    site.router.drafts.after, site.router.drafts.refused = 0.0, drafts_refused
    drafted = site.sandbox.faults.add(Fault("answer", "sendMessageDraft", times=1, status=400))
    async with asyncio.TaskGroup() as group:
        group.create_task(search(site, reader, 1))
        await until(lambda: reader.chat.activity is not None)
        assert reader.chat.activity == {"action": sends.value}
        slow.release.set()
    assert drafted.met == 0
    assert [message.text for message in reader.answers] == ["Die Datei."]


async def test_who_may_not_hear_of_a_file_gets_it_all_the_same(site: Site) -> None:
    reader, slow = await reader_of(site), Slow(site, ChatAction.UPLOAD_DOCUMENT)
    site.router.drafts.after = 0.0
    refusal = site.sandbox.faults.add(Fault("answer", "sendChatAction", times=9, status=400))
    async with asyncio.TaskGroup() as group:
        group.create_task(search(site, reader, 1))
        await until(lambda: refusal.met > 0)
        slow.release.set()
    assert [message.text for message in reader.answers] == ["Die Datei."]


@pytest.mark.parametrize("command", REGISTRY.commands, ids=lambda command: command.name)
def test_whoever_answers_with_a_file_sends_no_draft(command: Command) -> None:
    source = inspect.getsource(command.run)
    if command.costly:
        assert bool(command.sends) == ("send_file(" in source or "send_picture(" in source)


async def test_a_quick_answer_comes_without(site: Site) -> None:
    reader, slow = await reader_of(site), Slow(site)
    slow.release.set()
    held = site.sandbox.faults.add(Fault("answer", "sendMessageDraft", times=1, status=400))
    assert await search(site, reader, 1) == 200
    assert held.met == 0


@pytest.mark.parametrize("status", [400, 404])
async def test_a_server_without_drafts_is_asked_once(site: Site, status: int) -> None:
    reader, slow = await reader_of(site), Slow(site)
    site.router.drafts.after = 0.0
    refusal = site.sandbox.faults.add(Fault("answer", "sendMessageDraft", times=9, status=status))
    for number in (1, 2):
        slow.release.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(search(site, reader, number))
            await until(lambda: site.router.drafts.refused)
            slow.release.set()
    assert refusal.met == 1
    assert [message.text for message in reader.answers] == ["Gefunden.", "Gefunden."]


async def test_a_draft_under_way_never_comes_behind_the_answer(site: Site) -> None:
    reader, slow = await reader_of(site), Slow(site)
    site.router.drafts.after = 0.0
    held = site.sandbox.faults.add(Fault("delay", "sendMessageDraft"))
    async with asyncio.TaskGroup() as group:
        group.create_task(search(site, reader, 1))
        await until(lambda: held.met > 0)
        slow.release.set()
        site.sandbox.faults.release()
    assert reader.chat.activity is None
    assert [message.text for message in reader.answers] == ["Gefunden."]


async def test_a_reaction_over_the_webhook_counts_once_however_often_it_is_posted(site: Site) -> None:
    reader = await reader_of(site)
    assert await site.post(update(1, "/privacy", reader.user.id)) == 200
    found = await site.router.services.subscriptions.find(Chat(reader.user.id))
    assert found is not None
    reactions = site.router.services.reactions
    await reactions.show(found, 77, [1])
    where = {"id": reader.user.id, "type": "private", "first_name": "Ada"}
    content = {"chat": where, "message_id": 77, "user": reader.user.to_api(), "date": 1_790_000_000}
    content |= {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    for number in (2, 2, 3):
        assert await site.post({"update_id": number, "message_reaction": content}) == 200
    shown = await reactions.find(found, 77)
    assert shown is not None
    assert (shown.step, shown.story_ids) == (1, (1,))
    told = [message.text for message in reader.answers]
    assert told.count("Diese Geschichte ist nicht mehr im Archiv.") == 1
