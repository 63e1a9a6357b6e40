"""The commands of the shell: what they print, how they end, and that nobody ever sees a traceback."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import psycopg
import pytest
from click.testing import CliRunner, Result

from bot import log
from bot.cli import main
from bot.settings import seeds_folder
from digests.domain import schedule
from digests.domain.schedule import load_zone
from tests.support.databases import postgres_database
from tests.support.settings import DEFAULTS

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder; keyword arguments are settings."""
    monkeypatch.setattr(log, "configure", lambda *_: None)  # the log of the test run stays as it is
    monkeypatch.chdir(tmp_path)
    for name in DEFAULTS:
        monkeypatch.delenv(name.upper(), raising=False)

    def call(*arguments: str, text: str | None = None, **settings: str) -> Result:
        result = CliRunner().invoke(main, arguments, input=text, env=settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def commands(group: click.Group, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*prefix, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))


@pytest.mark.parametrize(
    ("path", "command"), [*commands(main)], ids=lambda value: "-".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_and_every_option_has_help(run: Run, path: tuple[str, ...], command: click.Command) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert command.help
    assert command.help.splitlines()[0] in " ".join(result.stdout.split())
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "length":  # its choices say it all
            assert parameter.help, f"{path} {parameter.opts}"


def test_version_and_help_say_how_to_begin(run: Run) -> None:
    assert run("--version").stdout.startswith("Depesche, version ")
    assert "python -m bot demo" in run("-h").stdout
    assert run("sing").exit_code == 2


def refused(result: Result, *parts: str) -> None:
    """Exit code 2, and on standard error one line with all these parts."""
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    for part in parts:
        assert part in line


OPENING = [("run",), ("preview",), ("import", str(seeds_folder())), ("db", "check"), ("db", "upgrade")]
"""The commands that open the database."""


def newer_database(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    return f"sqlite+aiosqlite:///{path}"


def dump(path: Path) -> list[str]:
    """Everything that a database holds."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("command", OPENING)
def test_a_database_from_a_newer_version_is_refused_and_left_alone(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    url = newer_database(tmp_path / "newer.db")
    before = dump(tmp_path / "newer.db")
    refused(run(*command, BOT_TOKEN=TOKEN, DATABASE_URL=url), "9999", "newer version", "restore the backup")
    assert dump(tmp_path / "newer.db") == before


@pytest.mark.parametrize("command", OPENING)
def test_a_database_that_cannot_be_opened_is_named(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/missing/depesche.db"
    refused(run(*command, BOT_TOKEN=TOKEN, DATABASE_URL=url), f"DATABASE_URL: the folder {tmp_path}/missing does not")
    url = f"sqlite+aiosqlite:///{tmp_path}"
    refused(
        run(*command, BOT_TOKEN=TOKEN, DATABASE_URL=url),
        f"DATABASE_URL: {tmp_path} is a folder",
        f"{tmp_path}/depesche.db",
    )
    (tmp_path / "notes.db").write_text("not a database " * 100)
    url = f"sqlite+aiosqlite:///{tmp_path}/notes.db"
    refused(run(*command, BOT_TOKEN=TOKEN, DATABASE_URL=url), "DATABASE_URL", "file is not a database")


def test_a_folder_that_may_not_be_written_is_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right to write is taken away in words, as tests may run as root."""
    real = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: not (path == tmp_path and mode == os.W_OK) and real(path, mode)
    )
    refused(run("preview"), f"DATABASE_URL: the folder {tmp_path} must be writable")


def test_a_server_that_does_not_answer_is_named_without_its_password(run: Run) -> None:
    url = f"postgresql+psycopg://news:geheim@127.0.0.1:{free_port()}/news"
    result = run("db", "check", DATABASE_URL=url)
    refused(result, "DATABASE_URL", "news:***@127.0.0.1", "refused")
    assert "geheim" not in result.output


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_a_bot_api_server_that_does_not_answer_is_named(run: Run) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    result = run("run", BOT_TOKEN=TOKEN, API_URL=address)
    refused(result, f"API_URL: {address} does not answer", "ConnectionRefusedError")
    assert TOKEN[10:] not in result.output


def test_a_missing_token_is_said_before_anything_is_made(run: Run, tmp_path: Path) -> None:
    refused(run("run"), "BOT_TOKEN: not set", "@BotFather")
    assert list(tmp_path.iterdir()) == []


def test_wrong_settings_are_a_line_each(run: Run) -> None:
    result = run("preview", LOG_LEVEL="loud", SEND_RATE="fast")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0].startswith("Error: SEND_RATE: ")
    assert result.stderr.splitlines()[1].startswith("LOG_LEVEL: ")


def test_a_topics_file_that_is_missing_or_wrong_is_named(run: Run, tmp_path: Path) -> None:
    refused(run("preview", TOPICS_FILE="nowhere.toml"), "TOPICS_FILE: nowhere.toml cannot be read")
    (tmp_path / "topics.toml").write_text("[[topic]\n")
    refused(run("preview", TOPICS_FILE="topics.toml"), "TOPICS_FILE: topics.toml")


def test_a_port_that_there_is_not_is_refused(run: Run) -> None:
    result = run("demo", "--port", "99999")
    assert result.exit_code == 2
    assert "99999 is not in the range 0<=x<=65535" in result.stderr


def test_a_taken_port_is_named_with_a_way_out(run: Run) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        result = run("demo", "--port", str(listener.getsockname()[1]))
    assert result.exit_code == 2
    assert "is taken by another program; choose one with --port, or --port 0" in result.stderr


def test_import_reports_each_file_and_what_the_store_holds(run: Run) -> None:
    result = run("import", str(seeds_folder()))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("✓ ") == 2
    assert "2 read: 2 added, 0 errors" in result.stdout
    assert "1 storyline of several stories" in result.stdout
    again = run("import", str(seeds_folder()))
    assert again.exit_code == 0
    assert "2 read: 2 unchanged, 0 errors" in again.stdout


BAD = {
    "empty.txt": b"",
    "blank.html": b"<html><body><script>x()</script></body></html>",
    "binary.md": bytes(range(256)),
    "picture.png": b"\x89PNG",
    "broken.jsonl": b'{"text": "Ein Satz."\n',
    "fields.jsonl": b'{"text": "Ein Satz mit Text.", "published_at": "gestern"}\n{"title": "ohne Text"}\n[]\n',
}


def test_bad_files_are_named_and_the_rest_is_imported(run: Run, tmp_path: Path) -> None:
    paths = []
    for name, content in BAD.items():
        (tmp_path / name).write_bytes(content)
        paths.append(name)
    good = tmp_path / "good.txt"
    good.write_text(
        "Rat beschließt neue Brücke\n\nDer Rat hat am Montag eine neue Brücke beschlossen. Sie kostet Geld.\n"
    )
    result = run("import", *paths[:3], "good.txt", *paths[3:], "missing.txt")
    assert result.exit_code == 1
    assert "✓ good.txt: added, “Rat beschließt neue Brücke”" in result.stdout
    for name in [*BAD, "missing.txt"]:
        assert f"✗ {name}" in result.stderr
    for place in ("broken.jsonl:1", "fields.jsonl:1", "fields.jsonl:2", "fields.jsonl:3"):
        assert place in result.stderr
    assert "published_at" in result.stderr
    assert (
        f"{len(result.stderr.splitlines()) + 1} read: 1 added, {len(result.stderr.splitlines())} errors"
        in result.stdout
    )


def test_import_reads_json_lines_from_standard_input(run: Run) -> None:
    text = "Der Rat hat am Montag eine neue Brücke beschlossen."
    line = json.dumps({"title": "Rat beschließt Brücke", "text": text, "source": "Bote"})
    result = run("import", "-", text=f"{line}\nkein json\n")
    assert result.exit_code == 1
    assert "“Rat beschließt Brücke”" in result.stdout
    assert "standard input:2" in result.stderr
    assert "2 read: 1 added, 1 error" in result.stdout
    assert run("import").exit_code == 2


def test_import_says_what_was_edited(run: Run) -> None:
    text = "Der Rat hat am Montag eine neue Brücke beschlossen. Sie kostet 12 Millionen Euro."
    edited = text.replace("12", "14")
    for said, told in ((text, "added, "), (edited, "updated (numbers), "), (edited, "unchanged, ")):
        line = json.dumps({"title": "Rat beschließt Brücke", "text": said, "source": "Bote", "guid": "1"})
        assert f": {told}“Rat beschließt Brücke”" in run("import", "-", text=line).stdout


def test_preview_prints_the_digest_with_its_size(run: Run) -> None:
    run("import", str(seeds_folder()))
    german = run("preview", "--topics", "Ukraine, NATO")
    assert german.exit_code == 0
    assert "Ukraine · NATO" in german.stdout
    assert "1 Quelle:" in german.stdout
    assert "— part 1 of 1: " in german.stdout
    assert "of 4096 characters" in german.stdout
    markup = run("preview", "--topics", "Ukraine", "--language", "en", "--html").stdout
    assert "<b>" in markup
    assert "1 source:" in markup


def test_preview_says_why_there_may_be_nothing(run: Run) -> None:
    empty = run("preview", "--topics", "ukraine")
    assert empty.exit_code == 0
    assert empty.stderr.startswith("The archive is empty: `python -m bot import seeds/`")
    run("import", str(seeds_folder()))
    assert run("preview", "--topics", "ukraine").stderr == ""
    assert (
        run("preview", "--topics", "Kammermusik").stderr == "“Kammermusik” is no topic here, it is taken as a word.\n"
    )


def test_preview_of_an_unknown_topic_offers_the_nearest(run: Run) -> None:
    refused(run("preview", "--topics", "Ukrane"), "no topic is called 'Ukrane'; did you mean ukraine")
    word = run("preview", "--topics", '"Ukrane"')  # in quotes it is a word that somebody means
    assert word.exit_code == 0
    assert run("preview", "--days", "0").exit_code == 2
    assert run("preview", "--language", "fr").exit_code == 2


def test_db_upgrade_and_check(run: Run, tmp_path: Path) -> None:
    refused(run("db", "check"), "DATABASE_URL: there is no database")
    (tmp_path / "depesche.db").touch()
    refused(run("db", "check"), "the database is empty", "python -m bot db upgrade")
    first = run("db", "upgrade")
    assert first.exit_code == 0
    assert first.stdout.startswith("The database went from schema none to ")
    assert "already has schema" in run("db", "upgrade").stdout
    assert "as it should" in run("db", "check").stdout
    assert [path.name for path in tmp_path.glob("*.backup")] == []


def test_db_upgrade_and_check_cover_the_tables_for_jobs(run: Run) -> None:
    with postgres_database() as url:
        upgraded = run("db", "upgrade", DATABASE_URL=url)
        assert upgraded.exit_code == 0
        assert "The tables for jobs were brought to the present version." in upgraded.stdout
        assert "tables for jobs" not in run("db", "upgrade", DATABASE_URL=url).stdout
        assert "as it should" in run("db", "check", DATABASE_URL=url).stdout
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP TABLE job_schema")
        refused(run("db", "check", DATABASE_URL=url), "no tables for jobs", "python -m bot db upgrade")


def test_doctor_tells_people_and_programs_and_ends_with_the_worst(run: Run, tmp_path: Path) -> None:
    told = run("doctor", "--offline", BOT_TOKEN=TOKEN)
    assert told.exit_code == 1
    assert "! operators" in told.stdout
    assert "→ write /admin to the bot" in told.stdout
    assert "0 failures" in told.stdout
    machine = run("doctor", "--offline", "--json", BOT_TOKEN=f"{TOKEN}!")
    found = json.loads(machine.stdout)
    assert (machine.exit_code, found["grade"]) == (2, "failure")
    checks = {each["check"]: each for each in found["checks"]}
    assert checks["token"]["grade"] == "failure"
    assert "@BotFather" in checks["token"]["found"]
    assert TOKEN[10:] not in told.output + machine.output
    assert list(tmp_path.iterdir()) == []


def test_doctor_tells_wrong_settings_too(run: Run) -> None:
    result = run("doctor", LOG_LEVEL="loud", SEND_RATE="fast")
    assert result.exit_code == 2
    assert "✗ settings  SEND_RATE: " in result.stdout
    assert "✗ settings  LOG_LEVEL: " in result.stdout
    assert "- others    nothing else is looked at before the settings are right" in result.stdout


def test_without_rules_of_time_zones_nothing_starts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    load_zone.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(schedule, "ZoneInfo", none)
        refused(run("preview"), "Python finds no rules of time zones", "pip install tzdata")
        told = run("doctor", "--offline", BOT_TOKEN=TOKEN)
    assert told.exit_code == 2
    assert "✗ time zones  time zone: Python finds no rules of time zones" in told.stdout
