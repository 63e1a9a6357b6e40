"""Copies of a PostgreSQL database, by its own pg_dump and pg_restore."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from digests.errors import BackupError

MAGIC = b"PGDMP"
"""What a dump in PostgreSQL's custom format begins with."""
_SCHEMA = re.compile(r" (?:SCHEMA|COMMENT|ACL) - (?:SCHEMA )?public ")
"""The entry for the schema itself, which is there already; whether dumps have it depends on the version."""
_ADVICE = {
    "version mismatch": "; its version must be the server's or newer",
    "No space left": "; make room there, or name another place",
}
_ROWS = re.compile(r"^COPY public\.(\w+) ", re.MULTILINE)


async def dump(url: URL, target: Path) -> None:
    """Write a dump of our tables to `target`, once it is complete and can be read again. Raises BackupError."""
    program = _program("pg_dump")
    if await asyncio.to_thread(target.exists):
        raise BackupError(f"{target} exists already; name another file, or move it away")
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        with _connection(url) as address:
            options = ("--format=custom", "--no-owner", "--no-privileges", "--schema=public")
            await _run(program, *options, f"--file={part}", f"--dbname={address}")
        await revision_of(part)
        part.rename(target)
    except OSError as error:
        message = (
            f"the database cannot be copied to {target} ({error.strerror}); make room there, or name another place"
        )
        raise BackupError(message) from error
    finally:
        part.unlink(missing_ok=True)


def is_dump(file: Path) -> bool:
    """True for a file that begins as dumps do. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


async def restore(url: URL, file: Path) -> None:
    """Bring a dump into an empty schema, wholly or not at all. Raises BackupError."""
    program = _program("pg_restore")
    entries = (await _run(program, "--list", str(file))).splitlines()
    with _connection(url) as address, tempfile.TemporaryDirectory(prefix="depesche-") as folder:
        wanted = Path(folder) / "entries"
        wanted.write_text("\n".join(each for each in entries if not _SCHEMA.search(each)), encoding="utf-8")
        options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--use-list={wanted}")
        await _run(program, *options, f"--dbname={address}", str(file))


async def revision_of(file: Path) -> str:
    """The revision of the schema that a dump holds. Raises BackupError unless it can be read and is one of ours."""
    if not await asyncio.to_thread(is_dump, file):
        raise BackupError(f"{file} is no copy of a PostgreSQL database, as DATABASE_URL names one; use another copy")
    options = ("--data-only", "--table=alembic_version", "--file=-")
    rows = await _run(_program("pg_restore"), *options, str(file))
    found = _ROWS.search(rows)
    if found is None:
        raise BackupError(f"{file} holds no database of Depesche; use a copy that `python -m bot backup` has made")
    return rows[found.end() :].split("\n")[1].strip()


def _complaint(name: str, said: str, code: int) -> str:
    """What a program has failed with, in its own first words, and what to do."""
    why = signal.strsignal(-code) if code < 0 else f"exit code {code}"
    first = next(iter(said.strip().splitlines()), f"{why}, no reason given").removeprefix(f"{name}: error: ")
    advice = next((advice for words, advice in _ADVICE.items() if words in said), "")
    return f"{name} failed: {first}{advice}"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(
            f"{name} is not installed here; install PostgreSQL's client programs, of the server's version or newer "
            "(Debian and Ubuntu: postgresql-client), or copy the database with your server's own means"
        )
    return found


@contextmanager
def _connection(url: URL) -> Iterator[str]:
    """What libpq connects by. The password goes through a file that only we may read, never through arguments."""
    from psycopg.conninfo import make_conninfo

    parts: dict[str, str | int | None] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "dbname": url.database,
    }
    parts |= {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    with tempfile.TemporaryDirectory(prefix="depesche-") as folder:
        if url.password is not None:
            secret = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
            passfile = Path(folder) / "pgpass"
            passfile.touch(mode=0o600)
            passfile.write_text(f"*:*:*:*:{secret}\n", encoding="utf-8")
            parts["passfile"] = str(passfile)
        yield make_conninfo("", **{name: value for name, value in parts.items() if value is not None})


async def _run(*arguments: str) -> str:
    """What a program says. Raises BackupError with its own last words when it fails."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    try:
        said, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise BackupError(_complaint(Path(arguments[0]).name, complaint.decode("utf-8", "replace"), process.returncode))
    return said.decode("utf-8", "replace")
