"""/stop: less often, a pause instead, leaving and the ways back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.subscribers import Status
from tests.support.chatting import ask, press, subscribed
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "text", "buttons"),
    [
        ("de", "Was passt dir besser?", ["Seltener (1× pro Woche)", "Pausieren", "Ganz aufhören", "← Einstellungen"]),
        ("en", "What suits you better?", ["Less often (once a week)", "Pause", "Stop for good", "← Settings"]),
    ],
)
async def test_stop_offers_three_ways(world: World, language: str, text: str, buttons: list[str]) -> None:
    answer = await ask(await subscribed(world, ["ukraine"], language=language), "/stop")
    assert (answer.text, labels(answer)) == (text, buttons)


async def test_rarer_is_once_a_week_at_the_next_time(world: World) -> None:
    reader = await subscribed(world, ["ukraine"], minutes=(420, 1110))
    before = (await world.subscriber(reader)).schedule
    await ask(reader, "/stop")
    await press(
        reader, "Seltener (1× pro Woche)", "Ab jetzt einmal pro Woche. Nächster Digest: Do., 13. August, 07:00."
    )
    schedule = (await world.subscriber(reader)).schedule
    assert schedule is not None
    assert (schedule.minutes, schedule.weekdays) == ((420,), 0b1000)
    await press(reader, "Rückgängig", "Rückgängig gemacht.")
    assert (await world.subscriber(reader)).schedule == before


async def test_what_is_weekly_cannot_be_rarer_but_more_often_again(world: World) -> None:
    reader = await subscribed(world, ["ukraine"], weekdays=0b1)
    assert labels(await ask(reader, "/stop")) == ["Wieder öfter", "Pausieren", "Ganz aufhören", "← Einstellungen"]
    await press(reader, "Wieder öfter", "An welchen Tagen?")
    await press(reader, "Täglich", "täglich")
    schedule = (await world.subscriber(reader)).schedule
    assert schedule is not None
    assert schedule.weekdays == 0b1111111
    assert labels(await ask(world.reader(), "/stop")) == ["Pausieren", "Ganz aufhören", "← Einstellungen"]


@pytest.mark.parametrize("command", ["/stop", "/status", "/pause", "/einstellungen"])
async def test_who_left_finds_the_way_back_on_every_screen_that_says_so(world: World, command: str) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/stop")
    await press(reader, "Ganz aufhören", "keine Digests mehr")
    await ask(reader, command, "Du bekommst keine Digests.")
    await press(reader, "Wieder anfangen", "Weiter geht's.")
    assert (await world.subscriber(reader)).status is Status.ACTIVE


async def test_pausing_instead_of_leaving(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    await ask(reader, "/stop")
    await press(reader, "Pausieren", "Wie lange pausieren?")
    await press(reader, "2 Wochen", "Pause bis Do., 27. August")
    await press(reader, "Rückgängig", "Rückgängig gemacht.")
    assert (await world.subscriber(reader)).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("language", "leave", "gone", "forget", "undo", "undone"),
    [
        ("de", "Ganz aufhören", "Du bekommst keine Digests mehr.", "Alles löschen", "Rückgängig", "Rückgängig gemacht"),
        ("en", "Stop for good", "You get no more digests.", "Delete everything", "Undo", "Undone"),
    ],
)
async def test_leaving_holds_until_start(  # one way out after the other
    world: World, language: str, leave: str, gone: str, forget: str, undo: str, undone: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, "/stop")
    answer = await press(reader, leave, gone)
    await ask(reader, "/latest", "NATO")  # reading on is no wish for digests
    assert (await world.subscriber(reader)).status is Status.STOPPED
    assert labels(answer) == [forget, undo]
    await press(reader, undo, undone, answer)
    assert (await world.subscriber(reader)).status is Status.ACTIVE
    await ask(reader, "/stop")
    await press(reader, leave, gone)
    await world.move(timedelta(hours=1))
    assert "/start" in (await ask(reader, "/stop")).text
    assert "/start" in (await ask(reader, "/status")).text
    await ask(reader, "/start")
    assert (await world.subscriber(reader)).status is Status.ACTIVE


async def test_who_left_may_resume_or_choose_a_time(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    for command in ("/resume", "/time 8"):
        await ask(reader, "/stop")
        await press(reader, "Ganz aufhören", "keine Digests mehr")
        await ask(reader, command, "13. August")
        assert (await world.subscriber(reader)).status is Status.ACTIVE
