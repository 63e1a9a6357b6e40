"""Which job is done by which service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from digests.ports import Clockwork, Handler, Job, JobQueue, Payload
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.services.upkeep import Upkeep

if TYPE_CHECKING:
    from digests.services.amending import Amending
    from digests.services.bindings import Reminding
    from digests.services.editing import Editing
    from digests.services.polling import Polling
    from digests.services.watching import Watching
    from digests.services.writing import Writing

READ_SOURCES = Job("poll_sources", {}, "poll_sources", priority=-1, beside=True, bulk=True)
"""One at a time in each process, and behind everything that readers wait for."""


def handlers(
    planning: Planning,
    delivering: Delivering,
    writing: Writing | None = None,
    polling: Polling | None = None,
    amending: Amending | None = None,
    editing: Editing | None = None,
) -> Mapping[str, Handler]:
    """The handlers by job name. All are idempotent: a job may come twice."""

    async def prepare_edition(payload: Payload) -> None:
        await planning.prepare(payload["edition"])

    async def deliver(payload: Payload) -> None:
        await delivering.deliver(payload["edition"], payload["first"], payload["last"])

    found: dict[str, Handler] = {"prepare_edition": prepare_edition, "deliver": deliver}
    if amending is not None and editing is not None:
        correct, edit = amending.correct, editing.edit

        async def correct_digests(_payload: Payload) -> None:
            await correct()

        async def edit_digests(payload: Payload) -> None:
            await edit(datetime.fromisoformat(payload["slot"]))

        found |= {"correct_digests": correct_digests, "edit_digests": edit_digests}
    if writing is not None:
        write_story = writing.write

        async def write_summary(payload: Payload) -> None:
            await write_story(payload["story"])

        found["write_summary"] = write_summary
    if polling is not None:
        poll_due = polling.poll_due

        async def poll_sources(_payload: Payload) -> None:
            await poll_due()

        found["poll_sources"] = poll_sources
    return found


def clockwork(
    planning: Planning,
    upkeep: Upkeep,
    writing: Writing | None = None,
    queue: JobQueue | None = None,
    watching: Watching | None = None,
    reminding: Reminding | None = None,
    amending: Amending | None = None,
) -> Clockwork:
    """What happens every minute, every five minutes and every night; sources are read where a queue is given."""

    async def minute(now: datetime) -> None:
        await planning.plan_due(now)
        if amending is not None:
            await amending.look()
        if queue is not None:
            await queue.enqueue(READ_SOURCES)
        if writing is not None:
            await writing.look(now)

    async def sweep(now: datetime) -> None:
        await planning.sweep(now)
        if amending is not None:
            await amending.sweep(now)
        if watching is not None:
            await watching.look(now)
        if reminding is not None:
            await reminding.look(now)

    async def nightly(now: datetime) -> None:
        await upkeep.nightly(now)
        if watching is not None:
            await watching.forget(now)

    return Clockwork(minute=minute, sweep=sweep, nightly=nightly)
