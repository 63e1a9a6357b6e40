"""What to do about a database that cannot be used, from what it says, and from where its file is."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from digests.storage.places import folder_fault

_SQLITE: Sequence[tuple[str, str]] = (
    ("not a database|malformed", "name another file, or bring back a backup: `python -m bot restore FILE`"),
    ("locked", "another program holds it: end that, or wait for it"),
    ("full|no space", "make room on its disk"),
    ("disk i/o", "look at its disk, which may be full or broken"),
    ("readonly|unable to open", "make it and its folder writable for this user, or name another file"),
    ("", "make it readable and writable for this user, or name another file"),
)
_POSTGRES: Sequence[tuple[str, str]] = (
    ("failed to resolve|could not translate host", "check the name of the host, and this machine's DNS"),
    ("no such file or directory", "no server listens there: start it, or name another folder of its socket"),
    ("connection refused|no route|unreachable", "no server answers there: start it, or check host, port and firewall"),
    ("timeout|timed out", "nobody answers there: check host, port and firewall"),
    ("password authentication failed|no password supplied", "check user and password (DATABASE_PASSWORD_FILE)"),
    ("no pg_hba.conf entry", "let the server's pg_hba.conf allow this user from here"),
    (r'database "[^"]*" does not exist', "make it: `createdb --encoding=UTF8 --owner=USER NAME`, then `db upgrade`"),
    (r'role "[^"]*" does not exist', "make the user: `createuser --pwprompt USER`, or name another one"),
    ("permission denied for database", "as its owner: `GRANT CONNECT ON DATABASE name TO user`"),
    ("permission denied for schema", "as a superuser: `ALTER DATABASE name OWNER TO user`, or `GRANT CREATE, USAGE ON "
     "SCHEMA public TO user`"),
    ("permission denied|must be owner", "the tables are another user's: name that one, or make this one their owner"),
    ("too many|connection slots", "all its connections are taken: end other programs, or raise max_connections and the "
     "limits of the user and the database"),
    ("starting up|shutting down|in recovery|not currently accepting", "it takes nobody in now: wait, or see its log"),
    ("ssl|certificate", "check sslmode and the certificates in DATABASE_URL"),
    ("no schema has been selected", "give the user one: `ALTER ROLE user SET search_path TO public`"),
    ("disk|no space", "make room on the server's disk"),
    ("", "check that it runs, its address, name and user, and see the server's log"),
)  # fmt: skip


def advice_for(backend: str, fault: str) -> str:
    """One step that puts right what a "sqlite" or "postgresql" database complains about."""
    known = _SQLITE if backend == "sqlite" else _POSTGRES
    return next(advice for words, advice in known if re.search(words, fault, re.IGNORECASE))


def is_known(backend: str, fault: str) -> bool:
    """True for what the database's surroundings are to blame for, not the program."""
    return any(
        words and re.search(words, fault, re.IGNORECASE) for words, _ in (_SQLITE if backend == "sqlite" else _POSTGRES)
    )


def told(fault: str) -> str:
    """The words that count of what the driver says: the first line, without the address, which is named anyway."""
    first = fault.partition("\n")[0].strip()
    first = re.sub(r"^connection (failed|is bad): connection to server .*? failed: ", "", first)
    return re.sub(r"^(FATAL:  |\[Errno -?\d+\] )", "", first)


def fault_of(path: Path) -> str | None:
    """Why an SQLite file (absolute) cannot be used where it is or is to be, and what to do; None when it can.

    SQLite keeps files beside the database, so its folder counts, too.
    """
    if (fault := folder_fault(path.parent)) is not None:
        return fault
    if path.is_dir():
        return f"{path} is a folder; name a file in it, such as {path / 'depesche.db'}"
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        return f"this user may not read and write {path}; give it to the user that runs the bot, or name another"
    return None
