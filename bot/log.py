"""Logging: one line per update, job, poll and edition, with bound ids; never a token, a message's text or a name."""

from __future__ import annotations

import hmac
import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import nullcontext, suppress
from typing import Any

import structlog
from structlog.typing import ExcInfo

_TOKEN = re.compile(r"(?<!\d)(\d{6,15}):[\w-]{30,}")
_SHORTEST = 6 + 1 + 30  # characters of a token
_NOISY = {  # at "debug" some of them quote what is stored, or addresses with the token
    "aiosqlite": logging.WARNING,
    "psycopg": logging.WARNING,
    "trafilatura": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "procrastinate": logging.WARNING,
    "telegram": logging.WARNING,
}
_DISCREET = ("sqlite3", "psycopg", "procrastinate", "sqlalchemy", "httpx", "telegram")
"""Libraries whose errors describe a fault without quoting what somebody wrote."""


def configure(level: str, form: str) -> None:
    """Send everything to standard error, as text for people or JSON for machines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if form == "json":
        last: Any = structlog.processors.JSONRenderer()
    else:
        plain = structlog.dev.plain_traceback
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    errors = structlog.processors.ExceptionRenderer(describe)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_without_arguments)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove, errors, redact, last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    structlog.configure(
        processors=[*shared, errors, redact, last],
        logger_factory=lambda *_: _Line(handler),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,  # a cached one would keep what a test has set up
    )
    root.setLevel(level.upper())
    for name, lowest in _NOISY.items():  # httpx logs every URL, and the URL holds the token
        logging.getLogger(name).setLevel(max(lowest, root.level))


class _Line:
    """Writes finished lines of ours where those of libraries go.

    Without the two records that `logging` would make of each: a line is a tenth of what an update costs.
    """

    def __init__(self, handler: logging.StreamHandler[Any]) -> None:
        self._handler = handler

    def msg(self, line: str) -> None:
        """Write a line. One that cannot be written, as on a full disk, must stop nobody, as with `logging`."""
        with self._handler.lock or nullcontext(), suppress(OSError, ValueError):
            self._handler.stream.write(line + self._handler.terminator)
            self._handler.flush()

    debug = info = warning = error = critical = exception = msg


def describe(exc_info: ExcInfo) -> str:
    """Where an error came from, its causes first; its words only when they cannot quote what somebody wrote."""
    parts: list[str] = []
    for error in _chain(exc_info[1]):
        kind = type(error)
        discreet = isinstance(error, OSError) or kind.__module__.partition(".")[0] in _DISCREET
        parts += traceback.format_tb(error.__traceback__)
        parts.append(f"{kind.__module__}.{kind.__qualname__}: {error if discreet else '(words left out)'}\n")
    return "".join(parts).rstrip()


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error after what has caused it, and a group after its members."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _chain(before)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _chain(member)
    yield error


def chat_mark(chat_id: int, secret: str) -> str:
    """What stands for a chat in the log: the same for all its lines, and worth nothing without `secret`.

    Numbers of chats are few enough to try them all, so a hash alone would tell them.
    """
    return hmac.digest(secret.encode(), str(chat_id).encode(), "sha256").hex()[:10]


def _without_arguments(record: logging.LogRecord) -> bool:
    """python-telegram-bot quotes whole updates and answers when it cannot read them: keep its own words only."""
    if record.name.partition(".")[0] == "telegram":
        record.args = None
    return True


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Black out anything that looks like a token, wherever it stands."""
    return {key: _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:  # noqa: ANN401  # log values are of any kind
    if isinstance(value, str):
        return value if len(value) < _SHORTEST else _TOKEN.sub(r"\1:***", value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value if isinstance(value, int | float | bool | type(None)) else _TOKEN.sub(r"\1:***", str(value))
