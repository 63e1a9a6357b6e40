"""An operator's message to all readers, from the first tap to the last reader, and what cuts it short."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.sandbox.model import Message
from bot.sandbox.readers import Reader
from digests.domain.delivery import Outcome, Result
from digests.domain.subscribers import Chat, Status
from digests.engine.jobs import announcement
from digests.services.announcing import AT_ONCE, TRIES, Announcements, Announcing
from digests.services.traffic import Traffic
from digests.storage import models
from digests.storage.announcements import Announcement
from digests.storage.database import Database
from tests.support.chatting import ask, eventually, press, press_data, subscribed
from tests.support.clocks import ManualClock
from tests.support.databases import postgres_database, postgres_template
from tests.support.rows import add_subscriber, rows
from tests.support.ways import forgetting_way
from tests.support.worlds import World, world_of

OPERATOR = 100_001
"""The first person in a sandbox."""
RATE = 25.0


@dataclass
class Crier:
    """An announcer that keeps what it carries; outcomes by chat, one after another."""

    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    carried: list[int] = field(default_factory=list)
    breaks_at: int = 0  # so many messages before the process dies

    async def announce(self, chat: Chat, _language: str, _message: str, *, silent: bool) -> Outcome:  # noqa: ARG002
        """Carry it."""
        if self.breaks_at and len(self.carried) >= self.breaks_at:
            raise asyncio.CancelledError
        self.carried.append(chat.id)
        planned = self.outcomes.get(chat.id, [])
        return planned.pop(0) if planned else Outcome(Result.OK, (1,))


@dataclass
class Office:
    """Announcements of one database, and their sender."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    crier: Crier = field(default_factory=Crier)

    def __post_init__(self) -> None:
        self.announcements = Announcements(self.database, self.clock)
        self.sender = self.another()

    def another(self) -> Announcing:
        """Another process."""
        return Announcing(self.database, self.crier, self.clock, "bot", RATE, Traffic())

    async def people(self, *chats: int, kind: str = "private", **values: object) -> None:
        """Subscribers with these chats."""
        async with self.database.write() as transaction:
            for chat in chats:
                await add_subscriber(transaction, Chat(chat, 0, kind), **values)  # type: ignore[arg-type]

    async def begun(self, *, urgent: bool = False) -> int:
        """An announcement that goes out."""
        draft = await self.announcements.write("Wir ziehen um.")
        await self.announcements.set_urgent(draft.id, urgent=urgent)
        await self.announcements.begin(draft.id)
        return draft.id

    async def now(self, number: int) -> Announcement:
        """How it stands."""
        found = await self.announcements.get(number)
        assert found is not None
        return found


class _Stops(ManualClock):
    """A clock by whose first wait an operator stops an announcement."""

    def __init__(self, announcements: Announcements, number: int) -> None:
        super().__init__()
        self._announcements, self._number = announcements, number

    async def sleep(self, seconds: float) -> None:
        """Stop it."""
        await self._announcements.stop(self._number)
        await super().sleep(seconds)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_each_reader_gets_it_once_at_the_pace_of_digests(office: Office) -> None:
    await office.people(*range(1, 61))
    number = await office.begun()
    began = office.clock.now()
    await office.sender.announce(number)
    assert Counter(office.crier.carried) == Counter(range(1, 61))
    assert office.clock.now() - began >= timedelta(seconds=59 / RATE)
    done = await office.now(number)
    assert (done.sent, done.readers, done.uncertain) == (60, 60, 0)
    assert done.ended_at is not None
    await office.sender.announce(number)
    assert len(office.crier.carried) == 60
    assert await office.sender.open() == []


async def test_only_people_who_read_get_it_unless_it_is_urgent(office: Office) -> None:
    await office.people(1)
    await office.people(2, status=Status.PAUSED)
    await office.people(3, status=Status.STOPPED)
    await office.people(4, status=Status.BLOCKED)
    await office.people(5, setup_step=2)
    await office.people(-6, kind="group")
    await office.sender.announce(await office.begun())
    assert office.crier.carried == [1]
    await office.sender.announce(await office.begun(urgent=True))
    assert sorted(office.crier.carried) == [1, 1, 2]


async def test_whoever_comes_after_its_begin_does_not_get_it(office: Office) -> None:
    await office.people(1)
    number = await office.begun()
    await office.people(2)
    await office.sender.announce(number)
    assert office.crier.carried == [1]


async def test_a_draft_reaches_nobody_and_begins_once(office: Office) -> None:
    await office.people(1)
    draft = await office.announcements.write("Entwurf")
    await office.sender.announce(draft.id)
    assert office.crier.carried == []
    await office.announcements.begin(draft.id)
    began = (await office.now(draft.id)).begun_at
    office.clock.move(timedelta(minutes=1))
    await office.announcements.begin(draft.id)
    await office.announcements.drop(draft.id)
    await office.announcements.set_urgent(draft.id, urgent=True)
    later = await office.now(draft.id)
    assert (later.begun_at, later.urgent) == (began, False)


async def test_outcomes_are_told_and_who_left_is_blocked(office: Office) -> None:
    await office.people(1, 2, 3, 4, 5)
    office.crier.outcomes = {
        1: [Outcome(Result.GONE, reason="blocked")],
        2: [Outcome(Result.WAIT, retry_after=3.0), Outcome(Result.OK, (1,))],
        3: [Outcome(Result.UNKNOWN)],
        4: [Outcome(Result.NOT_SENT)] * TRIES,
    }
    number = await office.begun()
    await office.sender.announce(number)
    done = await office.now(number)
    assert (done.sent, done.gone, done.failed, done.uncertain) == (2, 1, 1, 1)
    assert office.crier.carried.count(3) == 1  # it may have arrived
    assert office.crier.carried.count(4) == TRIES
    (gone,) = await rows(office.database, models.Subscriber, chat_id=1)
    assert gone["status"] == Status.BLOCKED


async def test_a_process_that_dies_leaves_eight_uncertain_and_nobody_gets_it_twice(office: Office) -> None:
    await office.people(*range(1, 41))
    office.crier.breaks_at = 20
    number = await office.begun()
    with pytest.raises((asyncio.CancelledError, BaseExceptionGroup)):
        await office.sender.announce(number)
    office.crier.breaks_at = 0
    await office.another().announce(number)
    assert max(Counter(office.crier.carried).values()) == 1
    done = await office.now(number)
    assert 40 - AT_ONCE <= done.sent <= 40
    assert done.uncertain == 40 - done.sent
    assert len(office.crier.carried) >= done.sent


@pytest.mark.parametrize("mark", ["announcement SET upto", "announcement SET sent"])
async def test_a_lost_answer_of_the_database_leaves_nobody_out_and_counts_nobody_twice(mark: str) -> None:
    """Neither that to a claim nor that to its outcomes. Another process takes its turns meanwhile."""
    with postgres_database(postgres_template()) as url:
        async with forgetting_way(url) as way:
            office, far = Office(Database(url)), Database(way.url)
            await office.people(*range(1, 41))
            number = await office.begun()
            near, distant = office.sender, replace(office.another(), database=far)
            way.lose_commit(mark)

            async def was_lost() -> bool:
                return way.lost == 1

            async with asyncio.TaskGroup() as both:
                both.create_task(distant.announce(number))
                await eventually(was_lost)  # else the other one may have taken all turns before
                await near.announce(number)
            assert Counter(office.crier.carried) == Counter(range(1, 41))
            done = await office.now(number)
            assert (done.claimed, done.sent, done.failed, done.uncertain, done.claims) == (40, 40, 0, 0, [])
            await office.database.close()
            await far.close()


async def test_a_claim_whose_answer_was_lost_is_taken_back_when_the_operator_stops_it_meanwhile() -> None:
    with postgres_database(postgres_template()) as url:
        async with forgetting_way(url) as way:
            far = Database(way.url)
            office = Office(Database(url))
            await office.people(*range(1, 41))
            number = await office.begun()
            stopping = _Stops(office.announcements, number)
            way.lose_commit("announcement SET upto")
            await replace(office.another(), database=far, clock=stopping).announce(number)
            assert way.lost == 1
            assert office.crier.carried == []
            done = await office.now(number)
            assert (done.claimed, done.uncertain, done.claims) == (0, 0, [])
            await office.database.close()
            await far.close()


async def test_two_processes_share_the_readers(office: Office) -> None:
    await office.people(*range(1, 41))
    number = await office.begun()
    await asyncio.gather(office.sender.announce(number), office.another().announce(number))
    assert Counter(office.crier.carried) == Counter(range(1, 41))


async def test_stopping_lets_nobody_else_have_it(office: Office) -> None:
    await office.people(*range(1, 41))
    number = await office.begun()
    await office.announcements.stop(number)
    await office.sender.announce(number)
    assert office.crier.carried == []
    assert (await office.now(number)).stopped_at is not None


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(tmp_path, admin_ids=f"{OPERATOR}") as world:
        yield world


async def write(operator: Reader, message: str, wanted: str) -> Message:
    """Answer the question for a message."""
    question = await press(operator, "Neue Rundnachricht", "Was willst du allen sagen?")
    await operator.send(message, reply_to=question)
    return await operator.wait_for(wanted)


async def test_an_operator_writes_looks_confirms_and_watches(world: World) -> None:
    operator = world.reader()
    assert operator.user.id == OPERATOR
    ada = await subscribed(world, language="en")
    await ask(operator, "/admin", "Betrieb")
    await press(operator, "Rundnachricht", "Du siehst sie vorher")
    draft = await write(operator, "Ab <Montag> & länger", "1 Person bekommt das so.")
    assert "Nachricht der Betreiber\n\nAb <Montag> & länger" in draft.text
    await press(operator, "Auch an pausierte", "1 Person bekommt das so.")
    await press(operator, "An 1 Person senden …", "Wirklich an 1 Person")
    await press(operator, "Ja, senden", "Geht hinaus")
    (row,) = await rows(world.app.database, models.Announcement)
    await world.bot.queue.enqueue(announcement(row["id"]))  # as the minute's tick does
    got = await ada.wait_for("A message from the operators")
    assert got.text == "A message from the operators\n\nAb <Montag> & länger"

    async def ended() -> bool:
        (row,) = await rows(world.app.database, models.Announcement)
        return row["ended_at"] is not None

    await eventually(ended)
    await press(operator, "Aktualisieren", "Fertig: 1 von 1 gesendet.")


async def test_what_has_ended_is_not_under_way(world: World) -> None:
    operator = world.reader()
    await subscribed(world)
    await ask(operator, "/broadcast Servus", "bekommt das so")
    await press(operator, "An 1 Person senden …", "Wirklich an 1 Person")
    screen = await press(operator, "Ja, senden", "Geht hinaus")
    async with world.app.database.write() as transaction:
        await transaction.connection.execute(update(models.Announcement).values(claimed=1, ended_at=world.clock.now()))
    await press(operator, "Aktualisieren", "Fertig: 0 von 1 gesendet.", screen)
    assert "Nicht erreichbar: 0 · fehlgeschlagen: 0 · ungewiss: 1" in screen.text


async def test_a_draft_is_thrown_away_and_a_running_one_stopped(world: World) -> None:
    operator, _ = world.reader(), await subscribed(world)
    await ask(operator, "/admin", "Betrieb")
    await press(operator, "Rundnachricht", "Du siehst sie vorher")
    await write(operator, "x" * 3001, "höchstens 3.000 Zeichen")
    await write(operator, "Entwurf", "bekommt das so")
    await press(operator, "Verwerfen", "Du siehst sie vorher")
    await write(operator, "Ernst", "bekommt das so")
    await press(operator, "An 1 Person senden …", "Wirklich an 1 Person")
    await press(operator, "Ja, senden", "Geht hinaus")
    await press(operator, "Anhalten", "Angehalten: 0 von 1 gesendet.")


async def test_readers_cannot_forge_its_buttons(world: World) -> None:
    world.reader()
    draft = await Announcements(world.app.database, world.clock).write("geheim")
    reader = await subscribed(world)
    message = await ask(reader, "/status", "Status")
    for data in (f"v1|say|go|{draft.id}", "v1|say"):
        await press_data(world, reader, message, data)
        await reader.wait_for("veraltet")
    (row,) = await rows(world.app.database, models.Announcement)
    assert row["begun_at"] is None
    assert all("geheim" not in each.text for each in reader.answers)
