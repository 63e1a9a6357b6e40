"""Which conversation hears what: groups, admins, other bots, faults, repetitions, blocks, speed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.sandbox.model import Message
from bot.sandbox.readers import Conversation, Group, Reader
from bot.telegram.cooldowns import COSTLY_PER_MINUTE
from bot.telegram.permissions import ANONYMOUS_ADMIN
from digests.domain.subscribers import Chat, Status, Subscriber
from digests.services.reading import Reading
from tests.support.chatting import ask, eventually, press_data, publish, subscribed
from tests.support.clocks import START
from tests.support.mail import SLOT
from tests.support.reports import GRAIN
from tests.support.screens import labels
from tests.support.worlds import World

ADMINS_ONLY = "Das dürfen hier nur Admins."


async def stored(world: World, chat_id: int) -> Subscriber | None:
    return await world.app.subscriptions.find(Chat(chat_id))


# Groups


@pytest.fixture
async def group(world: World) -> Group:
    owner = world.reader("Olga")
    await owner.bot_is_there()
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    await owner.inside(group).wait_for("Einrichten können Admins", since_start=True)
    return group


async def quiet(world: World, speaker: Conversation, *texts: str) -> None:
    """Say what must not be answered; a help after it comes first and alone."""
    before = len(speaker.answers)
    for text in texts:
        await speaker.send(text)
    await speaker.send("/help")
    await speaker.wait_for("/neu")
    assert len(speaker.answers) == before + 1


async def test_what_people_say_to_one_another_in_a_group_is_not_for_us(world: World, group: Group) -> None:
    member = world.reader("Max").inside(group)
    group.set_bot("administrator")  # an admin hears every word
    await quiet(
        world, member, "Ukraine", "Habt ihr das gelesen?", "7:30", "/unbekannt", "/latest@anderer_bot", "/stop@x"
    )
    assert group.messages[0].text == ""  # the note that the bot came, and nothing said to it


async def test_a_command_with_our_name_is_for_us(world: World, group: Group) -> None:
    owner = world.sandbox.reader("Olga")
    speaker = owner.inside(group)
    name = owner.bot.user.username
    await speaker.send(f"/help@{name}")
    await speaker.wait_for("/neu")
    await speaker.send(f"/HELP@{name.upper()}")
    await speaker.wait_for("/neu")
    await speaker.send(f"/wetter@{name}")
    await speaker.wait_for("Diesen Befehl kenne ich nicht")


async def test_only_admins_change_a_group(world: World, group: Group) -> None:
    member = world.reader("Max").inside(group)
    for command in ("/topics", "/time 7:00", "/stop", "/pause", "/language en", "/length kurz"):
        await member.send(command)
        await member.wait_for(ADMINS_ONLY)
    await member.send("/latest")  # reading is free
    await member.wait_for(lambda message: ADMINS_ONLY not in message.text)
    found = await stored(world, group.chat.id)
    assert found is not None
    assert (found.schedule, found.language) == (None, "de")


async def test_an_anonymous_admin_is_an_admin(world: World, group: Group) -> None:
    shown = group.chat.to_api()
    update: dict[str, Any] = {"message_id": 4711, "date": int(START.timestamp()), "chat": shown, "sender_chat": shown}
    update["from"] = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    watcher = world.reader("Max").inside(group)
    world.sandbox.world.give(watcher.bot, "message", update | {"text": "/time 7:00"})
    await watcher.wait_for("Gespeichert: 07:00", since_start=True)


async def test_who_writes_as_a_channel_is_no_admin(world: World, group: Group) -> None:
    shown = group.chat.to_api()
    update: dict[str, Any] = {"message_id": 4711, "date": int(START.timestamp()), "chat": shown, "text": "/time 7:00"}
    update["from"] = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    update["sender_chat"] = {"id": -1009999, "type": "channel", "title": "Fremd"}
    watcher = world.reader("Max").inside(group)
    world.sandbox.world.give(watcher.bot, "message", update)
    await watcher.wait_for(ADMINS_ONLY, since_start=True)


async def test_a_group_that_throws_us_out_is_left_alone(world: World, group: Group) -> None:
    owner = world.reader("Olga")
    await ask(owner, "/help")
    await world.app.subscriptions.open(Chat(group.chat.id, kind="supergroup"), "de")
    group.set_bot("kicked")

    async def blocked() -> bool:
        found = await stored(world, group.chat.id)
        return found is not None and found.status is Status.BLOCKED

    await eventually(blocked)


async def test_a_group_takes_its_settings_along_when_it_becomes_a_supergroup(world: World) -> None:
    owner = world.reader("Olga")
    await owner.bot_is_there()
    group = world.sandbox.group(owner, "Redaktion", kind="group")
    group.set_bot("member")
    speaker = owner.inside(group)
    await speaker.send("/time 6:45")
    await speaker.wait_for("Gespeichert: 06:45")
    old = await stored(world, group.chat.id)
    assert old is not None
    group.migrate()

    async def moved() -> bool:
        found = await stored(world, group.chat.id)
        return found is not None and (found.id, found.schedule) == (old.id, old.schedule)

    await eventually(moved)


# Commands


@pytest.mark.parametrize("text", ["/topic Ukraine", "/topic\nUkraine", "/topic  Ukraine ", "/Topic\tUkraine"])
async def test_a_command_ends_at_any_white_space(world: World, text: str) -> None:
    await ask(world.reader(), text, "Ukraine")


async def test_in_private_a_command_is_ours_whomever_it_names(world: World) -> None:
    await ask(world.reader(), "/latest@anderer_bot", "Neueste Nachrichten")


@pytest.mark.parametrize("text", ["/", "//", "/ ", "/@", "/@sandbox_110201543_bot", "/💥", "/" + "x" * 4000])
async def test_what_only_looks_like_a_command_is_answered(world: World, text: str) -> None:
    answer = await ask(world.reader(), text)
    assert "Code" not in answer.text


# Blocking and coming back


async def test_who_blocks_the_bot_gets_nothing_until_he_is_back(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    reader.block()

    async def blocked() -> bool:
        return (await world.subscriber(reader)).status is Status.BLOCKED

    await eventually(blocked)
    sent = len(world.sandbox.ledger)
    await world.move(SLOT)
    reader.unblock()
    await ask(reader, "/start", "")
    back = await world.subscriber(reader)
    assert (back.status, back.preferences.topics) == (Status.ACTIVE, frozenset({"ukraine"}))
    assert [message.text[:4] for message in world.sandbox.ledger[sent:]] == [reader.answers[-1].text[:4]]
    world.clock.move(timedelta(hours=1))
    await publish(world, GRAIN, topics=("ukraine",))
    await world.move(SLOT + timedelta(days=1))
    await reader.wait_for("Dein Morgen")


async def test_a_block_while_we_answer_is_no_fault(world: World) -> None:
    reader = await subscribed(world)
    world.sandbox.fail("answer", "sendMessage", status=403)
    with capture_logs() as logs:
        await reader.send("/help")

        async def blocked() -> bool:
            return (await world.subscriber(reader)).status is Status.BLOCKED

        await eventually(blocked)
    assert {"reader_blocked_the_bot"} <= {line["event"] for line in logs}
    assert "update_failed" not in {line["event"] for line in logs}


# Faults


async def test_a_fault_is_apologised_for_with_a_code_that_is_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("geheimes Wort")

    reader = await subscribed(world, ["ukraine"])
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(Reading, "latest", broken)
        apology = await ask(reader, "/latest", "es liegt an uns")
        await ask(reader, "/help", "/neu")  # the next one is answered as ever
    (failed,) = [line for line in logs if line["event"] == "update_failed"]
    assert f"Code {failed['code']}" in apology.text
    assert failed["log_level"] == "error"
    assert "geheim" not in str([{key: line[key] for key in line if key != "exc_info"} for line in logs])
    await ask(reader, "/latest", "Selenskyj")


async def test_a_fault_behind_a_button_is_apologised_for_and_the_button_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise LookupError("geheimes Wort")

    reader = await subscribed(world, ["ukraine"])
    digest = await ask(reader, "/latest", "Selenskyj")
    with monkeypatch.context() as patch:
        patch.setattr(Reading, "story", broken)
        await reader.press("1", digest)
        await reader.wait_for("es liegt an uns")


async def test_a_button_is_answered_whatever_it_carries(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    screen = await ask(reader, "/settings")
    for data in ("", "x", "v1|", "v1|undo|999999999999", "v1|story|-1", "\x00", "💥" * 16):
        query = await press_data(world, reader, screen, data)
        await world.sandbox.world.pulse.until(lambda query=query: query.answer, 5)  # type: ignore[misc]


async def test_a_button_that_waited_too_long_still_works(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    digest = await ask(reader, "/latest", "Selenskyj")
    body = '{"ok":false,"error_code":400,"description":"Bad Request: query is too old and response timeout expired"}'
    fault = world.sandbox.fail("answer", "answerCallbackQuery", status=400, body=body)
    with capture_logs() as logs:
        await reader.press("1", digest, answered=False)
        await reader.wait_for("Verlauf")
        await world.sandbox.world.pulse.until(lambda: fault.met, 5)
        await ask(reader, "/status", "Status")  # behind it
    assert [line for line in logs if line["log_level"] in ("warning", "error")] == []
    assert all("liegt an uns" not in message.text for message in reader.answers)


async def test_a_button_of_a_forgotten_message_is_answered(world: World) -> None:
    reader = await subscribed(world)
    screen = await ask(reader, "/settings")
    query = world.sandbox.world.new_query(reader.user, screen, "v1|help")
    reader.bot.queries[query.id] = query
    update = {"id": query.id, "from": reader.user.to_api(), "chat_instance": "1", "data": "v1|help"}
    world.sandbox.world.give(reader.bot, "callback_query", update)
    await world.sandbox.world.pulse.until(lambda: query.answer, 5)


async def test_an_update_that_comes_twice_changes_nothing_twice(world: World) -> None:
    reader = await subscribed(world)
    await ask(reader, "/time 6:45", "Gespeichert: 06:45")
    first = await world.subscriber(reader)
    mark = len(reader.answers)
    assert reader.bot.updates.repeat_last()
    await world.sandbox.world.pulse.until(lambda: len(reader.answers) > mark, 5)
    again = await world.subscriber(reader)
    assert (again.id, again.schedule) == (first.id, first.schedule)


@pytest.mark.parametrize(
    "poison",
    [{"message": {"message_id": 1}}, {"callback_query": {"id": "1"}}, {"message": 7}, {"unheard_of": {"x": 1}}],
)
async def test_an_update_that_nobody_can_read_stops_nothing(world: World, poison: dict[str, Any]) -> None:
    """Left in the queue it would come again and again, and nothing behind it would ever be read."""
    reader = await subscribed(world)
    ((kind, content),) = poison.items()
    reader.bot.updates.allowed |= {kind}
    world.sandbox.world.give(reader.bot, kind, content)
    await ask(reader, "/help", "/neu")


async def hurried(reader: Reader) -> Message:
    """As many costly wishes as a minute has room for, and one more."""
    for _ in range(COSTLY_PER_MINUTE):
        await ask(reader, "/latest", "Selenskyj")
    return await ask(reader, "/latest", "Kurz durchatmen: in ")


async def test_so_many_costly_wishes_a_minute_and_then_a_breath(world: World) -> None:
    reader, other = await subscribed(world, ["ukraine"]), await subscribed(world, ["ukraine"])
    slow_down = await hurried(reader)
    assert slow_down.text == "Kurz durchatmen: in 60 Sekunden wieder."
    await ask(other, "/latest", "Selenskyj")  # nobody else has to wait
    assert labels(slow_down) == ["Nochmal"]
    await reader.press("Nochmal", slow_down)
    assert await reader.wait_for_toast("Kurz durchatmen: in 60 Sekunden wieder.")
    await ask(reader, "/settings", "Einstellungen")  # cheap things go on
    world.clock.move(timedelta(seconds=59))
    assert (await ask(reader, "/search Ukraine", "Kurz")).text == "Kurz durchatmen: in 1 Sekunde wieder."
    world.clock.move(timedelta(seconds=1))
    await ask(reader, "/latest", "Selenskyj")
