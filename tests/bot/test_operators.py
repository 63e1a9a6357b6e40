"""The operators' chat: sources by command and button, lists as files, and what others see of it: nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.domain.notices import Notice, NoticeKind, topic_closed
from digests.domain.sources import Source, SourceState
from digests.domain.subscribers import Chat
from digests.storage import models
from digests.storage.copies import look_through
from digests.storage.notices import NoticeStore
from digests.storage.sources import SourceStore
from tests.support.chatting import ask, press, press_data, subscribed
from tests.support.feeding import item, rss
from tests.support.newsstand import Newsstand
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY
from tests.support.rows import rows
from tests.support.worlds import World, world_of

OPERATOR = 100_001
"""The first person in a sandbox."""


@dataclass
class Desk:
    """A bot with an operator, and a newsstand to read from."""

    world: World
    stand: Newsstand
    operator: Reader

    async def source(self) -> Source:
        """The one source there is beside the seeds."""
        async with self.world.app.database.read() as transaction:
            (found,) = [each for each in await SourceStore(transaction).all() if each.kind == "feed"]
        return found

    async def add(self) -> Message:
        """Add the stand's feed."""
        self.stand.lay_out("/feed.xml", rss(item(GRAIN, self.world.clock.now(), "/a1")))
        return await ask(self.operator, f"/source {self.stand.url()}", "ist dabei")

    def buttons(self) -> list[str]:
        """The buttons under the newest message."""
        markup = self.operator.answers[-1].markup or {}
        return [button["text"] for row in markup.get("inline_keyboard", []) for button in row]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    others = world_of(tmp_path, admin_ids=f"{OPERATOR}", sources_allow="127.0.0.0/8")
    async with Newsstand() as stand, others as world:
        operator = world.reader()
        assert operator.user.id == OPERATOR
        yield Desk(world, stand, operator)


async def test_operators_find_their_commands_in_the_menu(desk: Desk) -> None:
    await ask(desk.operator, "/admin", "Betrieb")
    menus = desk.operator.bot.commands
    (mine,) = [names for (scope, _), names in menus.items() if str(OPERATOR) in scope]
    assert {"neu", "betrieb", "quelle"} <= {each["command"] for each in mine}


async def test_operators_have_help_on_their_commands(desk: Desk) -> None:
    await ask(desk.operator, "/help source", "/quelle zeigt alle Quellen")
    await ask(desk.operator, "/help betrieb", "/betrieb zeigt")
    await ask(desk.operator, "/sourc", "Meintest du /quelle?")


async def test_admin_tells_how_the_service_is_doing(desk: Desk) -> None:
    await desk.add()
    shown = await ask(desk.operator, "/admin", "Betrieb")
    assert "1 in Ordnung" in shown.text
    assert "Artikel: 3 in 24 Stunden, 3 gespeichert" in shown.text
    await desk.operator.press("Alle jetzt lesen")
    await desk.world.sandbox.world.pulse.until(lambda: bool(desk.operator.toasts), 5)
    assert desk.operator.toasts[-1] == "1 Quelle wird in der nächsten Minute gelesen."
    assert (await desk.source()).next_poll_at == desk.world.clock.now()
    await press(desk.operator, "Quellen", "2, alle ohne Störung")


async def test_admin_makes_a_checked_copy_of_the_database(desk: Desk, tmp_path: Path) -> None:
    await ask(desk.operator, "/admin", "Betrieb")
    shown = await press(desk.operator, "Datenbank sichern", "Gesichert und geprüft")
    (copy,) = tmp_path.glob("world.db.*.backup")  # noqa: ASYNC240
    assert copy.name in shown.text
    assert "Abos: 1, Artikel und Einträge von Live-Blogs: 3" in shown.text
    assert look_through(copy).rows["subscriber"] == 1
    await press(desk.operator, "← Betrieb", "Betrieb")
    refused = await ask(desk.operator, "/sicherung", "hat nicht geklappt")  # within the same second of this clock
    assert "exists already" in refused.text
    assert desk.buttons() == ["← Betrieb"]


@pytest.mark.parametrize("command", ["/admin", "/backup", "/source", "/betrieb", "/quelle https://example.org/"])
async def test_to_readers_these_commands_do_not_exist(desk: Desk, command: str) -> None:
    reader = desk.world.reader("Bea")
    await ask(reader, command, "Diesen Befehl kenne ich nicht")
    await ask(reader, f"/help {command[1:].partition(' ')[0]}")
    assert "/source" not in reader.answers[-1].text
    assert "/admin" not in reader.answers[-1].text


async def test_readers_can_forge_neither_button_nor_answer_nor_file(desk: Desk) -> None:
    await desk.add()
    source, reader = await desk.source(), await subscribed(desk.world)
    message = await ask(reader, "/status", "Status")
    await press_data(desk.world, reader, message, f"v1|source|gone|{source.id}")
    await reader.wait_for("veraltet")
    await reader.send_document("list.opml", b"<opml><body><outline xmlUrl='http://b.example/'/></body></opml>")
    await reader.wait_for("Ich kann nur Text lesen")
    assert (await desk.source()).state is SourceState.OK


async def test_a_fresh_installation_tells_how_to_become_operator(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        reader = world.reader()
        shown = await ask(reader, "/admin", "ADMIN_IDS")
        assert str(reader.chat.id) in shown.text


async def test_a_source_is_added_looked_at_paused_and_deleted(desk: Desk) -> None:
    added = await desk.add()
    assert added.text.startswith("Abendbote ist dabei, 1 Artikel gespeichert")
    card = await press(desk.operator, "Quelle zeigen", "in Ordnung")
    for fact in ("Feed: http://127.0.0.1", "Sprache: Deutsch", "1 Artikel gespeichert", "7 Tage: 1 neu"):
        assert fact in card.text
    await press(desk.operator, "Anhalten", "angehalten")
    assert (await desk.source()).state is SourceState.PAUSED
    await press(desk.operator, "Wieder lesen", "in Ordnung")
    await press(desk.operator, "Löschen", "mit 1 Artikel löschen?")
    await press(desk.operator, "Abbrechen", "in Ordnung")
    await press(desk.operator, "Löschen", "löschen?")
    await press(desk.operator, "Ja, löschen", "ist gelöscht")
    assert [row["kind"] for row in await rows(desk.world.app.database, models.Source)] == ["file"]


async def test_what_files_bring_is_counted_by_articles(desk: Desk) -> None:
    await ask(desk.operator, "/source", "Quellen")
    assert "seeds · 2" in desk.buttons()
    card = await press(desk.operator, "seeds · 2", "von außen beliefert")
    assert "7 Tage: 2 neu" in card.text
    assert desk.buttons() == ["Löschen", "← Quellen"]
    (source,) = await rows(desk.world.app.database, models.Source)
    for wish in ("read", "check"):  # a forged button gets the card again
        await press_data(desk.world, desk.operator, card, f"v1|source|{wish}|{source['id']}")
        card = await desk.operator.wait_for("von außen beliefert")


async def test_words_switch_a_source_too(desk: Desk) -> None:
    await desk.add()
    await ask(desk.operator, "/source Abendbote aus", "angehalten")
    await ask(desk.operator, "/source abendbote on", "in Ordnung")
    await ask(desk.operator, "/quelle Abendbote", "in Ordnung")


async def test_reading_now_tells_what_it_brought(desk: Desk) -> None:
    await desk.add()
    desk.world.clock.move(timedelta(minutes=10))
    now = desk.world.clock.now()
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN_NEXT_DAY, now, "/a2"), item(GRAIN, now, "/a1")))
    await ask(desk.operator, "/source Abendbote")
    await press(desk.operator, "Jetzt lesen", "Gelesen: 1 neu")
    desk.stand.lay_out("/feed.xml", "away", status=503)
    await press(desk.operator, "Jetzt lesen", "ließ sich nicht lesen: status 503")
    card = await desk.operator.wait_for("gestört")
    assert "Gestört seit" in card.text
    assert "503" in card.text


async def test_a_check_stores_nothing_and_offers_to_add(desk: Desk) -> None:
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, desk.world.clock.now(), "/a1")))
    shown = await ask(desk.operator, f"/source prüfen {desk.stand.url()}", "nichts davon ist gespeichert")
    assert f"{GRAIN.title} · 60 Wörter" in shown.text
    assert "1 Eintrag, 0 unbrauchbar" in shown.text
    assert [row["kind"] for row in await rows(desk.world.app.database, models.Source)] == ["file"]
    await press(desk.operator, "Hinzufügen", "ist dabei")
    assert (await desk.source()).url == desk.stand.url()


async def test_the_list_asks_for_an_address(desk: Desk) -> None:
    await ask(desk.operator, "/source", "Quellen")
    question = await press(desk.operator, "Hinzufügen", "Schick mir die Adresse")
    desk.stand.lay_out("/feed.xml", rss(item(GRAIN, desk.world.clock.now(), "/a1")))
    await desk.operator.send(desk.stand.url(), reply_to=question)
    await desk.operator.wait_for("ist dabei")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("http://127.0.0.1:9/nothing", "konnte ich nicht aufnehmen: no connection"),
        ("http://10.0.0.1/", "konnte ich nicht aufnehmen: 10.0.0.1 is no public address"),
        ("ftp://example.org/", "konnte ich nicht aufnehmen: no address of the web"),
        ("check nonsense", "Eine Quelle „nonsense“ gibt es nicht"),
        ("check http://127.0.0.1:9/nothing", "ließ sich nicht lesen: no connection"),
        ("Hafenpost", "Eine Quelle „Hafenpost“ gibt es nicht"),
        ("<b>x", "Eine Quelle „<b>x“ gibt es nicht"),
    ],
)
async def test_what_cannot_be_done_is_explained(desk: Desk, words: str, answer: str) -> None:
    await ask(desk.operator, f"/source {words}", answer)


async def test_a_known_address_opens_its_card(desk: Desk) -> None:
    await desk.add()
    await ask(desk.operator, f"/source {desk.stand.url()}", "zuletzt geglückt")


async def test_a_long_list_has_pages_and_shows_trouble_first(desk: Desk) -> None:
    async with desk.world.app.database.write() as transaction:
        for number in range(17):
            values = {"kind": "feed", "url": f"https://b{number}.example/", "title": f"Bote {number:02}"}
            failing = {"failures": 2, "last_error": "status 500"} if number == 16 else {}
            await SourceStore(transaction).add(values | failing, desk.world.clock.now() + timedelta(days=1))
    await ask(desk.operator, "/source", "18, davon 1 mit Störung")
    assert desk.buttons()[0] == "Bote 16 · gestört"
    await press(desk.operator, "Weiter →", "Quellen")
    assert desk.buttons()[0] == "Bote 05 · noch nicht gelesen"
    several = await ask(desk.operator, "/source Bote 0", "11 Quellen passen")
    assert len((several.markup or {})["inline_keyboard"]) == 6


async def test_lists_come_and_go_as_files(desk: Desk) -> None:
    opml = """<opml version="2.0"><body><outline text="Sport"><outline text="Sportblatt" xmlUrl="https://s.example/rss"
        language="de"/></outline><outline text="Kaputt" xmlUrl="nowhere"/></body></opml>"""
    await desk.operator.send_document("feeds.opml", opml.encode(), "text/x-opml")
    await desk.operator.wait_for("1 neu aufgenommen, 0 schon bekannt, 1 unbrauchbar")
    source = await desk.source()
    assert (source.title, source.topics, source.language) == ("Sportblatt", ("sport",), "de")
    await ask(desk.operator, "/source", "Quellen")
    sent = await press(desk.operator, "Als OPML", "1 Feed")
    assert sent.file is not None
    assert b'xmlUrl="https://s.example/rss"' in sent.file.content
    await desk.operator.send_document("again.opml", sent.file.content)
    await desk.operator.wait_for("0 neu aufgenommen, 1 schon bekannt")
    await desk.operator.send_document("cat.png", b"\x89PNG\r\n")
    await desk.operator.wait_for("Das ist keine Liste von Feeds")
    await desk.operator.send_document("huge.opml", b" " * 1_000_001)
    await desk.operator.wait_for("größer als 1 MB")


async def test_operators_hear_of_a_broken_source_without_asking(desk: Desk) -> None:
    await desk.add()
    source, now = await desk.source(), desk.world.clock.now()
    async with desk.world.app.database.write() as transaction:
        values = {"failures": 9, "failing_since": now, "last_error": "status 404 <Not Found>"}
        await SourceStore(transaction).set(source.id, values)
    await desk.world.bot.watching.look(desk.world.clock.move(timedelta(days=1)))
    told = await desk.operator.wait_for("gestört: status 404 <Not Found>", since_start=True)
    assert "seit Do., 13. August, 06:00" in told.text
    await press(desk.operator, "Quelle zeigen", "Gestört seit", told)


async def test_operators_hear_once_of_closed_topics_and_refused_payment(desk: Desk) -> None:
    await ask(desk.operator, "/admin", "Betrieb")
    now = desk.world.clock.now()
    slot = now + timedelta(hours=1)
    async with desk.world.app.database.write() as transaction:
        refused = Notice(NoticeKind.PAID_REFUSED, slot.isoformat(), slot.isoformat(), now, "not enough Stars")
        await NoticeStore(transaction).add([topic_closed(Chat(-1001, 77), "TOPIC_CLOSED", now), refused], now)
    await desk.world.bot.watching.look(now)
    told = await desk.operator.wait_for("Gruppe -1001, Thema 77 (TOPIC_CLOSED)", since_start=True)
    assert "die bezahlte Sendung von Do., 13. August, 07:00 abgelehnt: not enough Stars" in told.text
    assert desk.buttons() == ["Große Sendungen"]
    count = len(desk.operator.answers)
    await desk.world.bot.watching.look(now + timedelta(minutes=5))
    await press(desk.operator, "Große Sendungen", "dauert keine Sendung länger", told)
    assert len(desk.operator.answers) == count


async def test_an_operator_who_never_wrote_stops_nothing(tmp_path: Path) -> None:
    async with world_of(tmp_path, admin_ids="4711") as world:
        async with world.app.database.write() as transaction:
            values = {"kind": "feed", "url": "https://b.example/", "title": "Bote", "failures": 3, "last_error": "away"}
            await SourceStore(transaction).add(values | {"failing_since": world.clock.now()}, world.clock.now())
        await world.bot.watching.look(world.clock.move(timedelta(days=2)))
        (notice,) = await rows(world.app.database, models.Notice)
        assert notice["told_at"] is None
