"""The operators' screens as a whole: one way back, what stands on the first one, and taps that change nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.readers import Reader
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, press_data
from tests.support.screens import labels
from tests.support.worlds import World, world_of

SECTIONS = [
    "health",
    "stats",
    "source",
    "big",
    "say",
    "fix",
    "preview",
    "outage",
    "ban",
    "backup",
    "inbox|reports",
    "inbox|feedback",
]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        yield world, world.reader("Olga")


@pytest.mark.parametrize("section", SECTIONS)
async def test_the_way_to_another_section_names_it(office: tuple[World, Reader], section: str) -> None:
    """\"Back\" is one step within a section; every section leads to the first screen by its name."""
    world, operator = office
    screen = await ask(operator, "/admin", "Betrieb")
    await press_data(world, operator, screen, f"v1|{section}")
    section_shown = await operator.wait_for(lambda message: "← Betrieb" in labels(message))
    assert "← Zurück" not in labels(section_shown)
    await press(operator, "← Betrieb", "Betrieb", section_shown)
    assert "Schließen" in labels(section_shown)


async def test_a_tap_that_changes_nothing_sends_nothing(office: tuple[World, Reader]) -> None:
    _, operator = office
    screen = await ask(operator, "/admin", "Betrieb")
    before = len(operator.answers)
    for _ in range(2):
        await operator.press("Alle jetzt lesen", screen)
        await ask(operator, "/status", "Status")  # behind whatever the tap has sent
    assert {each.partition(":")[0] for each in operator.toasts} == {"Der Bot liest hier keine Quelle selbst"}
    assert len(operator.answers) == before + 2


async def test_a_screen_that_stays_as_it_is_says_so(office: tuple[World, Reader]) -> None:
    world, operator = office
    screen = await ask(operator, "/admin", "Betrieb")
    await press_data(world, operator, screen, "v1|admin")
    await ask(operator, "/status", "Status")
    assert operator.toasts == ["Das steht schon so da."]


async def test_an_outage_that_readers_are_shown_stands_on_the_first_screen(office: tuple[World, Reader]) -> None:
    _, operator = office
    assert "Eine Störung" not in (await ask(operator, "/admin", "Betrieb")).text
    await ask(operator, "/outage Heute kommt nichts von dpa.", "Jetzt zeigen?")
    await press(operator, "Ja, jetzt zeigen", "Das steht jetzt")
    assert "Eine Störung wird allen gezeigt" in (await ask(operator, "/admin", "Quellen")).text
