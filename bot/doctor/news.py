"""Checks of what comes in and what goes out: sources, and the slots to come."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from bot.desk import web_reader
from bot.doctor.database import NONE_YET
from bot.doctor.findings import Finding, Patient, failure, ok, skipped, warning
from digests.domain.clock_changes import next_change, slots_around
from digests.domain.health import CONFLICT_ADVICE, SILENT_AFTER
from digests.domain.schedule import Schedule, load_zone
from digests.domain.sources import FetchError, Source, SourceState
from digests.storage import schema
from digests.storage.schedules import followed
from digests.storage.sources import SourceStore
from digests.storage.vitals import VitalStore

ASKED_AT_MOST = 5
"""Sources that are read to see whether they answer."""
ANSWER_WITHIN = 20.0
"""Seconds for all of them."""
TICK_LATE = timedelta(minutes=3)
"""A slot that nobody has planned by then was missed by the clockwork."""
SEVEN = 7 * 60
_READ = (SourceState.OK, SourceState.NEW, SourceState.FAILING)
_STATES = {SourceState.NEW: "not read yet", SourceState.FED: "fed by files or pushes"}
_ADD_ONE = "`python -m bot sources add ADDRESS` adds one, `sources import seeds/feeds.opml` a list"
_NO_SCHEMA = "the database does not have the present schema yet"


async def sources(patient: Patient) -> Finding:
    """How the sources did when they were read last."""
    if not (known := await _sources(patient)):
        return _unread(patient) or warning("none", _ADD_ONE)
    states = Counter(source.state for source in known)
    found = ", ".join(f"{states[state]} {_STATES.get(state, state)}" for state in SourceState if states[state])
    if bad := [source for source in known if source.state in (SourceState.FAILING, SourceState.RETIRED)]:
        first = bad[0]
        return warning(
            f"{found}; the first: source {first.id}, {first.last_error or 'no reason kept'}",
            f"`python -m bot sources show {first.id}` tells more; `sources pause` or `sources remove` ends it",
        )
    return ok(found)


async def answers(patient: Patient) -> Finding:
    """Some sources are asked now, those that were not read for longest; nothing is stored."""
    if patient.offline:
        return skipped("not asked (--offline)")
    asked = [source for source in await _sources(patient) if source.state in _READ]
    if not asked:
        return _unread(patient) or skipped("there are no feeds and pages to ask")
    asked = sorted(asked, key=lambda source: source.polled_at or patient.clock.now())[:ASKED_AT_MOST]
    problems: list[str] = []

    async def ask(source: Source) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await reader.read(source)
        except FetchError as error:
            problems.append(f"source {source.id}: {error.reason}")
        except TimeoutError:
            problems.append(f"source {source.id}: no answer within {ANSWER_WITHIN:.0f} s")

    async with web_reader(patient.settings, patient.clock) as reader, asyncio.TaskGroup() as group:
        for source in asked:
            group.create_task(ask(source))
    if problems:
        advice = (
            "`python -m bot sources check ADDRESS` shows what comes; when none answers look at this machine's network"
        )
        return warning(f"{len(problems)} of {len(asked)} asked do not answer; {problems[0]}", advice)
    return ok(f"{len(asked)} asked, all answer")


async def polling(patient: Patient) -> Finding:
    """One process takes the updates, and no other program does: the running ones say so, nothing is asked here."""
    if patient.database is None:
        return skipped(patient.no_database)
    if patient.schema != schema.head():
        return skipped(_NO_SCHEMA)
    now = patient.clock.now()
    async with patient.database.read() as transaction:
        alive = [each for each in await VitalStore(transaction).all() if now - each.beat_at < SILENT_AFTER]
    pollers = [each for each in alive if each.role == "run"]
    hosts = ", ".join(sorted({each.host for each in pollers}))
    if len(pollers) > 1:
        return warning(
            f"{len(pollers)} processes `run` on this database ({hosts}): Telegram gives each only some of the updates",
            "let one of them `run`, the others `work`",
        )
    if begun := [each.conflict_since for each in alive if each.conflict_since and each.in_conflict(now)]:
        return warning(f"another program takes the bot's updates since {min(begun):%H:%M} UTC", CONFLICT_ADVICE)
    return ok(f"one process polls, on {hosts}" if pollers else "no process polls at the moment")


async def slots(patient: Patient) -> Finding:
    """Slots are planned in time, and each comes once when clocks change next."""
    now = patient.clock.now()
    planned: list[tuple[Schedule, datetime]] = []
    if patient.database is not None and patient.schema == schema.head():
        async with patient.database.read() as transaction:
            planned = list(await followed(transaction))
    if patient.database is not None and (late := [slot for _, slot in planned if slot < now - TICK_LATE]):
        return warning(
            f"{len(late)} schedules wait since {min(late):%Y-%m-%d %H:%M} UTC",
            f"nobody plans digests: start `python -m bot run`{'' if patient.database.is_sqlite else ', or `work`'}",
        )
    zone = patient.settings.time_zone(patient.settings.default_language)
    schedules = [schedule for schedule, _ in planned] or [Schedule(zone, (SEVEN,))]
    for schedule in schedules:
        change = next_change(schedule.time_zone, now)
        if change is not None and (problem := doubled(schedule, slots_around(schedule, change))):
            return failure(problem, "update tzdata; if it stays, report this as a fault of Depesche")
    upcoming = min((slot for _, slot in planned), default=None)
    told = f"next {upcoming:%Y-%m-%d %H:%M} UTC" if upcoming else "none yet (no readers)"
    return ok(f"{told}; {_across(schedules[0], now)}")


def doubled(schedule: Schedule, around: tuple[datetime, ...]) -> str:
    """What is wrong with the slots around a clock change: more than one for a local date and time; empty if nothing."""
    local = Counter(f"{schedule.local(slot):%Y-%m-%d %H:%M}" for slot in around)
    twice = [each for each, count in local.items() if count > 1]
    return f"{schedule.time_zone}: {twice[0]} would come twice" if twice else ""


def _across(schedule: Schedule, now: datetime) -> str:
    change = next_change(schedule.time_zone, now)
    if change is None:
        return f"clocks of {schedule.time_zone} do not change"
    around = slots_around(schedule, change)
    before = [slot for slot in around if slot < change][-1:]
    after = [slot for slot in around if slot >= change][:1]
    times = " and ".join(f"{schedule.local(slot):%d %b %H:%M} ({slot:%H:%M} UTC)" for slot in (*before, *after))
    day = change.astimezone(load_zone(schedule.time_zone))
    return f"clocks of {schedule.time_zone} change on {day:%Y-%m-%d}: {times or 'no slot near it'}"


async def _sources(patient: Patient) -> list[Source]:
    if patient.database is None or patient.schema != schema.head():
        return []
    async with patient.database.read() as transaction:
        return await SourceStore(transaction).all()


def _unread(patient: Patient) -> Finding | None:
    """Why nobody knows the sources; None when there are none."""
    if patient.database is None and patient.no_database != NONE_YET:
        return skipped(patient.no_database)
    if patient.database is not None and patient.schema != schema.head():
        return skipped(_NO_SCHEMA)
    return None
