"""Groups and their forum topics: the first word, /bind and /unbind, who may, how often, and lost rights."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Group, Reader
from bot.telegram.fading import AFTER
from digests.domain.subscribers import Chat, Status
from tests.support.chatting import ask, eventually, press, publish, set_up, standing, subscribed
from tests.support.reports import GRAIN
from tests.support.worlds import World

WELCOME = {"de": "Einrichten können Admins.", "en": "Admins can set me up.", "uk": "можуть адміністратори"}


async def gone(message: Message) -> None:
    """Wait until a message has been deleted."""

    async def deleted() -> bool:
        return message.deleted

    await eventually(deleted)


async def founder(world: World, language: str = "de") -> Reader:
    """Somebody who knows the bot."""
    owner = world.reader("Olga", language)
    await ask(owner, "/privacy")
    return owner


@pytest.mark.parametrize("language", ["de", "en", "uk"])
async def test_a_bot_that_is_added_says_one_line_with_a_button(world: World, language: str) -> None:
    owner = await founder(world, language)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    speaker = owner.inside(group)
    said = await speaker.wait_for(WELCOME[language], since_start=True)
    assert len(said.buttons) == 1
    await speaker.press(said.buttons[0][0])
    await speaker.wait_for("1/3")


async def test_members_cannot_set_up(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    await owner.inside(group).wait_for(WELCOME["de"], since_start=True)
    member = world.reader("Max").inside(group)
    await member.press("Einrichten")
    await member.wait_for_toast("Das dürfen hier nur Admins.")


async def test_a_group_is_set_up_by_its_admin_and_gets_its_digest(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.wait_for(WELCOME["de"], since_start=True)
    await admin.press("Einrichten")
    await admin.wait_for("1/3")
    await set_up(admin)
    await publish(world, GRAIN)
    await world.move(timedelta(days=1, hours=1))
    digest = await admin.wait_for("Der Morgen")
    await admin.press("1", digest)
    await admin.wait_for("Quelle")


async def test_the_link_that_adds_the_bot_opens_the_set_up(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send(f"/start@{owner.bot.user.username} setup")
    await admin.wait_for("Welche Themen")


async def forum(world: World) -> tuple[Reader, Group]:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Forum", is_forum=True)
    group.set_bot("member")
    await owner.inside(group).wait_for("schreibt dort /verbinden", since_start=True)
    return owner, group


async def test_a_forum_topic_is_bound_where_bind_is_written(world: World) -> None:
    owner, group = await forum(world)
    topic = group.open_topic("Nachrichten")
    admin = owner.inside(group, topic)
    await admin.send("/bind")
    await admin.wait_for("Digests kommen künftig hierher.")
    await set_up(admin)
    await admin.send("/bind")
    await admin.wait_for("Digests kommen hierher, der nächste")
    await publish(world, GRAIN)
    await world.move(timedelta(days=1, hours=1))
    assert (await admin.wait_for("Der Morgen")).thread_id == topic.id
    await admin.send("/unbind")
    await admin.wait_for("/verbinden fängt wieder an")
    await standing(world, Chat(group.chat.id, topic.id), Status.STOPPED)
    await admin.press("Rückgängig")
    await standing(world, Chat(group.chat.id, topic.id), Status.ACTIVE)


@pytest.mark.parametrize("words", ["/bind test", "/bind TEST", "/verbinden probe"])
async def test_a_sample_comes_where_it_is_asked_for(world: World, words: str) -> None:
    owner, group = await forum(world)
    topic = group.open_topic("Nachrichten")
    admin = owner.inside(group, topic)
    await admin.send(words)
    assert (await admin.wait_for("Probe")).thread_id == topic.id


async def test_what_bind_does_has_buttons(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    speaker = owner.inside(group)
    await speaker.wait_for(WELCOME["de"], since_start=True)
    await press(speaker, "Einrichten", "1/3")
    await set_up(speaker)
    await press(speaker, "Probe senden", "Probe ·")
    await ask(speaker, "/bind", "Digests kommen hierher")
    await press(speaker, "Probe senden", "Probe ·")
    await ask(speaker, "/bind", "Digests kommen hierher")
    await press(speaker, "Trennen", "Hierher kommen keine Digests mehr.")
    await ask(speaker, "/status", "Hierher kommen keine Digests. /verbinden fängt wieder an.")


async def test_topics_of_a_forum_are_told_apart(world: World) -> None:
    owner = await founder(world)
    forum = world.sandbox.group(owner, "Redaktion", is_forum=True)
    forum.set_bot("member")
    await owner.inside(forum).wait_for(WELCOME["de"], since_start=True)
    for name in ("Politik", "Sport " * 20):
        topic = forum.open_topic(name)
        await ask(owner.inside(forum, topic), "/bind", "1/3")
    listed = await ask(owner, "/channels", "Kanäle und Gruppen")
    names = [row[0] for row in listed.buttons]
    assert "Redaktion · Politik (nicht eingerichtet)" in names
    assert len(set(names)) == len(names)


async def test_bind_in_private_explains_itself(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    said = await ask(reader, "/bind", "Gruppen und Kanäle")
    assert [row[0] for row in said.buttons] == ["Zu einer Gruppe hinzufügen", "Kanäle & Gruppen"]
    await ask(reader, "/unbind", "Gruppen und Kanäle")


async def test_unbind_where_nothing_is_bound(world: World) -> None:
    owner, group = await forum(world)
    admin = owner.inside(group)
    await admin.send("/unbind")
    await admin.wait_for("Hierher kommen keine Digests. Mit /verbinden fängt es an.")


async def test_a_group_gets_one_costly_answer_in_thirty_seconds(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    member, other = world.reader("Max").inside(group), world.reader("Mia").inside(group)
    await member.send("/latest")
    await member.wait_for("Noch sind keine Themen gewählt")
    await other.send("/topic ukraine")
    await other.wait_for("in 30 Sekunden wieder")
    world.clock.move(timedelta(seconds=31))
    await other.send("/topic ukraine")
    await other.wait_for("Ukraine")


async def test_what_concerns_one_person_does_not_stay(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    member = world.reader("Max").inside(group)
    await member.send("/time 7:00")
    told = await member.wait_for("Das dürfen hier nur Admins.")
    world.clock.move(AFTER + timedelta(seconds=1))
    await gone(told)


async def test_lost_rights_let_digests_rest_and_tell_the_manager_once(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send("/bind")
    await admin.wait_for("1/3")
    await set_up(admin)
    group.set_bot("restricted")
    await standing(world, Chat(group.chat.id), Status.PAUSED)
    await world.bot.reminding.look(world.clock.now())
    told = await owner.wait_for("darf ich nicht mehr schreiben", since_start=True)
    await world.bot.reminding.look(world.clock.now())
    assert len([one for one in owner.answers if "nicht mehr schreiben" in one.text]) == 1
    await owner.press("Nochmal prüfen", told)
    await owner.wait_for("Ich darf dort noch nicht schreiben")
    group.set_bot("member")
    await standing(world, Chat(group.chat.id), Status.ACTIVE)


async def test_english_groups_and_their_managers_are_told_in_english(world: World) -> None:
    owner = await founder(world, "en")
    group = world.sandbox.group(owner, "Newsroom", is_forum=True)
    group.set_bot("member")
    topic = group.open_topic("News")
    admin = owner.inside(group, topic)
    await ask(admin, "/unbind", "No digests come here. /bind begins.")
    await ask(admin, "/bind", "Digests will come here.")
    for label, wanted in (("All", "1/3"), ("Next", "2/3"), ("Next", "3/3"), ("Looks good ✓", "Done")):
        await press(admin, label, wanted)
    await ask(admin, "/bind", "Digests come here, the next one: Thu 13 August, 07:00.")
    await ask(admin, "/bind test", "Sample · this is how digests come here")
    member = world.reader("Max", "en").inside(group, topic)
    await ask(member, "/bind", "Only admins can do that here.")
    await ask(member, "/latest", "Latest news")
    await ask(member, "/topic ukraine", "One moment please: again in 30 seconds.")
    group.set_bot("restricted")
    await standing(world, Chat(group.chat.id, topic.id), Status.PAUSED)
    await world.bot.reminding.look(world.clock.now())
    told = await owner.wait_for("I may no longer write in Newsroom · News.", since_start=True)
    await press(owner, "Check again", "I still may not write there.", told)
    group.set_bot("member")
    await standing(world, Chat(group.chat.id, topic.id), Status.ACTIVE)
    topic.closed = True
    await publish(world, GRAIN)
    await world.move(timedelta(days=1, hours=2))
    await standing(world, Chat(group.chat.id, topic.id), Status.PAUSED)
    await world.bot.reminding.look(world.clock.now())
    told = await owner.wait_for("In Newsroom · News the forum topic of my digests is closed", since_start=True)
    topic.closed = False
    await press(owner, "Check again", "All is well again; digests come from the next slot on.", told)
    await ask(admin, "/unbind", "No digests come here any more. The settings stay; /bind begins again.")


async def test_a_group_whose_bot_comes_back_goes_on(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send("/bind")
    await admin.wait_for("1/3")
    await set_up(admin)
    group.set_bot("kicked")
    await standing(world, Chat(group.chat.id), Status.BLOCKED)
    group.set_bot("member")
    await admin.wait_for("Da bin ich wieder. Nächster Digest:")


async def test_a_group_that_becomes_a_supergroup_keeps_its_manager(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion", "group")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.send("/bind")
    await admin.wait_for("1/3")
    group.migrate()
    await standing(world, Chat(group.chat.id), Status.SETUP)
    listed = await ask(owner, "/channels", "Kanäle und Gruppen")
    assert listed.buttons[0] == ["Redaktion (nicht eingerichtet)"]


async def test_a_group_is_set_up_by_its_admins_alone(world: World) -> None:
    owner, member = world.reader("Olga"), world.reader("Max")
    await owner.bot_is_there()
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    theirs, hers = member.inside(group), owner.inside(group)
    await theirs.send("/start")
    await theirs.wait_for("Das dürfen hier nur Admins.")
    await hers.send("/start")
    await hers.wait_for("1/3")
    await theirs.press("Alle")
    assert "Das dürfen hier nur Admins." in theirs.toasts
    await hers.press("Alle")
    await hers.wait_for("1/3")
