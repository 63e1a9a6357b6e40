"""Channels, managed from a private chat: picking one, rights, settings, digests, and what nobody else may change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Group, Reader
from bot.telegram.callbacks import bound, encode, short_number
from bot.telegram.picking import LASTS
from digests.domain.schedule import EVERY_DAY, Schedule
from digests.domain.subscribers import Chat, Status
from tests.support.chatting import ask, press, press_data, publish, set_up, standing, subscribed
from tests.support.reports import GRAIN
from tests.support.worlds import World

TITLE = "Hafenfunk"


async def owner_of_channel(world: World, language: str = "de") -> tuple[Reader, Group]:
    owner = await subscribed(world, ["sport"], language=language)
    return owner, world.sandbox.group(owner, TITLE, "channel")


async def connected(world: World) -> tuple[Reader, Group]:
    """A channel whose set-up is finished, daily at 07:00, all topics."""
    owner, channel = await owner_of_channel(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, "+ Hinzufügen", "Welcher Kanal")
    await owner.share_chat(channel)
    await owner.wait_for("1/3")
    for label, wanted in (("Alle", "1/3"), ("Weiter", "2/3"), ("Täglich", "2/3"), ("Weiter", "3/3")):
        await press(owner, label, wanted)
    await press(owner, "Passt so ✓", "Fertig")
    return owner, channel


async def test_a_channel_is_set_up_in_the_private_chat(world: World) -> None:
    owner, channel = await connected(world)
    found = await world.app.subscriptions.find(Chat(channel.chat.id))
    assert found is not None
    assert (found.status, found.chat.kind) == (Status.ACTIVE, "channel")
    assert found.schedule == Schedule("Europe/Berlin", (420,), EVERY_DAY)
    own = await world.subscriber(owner)
    assert own.preferences.topics == {"sport"}  # his own stay his own
    assert all(TITLE in message.text for message in owner.answers if "/3 ·" in message.text)
    assert not [message for message in channel.messages if message.from_bot]  # nothing was posted meanwhile


async def test_a_channel_gets_its_digest_with_links_into_the_private_chat(world: World) -> None:
    owner, channel = await connected(world)
    await publish(world, GRAIN)
    await world.move(timedelta(days=1, hours=1))
    digest = await owner.inside(channel).wait_for("Der Morgen", since_start=True)
    assert digest.markup is not None
    buttons = [button for row in digest.markup["inline_keyboard"] for button in row]
    assert all(button["url"].startswith(f"https://t.me/{owner.bot.user.username}?start=s_") for button in buttons)
    assert "/latest" not in digest.text
    await owner.open_link(buttons[0]["url"].rpartition("=")[2])
    await owner.wait_for("Quelle")


async def test_settings_of_a_channel_change_by_buttons_and_come_back(world: World) -> None:
    owner, channel = await connected(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, TITLE, "Nächster Digest")
    await press(owner, "Einstellungen", "Einstellungen")
    await press(owner, "Länge", "Länge")
    await press(owner, "Kurz", "Gespeichert")
    chat = Chat(channel.chat.id)
    found = await world.app.subscriptions.find(chat)
    assert found is not None
    assert found.preferences.length == "short"
    await press(owner, "Rückgängig")
    found = await world.app.subscriptions.find(chat)
    assert found is not None
    assert found.preferences.length == "normal"
    assert (await world.subscriber(owner)).preferences.length == "normal"


async def test_a_typed_answer_about_a_channel_is_the_channels(world: World) -> None:
    owner, channel = await connected(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, TITLE, "Nächster Digest")
    await press(owner, "Zeit & Tage", "07:00")
    question = await press(owner, "Andere Zeit", "Uhrzeit")
    await owner.send("6:45", reply_to=question)
    await owner.wait_for("06:45")
    found = await world.app.subscriptions.find(Chat(channel.chat.id))
    assert found is not None and found.schedule is not None  # noqa: PT018
    assert found.schedule.minutes == (405,)
    own = (await world.subscriber(owner)).schedule
    assert own is not None
    assert own.minutes == (420,)


async def test_a_sample_is_posted_on_demand(world: World) -> None:
    owner, channel = await connected(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, TITLE, "Nächster Digest")
    await press(owner, "Probe senden", "Probe gesendet.")
    await owner.inside(channel).wait_for("Probe", since_start=True)


async def test_parting_is_undone_like_any_change(world: World) -> None:
    owner, channel = await connected(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, TITLE, "Nächster Digest")
    await press(owner, "Trennen", "Dorthin kommen keine Digests mehr.")
    chat = Chat(channel.chat.id)
    found = await world.app.subscriptions.find(chat)
    assert found is not None
    assert found.status is Status.STOPPED
    await press(owner, "Rückgängig")
    found = await world.app.subscriptions.find(chat)
    assert found is not None
    assert found.status is Status.ACTIVE


async def test_who_picks_a_channel_is_led_on_and_not_invited_too(world: World) -> None:
    owner, channel = await owner_of_channel(world)
    await ask(owner, "/channels", "Kanäle und Gruppen")
    await press(owner, "+ Hinzufügen", "Welcher Kanal")
    channel.set_bot("administrator")  # the client does so before it tells what was picked
    await owner.share_chat(channel)
    await owner.wait_for("1/3")
    assert [one for one in owner.answers if "jetzt im Kanal" in one.text] == []
    world.clock.move(LASTS)
    other = world.sandbox.group(owner, "Später", "channel")
    other.set_bot("administrator")
    await owner.wait_for("Ich bin jetzt im Kanal Später")


async def test_a_forwarded_post_connects_too(world: World) -> None:
    owner, channel = await owner_of_channel(world)
    channel.set_bot("administrator")
    await owner.wait_for("Ich bin jetzt im Kanal", since_start=True)
    post = channel.post("Ein Beitrag")
    await owner.forward(post)
    await owner.wait_for("Verbunden.")


TROUBLES = {
    "de": ("Dort bin ich noch nicht.", "bist du kein Admin", "darf ich nichts veröffentlichen"),
    "en": ("I am not there yet.", "You are no admin", "I may not post"),
}


@pytest.mark.parametrize("language", TROUBLES)
async def test_missing_rights_are_explained_with_a_button(world: World, language: str) -> None:
    missing, no_admin, no_posting = TROUBLES[language]
    owner, channel = await owner_of_channel(world, language)
    post = channel.post("Ein Beitrag")
    await owner.forward(post)
    said = await owner.wait_for(missing)
    assert len(said.buttons) == 1
    channel.set_bot("administrator")
    channel.set_rights(lacking=["can_post_messages"])
    await press(owner, said.buttons[0][0], no_posting)
    stranger = await subscribed(world, language=language)
    channel.join(stranger)
    await stranger.forward(post)
    await stranger.wait_for(no_admin)
    channel.set_rights()
    await owner.press(said.buttons[0][0], said)
    await owner.wait_for("1/3")


async def test_nobody_else_sees_or_changes_a_channel(world: World) -> None:
    _, channel = await connected(world)
    found = await world.app.subscriptions.find(Chat(channel.chat.id))
    assert found is not None
    stranger = await subscribed(world, ["sport"])
    screen = await ask(stranger, "/help", "/neu")
    for data in (encode("binding", "part"), encode("leave"), encode("length", "short"), encode("binding", "show")):
        forged = bound(data, found.id)
        assert forged is not None
        await press_data(world, stranger, screen, forged)
        await stranger.wait_for("veraltet")
    await stranger.open_link(f"b_{short_number(found.id)}")
    assert TITLE not in (await stranger.wait_for("Kanäle und Gruppen")).text
    assert await world.app.subscriptions.find(Chat(channel.chat.id)) == found


async def test_who_is_dismissed_manages_no_more(world: World) -> None:
    owner, channel = await connected(world)
    listed = await ask(owner, "/channels", "Kanäle und Gruppen")
    channel.dismiss(owner)
    await owner.press(TITLE, listed)
    await owner.wait_for("veraltet")


async def test_lost_rights_and_repair(world: World) -> None:
    owner, channel = await connected(world)
    channel.set_rights(lacking=["can_post_messages"])
    chat = Chat(channel.chat.id)
    await standing(world, chat, Status.PAUSED)
    await world.bot.reminding.look(world.clock.now())
    told: Message = await owner.wait_for("darf ich nicht mehr schreiben", since_start=True)
    await owner.press("Nochmal prüfen", told)
    await owner.wait_for("Ich darf dort noch nicht schreiben")
    channel.set_rights()
    await standing(world, chat, Status.ACTIVE)
    await owner.press("Nochmal prüfen")
    await owner.wait_for("Alles wieder gut")


async def test_a_closed_topic_is_told_to_its_manager(world: World) -> None:
    owner = await subscribed(world, ["sport"])
    group = world.sandbox.group(owner, "Forum", is_forum=True)
    group.set_bot("member")
    topic = group.open_topic("Nachrichten")
    admin = owner.inside(group, topic)
    await admin.send("/bind")
    await admin.wait_for("1/3")
    await set_up(admin)
    topic.closed = True
    await publish(world, GRAIN)
    await world.move(timedelta(days=1, hours=1))
    chat = Chat(group.chat.id, topic.id)
    await standing(world, chat, Status.PAUSED)
    await world.bot.reminding.look(world.clock.now())
    told = await owner.wait_for("Forum-Thema geschlossen", since_start=True)
    await owner.press("Nochmal prüfen", told)
    await owner.wait_for("geschlossen oder gelöscht. Öffne es wieder")
    topic.closed = False
    await owner.press("Nochmal prüfen")
    await owner.wait_for("Alles wieder gut")


async def test_channels_are_not_managed_in_a_group(world: World) -> None:
    owner = await subscribed(world, ["sport"])
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send("/channels")
    await admin.wait_for("im privaten Chat mit mir")
