"""/health, /stats and the operators' other short commands: what they tell, in every language, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.i18n import LANGUAGES, translations
from bot.sandbox.readers import Reader
from digests.domain.delivery import DeliveryStatus
from digests.domain.health import BEAT_EVERY, Health, Reason, State, Trouble, Vital
from digests.domain.subscribers import Chat, Status
from digests.services.health import Healthcare
from digests.storage.statistics import SlotOutcome, StatisticsStore
from digests.storage.vitals import VitalStore
from tests.bot.test_operators import OPERATOR
from tests.support.chatting import ask, press, standing, subscribed
from tests.support.screens import labels
from tests.support.worlds import World, world_of

COMMANDS = ("/health", "/stats", "/ingest", "/report", "/broadcast")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[tuple[World, Reader]]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        yield world, world.reader("Olga")


async def alive(world: World) -> None:
    """A process has given a sign of life."""
    now = world.clock.now()
    just = now - BEAT_EVERY
    vital = Vital("run", "here", now - timedelta(hours=1), just, polled_at=just, ticked_at=just)
    async with world.app.database.write() as transaction:
        await VitalStore(transaction).beat("run:here", vital)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_a_text(language: str, trouble: Trouble) -> None:
    values = {"seconds": 90, "minutes": 12, "failing": 1, "all": 4, "since": "07:00"}
    assert translations(language)(f"health.because_{trouble.value}", said="empty", **values).startswith("• ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", State)
def test_every_state_has_a_text(language: str, state: State) -> None:
    assert translations(language)(f"health.{state.value}")


async def test_health_tells_what_is_wrong(office: tuple[World, Reader], monkeypatch: pytest.MonkeyPatch) -> None:
    world, operator = office
    since = world.clock.now() - timedelta(minutes=5)
    reasons = (
        Reason(Trouble.UNPLANNED, "nobody has planned", {"since": since}),
        Reason(Trouble.SOURCES, "1 of 4", {"failing": 1, "all": 4}),
    )

    async def look(_: Healthcare) -> Health:
        return Health(State.FAILED, reasons)

    monkeypatch.setattr(Healthcare, "look", look)
    text = (await ask(operator, "/zustand", "Gestört")).text
    assert "hat niemand Digests geplant" in text
    assert "1 von 4 Quellen" in text


async def test_the_first_screen_leads_to_health_and_numbers_and_back(office: tuple[World, Reader]) -> None:
    world, operator = office
    await alive(world)
    screen = await ask(operator, "/admin", "Betrieb")
    shown = await press(operator, "Zustand", "Alles läuft", screen)
    assert "Prozess run: läuft seit" in shown.text
    assert "Kein fälliger Digest wartet." in shown.text
    await press(operator, "← Betrieb", "Betrieb", shown)
    shown = await press(operator, "Zahlen", "Zahlen der letzten sieben Tage", shown)
    assert labels(shown) == ["Aktualisieren", "← Betrieb"]


async def test_numbers_are_those_of_the_database(office: tuple[World, Reader]) -> None:
    world, operator = office
    await subscribed(world, ("ukraine", "sport"))
    reader = await subscribed(world, ("ukraine",))
    await standing(world, Chat(reader.chat.id), Status.ACTIVE)
    text = (await ask(operator, "/zahlen", "Zahlen")).text
    assert "Abos: 2 aktiv, 0 in Pause" in text
    assert "Neue Chats: 3" in text
    assert "Digests: 0 gesendet, 0 ausgelassen" in text
    assert "Am meisten gewählt: Ukraine (2) und Sport (1)" in text


async def test_numbers_tell_what_became_of_digests(
    office: tuple[World, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, operator = office
    now = world.clock.now()
    outcomes = [
        SlotOutcome(now - timedelta(days=1), DeliveryStatus.SENT, 7, now),
        SlotOutcome(now - timedelta(hours=1), DeliveryStatus.SENT, 2, now - timedelta(minutes=59)),
        SlotOutcome(now - timedelta(hours=1), DeliveryStatus.UNCERTAIN, 1, None),
        SlotOutcome(now - timedelta(days=9), DeliveryStatus.SENT, 50, now),
    ]

    async def found(*_: object) -> list[SlotOutcome]:
        return outcomes

    monkeypatch.setattr(StatisticsStore, "outcomes", found)
    text = (await ask(operator, "/stats", "Zahlen")).text
    assert "Digests: 9 gesendet, 0 ausgelassen, 0 gescheitert, 1 unklar" in text
    assert "die über 10 Minuten brauchten: 1" in text


async def test_sources_are_read_at_once(office: tuple[World, Reader]) -> None:
    _, operator = office
    await ask(operator, "/ingest", "liest hier keine Quelle selbst")


async def test_reports_and_broadcasts_are_a_command_away(office: tuple[World, Reader]) -> None:
    _, operator = office
    await ask(operator, "/report", "Keine offenen Meldungen.")
    await ask(operator, "/broadcast", "Rundnachricht")
    draft = await ask(operator, "/broadcast Morgen ruht der Bot.", "Morgen ruht der Bot.")
    assert "Verwerfen" in labels(draft)


@pytest.mark.parametrize("command", COMMANDS)
async def test_for_readers_these_do_not_exist(office: tuple[World, Reader], command: str) -> None:
    world, _ = office
    reader = world.reader("Lena")
    await ask(reader, command, "kenne ich nicht")


@pytest.mark.parametrize(
    ("typed", "button", "shown"),
    [
        ("/meldunge", "/meldungen", "Keine offenen Meldungen."),
        ("/broadcst", "/rundnachricht", "Rundnachricht"),
        ("/ingst", "/einlesen", "liest hier keine Quelle selbst"),
    ],
)
async def test_what_is_nearly_such_a_command_is_offered(
    office: tuple[World, Reader], typed: str, button: str, shown: str
) -> None:
    _, operator = office
    await ask(operator, typed, "Meintest du")
    await press(operator, button, shown)
