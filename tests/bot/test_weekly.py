"""The frame of a week's digest, and what was missed in a pause that ended by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.breaking import event, report
from tests.support.chatting import ask, press, subscribed
from tests.support.rows import SLOT
from tests.support.screens import labels
from tests.support.worlds import World

DAY = timedelta(days=1)
THURSDAYS = 0b0001000


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Deine Woche · Do., 6. August – Do., 13. August, 07:00"),
        ("en", "Your week · Thu 6 August – Thu 13 August, 07:00"),
        ("uk", "Твій тиждень · чт, 6 серпня – чт, 13 серпня, 07:00"),
    ],
)
async def test_who_reads_once_a_week_gets_a_week(world: World, language: str, title: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language, weekdays=THURSDAYS)
    await world.move(SLOT)
    digest = await reader.wait_for("NATO")
    assert digest.text.splitlines()[0] == title


async def test_two_times_on_one_day_are_a_week_and_an_evening(world: World) -> None:
    reader = await subscribed(world, ["politics"], weekdays=THURSDAYS, minutes=(420, 1200))
    await event(world.app, SLOT - timedelta(hours=2))
    await world.move(SLOT)
    await reader.wait_for("Deine Woche")
    await report(world.app, "Ticker24", SLOT + timedelta(hours=1))
    await world.move(SLOT + timedelta(hours=13))
    await reader.wait_for("Dein Abend · Do., 13. August, 20:00")


async def test_two_days_a_week_are_no_week(world: World) -> None:
    reader = await subscribed(world, ["ukraine"], weekdays=THURSDAYS | 1)
    await world.move(SLOT)
    assert "Dein Morgen" in (await reader.wait_for("NATO")).text


@pytest.mark.parametrize(
    ("language", "pause", "offer", "yes", "title"),
    [
        ("de", "/pause 9d", "Willkommen zurück. Soll ich dir das Wichtigste aus 9 Tagen zeigen?", "Zeig sie",
         "Was du verpasst hast"),
        ("en", "/pause 9d", "Welcome back. Shall I show you the top stories of 9 days?", "Show them",
         "What you missed"),
    ],
)  # fmt: skip
async def test_after_a_pause_that_ended_by_itself_the_first_digest_offers_what_was_missed_once(
    world: World, language: str, pause: str, offer: str, yes: str, title: str
) -> None:
    reader = await subscribed(world, ["politics"], language=language)
    await ask(reader, pause)
    missed = await event(world.app, SLOT + 3 * DAY)
    await report(world.app, "Ticker24", SLOT + 9 * DAY - timedelta(hours=2), title="Haushalt beschlossen")
    for day in range(10):  # the pause is over at 06:00 of the last one
        await world.move(SLOT + day * DAY)
    digest = await reader.wait_for("Haushalt")
    assert digest.text.startswith(offer)
    assert "Brücke" not in digest.text
    shown = await press(reader, yes, title, digest)
    assert (shown.id != digest.id, "Brücke" in shown.text, "Haushalt" in shown.text) == (True, True, False)
    assert missed
    await report(world.app, "Ticker24", SLOT + 9 * DAY + timedelta(hours=2), title="Haushalt verkündet")
    await world.move(SLOT + 10 * DAY)
    later = await reader.wait_for("verkündet")
    assert offer not in later.text
    assert yes not in labels(later)


async def test_a_pause_of_less_than_a_day_and_one_that_was_ended_offer_nothing_in_digests(world: World) -> None:
    one, other = await subscribed(world, ["politics"]), await subscribed(world, ["politics"])
    await ask(one, "/pause bis 14.08.")
    await ask(other, "/pause 2w")
    await world.move(SLOT + DAY - timedelta(hours=2))
    await ask(other, "/resume")
    await report(world.app, "Ticker24", SLOT + DAY - timedelta(hours=1), title="Haushalt beschlossen")
    await world.move(SLOT + DAY)
    for reader in (one, other):
        assert "Willkommen" not in (await reader.wait_for("Haushalt")).text


async def test_an_undone_pause_is_none(world: World) -> None:
    reader = await subscribed(world, ["politics"])
    await ask(reader, "/pause 3d")
    await reader.press("Rückgängig")
    await report(world.app, "Ticker24", SLOT + 3 * DAY - timedelta(hours=1), title="Haushalt beschlossen")
    await world.move(SLOT + 3 * DAY)
    assert "Willkommen" not in (await reader.wait_for("Haushalt")).text
