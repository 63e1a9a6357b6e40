"""Groups, forums and channels: who hears what, and what is refused."""

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.people import UnableError
from bot.sandbox.readers import Reader
from tests.sandbox.conftest import RawBot


async def test_the_bot_hears_commands_and_replies_only(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    group = sandbox.group(ada, "Redaktion")
    group.set_bot("member")
    inside = ada.inside(group)
    sent = await bot("sendMessage", chat_id=group.chat.id, text="Hallo zusammen")
    for text in ("geplauder", "/latest", "/latest@other_bot", "/latest@sandbox_123456_bot"):
        await inside.send(text)
    await inside.send("eine Antwort", reply_to=group.chat.messages[sent["message_id"]])
    updates = await bot("getUpdates")
    assert updates[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert updates[1]["message"]["new_chat_members"][0]["id"] == 123456
    heard = [one["message"]["text"] for one in updates[2:]]
    assert heard == ["/latest", "/latest@sandbox_123456_bot", "eine Antwort"]
    assert updates[2]["message"]["chat"] == {"id": group.chat.id, "type": "supergroup", "title": "Redaktion"}
    group.set_bot("administrator")
    await inside.send("auch dies")
    assert (await bot("getUpdates"))[-1]["message"]["text"] == "auch dies"


async def test_an_edit_is_heard_by_who_heard_the_message(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    group = sandbox.group(ada, "Redaktion")
    group.set_bot("member")
    inside = ada.inside(group)
    said = await inside.send("geplauder")
    inside.edit(said, "mehr geplauder")
    inside.edit(said, "/latest")
    (heard,) = [one["edited_message"] for one in await bot("getUpdates") if "edited_message" in one]
    assert (heard["text"], heard["message_id"], heard["edit_date"] >= heard["date"]) == ("/latest", said.id, True)
    channel = sandbox.group(ada, "Kanal", "channel")
    channel.set_bot("administrator")
    ada.inside(channel).edit(channel.post("Beitrag"), "Neuer Beitrag")
    assert (await bot("getUpdates"))[-1]["edited_channel_post"]["text"] == "Neuer Beitrag"
    sent = await bot("sendMessage", chat_id=group.chat.id, text="Hallo")
    with pytest.raises(UnableError):
        inside.edit(group.chat.messages[sent["message_id"]], "fremd")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_a_removed_bot_cannot_write(bot: RawBot, ada: Reader, sandbox: Sandbox, status: str, reason: str) -> None:
    group = sandbox.group(ada, "Redaktion")
    group.set_bot("member")
    group.set_bot(status)
    assert await bot.refused("sendMessage", chat_id=group.chat.id, text="x") == reason
    assert (await bot("getUpdates"))[-1]["my_chat_member"]["new_chat_member"]["status"] == status


async def test_a_group_migrates(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    group = sandbox.group(ada, "Redaktion", kind="group")
    group.set_bot("member")
    old = group.chat.id
    group.migrate()
    status, body = await bot.answer("sendMessage", chat_id=old, text="x")
    assert status == 400
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": group.chat.id}
    await bot("sendMessage", chat_id=group.chat.id, text="x")
    told = [one["message"] for one in await bot("getUpdates") if "message" in one]
    assert [one.get("migrate_to_chat_id") for one in told[-2:]] == [group.chat.id, None]
    assert told[-1]["migrate_from_chat_id"] == old


async def test_topics_of_a_forum(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    group = sandbox.group(ada, "Forum", is_forum=True)
    group.set_bot("member")
    topic = group.open_topic("Ukraine")
    inside = ada.inside(group, topic)
    await inside.send("/latest")
    assert (await bot("getUpdates"))[-1]["message"]["message_thread_id"] == topic.id
    sent = await bot("sendMessage", chat_id=group.chat.id, message_thread_id=topic.id, text="x")
    assert sent["is_topic_message"] is True
    topic.closed = True
    reason = await bot.refused("sendMessage", chat_id=group.chat.id, message_thread_id=topic.id, text="x")
    assert reason == "Bad Request: TOPIC_CLOSED"
    with pytest.raises(UnableError, match="closed"):
        await inside.send("y")


async def test_a_channel_needs_an_administrator(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    channel = sandbox.group(ada, "Kanal", kind="channel", username="kanal")
    assert "not a member of the channel" in await bot.refused("sendMessage", chat_id="@kanal", text="x")
    channel.set_bot("administrator")
    sent = await bot("sendMessage", chat_id="@Kanal", text="x")
    assert "from" not in sent
    assert sent["sender_chat"]["id"] == channel.chat.id
    assert (await bot("editMessageText", chat_id="@kanal", message_id=sent["message_id"], text="y"))["text"] == "y"
    await ada.inside(channel).send("vom Menschen")
    assert (await bot("getUpdates"))[-1]["channel_post"]["text"] == "vom Menschen"
    assert [one.text for one in sandbox.ledger] == ["y"]


async def test_questions_about_chats(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    group = sandbox.group(ada, "Redaktion")
    group.set_bot("administrator")
    bo = sandbox.reader("Bo")
    assert (await bot("getChat", chat_id=group.chat.id))["title"] == "Redaktion"
    leading = await bot("getChatAdministrators", chat_id=group.chat.id)
    assert [one["status"] for one in leading] == ["creator", "administrator"]
    assert (await bot("getChatMember", chat_id=group.chat.id, user_id=bo.user.id))["status"] == "left"
    assert await bot("getChatMemberCount", chat_id=group.chat.id) == 2
    reason = await bot.refused("getChatMember", chat_id=group.chat.id, user_id=1)
    assert reason == "Bad Request: PARTICIPANT_ID_INVALID"
    reason = await bot.refused("getChatAdministrators", chat_id=ada.user.id)
    assert reason == "Bad Request: there are no administrators in the private chat"
    assert await bot("leaveChat", chat_id=group.chat.id) is True
    assert "not a member" in await bot.refused("getChat", chat_id=group.chat.id)
