"""What hostile documents do to whoever parses them; worker processes import these."""

from __future__ import annotations

import os
import signal
import time

from digests.errors import InputError
from digests.sources.contents import Content


def letters(content: Content) -> int:
    """A document that does no harm."""
    return len(content.body)


def no_document(content: Content) -> int:
    """One that is not what it should be."""
    raise InputError(content.url, "this is no document")


def faulty(content: Content) -> int:
    """One that breaks our own code."""
    raise ZeroDivisionError


def endless(content: Content) -> int:
    """One that is never read to its end."""
    while True:
        pass


def deaf(content: Content) -> int:
    """One whose parser hears nothing, as it happens in C."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(3600)


def deadly(content: Content) -> int:
    """One that a library in C does not survive."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def quitting(content: Content) -> int:
    """One that ends the process in an orderly way."""
    os._exit(3)


def swelling(content: Content) -> int:
    """One that needs ever more memory."""
    kept = []
    while True:
        kept.append(bytearray(16_000_000))


def printing(content: Content) -> int:
    """One that makes a library print."""
    os.write(1, b"warning: " * 100)
    print("warning")  # noqa: T201
    return 1


def intruding(content: Content) -> object:
    """One that has taken the process over and wants the bot to run something."""
    return _Intruder()


def process(content: Content) -> int:
    """Which process parses."""
    return os.getpid()


def environment(content: Content) -> frozenset[str]:
    """The names of what the process knows of the bot's settings."""
    return frozenset(os.environ)


class _Intruder:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)
