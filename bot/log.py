"""Logging: one line per update, job, poll and edition, with bound ids; never a token, a message's text or a name."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"\b(\d{6,}):[\w-]{30,}")
_NOISY = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "apscheduler": logging.WARNING,
    "telegram": logging.WARNING,
}


def configure(level: str, form: str) -> None:
    """Send everything to standard error, as text for people or JSON for machines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if form == "json":
        last: list[Any] = [structlog.processors.dict_tracebacks, redact, structlog.processors.JSONRenderer()]
    else:
        last = [structlog.processors.format_exc_info, redact, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove, *last]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, lowest in _NOISY.items():  # httpx logs every URL, and the URL holds the token
        logging.getLogger(name).setLevel(max(lowest, root.level))


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Black out anything that looks like a token, wherever it stands."""
    return {key: _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:  # noqa: ANN401  # log values are of any kind
    if isinstance(value, str):
        return _TOKEN.sub(r"\1:***", value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value if isinstance(value, int | float | bool | type(None)) else _TOKEN.sub(r"\1:***", str(value))
