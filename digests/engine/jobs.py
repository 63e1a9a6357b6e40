"""Which job is done by which service."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digests.ports import Clockwork, Handler, Job, JobQueue, Payload
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.services.upkeep import Upkeep
from digests.storage.portions import Portion

if TYPE_CHECKING:
    from digests.services.amending import Amending
    from digests.services.announcing import Announcing
    from digests.services.bindings import Reminding
    from digests.services.breaking import Breaking
    from digests.services.editing import Editing
    from digests.services.polling import Polling
    from digests.services.pulse import Pulse, Tallies
    from digests.services.watching import Watching
    from digests.services.writing import Writing

READ_SOURCES = Job("poll_sources", {}, "poll_sources", priority=-1, beside=True, bulk=True)
"""One at a time in each process, and behind everything that readers wait for."""


def announcement(number: int) -> Job:
    """Carries on with an announcement, behind digests."""
    return Job("announce", {"announcement": number}, f"announce:{number}", priority=-1, bulk=True)


@dataclass(frozen=True, slots=True)
class Crew:
    """The services that work in a process. Whoever is missing has nothing to do there."""

    planning: Planning
    delivering: Delivering
    queue: JobQueue | None = None  # without it sources are not read, and announcements wait
    upkeep: Upkeep | None = None
    polling: Polling | None = None
    writing: Writing | None = None
    breaking: Breaking | None = None
    amending: Amending | None = None
    editing: Editing | None = None
    announcing: Announcing | None = None
    watching: Watching | None = None
    reminding: Reminding | None = None
    pulse: Pulse | None = None  # hears of every minute that was planned, and counts jobs


def handlers(crew: Crew) -> Mapping[str, Handler]:
    """The handlers by job name. All are idempotent: a job may come twice."""
    planning, delivering = crew.planning, crew.delivering
    found: dict[str, Handler] = {
        "prepare_edition": lambda payload: planning.prepare(payload["edition"]),
        "deliver": lambda payload: delivering.deliver(Portion.of(payload)),
    }
    if (writing := crew.writing) is not None:
        found["write_summary"] = lambda payload: writing.write(payload["story"])
    if (polling := crew.polling) is not None:
        found["poll_sources"] = lambda _: polling.poll_due()
    if (breaking := crew.breaking) is not None:
        found["check_breaking"] = lambda payload: breaking.check(payload["story"])
    if (amending := crew.amending) is not None:
        found["correct_digests"] = lambda _: amending.correct()
    if (editing := crew.editing) is not None:
        found["edit_digests"] = lambda payload: editing.edit(datetime.fromisoformat(payload["slot"]))
        found["edit_asked_digests"] = lambda _: editing.edit_asked()
    if (announcing := crew.announcing) is not None:
        found["announce"] = lambda payload: announcing.announce(payload["announcement"])
    if (pulse := crew.pulse) is None:
        return found
    return {name: _counted(name, each, pulse.tallies) for name, each in found.items()}


def _counted(name: str, handler: Handler, tallies: Tallies) -> Handler:
    async def counted(payload: Payload) -> None:
        began, result = time.monotonic(), "failed"
        try:
            await handler(payload)
            result = "done"
        finally:
            tallies.count("jobs", name, result)
            tallies.took("job_seconds", name, seconds=time.monotonic() - began)

    return counted


def clockwork(crew: Crew) -> Clockwork:
    """What happens every minute, every five minutes and every night."""

    async def minute(now: datetime) -> None:
        await crew.planning.plan_due(now)
        if crew.pulse is not None:
            crew.pulse.ticked()
        if crew.breaking is not None:
            await crew.breaking.look(now)
        if crew.amending is not None:
            await crew.amending.look()
        if crew.queue is not None:
            await crew.queue.enqueue(READ_SOURCES)
            if crew.announcing is not None:
                await crew.queue.enqueue_all([announcement(each) for each in await crew.announcing.open()])
        if crew.writing is not None:
            await crew.writing.look(now)

    async def sweep(now: datetime) -> None:
        await crew.planning.sweep(now)
        if crew.amending is not None:
            await crew.amending.sweep(now)
        if crew.watching is not None:
            await crew.watching.look(now)
        if crew.reminding is not None:
            await crew.reminding.look(now)

    async def nightly(now: datetime) -> None:
        if crew.upkeep is not None:
            await crew.upkeep.nightly(now)
        if crew.watching is not None:
            await crew.watching.forget(now)

    return Clockwork(minute=minute, sweep=sweep, nightly=nightly)
