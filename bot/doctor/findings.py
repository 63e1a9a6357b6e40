"""What a check says: how things stand, what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum

from telegram import User

from bot.settings import Settings
from digests.ports import Clock
from digests.storage.database import Database


class Grade(StrEnum):
    """How a check went."""

    OK = "ok"
    WARNING = "warning"  # the bot works, but not as it should
    FAILURE = "failure"  # the bot does not work
    SKIPPED = "skipped"  # could not be looked at, or was not to be

    @property
    def exit_code(self) -> int:
        """0, 1 for a warning, 2 for a failure."""
        return {Grade.WARNING: 1, Grade.FAILURE: 2}.get(self, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check. `advice` says what to do; empty where there is nothing to do."""

    grade: Grade
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A finding under the name of its check."""

    check: str
    finding: Finding


@dataclass
class Patient:
    """What checks look at, and what earlier ones have learned."""

    settings: Settings
    clock: Clock
    offline: bool = False  # nothing outside this machine is asked
    database: Database | None = None  # once it answers
    no_database: str = "the database does not answer"  # why there is none to look at
    schema: str | None = None  # revision of the database
    me: User | None = None  # once Telegram knows the token
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)


Check = Callable[[Patient], Awaitable[Finding]]


def ok(found: str) -> Finding:
    """All is well."""
    return Finding(Grade.OK, found)


def warning(found: str, advice: str) -> Finding:
    """Something should be put right."""
    return Finding(Grade.WARNING, found, advice)


def failure(found: str, advice: str = "") -> Finding:
    """Something must be put right first."""
    return Finding(Grade.FAILURE, found, advice)


def skipped(found: str) -> Finding:
    """It was not looked at."""
    return Finding(Grade.SKIPPED, found)


def exit_code(results: Iterable[Result]) -> int:
    """The worst of them."""
    return max((result.finding.grade.exit_code for result in results), default=0)
