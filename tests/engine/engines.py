"""The engines under contract, each with a way to let its clock tick at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from digests.engine.embedded import EmbeddedQueue
from digests.ports import Clockwork, JobQueue
from tests.support.clocks import ManualClock


class Engine(Protocol):
    """What the contract needs of an engine beside the port."""

    clock: ManualClock

    def queue(self, workers: int = 2) -> JobQueue:
        """The engine of a new process."""
        ...

    async def tick(self, queue: JobQueue, clockwork: Clockwork, name: str) -> None:
        """Let the clock of a process come to the next "minute", "sweep" or "nightly"."""
        ...


@dataclass
class Embedded:
    """The engine of one process."""

    clock: ManualClock = field(default_factory=ManualClock)

    def queue(self, workers: int = 2) -> JobQueue:
        return EmbeddedQueue(self.clock, workers)

    async def tick(self, queue: JobQueue, clockwork: Clockwork, name: str) -> None:
        assert isinstance(queue, EmbeddedQueue)
        (job,) = [job for job in queue._scheduler(clockwork).get_jobs() if job.args[0] == name]
        await job.func(*job.args)


ENGINES = {"embedded": Embedded}
