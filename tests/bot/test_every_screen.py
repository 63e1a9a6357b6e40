"""Every screen in every language, reached by writing every command and pressing every button, over hostile contents.

The sandbox judges what Telegram would take. What is proved of each act stands in tests/support/crawling.py.
"""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from bot.telegram import handlers
from bot.telegram.callbacks import bound
from bot.telegram.handlers import REGISTRY
from digests.domain.subscribers import Chat, NothingNew
from digests.services.bans import Bans
from digests.storage import models
from digests.storage.database import Database
from tests.support import hostile
from tests.support.chatting import ask, eventually, press, subscribed
from tests.support.crawling import Crawler, listening
from tests.support.databases import postgres_database, postgres_template
from tests.support.worlds import World, world_of

WIDEST = 4_503_599_627_000_000
"""Telegram's numbers have up to 52 bits; our own rows get as long ones here."""
COMMANDS = [f"/{command.name}" for command in REGISTRY.commands]
ANSWERS = ("Berlin", "6:45", hostile.MARKUP)
ASKED = [
    "/latest abc", "/latest 0", "/latest 50", "/topic politk", "/topic Sport", "/topics +politk -kultur",
    "/digest x", "/time 25:00", "/time 7 8 9 10", "/time 2:30", "/days mo-fr", "/days wöchentlich", "/timezone CEST",
    "/timezone +2",
    "/length 3min", "/mute krieg 7d", "/mute a", "/mute .*krieg.*", "/mute quelle:xyz", "/unmute 1", "/unmute nix",
    "/follow Hafen", "/follow .*hafen.*", "/search Istanbul", "/search Istnbul xyzzy", "/search quelle:abc Hafen",
    "/search zzzqqq", "/sources Abend", "/pause 3d", "/pause bis 31.02.", "/pause bis 1.1.2030", "/language xx",
    "/help time", "/help tmie", "/bnid", "/unbnid", "/foo", "/start t_ukraine", "/start s_1", "/start set",
    "/start p_zzz", "ukraine", "Polttik", "7:30", "zwei Wörter Istanbul", "hm",
]  # fmt: skip

UNREACHED = {
    "big": "test_big_slots.py",  # a slot for very many readers
    "source": "test_operators.py",  # a feed to read, which a newsstand lays out there
    "say|stop": "test_announcing.py",  # an announcement that is still going out when somebody looks
    "breaking|stop": "test_breaking.py",  # news that break
    "binding|repair": "test_groups.py",  # rights lost
    "channels|check": "test_channels.py",  # rights missing
    "say|drop": "test_announcing.py",  # a draft to all readers, and what becomes of it
    "say|go": "test_announcing.py",
    "say|sure": "test_announcing.py",
    "say|urgent": "test_announcing.py",
    "reaction": "test_reactions.py",  # a reaction to a digest
    "ban|page": "test_bans.py",  # more than one page of bans
    "ban|end": "test_bans.py",  # somebody banned
    "correct": "test_correct.py",  # a command that was mistyped
    "ingest": "test_standing.py",
    "broadcast": "test_standing.py",
    "fix": "test_correct.py",  # stories that can be merged and split
    "strike|undo": "test_strike.py",  # a sentence that was struck
    "outage|again": "test_outage.py",  # an outage that was shown
    "outage|end": "test_outage.py",
    "inbox|page": "test_feedback.py",  # more than one page of messages
    "saved|page": "test_saved.py",  # more than one page of stories
}
"""Verbs or actions that need more than a walk, and where they are tested."""


@asynccontextmanager
async def crawled(folder: Path, database_url: str | None = None) -> AsyncIterator[tuple[World, Crawler]]:
    """A world of hostile articles whose numbers are as long as numbers get, with somebody who runs it."""
    others = {"admin_ids": str(WIDEST), "backup_folder": folder}
    async with world_of(folder, NO_FLOOD, database_url, **others) as world:
        world.sandbox.world._user_ids = count(WIDEST)
        world.sandbox.world._group_ids = count(WIDEST - 10**12)
        await widen(world.app.database)
        for number in range(len(hostile.NAMES)):
            await world.app.ingesting.ingest(hostile.article(number, world.clock.now()))
        with listening(world.sandbox.world.pulse) as heard:
            yield world, Crawler(world, heard, ANSWERS)


async def widen(database: Database) -> None:
    """Let rows be numbered from far up on: callback data has to hold them. On PostgreSQL, where that is one call."""
    if database.url.get_backend_name() != "postgresql":
        return
    async with database.write() as transaction:
        for table in models.Base.metadata.tables.values():
            if "id" in table.columns and table.columns["id"].autoincrement is not False:
                statement = text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {WIDEST})")
                await transaction.connection.execute(statement)


async def keen(world: World, language: str) -> Reader:
    """A reader who has a bit of everything, and whose name is no name."""
    reader = await subscribed(world, ["ukraine", "politics"], words=["hafen"], language=language)
    reader.user.first_name = hostile.MARKUP[:64]
    return reader


async def rare_screens(world: World, crawler: Crawler, reader: Reader, language: str) -> None:
    """What only comes when something has happened: a digest, an unclear one, a long pause, a pack, nothing new."""
    chat = Chat(reader.chat.id)
    await crawler.walk("no news", await subscribed(world, ["sport"], language=language), ["/latest"], most=3)
    await next_slot(world, reader)
    await eventually(lambda: _has_slots(world, reader, 1))
    world.sandbox.fail("close", "sendMessage", chat_id=reader.chat.id)
    await world.app.ingesting.ingest(hostile.article(20, world.clock.now()))
    await next_slot(world, reader)
    await eventually(lambda: _has_slots(world, reader, 2))
    crawler.heard.troubles.clear()  # the connection that we have cut
    pack = (await ask(reader, "/share", "start=p_")).text.partition("start=")[2].split()[0]
    await world.app.subscriptions.set_preferences(chat, lambda own: replace(own, topics=frozenset({"ukraine"})))
    await crawler.walk("pack", reader, [f"/start {pack}", "/status"], most=10)
    await world.app.subscriptions.set_nothing_new(chat, NothingNew.NOTE)
    await next_slot(world, reader)
    await reader.wait_for("Nichts Neues", since_start=True)
    await world.app.subscriptions.pause(chat, None)
    await world.move(timedelta(days=4))
    await crawler.walk("back", reader, ["/resume"], most=6)


async def next_slot(world: World, reader: Reader) -> None:
    """Let the reader's next digest be due."""
    schedule = (await world.subscriber(reader)).schedule
    assert schedule is not None
    await world.move(schedule.next_slot(world.clock.now()))


def shown_data(reader: Reader) -> list[str]:
    """What the buttons of a chat carry, those of the newest message first."""
    rows = [row for one in reversed(reader.answers) for row in (one.markup or {}).get("inline_keyboard", [])]
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


async def _has_slots(world: World, reader: Reader, slots: int) -> bool:
    past = await world.app.subscriptions.past_deliveries(await world.subscriber(reader))
    return len([one for one in past if one.status in ("sent", "uncertain")]) >= slots


async def walk_everywhere(world: World, crawler: Crawler) -> None:
    """All places there are: private, operators', a group, a forum's topic, a channel managed from a private chat."""
    operator = world.reader(hostile.RIGHT_TO_LEFT[:64], "de")
    await ask(operator, "/privacy")
    newcomer = world.reader(hostile.EMOJI[:32], "de")
    await crawler.walk("newcomer", newcomer, ["/start"], most=24)
    await ask(newcomer, "/topics +ukraine")
    await ask(newcomer, "/start")
    await press(newcomer, "v1|setup|to|2", "2/3")
    await crawler.walk("set-up", newcomer, ["/start"], same=3, most=30)
    reader = await keen(world, "de")
    await rare_screens(world, crawler, reader, "de")
    await ask(reader, "/latest 1")
    for data in ("v1|story|", "v1|save|", "v1|report|", "v1|report|add|", "v1|follow|story|"):
        await press(reader, next(one for one in shown_data(reader) if one.startswith(data)))
    await crawler.walk("feedback", reader, [f"/feedback {hostile.MARKUP}"], most=3)
    await crawler.walk("operator", operator, ["/admin", "/source", "/big", "/correct ukraine"], most=150)
    await Bans(world.app.database, world.clock).end(reader.chat.id)
    for words, most in (("/saved", 6), ("/follow", 6), ("/latest 1", 30), ("/time", 16)):
        await crawler.walk(words, reader, [words], same=3 if words == "/time" else 1, most=most)
    await crawler.walk("reader", reader, [*ASKED, *COMMANDS], most=200)
    await crawler.walk("no time", reader, ["/time aus", "/days sa"], most=5)
    owner = await keen(world, "de")
    group = world.sandbox.group(owner, hostile.MARKUP, "supergroup")
    group.set_bot("member")
    await crawler.walk("group", owner.inside(group), COMMANDS, most=90)
    forum = world.sandbox.group(owner, hostile.EMOJI, is_forum=True)
    forum.set_bot("member")
    topic = owner.inside(forum, forum.open_topic("Nachrichten"))
    await crawler.walk("forum", topic, ["/bind", "/latest", "/settings", "/unbind"], most=60)
    channel = world.sandbox.group(owner, hostile.RIGHT_TO_LEFT * 4, "channel")
    await ask(owner, "/channels")
    await press(owner, "v1|channels|add")
    await owner.share_chat(channel)
    await owner.wait_for("1/3")
    await crawler.walk("channel", owner, ["/channels"], most=140)


async def test_every_button_of_every_place_works_with_the_longest_numbers(tmp_path: Path) -> None:
    with postgres_database(postgres_template()) as url:
        async with crawled(tmp_path, url) as (world, crawler):
            await walk_everywhere(world, crawler)
            assert not crawler.faults, "\n\n".join(crawler.faults)
            assert not set(REGISTRY.presses) - crawler.reached - set(UNREACHED)
            missed = actions() - crawler.reached
            unexplained = {one for one in missed if not {one, one.partition("|")[0]} & set(UNREACHED)}
            assert not unexplained, " ".join(sorted(unexplained))
            too_long = {data for data in crawler.data if "@" not in data and bound(data, WIDEST) is None}
            assert not too_long, "buttons that a channel's manager would not see"


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_every_screen_in_the_other_languages(tmp_path: Path, language: str) -> None:
    async with crawled(tmp_path) as (world, crawler):
        await ask(world.reader("Op", language), "/privacy")
        await crawler.walk("newcomer", world.reader("Ada", language), ["/start"], most=40)
        reader = await keen(world, language)
        await crawler.walk("reader", reader, [*ASKED, *COMMANDS], most=90)
        assert not crawler.faults, "\n\n".join(crawler.faults)


@pytest.mark.parametrize("language", ["de", "en", "uk"])
async def test_whatever_is_written_behind_a_command_is_answered(tmp_path: Path, language: str) -> None:
    async with crawled(tmp_path) as (world, crawler):
        await ask(world.reader("Op", language), "/privacy")
        reader = await keen(world, language)
        texts = [f"/{command.name} {words}" for command in REGISTRY.commands for words in _some(command.name)]
        await crawler.walk("wild", reader, [*texts, *hostile.WRITTEN], most=0)
        assert not crawler.faults, "\n\n".join(crawler.faults)


def _some(name: str) -> Iterator[str]:
    """A few of the hostile texts, others for each command: together all of them meet many kinds of arguments."""
    start = sum(map(ord, name))
    return (hostile.WRITTEN[(start + step * 3) % len(hostile.WRITTEN)] for step in range(3))


def test_where_the_rest_is_tested() -> None:
    assert all(Path(__file__).with_name(name).exists() for name in UNREACHED.values())


def actions() -> set[str]:
    """`verb|action` of every action that a handler of buttons tells apart by name, read from its source."""
    found = set()
    for path in Path(handlers.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name("Press"), args=[ast.Constant(str(verb)), ast.Name(handler), *_]):
                    found |= {f"{verb}|{action}" for action in _named(functions.get(handler))}
    return found


def _named(function: ast.AsyncFunctionDef | None) -> Iterator[str]:
    """The constants that the cases of a function begin with."""
    for node in ast.walk(function) if function is not None else ():
        if isinstance(node, ast.match_case) and isinstance(node.pattern, ast.MatchSequence) and node.pattern.patterns:
            for part in ast.walk(node.pattern.patterns[0]):
                if isinstance(part, ast.MatchValue) and isinstance(part.value, ast.Constant):
                    yield str(part.value.value)
