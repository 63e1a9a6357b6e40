"""`bot doctor`: each check once as it should be, and once as it should not, against the sandbox."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import Bot, User

from bot.app import opened
from bot.doctor import database as database_checks
from bot.doctor import examine, machine, news, telegram
from bot.doctor.findings import Finding, Grade, Patient, Result, exit_code
from bot.i18n import LANGUAGES, catalogue
from bot.sandbox.server import Sandbox
from bot.telegram.webhook import address
from digests.domain.clock_changes import next_change, slots_around
from digests.domain.schedule import Schedule
from digests.ports import SystemClock
from digests.storage import schema
from digests.storage.database import Database
from digests.storage.sources import SourceStore
from tests.support.clocks import START, ManualClock
from tests.support.newsstand import Newsstand
from tests.support.rows import add_subscriber
from tests.support.worlds import TOKEN, settings

FEED = "<rss><channel><title>Bote</title><item><title>Eins</title><guid>1</guid></item></channel></rss>"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


def patient(sandbox: Sandbox, folder: Path, **others: object) -> Patient:
    return Patient(settings(sandbox.url, folder, **others), SystemClock())  # type: ignore[arg-type]


async def known(sandbox: Sandbox, folder: Path, **others: object) -> Patient:
    """A patient whose token Telegram knows."""
    found = patient(sandbox, folder, **others)
    assert (await telegram.token(found)).grade is Grade.OK
    return found


def check(finding: Finding, grade: Grade, *parts: str) -> None:
    said = f"{finding.found} {finding.advice}"
    assert finding.grade is grade, finding
    assert [part for part in parts if part not in said] == []
    assert TOKEN[10:] not in said
    if grade in (Grade.WARNING, Grade.FAILURE):
        assert finding.advice


async def test_token(sandbox: Sandbox, tmp_path: Path) -> None:
    well = patient(sandbox, tmp_path)
    finding = await telegram.token(well)
    assert finding.grade is Grade.OK
    assert finding.found.startswith("@")
    sandbox.fail(method="getMe", status=401)
    results = {each.check: each.finding for each in await examine(well.settings, SystemClock())}
    assert results["token"].grade is Grade.FAILURE
    assert "get a fresh one from @BotFather" in results["token"].found
    assert results["updates"].grade is results["botfather"].grade is Grade.SKIPPED
    assert TOKEN[10:] not in str(results)


async def test_updates(sandbox: Sandbox, tmp_path: Path) -> None:
    polling = await known(sandbox, tmp_path)
    check(await telegram.updates(polling), Grade.OK, "polls")
    secret, url = "a-secret-of-the-webhook", "http://127.0.0.1:8443/hook"
    hooked = await known(sandbox, tmp_path, webhook_url=url, webhook_secret=secret)
    check(await telegram.updates(hooked), Grade.WARNING, "no webhook is set at Telegram, but", "bot web")
    async with Bot(TOKEN, base_url=sandbox.base_url) as bot:
        await bot.set_webhook(address(url, TOKEN, secret)[0])
        check(await telegram.updates(hooked), Grade.OK)
        check(await telegram.updates(polling), Grade.WARNING, "another program")
        await bot.set_webhook("http://127.0.0.1:8443/other")
        check(await telegram.updates(hooked), Grade.WARNING, "another webhook than WEBHOOK_URL is set")
        await bot.delete_webhook()
    reader = sandbox.reader("Ada", "de")
    for _ in range(telegram.WAITING + 1):
        await reader.send("/latest")
    check(await telegram.updates(polling), Grade.WARNING, "101 updates wait")


@pytest.mark.parametrize(
    ("abilities", "inline", "part"),
    [
        ({}, "off", ""),
        ({"can_read_all_group_messages": True}, "off", "/setprivacy"),
        ({"can_join_groups": False}, "off", "/setjoingroups"),
        ({"supports_inline_queries": True}, "off", "INLINE=on"),
        ({}, "on", "/setinline"),
        ({"supports_inline_queries": True}, "on", ""),
    ],
)
async def test_botfather(sandbox: Sandbox, tmp_path: Path, abilities: dict[str, bool], inline: str, part: str) -> None:
    known_bot = patient(sandbox, tmp_path, inline=inline)
    usual: dict[str, Any] = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }
    known_bot.me = User(1, "Depesche", is_bot=True, **(usual | abilities))
    check(await telegram.botfather(known_bot), Grade.WARNING if part else Grade.OK, part)


async def test_operators(sandbox: Sandbox, tmp_path: Path) -> None:
    check(await telegram.operators(await known(sandbox, tmp_path)), Grade.WARNING, "/admin")
    reader = sandbox.reader("Ada", "de")
    await reader.send("/start")
    here = await known(sandbox, tmp_path, admin_ids=str(reader.chat.id))
    check(await telegram.operators(here), Grade.OK, "1 in ADMIN_IDS")
    missing = await known(sandbox, tmp_path, admin_ids=f"{reader.chat.id},4711")
    check(await telegram.operators(missing), Grade.WARNING, "1 of 2", "/start")


@pytest.mark.parametrize(
    ("by", "grade"), [(0, Grade.OK), (20, Grade.WARNING), (-20, Grade.WARNING), (-3600, Grade.FAILURE)]
)
async def test_clock(sandbox: Sandbox, tmp_path: Path, by: int, grade: Grade) -> None:
    looked_at = patient(sandbox, tmp_path)
    looked_at.clock = ManualClock(datetime.now(UTC) + timedelta(seconds=by))
    finding = await telegram.clock(looked_at)
    check(finding, grade, "ahead" if by > 0 else "behind" if by else "within")
    await sandbox.unplug()
    check(await telegram.clock(looked_at), Grade.SKIPPED)


async def test_a_new_database_is_not_made_by_looking(sandbox: Sandbox, tmp_path: Path) -> None:
    results = await examine(patient(sandbox, tmp_path).settings, SystemClock())
    assert len(os.listdir(tmp_path)) == 0  # noqa: PTH208
    found = {each.check: each.finding.grade for each in results}
    assert found["database"] is Grade.OK
    assert {found[name] for name in ("migrations", "integrity", "answers")} == {Grade.SKIPPED}
    assert (found["writable"], found["sources"]) == (Grade.OK, Grade.WARNING)
    assert exit_code(results) == 1  # no operators, no sources


async def test_database_is_reached_written_and_has_the_schema(
    sandbox: Sandbox, tmp_path: Path, migrated_url: str
) -> None:
    looked_at = patient(sandbox, tmp_path, database_url=migrated_url)
    async with looked_at.stack:
        check(await database_checks.reachable(looked_at), Grade.OK, "SQL")
        check(await database_checks.migrations(looked_at), Grade.OK, schema.head())
        check(await database_checks.writable(looked_at), Grade.OK)
        sqlite = migrated_url.startswith("sqlite")
        check(await database_checks.integrity(looked_at), Grade.OK if sqlite else Grade.SKIPPED)


async def test_a_database_that_cannot_be_used_is_a_failure(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "world.db").write_text("no database " * 200)
    results = {each.check: each.finding for each in await examine(patient(sandbox, tmp_path).settings, SystemClock())}
    assert results["database"].grade is Grade.FAILURE
    assert "bot restore" in results["database"].found


async def test_an_older_and_a_newer_schema(sandbox: Sandbox, tmp_path: Path, sqlite: Database) -> None:
    path = sqlite.url.database or ""
    for revision, grade, part in (("0001", Grade.WARNING, "db upgrade"), ("9999", Grade.FAILURE, "newer version")):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        looked_at = patient(sandbox, tmp_path, database_url=f"sqlite+aiosqlite:///{path}")
        async with looked_at.stack:
            await database_checks.reachable(looked_at)
            finding = await database_checks.migrations(looked_at)
        assert finding.grade is grade
        assert part in finding.found + finding.advice


async def test_a_database_that_somebody_holds_is_not_writable(
    sandbox: Sandbox, tmp_path: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.storage.database._PRAGMAS", ("busy_timeout=10",))
    looked_at = patient(sandbox, tmp_path, database_url=f"sqlite+aiosqlite:///{sqlite.url.database}")
    async with looked_at.stack:
        await database_checks.reachable(looked_at)
        await database_checks.migrations(looked_at)
        with closing(sqlite3.connect(sqlite.url.database or "", isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            check(
                await database_checks.writable(looked_at), Grade.FAILURE, "locked", "another program holds it: end that"
            )


async def test_a_broken_file_is_told(sandbox: Sandbox, tmp_path: Path, sqlite: Database) -> None:
    path = Path(sqlite.url.database or "")
    looked_at = patient(sandbox, tmp_path, database_url=f"sqlite+aiosqlite:///{path}")
    looked_at.database = sqlite
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO profile_topic (profile_id, topic_id) VALUES (77, 88)")
    check(await database_checks.integrity(looked_at), Grade.FAILURE, "profile_topic", "bot restore")


async def test_disk(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = patient(sandbox, tmp_path)
    for free, grade in ((5_000_000_000, Grade.OK), (500_000_000, Grade.WARNING), (1_000_000, Grade.FAILURE)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        check(await database_checks.room(looked_at), grade, "free")


async def test_time_zones(sandbox: Sandbox, tmp_path: Path) -> None:
    finding = await machine.zones(patient(sandbox, tmp_path))
    assert finding.grade in (Grade.OK, Grade.WARNING)  # this machine's own may be old
    check(machine.judged("2026a", "2026f"), Grade.OK, "2026a")
    check(machine.judged(None, "2026f"), Grade.OK, "2026f")
    check(machine.judged("2019c", "2026f"), Grade.WARNING, "2019c", "PYTHONTZPATH")
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").touch()
    (tmp_path / "tzdata.zi").write_text("# version 2024b\nR\n")
    assert machine.used_edition((str(tmp_path / "nowhere"), str(tmp_path))) == "2024b"
    assert machine.used_edition((str(tmp_path / "nowhere"),)) is None


async def test_no_zone_data_at_all(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "WELL_KNOWN", ("Europe/Nowhere",))
    check(await machine.zones(patient(sandbox, tmp_path)), Grade.FAILURE, "pip install tzdata")


async def test_texts(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(await machine.texts(patient(sandbox, tmp_path)), Grade.OK, *LANGUAGES)
    english = catalogue("en")
    fewer = replace(english, messages={key: text for key, text in english.messages.items() if key != "bot.name"})
    assert machine.lacking([catalogue("de"), fewer]) == {"en:bot.name"}
    monkeypatch.setattr(machine, "catalogue", lambda code: fewer if code == "en" else catalogue(code))
    check(await machine.texts(patient(sandbox, tmp_path)), Grade.WARNING, "en:bot.name")


async def test_topics(sandbox: Sandbox, tmp_path: Path) -> None:
    check(await machine.topics(patient(sandbox, tmp_path)), Grade.OK, "topics")
    results = await examine(patient(sandbox, tmp_path, topics_file=tmp_path / "none.toml").settings, SystemClock())
    found = next(each.finding for each in results if each.check == "topics")
    assert found.grade is Grade.FAILURE
    assert "TOPICS_FILE" in found.found


async def fed(sandbox: Sandbox, folder: Path, *urls: str, **values: object) -> Patient:
    """A patient with these sources."""
    looked_at = patient(sandbox, folder, sources_allow="127.0.0.0/8")
    async with opened(looked_at.settings, looked_at.clock) as app, app.database.write() as transaction:
        for url in urls:
            source = {"kind": "feed", "url": url, "title": url, "interval": 600} | values
            await SourceStore(transaction).add(source, looked_at.clock.now())
    looked_at.database = Database(looked_at.settings.database_url)
    looked_at.stack.push_async_callback(looked_at.database.close)
    looked_at.schema = schema.head()
    return looked_at


async def test_sources(sandbox: Sandbox, tmp_path: Path) -> None:
    well = await fed(sandbox, tmp_path)
    async with well.stack:
        check(await news.sources(well), Grade.WARNING, "sources add")
    well = await fed(sandbox, tmp_path, "https://a.example/", succeeded_at=START)
    async with well.stack:
        check(await news.sources(well), Grade.OK, "1 ok")
    ill = await fed(sandbox, tmp_path, "https://b.example/", failures=3, last_error="no such host")
    async with ill.stack:
        check(await news.sources(ill), Grade.WARNING, "1 failing", "no such host", "sources show 2")
    file = await fed(sandbox, tmp_path, "Abendbote", kind="file")
    async with file.stack:
        check(await news.sources(file), Grade.WARNING, "1 fed by files or pushes")


async def test_sources_are_asked(sandbox: Sandbox, tmp_path: Path) -> None:
    async with Newsstand() as stand:
        stand.lay_out("/feed.xml", FEED, headers={"Content-Type": "application/rss+xml"})
        well = await fed(sandbox, tmp_path, stand.url("/feed.xml"))
        async with well.stack:
            check(await news.answers(well), Grade.OK, "1 asked")
        ill = await fed(sandbox, tmp_path, stand.url("/gone.xml"))
        async with ill.stack:
            check(await news.answers(ill), Grade.WARNING, "1 of 2", "source 2")
            ill.offline = True
            check(await news.answers(ill), Grade.SKIPPED)


async def test_slots(sandbox: Sandbox, tmp_path: Path) -> None:
    looked_at = await fed(sandbox, tmp_path)
    assert looked_at.database is not None
    async with looked_at.stack:
        looked_at.clock = ManualClock(START)
        check(await news.slots(looked_at), Grade.OK, "no readers", "change on 2026-10-25")
        async with looked_at.database.write() as transaction:
            await add_subscriber(transaction)
        check(await news.slots(looked_at), Grade.OK, "next 2026-08-13 05:00 UTC", "24 Oct 07:00 (05:00 UTC)")
        check(await news.slots(looked_at), Grade.OK, "25 Oct 07:00 (06:00 UTC)")
        looked_at.clock = ManualClock(START + timedelta(hours=2))
        check(await news.slots(looked_at), Grade.WARNING, "1 schedules wait since 2026-08-13 05:00", "bot run")


def test_a_slot_that_would_come_twice_is_seen() -> None:
    schedule = Schedule("Europe/Berlin", (2 * 60 + 30,))
    change = next_change("Europe/Berlin", START)
    assert change == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    around = slots_around(schedule, change)
    assert news.doubled(schedule, around) == ""
    assert "2026-10-25 02:30 would come twice" in news.doubled(schedule, (*around, change + timedelta(minutes=30)))
    assert next_change("UTC", START) is None


async def test_a_check_that_breaks_keeps_no_other_from_being_run(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("a word of a reader")

    monkeypatch.setattr(machine, "catalogue", broken)
    results = {each.check: each.finding for each in await examine(patient(sandbox, tmp_path).settings, SystemClock())}
    check(results["texts"], Grade.FAILURE, "RuntimeError")
    assert "a word of a reader" not in results["texts"].found
    assert results["topics"].grade is Grade.OK


def test_the_worst_finding_is_the_exit_code() -> None:
    def results(*grades: Grade) -> list[Result]:
        return [Result("x", Finding(grade, "y")) for grade in grades]

    assert exit_code(results(Grade.OK, Grade.SKIPPED)) == 0
    assert exit_code(results(Grade.OK, Grade.WARNING)) == 1
    assert exit_code(results(Grade.WARNING, Grade.FAILURE, Grade.OK)) == 2
