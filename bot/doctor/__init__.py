"""`bot doctor`: one check, one function; each says what it found and what to do. Nothing is changed by looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.doctor import database, machine, news, telegram
from bot.doctor.findings import Check, Finding, Patient, Result, failure
from bot.settings import Settings
from digests.errors import DepescheError
from digests.ports import Clock

CHECKS: Mapping[str, Check] = {
    "token": telegram.token,
    "updates": telegram.updates,
    "botfather": telegram.botfather,
    "operators": telegram.operators,
    "clock": telegram.clock,
    "database": database.reachable,
    "migrations": database.migrations,
    "writable": database.writable,
    "integrity": database.integrity,
    "disk": database.room,
    "backups": database.copies,
    "time zones": machine.zones,
    "texts": machine.texts,
    "topics": machine.topics,
    "sources": news.sources,
    "answers": news.answers,
    "polling": news.polling,
    "slots": news.slots,
}
"""All checks, by name, in their order: later ones build on what earlier ones have found."""


async def examine(settings: Settings, clock: Clock, *, offline: bool = False) -> Sequence[Result]:
    """Run all checks. A check that fails itself is a failure and keeps no other from being run."""
    patient = Patient(settings, clock, offline)
    async with patient.stack:
        return [Result(name, await _run(check, patient)) for name, check in CHECKS.items()]


async def _run(check: Check, patient: Patient) -> Finding:
    try:
        return await check(patient)
    except DepescheError as error:  # its message says what to do
        return failure(str(error))
    except Exception as error:
        return failure(f"could not be checked ({type(error).__name__})", "see the log with LOG_LEVEL=debug")
