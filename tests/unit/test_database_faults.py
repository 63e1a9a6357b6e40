"""A PostgreSQL that cannot be used, tried on a real one: one line that says what to do, and exit code 2."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from sqlalchemy import URL, make_url

from bot.database_faults import advice_for, told
from bot.doctor import database as database_checks
from bot.doctor.findings import Patient
from bot.settings import Settings
from digests.errors import SettingsError
from digests.ports import SystemClock
from tests.support.databases import postgres_database, postgres_template
from tests.unit.test_cli import Run, refused
from tests.unit.test_cli import run as run_fixture

run = run_fixture
USER, PASSWORD = "depesche_narrow", "right"


@dataclass
class Server:
    """A database with the present schema, and a user who has no rights there and needs a password."""

    url: URL

    def narrow(self, password: str | None = PASSWORD) -> str:
        """The address as that user."""
        return self.text(username=USER, password=password)

    def text(self, **changes: object) -> str:
        """The address with some parts changed."""
        return self.url.set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]

    def run(self, statement: str) -> None:
        """Do something as its superuser, in the database itself."""
        with psycopg.connect(self.text(drivername="postgresql"), autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_database(postgres_template()) as url:
        found = Server(make_url(url))
        with psycopg.connect(found.text(drivername="postgresql"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            (name,) = connection.execute("SHOW hba_file").fetchone() or ("",)
            rules = Path(name)
            before = rules.read_text() if rules.exists() else pytest.skip("the server is on another machine")
            rules.write_text(f"local all {USER} scram-sha-256\nhost all {USER} all scram-sha-256\n{before}")
            connection.execute("SELECT pg_reload_conf()")
        yield found
        found.run(f"DROP OWNED BY {USER}")
        found.run(f"DROP ROLE {USER}")
        rules.write_text(before)


def check(run: Run, address: str, *parts: str, command: str = "check") -> Result:
    """`bot db check` is refused in one line, which never holds the password."""
    result = run("db", command, DATABASE_URL=address)
    refused(result, "DATABASE_URL: ", "cannot be used (", *parts)
    assert "Traceback" not in result.output
    assert PASSWORD not in result.output.replace("rights", "")
    return result


def test_a_full_disk_is_no_matter_of_rights() -> None:
    fault = told("[Errno 28] No space left on device")
    assert (fault, advice_for("sqlite", fault)) == ("No space left on device", "make room on its disk")


def test_a_server_that_is_not_there(run: Run, server: Server) -> None:
    check(run, server.text(host="127.0.0.1", port=1, query={}), "refused", "start it")
    check(run, server.text(host="nowhere.invalid", query={}), "resolve", "DNS")
    check(run, server.text(query={"host": "/nowhere"}), "No such file", "no server listens there")


def test_a_database_or_a_user_that_is_not_there(run: Run, server: Server) -> None:
    check(run, server.text(database="absent"), 'database "absent" does not exist', "createdb --encoding=UTF8")
    check(run, server.text(username="stranger"), 'role "stranger" does not exist', "createuser")


def test_a_wrong_password_and_none(run: Run, server: Server) -> None:
    check(run, server.narrow("wrong"), "password authentication failed", "DATABASE_PASSWORD_FILE")
    check(run, server.narrow(None), "no password supplied", "DATABASE_PASSWORD_FILE")


def test_rights_that_are_missing(run: Run, server: Server) -> None:
    check(run, server.narrow(), "permission denied for table alembic_version", "another user's")
    with postgres_database() as url:
        empty = Server(make_url(url))
        check(run, empty.narrow(), "permission denied for schema public", "GRANT CREATE, USAGE", command="upgrade")
        empty.run(f'REVOKE CONNECT ON DATABASE "{empty.url.database}" FROM PUBLIC')
        check(run, empty.narrow(), "permission denied for database", "GRANT CONNECT")
        empty.run(f'GRANT ALL ON DATABASE "{empty.url.database}" TO {USER}')
        empty.run(f"GRANT CREATE, USAGE ON SCHEMA public TO {USER}")
        assert run("db", "upgrade", DATABASE_URL=empty.narrow()).exit_code == 0  # what was advised is enough


def test_a_server_that_takes_nobody(run: Run, server: Server) -> None:
    server.run(f"ALTER ROLE {USER} CONNECTION LIMIT 0")
    check(run, server.narrow(), "too many connections", "max_connections")
    server.run(f"ALTER ROLE {USER} CONNECTION LIMIT -1")


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_another_encoding_than_utf8(run: Run, server: Server, encoding: str) -> None:
    name = f"depesche_{encoding.lower()}"
    server.run(f"CREATE DATABASE {name} ENCODING {encoding} LOCALE 'C' TEMPLATE template0")
    try:
        address = server.text(database=name)
        for command in ("check", "upgrade"):
            result = run("db", command, DATABASE_URL=address)
            refused(result, f"the database has encoding {encoding}", "--encoding=UTF8")
        patient = Patient(Settings(database_url=address), SystemClock())

        async def looked_at() -> None:
            async with patient.stack:
                await database_checks.reachable(patient)

        with pytest.raises(SettingsError, match=encoding):
            asyncio.run(looked_at())
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
