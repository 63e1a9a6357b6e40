"""A whole run in the sandbox with tell-tale words everywhere: none of them is in the log, in either format."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from digests.storage import models
from tests.support.chatting import ask, eventually, press, publish
from tests.support.reports import Report
from tests.support.rows import SLOT, rows
from tests.support.worlds import TOKEN, World, world_of
from tests.unit.bot.test_log import Capture
from tests.unit.bot.test_log import capture as capture_fixture

capture = capture_fixture

NAME, TITLE, WORD, WISH, GROUP = "Xanthippine", "Quittenbrotgipfel", "Zwiebelrostbraten", "Mondkalender", "Kegelrunde"
STORY = Report(
    f"{TITLE} beschließt neue Regeln",
    (f"Der {TITLE} hat am Montag in Wien neue Regeln beschlossen.", "Sie gelten ab dem Herbst in allen Ländern."),
)
OPERATOR = 100_001


async def a_day(world: World) -> list[int]:
    """Readers do all kinds of things, a digest goes out, Telegram and we fail; the chats that took part."""
    operator = world.reader(NAME)
    ada, bea = world.reader(NAME), world.reader(NAME)
    await publish(world, STORY)
    await ask(operator, "/admin", "Betrieb")
    for reader in (ada, bea):
        await ask(reader, "/start")
        await press(reader, "Los geht's")
        await press(reader, "Alle")
        await press(reader, "Weiter")
        await press(reader, "Weiter")
        await press(reader, "Passt so")
    await ask(ada, f"/search {WORD}")
    await ask(ada, f"/mute {WISH}")
    await ask(ada, f"/follow {WORD}")
    await ask(ada, f"/feedback {WORD} {WISH}")
    await ask(ada, f"{WORD} und {WISH}")
    await ask(ada, "/latest", TITLE)
    await press(ada, "1")
    await ask(ada, "/backup")
    group = world.sandbox.group(ada, GROUP)
    group.set_bot("member")
    world.sandbox.fail("answer", "sendMessage", status=500, chat_id=bea.chat.id)
    await bea.send("/help")
    world.sandbox.fail("answer", "sendMessage", status=403, chat_id=bea.chat.id)
    await world.move(SLOT + timedelta(minutes=1))
    await eventually(lambda: settled(world))
    async with world.app.database.write() as transaction:
        await transaction.connection.exec_driver_sql("ALTER TABLE saved_story RENAME TO away")
    await ask(ada, "/saved", "Code")
    return [operator.chat.id, ada.chat.id, bea.chat.id, group.chat.id]


async def settled(world: World) -> bool:
    found = await rows(world.app.database, models.Delivery)
    return bool(found) and all(row["status"] not in ("pending", "sending") for row in found)


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_word_of_anybody_no_name_no_chat_and_no_token(tmp_path: Path, capture: Capture, form: str) -> None:
    capture.start(form, "debug")
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        chats = await a_day(world)
    text = capture.text
    told = [word for word in (NAME, TITLE, WORD, WISH, GROUP, TOKEN[10:]) if word.casefold() in text.casefold()]
    assert told == []
    assert [chat for chat in chats if re.search(rf"(?<![\w.:-]){chat}(?![\w.])", text)] == []
    for event in (
        "update_handled",
        "edition_opened",
        "slot_composed",
        "job_done",
        "batch_delivered",
        "update_failed",
    ):
        assert event in text
    if form == "json":
        lines = capture.lines
        handled = [line for line in lines if line["event"] == "update_handled"]
        assert all({"update", "kind", "chat", "timestamp", "level"} <= set(line) for line in handled)
        marks = {line["chat"] for line in handled}
        assert len(marks) >= 3
        assert all(re.fullmatch("[0-9a-f]{10}", str(mark)) for mark in marks)
        assert all({"job", "seconds"} <= set(line) for line in lines if line["event"] == "job_done")
        assert all("edition" in line for line in lines if str(line["event"]).startswith("edition_"))
