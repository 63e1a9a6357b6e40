"""From an empty chat to the first digest: /start, the three steps, and coming back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.domain.preferences import Length
from digests.domain.schedule import EVERY_DAY, WORKDAYS
from digests.domain.subscribers import SETUP_DONE, Chat, Status
from tests.support.chatting import ask, press
from tests.support.screens import labels, ticked
from tests.support.worlds import World


async def to_step_two(reader: Reader) -> Message:
    await reader.send("/start")
    await reader.wait_for("Hallo Ada!")
    await reader.press("Los geht's")
    await reader.press("Ukraine")
    await reader.press("Weiter (1 gewählt) →")
    return await reader.wait_for("2/3")


async def to_step_three(reader: Reader) -> Message:
    await to_step_two(reader)
    await reader.press("Weiter →")
    return await reader.wait_for("3/3")


async def test_four_taps_lead_from_an_empty_chat_to_the_preview_in_one_message(world: World) -> None:
    reader = world.reader()
    preview = await to_step_three(reader)  # /start is the first of five acts, then four taps
    assert len(reader.answers) == 1
    assert preview.text.startswith("3/3 · So sieht dein Digest aus")
    assert "Nächster Digest: Do., 13. August, 07:00." in preview.text
    assert "/einstellungen" in preview.text
    assert labels(preview)[-5:] == ["Passt so ✓", "Kürzer", "Länger", "← Zurück", "Themen ändern"]
    assert "NATO" in preview.text  # real stories
    assert "ausgelassen" not in preview.text


async def test_done_starts_the_deliveries(world: World) -> None:
    reader = world.reader()
    await to_step_three(reader)
    await reader.press("Passt so ✓")
    done = await reader.wait_for("Fertig.")
    assert "Do., 13. August, 07:00" in done.text
    stored = await world.subscriber(reader)
    assert (stored.status, stored.setup_step) == (Status.ACTIVE, SETUP_DONE)
    assert stored.schedule is not None
    assert (stored.schedule.minutes, stored.schedule.weekdays) == ((420,), WORKDAYS)
    assert stored.preferences.topics == {"ukraine"}
    assert labels(done) == ["Neueste Nachrichten", "Digest jetzt", "Themen", "Einstellungen", "Gemerkt", "Hilfe"]
    await world.move(timedelta(hours=1, minutes=1))
    assert "Dein Morgen" in (await reader.wait_for("Dein Morgen", since_start=True)).text


async def test_nothing_comes_by_itself_to_who_leaves_in_the_middle(world: World) -> None:
    reader = world.reader()
    await to_step_three(reader)
    written = len(world.sandbox.ledger)
    await world.move(timedelta(days=1, hours=2))
    await asyncio.sleep(0)
    assert len(world.sandbox.ledger) == written
    assert (await world.subscriber(reader)).status is Status.SETUP


@pytest.mark.parametrize(
    ("taps", "told"),
    [
        (["Los geht's"], ("Du warst bei Schritt 1 von 3", "1/3")),
        (["Los geht's", "Politik", "Weiter (1 gewählt) →"], ("Du warst bei Schritt 2 von 3", "2/3")),
        (["Los geht's", "Politik", "Weiter (1 gewählt) →", "Weiter →"], ("Du warst bei Schritt 3 von 3", "3/3")),
    ],
)
async def test_start_goes_on_where_the_reader_was(world: World, taps: list[str], told: tuple[str, str]) -> None:
    reader = world.reader()
    await reader.send("/start")
    await reader.wait_for("Hallo")
    for tap in taps:
        await reader.press(tap)
    await reader.send("/start")
    again = await reader.wait_for(told[0])
    assert told[1] in again.text
    assert len(reader.answers) == 2


async def test_topics_are_toggled_on_pages_and_none_is_not_enough(world: World) -> None:
    reader = world.reader()
    await reader.send("/start")
    await reader.wait_for("Hallo")
    await reader.press("Los geht's")
    first = labels(await reader.wait_for("1/3 · Welche Themen?"))
    assert [label.split(" · ")[0] for label in first[:6]] == [
        "Politik",
        "Ukraine",
        "Wirtschaft",
        "Wissenschaft",
        "Kultur",
        "Sport",
    ]
    assert first[-4:] == ["Alle", "Keins", "Mehr …", "Weiter →"]
    await reader.press("Weiter →")
    assert await reader.wait_for_toast("Wähle mindestens ein Thema oder nimm Alle.")
    await reader.press("Sport")
    await reader.press("Mehr …")
    second = await reader.wait_for("1/3")
    assert "Weiter (1 gewählt) →" in labels(second)
    assert not set(labels(second)[:-4]) & set(first[:-4])
    await reader.press("Alle")
    await reader.press("Keins")
    await reader.press("Mehr …")
    await reader.press("Alle")
    everything = await reader.wait_for(lambda message: len(ticked(message)) >= 5)
    count = len((await world.subscriber(reader)).preferences.topics)
    assert labels(everything)[-1] == f"Weiter ({count} gewählt) →"
    assert count > 40


async def test_the_number_of_stories_per_day_stands_at_each_topic(world: World) -> None:
    reader = world.reader()
    await reader.send("/start")
    await reader.wait_for("Hallo")
    await reader.press("Los geht's")
    shown = dict(label.split(" · ") for label in labels(await reader.wait_for("1/3")) if " · " in label)
    assert int(shown["Ukraine"]) >= 1
    assert int(shown["Sport"]) == 0


async def test_the_zone_is_a_guess_until_it_is_chosen(world: World) -> None:
    reader = world.reader()
    guess = await to_step_two(reader)
    assert "Deine Zeitzone ist wohl Europe/Berlin (geschätzt), dort ist es jetzt 06:00." in guess.text
    assert ticked(guess) == ["07:00", "Mo–Fr"]
    await reader.press("Zeitzone ändern")
    await reader.wait_for("Zeitzone:")
    await reader.press("Kiew")
    chosen = await reader.wait_for("2/3")
    assert "Deine Zeitzone: Europe/Kyiv, jetzt ist es 07:00." in chosen.text
    assert len(reader.answers) == 1
    stored = await world.subscriber(reader)
    assert stored.schedule is not None
    assert (stored.zone_confirmed, stored.schedule.time_zone) == (True, "Europe/Kyiv")


async def test_up_to_three_times_and_sets_of_days(world: World) -> None:
    reader = world.reader()
    await to_step_two(reader)
    await reader.press("07:00")
    assert await reader.wait_for_toast("Wähle mindestens eine Uhrzeit.")
    await reader.press("18:30")
    await reader.press("12:30")
    await reader.press("20:00")
    assert await reader.wait_for_toast("Höchstens drei Zeiten am Tag.")
    await reader.press("Täglich")
    three = await reader.wait_for(lambda message: "Täglich" in ticked(message))
    assert ticked(three) == ["07:00", "12:30", "18:30", "Täglich"]
    stored = (await world.subscriber(reader)).schedule
    assert stored is not None
    assert (stored.minutes, stored.weekdays) == ((420, 750, 1110), EVERY_DAY)


async def test_once_a_week_asks_for_the_day(world: World) -> None:
    reader = world.reader()
    await to_step_two(reader)
    await reader.press("Wöchentlich")
    weekly = await reader.wait_for(lambda message: "Wöchentlich" in ticked(message))
    assert ticked(weekly) == ["07:00", "Wöchentlich", "Mo"]
    await reader.press("Sa")
    assert ticked(await reader.wait_for("2/3")) == ["07:00", "Wöchentlich", "Sa"]
    await reader.press("Weiter →")
    assert "Nächster Digest: Sa., 15. August, 07:00." in (await reader.wait_for("3/3")).text


async def test_another_time_is_typed(world: World) -> None:
    reader = world.reader()
    await to_step_two(reader)
    await reader.press("Andere Zeit")
    question = await reader.wait_for("Schreib die Uhrzeit, z. B. 6:45.")
    assert (question.markup or {})["force_reply"]
    await reader.send("halb sieben und 6:45", reply_to=question)
    assert ticked(await reader.wait_for("2/3")) == ["06:30", "06:45", "Mo–Fr"]
    await reader.press("Andere Zeit")
    await reader.send("25:00", reply_to=await reader.wait_for("Schreib die Uhrzeit"))
    await reader.wait_for("25:00 gibt es nicht.")
    await reader.press("18:30")
    assert ticked(await reader.wait_for("2/3")) == ["18:30", "Mo–Fr"]


async def test_a_city_is_typed_for_the_zone(world: World) -> None:
    reader = world.reader()
    await to_step_two(reader)
    await reader.press("Zeitzone ändern")
    await reader.press("Andere Stadt")
    await reader.send("Lwiw", reply_to=await reader.wait_for("In welcher Stadt bist du?"))
    assert "Europe/Kyiv" in (await reader.wait_for("2/3")).text


async def test_back_from_the_zones_to_the_times(world: World) -> None:
    reader = world.reader()
    await to_step_two(reader)
    await reader.press("Zeitzone ändern")
    await reader.press("← Zurück")
    assert "geschätzt" in (await reader.wait_for("2/3")).text


async def test_the_preview_follows_the_length_and_other_topics(world: World) -> None:
    reader = world.reader()
    normal = (await to_step_three(reader)).text
    assert "Länge: normal, höchstens 6 Geschichten." in normal
    await reader.press("Kürzer")
    short = await reader.wait_for("Länge: kurz, höchstens 3 Geschichten.")
    assert len(short.text) < len(normal)
    assert "Kürzer" not in labels(short)
    await reader.press("Länger")
    await reader.press("Länger")
    assert "Länger" not in labels(await reader.wait_for("Länge: lang, höchstens 10 Geschichten."))
    assert (await world.subscriber(reader)).preferences.length is Length.LONG
    await reader.press("Themen ändern")
    await reader.wait_for("1/3")
    await reader.press("Ukraine")
    await reader.press("Sport")
    await reader.press("Weiter (1 gewählt) →")
    await reader.press("Weiter →")
    assert "In deinen Themen gibt es heute noch nichts." in (await reader.wait_for("3/3")).text
    assert len(reader.answers) == 1


async def test_a_sample_first(world: World) -> None:
    reader = world.reader()
    await reader.send("/start")
    await reader.wait_for("Hallo")
    await reader.press("Erst ein Beispiel")
    sample = await reader.wait_for("Ein Beispiel")
    assert "1 · " in sample.text
    assert "ausgelassen" not in sample.text
    await reader.press("Los geht's", sample)
    await reader.wait_for("1/3")


async def test_the_language_is_switched_at_the_welcome_with_its_menu(world: World) -> None:
    reader = world.reader("Олена", "de")
    await reader.send("/start")
    assert labels(await reader.wait_for("Hallo Олена!"))[2:] == ["English", "Українська"]
    await reader.press("Українська")
    assert labels(await reader.wait_for("Привіт, Олена!"))[2:] == ["Deutsch", "English"]
    stored = await world.subscriber(reader)
    assert (stored.language, stored.time_zone) == ("uk", "Europe/Kyiv")
    await reader.press("English")
    assert labels(await reader.wait_for("Hi Олена!"))[:2] == ["Let's go", "Show me a sample"]
    await reader.press("Let's go")
    assert "1/3 · Which topics?" in (await reader.wait_for("1/3")).text


async def test_a_known_reader_gets_the_menu(world: World) -> None:
    reader = world.reader()
    await to_step_three(reader)
    await reader.press("Passt so ✓")
    await reader.send("/start")
    menu = await reader.wait_for("Hallo Ada!")
    assert "Nächster Digest: Do., 13. August, 07:00" in menu.text
    assert "Themen: Ukraine" in menu.text
    assert labels(menu) == ["Neueste Nachrichten", "Digest jetzt", "Themen", "Einstellungen", "Gemerkt", "Hilfe"]
    await reader.open_link("set")
    await reader.wait_for("Einstellungen\n")
    assert (await world.subscriber(reader)).ready  # looking at the settings ends nothing


async def test_start_brings_back_who_left(world: World) -> None:
    reader = world.reader()
    await to_step_three(reader)
    await reader.press("Passt so ✓")
    await world.app.subscriptions.stop((await world.subscriber(reader)).chat)
    await reader.send("/start")
    assert "Nächster Digest" in (await reader.wait_for("Hallo Ada!")).text
    assert (await world.subscriber(reader)).status is Status.ACTIVE


async def test_who_stops_in_the_middle_gets_nothing_until_he_has_finished(world: World) -> None:
    reader = world.reader()
    chat = (await to_step_two(reader)).chat
    await world.app.subscriptions.stop(Chat(chat.id))
    await reader.press("18:30")
    await reader.wait_for("2/3")
    assert (await world.subscriber(reader)).status is Status.STOPPED
    await reader.send("/start")
    await reader.wait_for("Du warst bei Schritt 2 von 3")
    assert (await world.subscriber(reader)).status is Status.SETUP
    await reader.press("Weiter →")
    await reader.press("Passt so ✓")
    assert (await world.subscriber(reader)).status is Status.ACTIVE


@pytest.mark.parametrize(
    ("language", "go", "nothing", "topic", "onward", "other", "question", "again"),
    [
        ("de", "Los geht's", "Wähle mindestens ein Thema oder nimm Alle.", "Ukraine", "Weiter", "Andere Zeit",
         "Schreib die Uhrzeit, z. B. 6:45.", "Du warst bei Schritt 2 von 3"),
        ("en", "Let's go", "Choose at least one topic or take All.", "Ukraine", "Next", "Other time",
         "Type the time, e.g. 6:45.", "You were at step 2 of 3"),
    ],
)  # fmt: skip
async def test_what_is_said_beside_the_steps(  # noqa: PLR0917 - the words of one language
    world: World, language: str, go: str, nothing: str, topic: str, onward: str, other: str, question: str, again: str
) -> None:
    reader = world.reader("Ada", language)
    await ask(reader, "/start")
    await press(reader, go, "1/3")
    await reader.press(f"{onward} →")
    assert await reader.wait_for_toast(nothing)
    await press(reader, topic, "1/3")
    await press(reader, onward, "2/3")
    await reader.press(other)
    asked = await reader.wait_for(question)
    assert (asked.text, (asked.markup or {})["force_reply"]) == (question, True)
    await reader.send("6:45", reply_to=asked)
    assert "06:45" in ticked(await reader.wait_for("2/3"))
    assert (await ask(reader, "/start", "2/3")).text.startswith(again)


async def test_english_and_ukrainian_go_the_same_way(world: World) -> None:
    for language, go, topic, onward, next_step, done in (
        ("en", "Let's go", "Ukraine", "Next (1 chosen) →", "Next →", "Looks good ✓"),
        ("uk", "", "Україна", "", "", ""),
    ):
        reader = world.reader("Ada", language)
        await reader.send("/start")
        welcome = await reader.wait_for("Ada")
        await reader.press(go or labels(welcome)[0])
        await reader.press(topic)
        first = await reader.wait_for("1/3")
        await reader.press(onward or labels(first)[-1])
        second = await reader.wait_for("2/3")
        await reader.press(next_step or labels(second)[-1])
        third = await reader.wait_for("3/3")
        await reader.press(done or labels(third)[-5])
        await reader.wait_for("/latest")
        assert (await world.subscriber(reader)).status is Status.ACTIVE
