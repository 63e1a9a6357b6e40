"""A second tap on a button that is being worked on."""

from __future__ import annotations

from bot.sandbox import people
from tests.support.worlds import World


async def test_a_second_tap_while_the_first_is_worked_on(world: World) -> None:
    reader = world.reader()
    await reader.send("/latest")
    shown = await reader.wait_for("Top 3")
    held = world.sandbox.fail("delay", "sendMessage", seconds=30)
    first = await reader.press("1", shown, answered=False)
    await world.sandbox.world.pulse.until(lambda: held.met, 5)
    await reader.press("1", shown)
    assert "Läuft schon, noch ein paar Sekunden." in reader.toasts
    held.released.set()
    await reader.wait_for("Quelle")
    await world.sandbox.world.pulse.until(lambda: getattr(first, "answer", None), 5)
    cards = [message for message in reader.answers if message.reply_to is not None]
    assert len(cards) == 1


async def test_taps_of_one_chat_stay_in_order(world: World) -> None:
    reader = world.reader()
    await reader.send("/start")
    await reader.wait_for("Hallo")
    await reader.press("Los geht's")
    grid = reader.answers[-1]
    rows = grid.markup["inline_keyboard"] if grid.markup else []
    toggles = [button["callback_data"] for row in rows for button in row if "toggle" in button["callback_data"]]
    queries = [people.press(world.sandbox.world, reader.bot, reader.user, grid, data) for data in toggles]
    await world.sandbox.world.pulse.until(lambda: all(query.answer for query in queries), 10)
    chosen = (await world.subscriber(reader)).preferences.topics
    assert len(chosen) == len(toggles)
