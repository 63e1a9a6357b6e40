"""What groups are told: as several people, of our faults too, and of commands that we do not have."""

from __future__ import annotations

import re

import pytest
from structlog.testing import capture_logs

from digests.services.subscriptions import Subscriptions
from tests.bot.test_groups import WELCOME, forum, founder
from tests.support.chatting import ask, press, press_data, set_up
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("/hilfe", "Uhrzeit des Digests"),
        ("/hilfe neu", "Geschichten der Themen hier"),
        ("/datenschutz", "bis Admins es löschen"),
        ("/pause", "Pause, bis /weiter sie beendet."),
        ("/stumm Eurovision", "bis es aufgehoben wird"),
    ],
)
async def test_a_group_is_not_spoken_to_like_one_person(world: World, command: str, wanted: str) -> None:
    owner, group = await forum(world)
    admin = owner.inside(group, group.open_topic("Nachrichten"))
    await ask(admin, "/bind", "1/3")
    await set_up(admin)
    assert re.search(r"\b[Dd](u|ein\w*)\b", (await ask(admin, command, wanted)).text) is None


@pytest.mark.parametrize(
    ("language", "other", "question", "saved"),
    [
        ("de", "Andere Stadt", "Nach welcher Stadt soll es gehen? Schreib ihren Namen;", "Gespeichert: Europe/Kyiv"),
        ("en", "Another city", "Which city should the time follow? Write its name;", "Saved: Europe/Kyiv"),
        ("uk", "Інше місто", "За яким містом рахувати час?", "Збережено: Europe/Kyiv"),
    ],
)
async def test_a_question_to_a_group_is_known_by_its_own_words(
    world: World, language: str, other: str, question: str, saved: str
) -> None:
    owner = await founder(world, language)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    admin = owner.inside(group)
    await admin.wait_for(WELCOME[language], since_start=True)
    await ask(admin, "/timezone xyzzyq", "xyzzyq")
    asked = await press(admin, other, question)
    await admin.send("Lwiw" if language != "uk" else "Львів", reply_to=asked)
    await admin.wait_for(saved)


async def test_the_help_of_a_group_promises_no_answer_to_bare_words(world: World) -> None:
    owner, group = await forum(world)
    member = world.reader("Max").inside(group)
    await ask(member, "/hilfe", "Das kann ich")
    assert "ohne Schrägstrich" in (await press(member, "Mehr", "Lesen:")).text
    await ask(owner, "/hilfe", "Das kann ich")
    assert "Du kannst auch einfach ein Thema" in (await press(owner, "Mehr", "Lesen:")).text


async def test_a_fault_of_ours_is_told_in_a_group_whose_button_was_pressed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    owner, group = await forum(world)
    admin = owner.inside(group)
    welcome = await admin.wait_for(WELCOME["de"], since_start=True)
    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(Subscriptions, "reach_step", broken)
        told = await press(admin, "Einrichten", "liegt an uns", welcome)
    assert "Die Einstellungen sind sicher." in told.text


async def test_a_fault_of_ours_is_told_where_a_command_is_ours_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("administrator")  # hears every word
    member = world.reader("Max").inside(group)
    await member.wait_for(WELCOME["de"], since_start=True)
    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(Subscriptions, "open", broken)
        for said in ("/wetter", "/neu@andrer_bot", "Guten Tag"):
            await member.send(said)
        asked = await member.send("/neu 3")
        told = await member.wait_for("liegt an uns")
    assert told.reply_to is asked
    assert len([one for one in member.answers if "liegt an uns" in one.text]) == 1
    await press(member, "Nochmal", "Noch sind keine Themen gewählt", told)


@pytest.mark.parametrize(
    ("language", "wanted"), [("de", "Diese Geschichte ist nicht mehr"), ("en", "This story is no longer")]
)
async def test_why_answers_in_a_group_where_there_is_nothing_to_explain(
    world: World, language: str, wanted: str
) -> None:
    owner = await founder(world, language)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("member")
    member = world.reader("Max", language).inside(group)
    shown = await member.wait_for(WELCOME[language], since_start=True)
    await press_data(world, member, shown, "v1|why|99999")
    told = await member.wait_for(wanted)
    assert told.buttons


async def test_an_unknown_command_in_a_group_is_answered_where_it_is_meant_for_us(world: World) -> None:
    owner = await founder(world)
    group = world.sandbox.group(owner, "Redaktion")
    group.set_bot("administrator")  # hears every word
    member = world.reader("Max").inside(group)
    shown = await member.wait_for(WELCOME["de"], since_start=True)
    await member.send("/warum")  # another bot's, perhaps
    await member.send("/warum", reply_to=shown)
    told = await member.wait_for("Diesen Befehl kenne ich nicht.")
    await ask(member, f"/warum@{owner.bot.user.username}", "Diesen Befehl kenne ich nicht.")
    assert len([one for one in member.answers if one.text == told.text]) == 2
