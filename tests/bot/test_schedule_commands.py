"""/time and /days: every row of the table of wrong input, and what the right one brings."""

from __future__ import annotations

import pytest

from bot.sandbox import people
from bot.sandbox.readers import Reader
from digests.domain.schedule import EVERY_DAY, Schedule
from digests.domain.subscribers import Status
from tests.support.chatting import ask, subscribed
from tests.support.screens import labels, ticked
from tests.support.worlds import World


async def stored(world: World, reader: Reader) -> Schedule:
    schedule = (await world.subscriber(reader)).schedule
    assert schedule is not None
    return schedule


@pytest.mark.parametrize(
    ("command", "minutes"),
    [
        ("/time 07:00", (420,)),
        ("/zeit 7", (420,)),
        ("/time 7 Uhr", (420,)),
        ("/Zeit 7am", (420,)),
        ("/time 7:00 18:30", (420, 1110)),
        ("/time morgens abends", (420, 1110)),
    ],
)
async def test_a_time_is_saved_and_the_next_three_dates_are_told(
    world: World, command: str, minutes: tuple[int, ...]
) -> None:
    reader = world.reader()
    await reader.send(command)
    answer = await reader.wait_for("Gespeichert: ")
    assert "(Europe/Berlin)" in answer.text
    assert "Do., 13. August, 07:00" in answer.text
    assert answer.text.count("August") == 3
    assert "Rückgängig" in labels(answer)
    assert (await stored(world, reader)).minutes == minutes
    assert (await world.subscriber(reader)).status is Status.ACTIVE  # dates that were told are kept


async def test_off_and_back_again(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 6:45")
    await reader.wait_for("Gespeichert: 06:45")
    await reader.send("/time aus")
    await reader.wait_for("Es kommt kein Digest mehr von selbst.")
    assert (await world.subscriber(reader)).schedule is None
    await reader.press("Rückgängig")
    await reader.wait_for("Rückgängig gemacht.")
    assert (await stored(world, reader)).minutes == (405,)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "25:00 gibt es nicht. Schreib HH:MM zwischen 00:00 und 23:59."),
        ("en", "25:00 does not exist. Use HH:MM from 00:00 to 23:59."),
    ],
)
async def test_an_impossible_time_is_explained_and_fixed_by_a_button(world: World, language: str, told: str) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/time 25:00")
    answer = await reader.wait_for(told)
    assert labels(answer) == ["06:30", "07:00", "18:30"]
    assert (await world.subscriber(reader)).schedule is None
    await reader.press("18:30")
    await reader.wait_for("18:30 (Europe/")
    assert (await stored(world, reader)).minutes == (1110,)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", "In der Nacht der Zeitumstellung kommt der Digest um 03:00."),
        ("en", "On the night the clocks change the digest comes at 03:00."),
    ],
)
async def test_a_time_that_a_clock_change_leaves_out_is_told(world: World, language: str, told: str) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/timezone Berlin")
    await reader.wait_for("Europe/Berlin")
    await reader.send("/time 02:30")
    assert told in (await reader.wait_for("02:30 (Europe/Berlin)")).text
    await reader.send("/time 03:30")
    assert told not in (await reader.wait_for("03:30 (Europe/Berlin)")).text
    await reader.send("/days mo-fr")
    await reader.wait_for(lambda message: "–" in message.text)
    await reader.send("/time 02:30")  # clocks change on Sundays
    assert told not in (await reader.wait_for("02:30 (Europe/Berlin)")).text


@pytest.mark.parametrize(
    ("language", "told", "button"),
    [
        ("de", "Höchstens drei Zeiten. Ich habe nichts geändert.", "7, 8, 9 nehmen"),
        ("en", "Three times at most. Nothing changed.", "Take 7, 8, 9"),
    ],
)
async def test_four_times_change_nothing(world: World, language: str, told: str, button: str) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/time 7 8 9 10")
    assert labels(await reader.wait_for(told)) == [button]
    assert (await world.subscriber(reader)).schedule is None
    await reader.press(button)
    await reader.wait_for("(Europe/")
    assert (await stored(world, reader)).minutes == (420, 480, 540)


async def test_four_odd_times_keep_their_minutes_on_the_button(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 7:15 8 9 10")
    assert labels(await reader.wait_for("Höchstens drei Zeiten.")) == ["07:15, 08:00, 09:00 nehmen"]


async def test_words_are_no_time(world: World) -> None:
    reader = world.reader()
    await reader.send("/time <b>bald</b>")
    answer = await reader.wait_for("„<b>bald</b>“ verstehe ich nicht als Uhrzeit.")
    assert labels(answer) == ["06:30", "07:00", "18:30"]


async def test_the_screen_of_times(world: World) -> None:
    reader = world.reader()
    await reader.send("/time")
    off = await reader.wait_for("aus, es kommt kein Digest von selbst")
    assert ticked(off) == []
    await reader.press("08:00")
    on = await reader.wait_for("Zeit: 08:00 · täglich")
    assert ticked(on) == ["08:00", "Täglich"]
    assert "Nächster Digest: Do., 13. August, 08:00." in on.text
    assert "geschätzt" in on.text
    await reader.press("08:00")
    await reader.wait_for_toast("Wähle mindestens eine Uhrzeit.")
    await reader.press("Wöchentlich")
    await reader.press("Sa")
    await reader.wait_for("Zeit: 08:00 · Sa")
    await reader.press("Aus")
    await reader.wait_for("Es kommt kein Digest mehr von selbst.")
    assert (await world.subscriber(reader)).schedule is None


async def test_a_time_chosen_on_the_screen_is_kept_for_who_is_not_set_up(world: World) -> None:
    reader = world.reader()
    await reader.send("/time")
    await reader.wait_for("Zeit:")
    await reader.press("Andere Zeit")
    await reader.send("5:45", reply_to=await reader.wait_for("Schreib die Uhrzeit"))
    answer = await reader.wait_for("Gespeichert: 05:45")
    assert "Themen wählen" in labels(answer)
    assert (await world.subscriber(reader)).ready


async def test_a_time_without_a_command_is_asked_about(world: World) -> None:
    reader = world.reader()
    await reader.send("7:30")
    assert labels(await reader.wait_for("Digest um 07:30?")) == ["Ja", "Nein"]
    await reader.press("Nein")
    assert (await world.subscriber(reader)).schedule is None
    await reader.send("halb acht")
    await reader.wait_for("Digest um 07:30?")
    await reader.press("Ja")
    await reader.wait_for("Gespeichert: 07:30")


@pytest.mark.parametrize(
    ("command", "days", "told"),
    [
        ("/days mo-fr", 0b0011111, "Gespeichert: Mo–Fr. Nächster Digest: Do., 13. August, 07:00."),
        ("/tage täglich", EVERY_DAY, "Gespeichert: täglich. Nächster Digest: Do., 13. August, 07:00."),
        ("/days sa so", 0b1100000, "Gespeichert: Sa, So. Nächster Digest: Sa., 15. August, 07:00."),
        ("/days wöchentlich mo", 0b0000001, "Gespeichert: Mo. Nächster Digest: Mo., 17. August, 07:00."),
    ],
)
async def test_days_are_saved_and_the_next_date_is_told(world: World, command: str, days: int, told: str) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    await reader.wait_for("Gespeichert")
    await reader.send(command)
    assert "Rückgängig" in labels(await reader.wait_for(told))
    assert (await stored(world, reader)).weekdays == days


@pytest.mark.parametrize(
    ("language", "told"), [("de", "„xyz“ verstehe ich nicht als Tage."), ("en", 'I don\'t understand "xyz" as days.')]
)
async def test_wrong_days_show_the_weekday_buttons(world: World, language: str, told: str) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/time 7")
    await reader.wait_for("07:00")
    await reader.send("/days xyz")
    answer = await reader.wait_for(told)
    assert len(ticked(answer)) == 8  # all days, and their set
    await reader.press(labels(answer)[5])
    await reader.wait_for(lambda message: len(ticked(message)) == 6)
    assert (await stored(world, reader)).weekdays == 0b1011111


async def test_weekly_without_a_day_asks_for_one(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    await reader.wait_for("Gespeichert")
    await reader.send("/days wöchentlich")
    await reader.wait_for("An welchen Tagen?")
    await reader.press("So")
    await reader.wait_for("Gespeichert: So. Nächster Digest: So., 16. August, 07:00.")


async def test_the_last_day_cannot_be_taken_away(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    await reader.wait_for("Gespeichert")
    await reader.send("/days so")
    await reader.wait_for("Gespeichert: So")
    await reader.send("/days")
    await reader.wait_for("An welchen Tagen? Jetzt: So")
    await reader.press("So")
    await reader.wait_for_toast("Wähle mindestens einen Tag.")


async def test_days_without_a_time_ask_for_it(world: World) -> None:
    reader = world.reader()
    await reader.send("/days sa so")
    await reader.wait_for("Sa, So: Um welche Uhrzeit soll dein Digest kommen?")
    assert (await world.subscriber(reader)).schedule is None
    await reader.press("08:00")
    assert "Sa., 15. August, 08:00" in (await reader.wait_for("Gespeichert: 08:00")).text
    assert (await stored(world, reader)).weekdays == 0b1100000


@pytest.mark.parametrize(
    "data",
    [
        "setup|to|99", "setup|to|-5", "setup|to|x", "setup", "setup|toggle|nothing|0", "setup|page|-7", "setup|at|1440",
        "setup|day|7", "setup|length|sideways", "start|language|xx", "start|?", "time|set|25:00", "time|at|-1",
        "time|?", "days|at|0|99999", "days|day|9", "days|only", "days|days|?", "timezone|set|No/Where",
        "timezone|set|../etc", "topics|add|nothing", "topics|follow|", "topics|drop|zz|0", "topics|toggle|nothing|x",
        "length|huge", "language|xx",
    ],
)  # fmt: skip
async def test_made_up_buttons_open_a_screen_or_do_nothing(world: World, data: str) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    message = await reader.wait_for("Gespeichert")
    before = await world.subscriber(reader)
    query = people.press(world.sandbox.world, reader.bot, reader.user, message, f"v1|{data}")
    await world.sandbox.world.pulse.until(lambda: query.answer, 5.0)
    assert "liegt an uns" not in reader.transcript()
    after = await world.subscriber(reader)
    assert (after.preferences.topics, after.preferences.words) == (frozenset(), frozenset())
    assert (after.language, after.time_zone, after.ready) == (before.language, before.time_zone, True)


@pytest.mark.parametrize("language", ["de", "en", "uk"])
async def test_the_screen_of_times_is_short(world: World, language: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language, minutes=(6 * 60 + 5, 7 * 60, 21 * 60), weekdays=1)
    rows = ((await ask(reader, "/time")).markup or {})["inline_keyboard"]
    assert len(rows) <= (7 if language == "en" else 6)  # English names of days need two rows
    assert {len(row) for row in rows[:2]} == {4}
