"""What readers tell the operators: messages with answers, and reports of faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from digests.domain.keeping import FEEDBACK_LENGTH
from digests.storage import models
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, press_data, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.rows import rows
from tests.support.screens import labels
from tests.support.worlds import World, world_of

SAID = "Mir fehlt <b>Schach</b> & Dame\nund zwar sehr."
KINDS = {
    "de": ["Gehört nicht zusammen", "Falsche Aussage", "Werbung/Müll im Text", "Falsches Thema"],
    "en": ["Does not belong together", "False statement", "Ads or rubbish in the text", "Wrong topic"],
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    """A world with an operator who has written once."""
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        operator = world.reader("Olga")
        assert operator.user.id == OPERATOR
        await ask(operator, "/admin", "Betrieb")
        yield world, operator


async def stored(world: World) -> list[str]:
    return [row["message"] for row in await rows(world.app.database, models.Feedback)]


@pytest.mark.parametrize(
    ("language", "draft", "send", "sent", "heard", "back"),
    [
        ("de", "Das wird gespeichert", "Absenden", "Danke, das ist angekommen", "Antwort der Betreiber:",
         "Zurückschreiben"),
        ("en", "This will be stored", "Send", "Thanks, it has arrived", "Answer from the operators:", "Write back"),
    ],
)  # fmt: skip
async def test_a_message_and_its_answer(  # there and back
    office: tuple[World, Reader], language: str, draft: str, send: str, sent: str, heard: str, back: str
) -> None:
    world, operator = office
    reader = await subscribed(world, language=language)
    shown = await ask(reader, f"/feedback {SAID}", draft)
    assert SAID in shown.text
    assert await stored(world) == []
    await press(reader, send, sent)
    assert await stored(world) == [SAID]
    told = await operator.wait_for("Nachricht #1 an die Betreiber", since_start=True)
    assert SAID in told.text
    assert "Ada" not in told.text
    assert str(reader.chat.id) not in f"{told.text}{told.markup}"
    question = await press(operator, "Antworten", "Antwort auf Nachricht #1 sein?", told)
    await operator.send("Schach <kommt> & bleibt.", reply_to=question)
    await operator.wait_for("Die Antwort auf Nachricht #1 ist zugestellt")
    answer = await reader.wait_for(heard, since_start=True)
    assert "Schach <kommt> & bleibt." in answer.text
    assert labels(answer) == [back]
    (row,) = await rows(world.app.database, models.Feedback)
    assert row["answer"] == "Schach <kommt> & bleibt."
    await press(reader, back, "Schach" if language == "de" else "chess")


@pytest.mark.parametrize(
    ("language", "question", "cancel", "kept"),
    [
        ("de", "Was möchtest du den Betreibern sagen?", "Abbrechen", "nichts ist gespeichert"),
        ("en", "What would you like to tell the operators?", "Cancel", "nothing is stored"),
    ],
)
async def test_without_text_it_asks_and_a_no_stores_nothing(
    world: World, language: str, question: str, cancel: str, kept: str
) -> None:
    reader = await subscribed(world, language=language)
    asked = await ask(reader, "/feedback", question)
    assert (asked.markup or {}).get("force_reply")
    await reader.send("Gut so", reply_to=asked)
    await reader.wait_for("Gut so")
    await press(reader, cancel, kept)
    assert await stored(world) == []


async def test_what_is_too_long_is_shown_cut_and_stored_as_shown(world: World) -> None:
    reader = await subscribed(world)
    await ask(reader, f"/feedback {'📰' * 990} {'&' * 100}", "nur die ersten 2.000 Zeichen")
    await press(reader, "Absenden", "angekommen")
    assert await stored(world) == ["📰" * 990 + "…"]
    await ask(reader, f"/feedback {'📰' * (FEEDBACK_LENGTH // 2)}", "Das wird gespeichert")
    await press(reader, "Absenden", "angekommen")
    assert (await stored(world))[1] == "📰" * (FEEDBACK_LENGTH // 2)


@pytest.mark.parametrize(
    ("language", "send", "wait"),
    [
        ("de", "Absenden", "3 Nachrichten in einer Stunde. Ab 07:00 geht es wieder"),
        ("en", "Send", "3 messages in an hour already. From 07:00 on"),
    ],
)
async def test_three_an_hour(world: World, language: str, send: str, wait: str) -> None:
    reader = await subscribed(world, language=language)
    fourth = await ask(reader, "/feedback zu viel", "zu viel")
    for number in range(3):
        await ask(reader, f"/feedback Nummer {number}", f"Nummer {number}")
        await press(reader, send)
    await ask(reader, "/feedback", wait)
    await press(reader, send, wait, fourth)
    assert len(await stored(world)) == 3
    other = await subscribed(world, language=language)
    await ask(other, "/feedback ich nicht", "ich nicht")
    world.clock.move(timedelta(hours=1))
    await ask(reader, "/feedback wieder", "wieder")


async def test_what_cannot_be_answered_is_told(office: tuple[World, Reader]) -> None:
    world, operator = office
    reader = await subscribed(world)
    await ask(reader, "/feedback Hallo", "Hallo")
    await press(reader, "Absenden", "angekommen")
    told = await operator.wait_for("Nachricht #1", since_start=True)
    question = await press(operator, "Antworten", "Antwort auf Nachricht #1 sein?", told)
    await operator.send("x" * 3001, reply_to=question)
    await operator.wait_for("höchstens 3.000 Zeichen")
    reader.block()
    await operator.send("Ja?", reply_to=question)
    await operator.wait_for("ließ sich nicht zustellen")
    (row,) = await rows(world.app.database, models.Feedback)
    assert row["answered_at"] is None
    reader.unblock()
    await ask(reader, "/forget")
    await press(reader, "Ja, alles löschen", "Alles gelöscht")
    await operator.send("Ja?", reply_to=question)
    await operator.wait_for("Diese Nachricht gibt es nicht mehr")
    await press(operator, "Antworten", "Diese Nachricht gibt es nicht mehr", told)


async def test_operators_find_messages_without_answer(office: tuple[World, Reader]) -> None:
    world, operator = office
    reader = await subscribed(world)
    for text in ("Eins", "Zwei"):
        await ask(reader, f"/feedback {text}", text)
        await press(reader, "Absenden", "angekommen")
    await ask(operator, "/admin", "Betrieb")
    listed = await press(operator, "Nachrichten (2)", "2 ohne Antwort")
    assert "#2 · 06:00: Zwei" in listed.text
    await press(operator, "#1", "Eins")
    await press(operator, "Erledigt", "1 ohne Antwort")
    assert labels(listed)[0] == "#2"


async def test_nobody_else_answers(office: tuple[World, Reader]) -> None:
    world, _ = office
    reader = await subscribed(world)
    await ask(reader, "/feedback Hallo", "Hallo")
    message = await press(reader, "Absenden", "angekommen")
    for data in ("v1|inbox|answer|1", "v1|inbox|show|1", "v1|inbox|done|1", "v1|inbox|settle|1"):
        await press_data(world, reader, message, data)
        await reader.wait_for("veraltet")
    (row,) = await rows(world.app.database, models.Feedback)
    assert row["answered_at"] is None


@pytest.mark.parametrize(
    ("language", "report", "ask_", "thanks", "undo"),
    [
        ("de", "Fehler melden", "Was stimmt hier nicht?",
         "Danke. Wir schauen nach und korrigieren den Digest, falls nötig.", "Rückgängig"),
        ("en", "Report a fault", "What is wrong here?", "Thanks. We will check and correct the digest if needed.",
         "Undo"),
    ],
)  # fmt: skip
async def test_a_report_counts_once(
    office: tuple[World, Reader], language: str, report: str, ask_: str, thanks: str, undo: str
) -> None:
    world, operator = office
    await publish(world, GRAIN)
    reader = await subscribed(world, words=["Getreidekorridor"], language=language)
    await ask(reader, "/latest")
    card = await press(reader, "1", GRAIN.title)
    for kind in (0, 1, 1):
        asked = await press(reader, report, ask_, card)
        assert labels(asked)[:4] == KINDS[language]
        done = await press(reader, KINDS[language][kind], thanks, asked)
    assert len(await rows(world.app.database, models.Report)) == 2
    await ask(operator, "/admin", "Betrieb")
    queue = await press(operator, "Meldungen (1)", "Meldungen: 2 · Geschichten: 1")
    assert GRAIN.title in queue.text
    assert "Gehört nicht zusammen 1, Falsche Aussage 1" in queue.text
    await press(operator, "1", "Gemeldet: Gehört nicht zusammen 1, Falsche Aussage 1", queue)
    await press(operator, "← Meldungen", "Meldungen: 2", queue)
    await press(operator, "1 erledigt", "Keine offenen Meldungen.", queue)
    await press(operator, "Rückgängig", "Meldungen: 2", queue)
    await reader.press(undo, done)
    assert [row["kind"] for row in await rows(world.app.database, models.Report)] == ["apart"]


async def test_a_report_of_nothing(world: World) -> None:
    reader = await subscribed(world)
    message = await ask(reader, "/status")
    for data in ("v1|report|999999", "v1|report|add|999999|false", "v1|report|add|1|nonsense", "v1|report"):
        await press_data(world, reader, message, data)
        await reader.wait_for("nicht mehr im Archiv")
    assert await rows(world.app.database, models.Report) == []
