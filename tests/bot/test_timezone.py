"""/timezone and locations: every row of the table of wrong input, and what the right one brings."""

from __future__ import annotations

import pytest

from digests.domain.schedule import Schedule
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("command", "zone", "clock"),
    [
        ("/timezone Berlin", "Europe/Berlin", "06:00"),
        ("/zeitzone Europe/Berlin", "Europe/Berlin", "06:00"),
        ("/timezone Kiew", "Europe/Kyiv", "07:00"),
        ("/timezone New York", "America/New_York", "00:00"),
    ],
)
async def test_a_zone_is_saved_and_its_time_told(world: World, command: str, zone: str, clock: str) -> None:
    reader = world.reader()
    await reader.send(command)
    assert "Rückgängig" in labels(await reader.wait_for(f"Gespeichert: {zone}, jetzt ist es {clock}."))
    subscriber = await world.subscriber(reader)
    assert (subscriber.time_zone, subscriber.zone_confirmed) == (zone, True)


async def test_times_move_with_the_zone(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    await reader.wait_for("Gespeichert")
    await reader.send("/timezone London")
    await reader.wait_for("Nächster Digest: Do., 13. August, 07:00.")
    assert (await world.subscriber(reader)).schedule == Schedule("Europe/London", (420,))


@pytest.mark.parametrize(
    ("language", "told", "cities"),
    [
        (
            "de",
            "Meinst du Mitteleuropa? Mit einer Stadt folgt die Zeit der Umstellung.",
            ["Berlin", "Wien", "Zürich"],
        ),
        (
            "en",
            "Do you mean Central Europe? With a city the time follows daylight saving.",
            ["Berlin", "Vienna", "Zurich"],
        ),
    ],
)
async def test_an_abbreviation_is_answered_with_cities(
    world: World, language: str, told: str, cities: list[str]
) -> None:
    reader = world.reader(language_code=language)
    await reader.send("/timezone CEST")
    assert labels(await reader.wait_for(told))[:3] == cities
    await reader.press(cities[1])
    await reader.wait_for("Europe/Vienna")
    assert (await world.subscriber(reader)).time_zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("typed", "told", "city"),
    [
        ("+2", "Gerade gilt +2 in diesen Städten.", "Berlin"),
        ("EST", "„EST“ ist eine Abkürzung.", "New York"),
        ("Berln", "„Berln“ kenne ich nicht. Meintest du:", "Berlin"),
        ("xqxqxqxq", "„xqxqxqxq“ kenne ich nicht. Schreib die nächste große Stadt", "Berlin"),
        ("+15", "+15 gilt gerade nirgends.", "Berlin"),
        ("USA", "„USA“ hat mehrere Zeitzonen.", "New York"),
    ],
)
async def test_other_places_are_asked_about(world: World, typed: str, told: str, city: str) -> None:
    reader = world.reader()
    await reader.send(f"/timezone {typed}")
    assert city in labels(await reader.wait_for(told))
    assert not (await world.subscriber(reader)).zone_confirmed


async def test_the_screen_of_zones(world: World) -> None:
    reader = world.reader()
    await reader.send("/timezone")
    screen = await reader.wait_for("Zeitzone: Europe/Berlin, jetzt ist es 06:00.")
    assert "geschätzt" in screen.text
    assert labels(screen)[:4] == ["Berlin", "Wien", "Zürich", "Kiew"]
    await reader.press("Andere Stadt")
    await reader.send("Graz", reply_to=await reader.wait_for("In welcher Stadt bist du?"))
    await reader.wait_for("Gespeichert: Europe/Vienna")


async def test_a_location_is_answered_with_the_nearest_zones_and_forgotten(world: World) -> None:
    reader = world.reader()
    await reader.send("/timezone")
    await reader.wait_for("Zeitzone:")
    await reader.press("Standort senden")
    asked = await reader.wait_for("Tippe unten auf den Knopf.")
    assert (asked.markup or {})["keyboard"][0][0]["request_location"]
    await reader.share_location(48.62, 22.29)  # Uzhhorod: Budapest is nearer than Kyiv
    answer = await reader.wait_for("Diese Städte liegen am nächsten.")
    assert labels(answer)[:2] == ["Budapest", "Warschau"]
    assert [one for one in reader.answers if one.id > asked.id] == [answer]  # what took the keyboard away is gone
    sent = world.sandbox.ledger
    (taken,) = [one for one in sent if (one.markup or {}).get("remove_keyboard")]
    assert taken.deleted
    assert answer.text.startswith("Danke. Deinen Standort habe ich nicht gespeichert.")
    await reader.press("Budapest")
    await reader.wait_for("Gespeichert: Europe/Budapest")


async def test_the_present_zone_is_offered_for_a_place_near_the_border(world: World) -> None:
    reader = world.reader(language_code="uk")
    await reader.share_location(48.62, 22.29)
    assert labels(await reader.wait_for("Найближчі міста."))[0] == "Київ"
