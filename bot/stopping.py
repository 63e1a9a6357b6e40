"""The end of a process: one deadline for all of it, whatever hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)

STOPS_WITHIN = 9.0
"""Seconds from the signal to the end; whoever stops a program waits about ten before he kills it."""


@contextmanager
def stop_signal(within: float = STOPS_WITHIN) -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set. A process that has not ended `within` seconds afterwards is ended.

    What is left then is found again by the next start, as after a crash: nothing depends on a clean end.
    """
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    ending = threading.Timer(within, _end)  # a thread's, for the event loop may be what hangs
    ending.daemon = True

    def stop() -> None:
        if not stopped.is_set():
            ending.start()
            stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield stopped
    finally:
        ending.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _end() -> None:
    log.error("stopped_hard", seconds=STOPS_WITHIN)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
