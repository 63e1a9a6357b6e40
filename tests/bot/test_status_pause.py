"""/status, /pause, /resume and the undo of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from digests.domain.delivery import DeliveryStatus
from digests.domain.subscribers import Chat, NothingNew, Status
from digests.storage.subscribers import PastDelivery
from tests.support.chatting import ask, press, press_data, subscribed
from tests.support.screens import labels
from tests.support.worlds import World, world_of

DAYS = {14: "Fr", 15: "Sa", 16: "So", 17: "Mo", 18: "Di"}


async def settled(world: World, reader: Reader) -> PastDelivery:
    """The reader's last delivery, once it is neither waiting nor under way."""
    subscriber = await world.subscriber(reader)
    for _ in range(1000):
        past = await world.app.subscriptions.past_deliveries(subscriber)
        if past and past[0].status not in (DeliveryStatus.PENDING, DeliveryStatus.SENDING):
            return past[0]
    raise AssertionError("the delivery did not come to an end")


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "de",
            [
                "Themen: Ukraine",
                "Nächster Digest: Do., 13. August, 07:00 (Europe/Berlin)",
                "Archiv seit 13. August 2026",
            ],
        ),
        (
            "en",
            ["Topics: Ukraine", "Next digest: Thu 13 August, 07:00 (Europe/Berlin)", "Archive since 13 August 2026"],
        ),
    ],
)
async def test_status_names_topics_next_slot_and_archive(world: World, language: str, parts: list[str]) -> None:
    answer = await ask(await subscribed(world, ["ukraine"], language=language), "/status")
    assert [part for part in parts if part not in answer.text] == []


async def test_status_names_the_last_five_slots(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    chat = Chat(reader.chat.id)
    await world.app.subscriptions.set_nothing_new(chat, NothingNew.NOTE)
    await world.move(timedelta(hours=1))
    await reader.wait_for("Dein Morgen")
    await reader.send("/privacy")  # what comes from here on is new
    for day in range(14, 18):
        await world.move(timedelta(days=1))
        await reader.wait_for(f"Nächster Versuch: {DAYS[day + 1]}., {day + 1}. August")
        await ask(reader, "/privacy")
    await world.app.subscriptions.set_nothing_new(chat, NothingNew.SILENT)
    await world.move(timedelta(days=1))
    while (await settled(world, reader)).slot_at.day < 18:
        pass
    answer = await ask(reader, "/status", "Di., 18. August, 07:00: nichts Neues")
    lines = answer.text.split("Letzte Digests:\n")[1].split("\n\n")[0].splitlines()
    assert lines == ["Di., 18. August, 07:00: nichts Neues"] + [
        f"{DAYS[day]}., {day}. August, 07:00: gesendet" for day in (17, 16, 15, 14)
    ]


@pytest.mark.parametrize(
    ("language", "state", "note", "button", "title"),
    [
        ("de", "13. August, 07:00: unklar, ob er ankam", "Ich sende nichts doppelt", "Digest abrufen", "Dein Morgen"),
        ("en", "13 August, 07:00: unclear whether it arrived", "I send nothing twice", "Fetch the digest",
         "Your morning"),
    ],
)  # fmt: skip
async def test_an_uncertain_digest_can_be_fetched(
    world: World, language: str, state: str, note: str, button: str, title: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    fault = world.sandbox.fail("close", "sendMessage", chat_id=reader.chat.id)
    await world.move(timedelta(hours=1))
    await settled(world, reader)
    assert fault.met == 1
    answer = await ask(reader, "/status", state)
    assert note in answer.text
    digest = await press(reader, button)
    assert digest.text.startswith(f"{title} · ")
    assert "NATO" in digest.text


async def test_fetching_what_is_not_stored_builds_today_s(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/status")
    await press_data(world, reader, answer, "v1|fetch|1")
    assert (await reader.wait_for("NATO")).text.startswith("Dein Digest\n")


async def test_status_without_a_time(world: World) -> None:
    answer = await ask(world.reader(), "/status")
    assert "Kein Digest geplant. Mit /zeit legst du eine Uhrzeit fest." in answer.text


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("de", "/pause 3d", "Pause bis So., 16. August, 06:00. Danach geht es von selbst weiter."),
        ("de", "/pause bis 15.08.", "Pause bis Sa., 15. August. Danach geht es von selbst weiter."),
        ("en", "/pause 2w", "Paused until Thu 27 August, 06:00. After that it goes on by itself."),
        ("en", "/pause until 15 August", "Paused until Sat 15 August. After that it goes on by itself."),
    ],
)
async def test_a_pause_with_an_end(world: World, language: str, text: str, said: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, text)
    assert answer.text == said
    assert len(labels(answer)) == 1
    stored = await world.subscriber(reader)
    assert stored.status is Status.PAUSED
    assert stored.paused_until is not None
    await reader.press(labels(answer)[0])
    assert (await world.subscriber(reader)).status is Status.ACTIVE


async def test_a_pause_without_an_end_offers_some(world: World) -> None:
    reader = await subscribed(world, ["ukraine"])
    answer = await ask(reader, "/pause", "Pause, bis du /weiter schreibst.")
    assert labels(answer) == ["3 Tage", "1 Woche", "2 Wochen", "Rückgängig"]
    assert (await world.subscriber(reader)).paused_until is None
    await press(reader, "1 Woche", "Pause bis Do., 20. August, 06:00.")
    assert (await world.subscriber(reader)).paused_until == datetime(2026, 8, 20, 4, tzinfo=UTC)
    status = await ask(reader, "/status")
    assert "Pause bis Do., 20. August, 06:00. /weiter beendet sie." in status.text


@pytest.mark.parametrize(
    ("language", "text", "said", "buttons"),
    [
        ("de", "/pause bis 31.02.", "Den 31.02. gibt es nicht.", ["3 Tage", "1 Woche", "2 Wochen", "Offen"]),
        ("en", "/pause until 31 February", "There is no 31 February.", ["3 days", "1 week", "2 weeks", "Open end"]),
        ("de", "/pause bis 01.08.", "01.08. ist schon vorbei. Wie lange pausieren?",
         ["3 Tage", "1 Woche", "2 Wochen", "Offen"]),
        ("de", "/pause 400d", "Mehr als ein Jahr kann ich mir nicht merken. Wie lange pausieren?",
         ["3 Tage", "1 Woche", "2 Wochen", "Offen"]),
        ("de", "/pause bald", "„bald“ verstehe ich nicht. Schreib z. B. /pause 3d, /pause 2w oder /pause bis 15.08.",
         ["3 Tage", "1 Woche", "2 Wochen", "Offen"]),
    ],
)  # fmt: skip
async def test_wrong_dates_get_buttons(world: World, language: str, text: str, said: str, buttons: list[str]) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, text)
    assert (answer.text, labels(answer)) == (said, buttons)
    assert (await world.subscriber(reader)).status is Status.ACTIVE
    await reader.press(buttons[-1])
    stored = await world.subscriber(reader)
    assert (stored.status, stored.paused_until) == (Status.PAUSED, None)


@pytest.mark.parametrize("command", ["/pause", "/pause 3d", "/resume"])
@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "Dafür richte dich bitte zuerst ein: /start"), ("en", "Please set things up first: /start")],
)
async def test_before_the_set_up_there_is_nothing_to_pause(
    world: World, command: str, language: str, text: str
) -> None:
    assert (await ask(world.reader(language_code=language), command)).text == text


@pytest.mark.parametrize(
    ("language", "command", "done", "again"),
    [
        ("de", "/weiter", "Weiter geht's. Nächster Digest: Do., 13. August, 07:00.",
         "Du machst gerade keine Pause. Nächster Digest: Do., 13. August, 07:00."),
        ("en", "/resume", "Back again. Next digest: Thu 13 August, 07:00.",
         "You are not paused. Next digest: Thu 13 August, 07:00."),
    ],
)  # fmt: skip
async def test_resuming(world: World, language: str, command: str, done: str, again: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, "/pause")
    answer = await ask(reader, command)
    assert answer.text == done
    assert len(labels(answer)) == 1
    assert (await ask(reader, command)).text == again
    await reader.press(labels(answer)[0], answer)
    assert (await world.subscriber(reader)).status is Status.PAUSED


@pytest.mark.parametrize(
    ("language", "offer", "yes", "no", "title", "declined"),
    [
        ("de", "Willkommen zurück. Soll ich dir das Wichtigste aus 9 Tagen zeigen?", "Zeig sie", "Nein, normal weiter",
         "Was du verpasst hast", "Gut, es geht normal weiter. Nächster Digest: So., 23. August, 07:00."),
        ("en", "Welcome back. Shall I show you the top stories of 9 days?", "Show them", "No, go on as usual",
         "What you missed", "Fine, it goes on as usual. Next digest: Sun 23 August, 07:00."),
    ],
)  # fmt: skip
async def test_after_a_long_pause_there_is_something_to_catch_up(
    world: World, language: str, offer: str, yes: str, no: str, title: str, declined: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await world.move(timedelta(hours=1))
    await reader.wait_for("NATO")
    await ask(reader, "/pause")
    world.clock.move(timedelta(days=9, hours=1))
    answer = await ask(reader, "/resume", offer)
    assert labels(answer)[:2] == [yes, no]
    assert (await press(reader, yes)).text.startswith(title)
    assert (await press(reader, no)).text == declined


@pytest.mark.parametrize(
    ("language", "toast"),
    [
        ("de", "Dafür ist es zu spät: Rückgängig geht zehn Minuten lang."),
        ("en", "Too late: undo works for ten minutes."),
    ],
)
async def test_undo_is_over_after_ten_minutes(world: World, language: str, toast: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    answer = await ask(reader, "/pause")
    world.clock.move(timedelta(minutes=11))
    await reader.press(labels(answer)[-1])
    await reader.wait_for_toast(toast)
    assert (await world.subscriber(reader)).status is Status.PAUSED


async def test_nobody_undoes_what_is_another_s(world: World) -> None:
    ada, bob = await subscribed(world, ["ukraine"]), await subscribed(world, ["sport"])
    answer = await ask(ada, "/pause")
    number = answer.markup["inline_keyboard"][-1][0]["callback_data"] if answer.markup else ""
    theirs = await ask(bob, "/settings")
    await press_data(world, bob, theirs, number)
    await bob.wait_for_toast("zu spät")
    assert (await world.subscriber(ada)).status is Status.PAUSED


@pytest.mark.parametrize(
    ("language", "pause", "resumed", "time"),
    [
        ("de", "Pause beenden", "Weiter geht's.", "Zeit & Tage"),
        ("en", "End the pause", "Back again.", "Time & days"),
    ],
)
async def test_start_offers_what_lets_digests_come_again(
    world: World, language: str, pause: str, resumed: str, time: str
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await ask(reader, "/pause 3d")
    assert labels(await ask(reader, "/start"))[0] == pause
    await press(reader, pause, resumed)
    assert time not in labels(await ask(reader, "/start"))
    await ask(reader, "/time off")
    assert labels(await ask(reader, "/start"))[0] == time


@pytest.mark.parametrize(("late_minutes", "late"), [(15, True), (60, False)])
async def test_status_calls_late_what_the_digest_called_late(tmp_path: Path, late_minutes: int, late: bool) -> None:
    async with world_of(tmp_path, late_minutes=late_minutes) as world:
        reader = await subscribed(world, ["ukraine"])
        await world.move(timedelta(hours=1, minutes=30))
        digest = await reader.wait_for("Dein Morgen")
        assert ("Verspätet" in digest.text) is late
        await settled(world, reader)
        status = await ask(reader, "/status", "Letzte Digests")
        assert ("verspätet gesendet" in status.text) is late
